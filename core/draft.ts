/**
 * Copies of a node that a handler completes before it returns them: one copy for each step.
 *
 * Every member is named, because a literal costs half of a spread, and there is one literal for all roles, so that all
 * nodes share one hidden class.
 *
 * @module
 */
import type { Common, Leader, Leadership, Node } from "./node.ts";
import type { RoleName } from "./outbox.ts";
import type { Progress } from "./progress.ts";

/** A value under construction. Only the step that made it may write to it, and only until it is returned. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A copy of `node`. */
export function draft(node: Node): Draft<Node> {
  switch (node.role) {
    case "follower":
      return draftAs("follower", node, null);
    case "preCandidate":
      return draftAs("preCandidate", node, node.own);
    case "candidate":
      return draftAs("candidate", node, node.own);
    case "leader":
      return draftLeader(node);
  }
}

/** A copy of a leader. */
export function draftLeader(leader: Leader): Draft<Leader> {
  return draftAs("leader", leader, leader.own);
}

/** A node in `role` that has everything in common with `node`, and `own` for itself. */
export function draftAs<Role extends RoleName, Own>(
  role: Role,
  node: Common,
  own: Own,
): Draft<Common> & { role: Role; own: Own } {
  return {
    role,
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
    own,
  };
}

/** A copy of what only a leader has. */
export function draftOwn(own: Leadership): Draft<Leadership> {
  return {
    heartbeatElapsed: own.heartbeatElapsed,
    transfer: own.transfer,
    pendingConfIndex: own.pendingConfIndex,
    uncommittedSize: own.uncommittedSize,
    reads: own.reads,
    progress: own.progress,
  };
}

/** A copy of what only a leader has, with other `progress`. */
export function withProgress(own: Leadership, progress: readonly Progress[]): Leadership {
  const after = draftOwn(own);
  after.progress = progress;
  return after;
}
