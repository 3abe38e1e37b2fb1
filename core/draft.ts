/**
 * Copies of a node that a handler completes before it returns them: one copy for each step.
 *
 * Every member is named, in one order, because a literal costs half of a spread and because nodes of one role then share
 * one hidden class.
 *
 * @module
 */
import type { Candidate, Common, Follower, Leader, Node, PreCandidate, Votes } from "./node.ts";

/** A value under construction. Only the function that made it may write to it, and only until it returns it. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** What only a leader has. */
export type LeaderOnly = Omit<Leader, keyof Common | "role">;

/** A copy of any node. */
export function draft(node: Node): Draft<Node> {
  switch (node.role) {
    case "follower":
      return draftFollower(node);
    case "preCandidate":
      return draftPreCandidate(node, node.votes);
    case "candidate":
      return draftCandidate(node, node.votes);
    case "leader":
      return draftLeader(node, node);
  }
}

/** A follower that has everything in common with `node`. */
export function draftFollower(node: Common): Draft<Follower> {
  return {
    role: "follower",
    id: node.id,
    options: node.options,
    configuration: node.configuration,
    snapshot: node.snapshot,
    term: node.term,
    vote: node.vote,
    lead: node.lead,
    log: node.log,
    stable: node.stable,
    pendingSnapshot: node.pendingSnapshot,
    commit: node.commit,
    applied: node.applied,
    electionElapsed: node.electionElapsed,
    timeout: node.timeout,
    heldReads: node.heldReads,
  };
}

/** A pre-candidate that has everything in common with `node`. */
export function draftPreCandidate(node: Common, votes: Votes): Draft<PreCandidate> {
  return {
    role: "preCandidate",
    id: node.id,
    options: node.options,
    configuration: node.configuration,
    snapshot: node.snapshot,
    term: node.term,
    vote: node.vote,
    lead: node.lead,
    log: node.log,
    stable: node.stable,
    pendingSnapshot: node.pendingSnapshot,
    commit: node.commit,
    applied: node.applied,
    electionElapsed: node.electionElapsed,
    timeout: node.timeout,
    heldReads: node.heldReads,
    votes,
  };
}

/** A candidate that has everything in common with `node`. */
export function draftCandidate(node: Common, votes: Votes): Draft<Candidate> {
  return {
    role: "candidate",
    id: node.id,
    options: node.options,
    configuration: node.configuration,
    snapshot: node.snapshot,
    term: node.term,
    vote: node.vote,
    lead: node.lead,
    log: node.log,
    stable: node.stable,
    pendingSnapshot: node.pendingSnapshot,
    commit: node.commit,
    applied: node.applied,
    electionElapsed: node.electionElapsed,
    timeout: node.timeout,
    heldReads: node.heldReads,
    votes,
  };
}

/** A leader that has everything in common with `node` and the rest from `own`. */
export function draftLeader(node: Common, own: LeaderOnly): Draft<Leader> {
  return {
    role: "leader",
    id: node.id,
    options: node.options,
    configuration: node.configuration,
    snapshot: node.snapshot,
    term: node.term,
    vote: node.vote,
    lead: node.lead,
    log: node.log,
    stable: node.stable,
    pendingSnapshot: node.pendingSnapshot,
    commit: node.commit,
    applied: node.applied,
    electionElapsed: node.electionElapsed,
    timeout: node.timeout,
    heldReads: node.heldReads,
    heartbeatElapsed: own.heartbeatElapsed,
    transfer: own.transfer,
    pendingConfIndex: own.pendingConfIndex,
    uncommittedSize: own.uncommittedSize,
    reads: own.reads,
    progress: own.progress,
  };
}
