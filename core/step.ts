/**
 * The reducer: all of Raft as one function.
 *
 * @module
 */
import { conclude } from "./changes.ts";
import { stepCandidate } from "./candidate.ts";
import { stepApplied, stepPersisted } from "./durable.ts";
import { stepFollower } from "./follower.ts";
import { type Handled, silently } from "./handled.ts";
import { stepCompact, stepSnapshotAvailable, stepSnapshotUnavailable } from "./install_snapshot.ts";
import { stepLeader } from "./leader.ts";
import type { Message, PeerMessage } from "./message.ts";
import type { Node } from "./node.ts";
import type { Outbox } from "./outbox.ts";
import { stepApplyConfChange } from "./reconfigure.ts";
import type { RoleMessage } from "./role_message.ts";
import { adoptTerm, answerStale, isLeased } from "./term.ts";
import { stepRequestPreVote, stepRequestVote } from "./vote.ts";

/** The node after a message, and what it wants done. */
export type Step = readonly [node: Node, outbox: Outbox];

/** Advances `before` by one `message`: deterministic, without I/O, and without ever throwing. */
export function step(before: Node, message: Message): Step {
  const handled = dispatch(before, message);
  conclude(before, message, handled);
  return handled;
}

function dispatch(node: Node, message: Message): Handled {
  switch (message.type) {
    case "Append":
    case "AppendResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "RequestVote":
    case "RequestVoteResponse":
    case "RequestPreVote":
    case "RequestPreVoteResponse":
    case "InstallSnapshot":
    case "TimeoutNow":
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
      return stepPeerMessage(node, message);
    case "Persisted":
      return stepPersisted(node, message);
    case "Applied":
      return stepApplied(node, message);
    case "Propose":
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "ReadIndex":
    case "TransferLeader":
    case "ForgetLeader":
    case "Unreachable":
    case "SnapshotStatus":
      return stepRole(node, message);
    case "ApplyConfChange":
      return stepApplyConfChange(node, message);
    case "SnapshotAvailable":
      return stepSnapshotAvailable(node, message);
    case "SnapshotUnavailable":
      return stepSnapshotUnavailable(node);
    case "Compact":
      return stepCompact(node, message);
  }
}

/** §5.1: the term first, whatever the message says otherwise. */
function stepPeerMessage(node: Node, message: PeerMessage): Handled {
  const { term } = message;
  if (term === 0 || term === node.term) return stepCurrent(node, message);
  if (term < node.term) return answerStale(node, message);
  return isLeased(node, message) ? silently(node) : stepCurrent(adoptTerm(node, message), message);
}

function stepCurrent(node: Node, message: PeerMessage): Handled {
  switch (message.type) {
    case "RequestVote":
      return stepRequestVote(node, message);
    case "RequestPreVote":
      return stepRequestPreVote(node, message);
    default:
      return stepRole(node, message);
  }
}

function stepRole(node: Node, message: RoleMessage): Handled {
  switch (node.role) {
    case "leader":
      return stepLeader(node, message);
    case "follower":
      return stepFollower(node, message);
    case "preCandidate":
    case "candidate":
      return stepCandidate(node, message);
  }
}
