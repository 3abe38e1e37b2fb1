/**
 * Changes of the configuration (§6): one member at a time, or any number through a joint configuration.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bytes, isWhole, NO_BYTES, type NodeId } from "./entry.ts";
import {
  type Configuration,
  configuration,
  type ConfigurationIds,
  isEquivalent,
  isJoint,
  NO_MEMBERS,
} from "./configuration.ts";

/** How a change is carried out: `auto` goes through a joint configuration if it has to. */
export type Transition = "auto" | "jointImplicit" | "jointExplicit";

/** What happens to one node. */
export type ChangeType = "addNode" | "removeNode" | "updateNode" | "addLearnerNode";

/** One node's part of a change; id 0 does nothing. */
export interface Change {
  /** What happens to the node. */
  readonly type: ChangeType;
  /** The node. */
  readonly id: NodeId;
}

/** A change of the configuration. Without changes it leaves a joint configuration. */
export interface ConfChange {
  /** How the change is carried out. */
  readonly transition: Transition;
  /** One for each node, carried out in this order. */
  readonly changes: readonly Change[];
  /** Whatever the host wants to travel with the change, for example the address of a new node. */
  readonly context: Bytes;
}

/** A change of nothing: what a host applies in the place of a committed change that it vetoes. */
export const NO_CHANGE: ConfChange = {
  transition: "auto",
  changes: [{ type: "updateNode", id: 0 }],
  context: NO_BYTES,
};

/** Why a change cannot be applied to a configuration. */
export type ConfChangeError =
  | "AlreadyJoint"
  | "NotJoint"
  | "NoVoters"
  | "NoVotersLeft"
  | "MoreThanOneVoterChanged"
  | "JointSimpleChange"
  | "InvalidConfiguration"
  | "InvalidId";

/** A changed configuration and the members whose progress starts anew, because they were not members throughout. */
export interface Changed {
  /** The configuration after the change. */
  readonly configuration: Configuration;
  /** Members whose progress starts anew. */
  readonly fresh: readonly NodeId[];
}

/** Whether the change leaves a joint configuration. */
export function leavesJoint(change: ConfChange): boolean {
  return change.transition === "auto" && change.changes.length === 0;
}

/**
 * Applies `change` to `current`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { changeConfiguration } from "./conf_change.ts";
 * import { ofVoters } from "./configuration.ts";
 * import { NO_BYTES } from "./entry.ts";
 *
 * const add4 = { transition: "auto", changes: [{ type: "addNode", id: 4 }], context: NO_BYTES } as const;
 * const after = changeConfiguration(ofVoters(1, 2, 3), add4);
 * assertEquals(E.isRight(after) && after.right.configuration.voters, [1, 2, 3, 4]);
 * ```
 */
export function changeConfiguration(
  current: ConfigurationIds,
  change: ConfChange,
): Either<ConfChangeError, Changed> {
  if (!change.changes.every(({ id }) => isWhole(id))) return E.left("InvalidId");
  if (leavesJoint(change)) return leaveJoint(current);
  if (change.transition !== "auto" || change.changes.length > 1) {
    return enterJoint(current, change.changes, change.transition !== "jointExplicit");
  }
  return simple(current, change.changes);
}

/** Checks that `ids` is a configuration that changes can lead to, and brings it into canonical form. */
export function restoreConfiguration(ids: ConfigurationIds): Either<ConfChangeError, Configuration> {
  if (![ids.voters, ids.votersOutgoing, ids.learners, ids.learnersNext].flat().every(isWhole)) {
    return E.left("InvalidId");
  }
  const base = isJoint(ids) ? ids.votersOutgoing : ids.voters;
  const adds = (type: ChangeType, list: readonly NodeId[]): Change[] => list.map((id) => ({ type, id }));
  const learners = adds("addLearnerNode", [...ids.learners, ...ids.learnersNext]);
  let restored: Either<ConfChangeError, Changed> = E.right({ configuration: configuration(NO_MEMBERS), fresh: [] });
  const oneByOne = isJoint(ids) ? adds("addNode", base) : [...adds("addNode", base), ...learners];
  for (const change of oneByOne) {
    if (E.isLeft(restored)) return restored;
    restored = simple(restored.right.configuration, [change]);
  }
  if (E.isRight(restored) && isJoint(ids)) {
    const changes = [...adds("removeNode", base), ...adds("addNode", ids.voters), ...learners];
    restored = enterJoint(restored.right.configuration, changes, ids.autoLeave);
  }
  if (E.isLeft(restored)) return restored;
  return isEquivalent(restored.right.configuration, ids)
    ? E.right(restored.right.configuration)
    : E.left("InvalidConfiguration");
}

