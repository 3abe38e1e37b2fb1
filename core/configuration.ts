/**
 * Who is in the cluster, and in which part (§6).
 *
 * @module
 */
import type { NodeId } from "./entry.ts";

/** The members of a cluster, by their parts. A configuration is joint while `votersOutgoing` is not empty. */
export interface ConfigurationIds {
  /** The incoming majority, or the only one. */
  readonly voters: readonly NodeId[];
  /** The outgoing majority of a joint configuration. */
  readonly votersOutgoing: readonly NodeId[];
  /** Members that receive the log but do not vote (thesis §4.2.1). */
  readonly learners: readonly NodeId[];
  /** Voters of the outgoing majority that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[];
  /** Whether the leader itself proposes to leave the joint configuration. */
  readonly autoLeave: boolean;
}

/** A configuration in canonical form: every list in ascending order, with what follows from the lists beside them. */
export interface Configuration extends ConfigurationIds {
  /** Everybody that the leader replicates to. Whatever is kept by peer position has the order of this list. */
  readonly members: readonly NodeId[];
  /** The positions of `voters` in `members`. */
  readonly incoming: readonly number[];
  /** The positions of `votersOutgoing` in `members`. */
  readonly outgoing: readonly number[];
}

/** Nobody. */
export const NO_MEMBERS: ConfigurationIds = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

/** The configuration with these `voters` and nobody else. */
export function ofVoters(...voters: readonly NodeId[]): Configuration {
  return configuration({ ...NO_MEMBERS, voters });
}

/** Brings `ids` into canonical form. */
export function configuration(ids: ConfigurationIds): Configuration {
  const voters = ascending(ids.voters);
  const votersOutgoing = ascending(ids.votersOutgoing);
  const learners = ascending(ids.learners);
  const learnersNext = ascending(ids.learnersNext);
  const members = ascending([...new Set([...voters, ...votersOutgoing, ...learners])]);
  return {
    voters,
    votersOutgoing,
    learners,
    learnersNext,
    autoLeave: ids.autoLeave,
    members,
    incoming: voters.map((id) => members.indexOf(id)),
    outgoing: votersOutgoing.map((id) => members.indexOf(id)),
  };
}

/** The position of `id` in `members`, or -1. */
export function positionOf(configuration: Configuration, id: NodeId): number {
  const { members } = configuration;
  for (let i = 0; i < members.length; i++) if (members[i] === id) return i;
  return -1;
}

/** Whether `id` is a member that does not vote. */
export function isLearner(configuration: ConfigurationIds, id: NodeId): boolean {
  return configuration.learners.includes(id);
}

/** Whether `id` votes, in either half. */
export function isVoter(configuration: ConfigurationIds, id: NodeId): boolean {
  return configuration.voters.includes(id) || configuration.votersOutgoing.includes(id);
}

/** Whether two majorities have to agree. */
export function isJoint(configuration: ConfigurationIds): boolean {
  return configuration.votersOutgoing.length > 0;
}

/** Whether one node alone decides everything. */
export function isSingleton(configuration: ConfigurationIds): boolean {
  return configuration.voters.length === 1 && !isJoint(configuration);
}

/** Whether both name the same members in the same parts, whatever their order. */
export function isEquivalent(a: ConfigurationIds, b: ConfigurationIds): boolean {
  return sameIds(a.voters, b.voters) && sameIds(a.votersOutgoing, b.votersOutgoing) &&
    sameIds(a.learners, b.learners) && sameIds(a.learnersNext, b.learnersNext) && a.autoLeave === b.autoLeave;
}

function sameIds(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  const left = ascending(a);
  const right = ascending(b);
  return left.length === right.length && left.every((id, i) => id === right[i]);
}

function ascending(ids: readonly NodeId[]): readonly NodeId[] {
  return [...ids].sort((a, b) => a - b);
}
