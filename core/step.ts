/**
 * The reducer: all of Raft as one function.
 *
 * @module
 */
import { stepCandidate } from "./candidate.ts";
import { conclude } from "./changes.ts";
import { stepApplied, stepPersisted } from "./durable.ts";
import { stepFollower } from "./follower.ts";
import { isWhole } from "./entry.ts";
import { type Handled, refuse, silently } from "./handled.ts";
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

/**
 * Advances `before` by one `message`: deterministic, without I/O, and without ever throwing.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { DEFAULT_OPTIONS } from "./options.ts";
 * import { bootstrap } from "./start.ts";
 * import { step } from "./step.ts";
 *
 * const node = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2, 3]);
 * if (E.isRight(node)) {
 *   const [candidate, outbox] = step(node.right, { type: "Campaign" });
 *   assertEquals(candidate.term, 1);
 *   assertEquals(outbox.map((effect) => effect.type), ["Persist", "RoleChanged"]); // it asks for votes when that is durable
 * }
 * ```
 */
export function step(before: Node, message: Message): Step {
  const handled = dispatch(before, message);
  conclude(before, message, handled);
  return handled;
}

// The term first (§5.1), then what is alike in every role, then the role (Figure 4).
function dispatch(node: Node, message: Message): Handled {
  switch (message.type) {
    case "Append":
    case "AppendResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
    case "InstallSnapshot":
    case "TimeoutNow":
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
      if (message.term !== node.term && message.term !== 0) return stepOtherTerm(node, message);
      break;
    case "RequestVote":
      if (message.term !== node.term && message.term !== 0) return stepOtherTerm(node, message);
      return stepRequestVote(node, message);
    case "RequestPreVote":
      if (message.term !== node.term && message.term !== 0) return stepOtherTerm(node, message);
      return stepRequestPreVote(node, message);
    case "Persisted":
      return stepPersisted(node, message);
    case "Applied":
      return stepApplied(node, message);
    case "ApplyConfChange":
      return stepApplyConfChange(node, message);
    case "SnapshotAvailable":
      return stepSnapshotAvailable(node, message);
    case "SnapshotUnavailable":
      return stepSnapshotUnavailable(node);
    case "Compact":
      return stepCompact(node, message);
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
      break;
  }
  return stepRole(node, message);
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

function stepOtherTerm(node: Node, message: PeerMessage): Handled {
  if (message.term < node.term) return answerStale(node, message);
  if (!isWhole(message.term + 1)) return refuse(node, { type: "NotAWholeNumber" });
  if (isLeased(node, message)) return silently(node);
  // A pre-vote is about a term that may never come: neither the question nor a "yes" makes it this node's (thesis §9.6).
  if (message.type === "RequestPreVote") return stepRequestPreVote(node, message);
  if (message.type === "RequestPreVoteResponse" && message.granted) return stepRole(node, message);
  const current = adoptTerm(node, message);
  return message.type === "RequestVote" ? stepRequestVote(current, message) : stepRole(current, message);
}