/** §4.1 of the thesis: any two majorities overlap if at most one voter changes. */
function simple(current: ConfigurationIds, changes: readonly Change[]): Either<ConfChangeError, Changed> {
  if (isJoint(current)) return E.left("JointSimpleChange");
  const draft = new Draft(current);
  draft.apply(changes);
  if (draft.voters.size === 0) return E.left("NoVotersLeft");
  const before = new Set(current.voters);
  const changed = [...draft.voters].filter((id) => !before.has(id)).length +
    current.voters.filter((id) => !draft.voters.has(id)).length;
  return changed > 1 ? E.left("MoreThanOneVoterChanged") : E.right(draft.finish());
}

/** §6: from here on, the old and the new majority must both agree. */
function enterJoint(
  current: ConfigurationIds,
  changes: readonly Change[],
  autoLeave: boolean,
): Either<ConfChangeError, Changed> {
  if (isJoint(current)) return E.left("AlreadyJoint");
  if (current.voters.length === 0) return E.left("NoVoters");
  const draft = new Draft({ ...current, votersOutgoing: current.voters });
  draft.apply(changes);
  draft.autoLeave = autoLeave;
  return draft.voters.size === 0 ? E.left("NoVotersLeft") : E.right(draft.finish());
}

/** §6: the new majority alone decides. */
function leaveJoint(current: ConfigurationIds): Either<ConfChangeError, Changed> {
  if (!isJoint(current)) return E.left("NotJoint");
  return E.right({
    configuration: configuration({
      voters: current.voters,
      votersOutgoing: [],
      learners: [...current.learners, ...current.learnersNext],
      learnersNext: [],
      autoLeave: false,
    }),
    fresh: [],
  });
}

/** A configuration while a change is applied to it, one node after the other. */
class Draft {
  readonly voters: Set<NodeId>;
  readonly outgoing: ReadonlySet<NodeId>;
  readonly learners: Set<NodeId>;
  readonly learnersNext: Set<NodeId>;
  readonly fresh = new Set<NodeId>();
  autoLeave: boolean;

  constructor(current: ConfigurationIds) {
    this.voters = new Set(current.voters);
    this.outgoing = new Set(current.votersOutgoing);
    this.learners = new Set(current.learners);
    this.learnersNext = new Set(current.learnersNext);
    this.autoLeave = current.autoLeave;
  }

  apply(changes: readonly Change[]): void {
    for (const { type, id } of changes) {
      if (id === 0) continue;
      switch (type) {
        case "addNode":
          this.#makeVoter(id);
          break;
        case "addLearnerNode":
          this.#makeLearner(id);
          break;
        case "removeNode":
          this.#remove(id);
          break;
        case "updateNode": // only the application knows what has changed
          break;
      }
    }
  }

  finish(): Changed {
    return {
      configuration: configuration({
        voters: [...this.voters],
        votersOutgoing: [...this.outgoing],
        learners: [...this.learners],
        learnersNext: [...this.learnersNext],
        autoLeave: this.autoLeave,
      }),
      fresh: [...this.fresh],
    };
  }

  #isMember(id: NodeId): boolean {
    return this.voters.has(id) || this.outgoing.has(id) || this.learners.has(id);
  }

  #makeVoter(id: NodeId): void {
    if (!this.#isMember(id)) this.fresh.add(id);
    this.learners.delete(id);
    this.learnersNext.delete(id);
    this.voters.add(id);
  }

  #makeLearner(id: NodeId): void {
    if (!this.#isMember(id)) this.fresh.add(id);
    if (this.learners.has(id)) return;
    this.voters.delete(id);
    // A voter of the outgoing half goes on voting until the joint configuration is left.
    if (this.outgoing.has(id)) this.learnersNext.add(id);
    else this.learners.add(id);
  }

  #remove(id: NodeId): void {
    this.voters.delete(id);
    this.learners.delete(id);
    this.learnersNext.delete(id);
    if (!this.outgoing.has(id)) this.fresh.delete(id);
  }
}
