/**
 * Terms (§5.1): what a message's term says before the message itself is looked at.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { idOrNone } from "./entry.ts";
import type { PeerMessage } from "./message.ts";
import { accepted } from "./append.ts";
import type { Follower, Node } from "./node.ts";
import { acknowledging, type Handled, silently } from "./handled.ts";
import { becomeFollower } from "./roles.ts";

/** "If a server receives a request with a stale term number, it rejects the request" (§5.1), or says nothing. */
export function answerStale(node: Node, message: PeerMessage): Handled {
  const { checkQuorum, preVote } = node.options;
  switch (message.type) {
    case "Append":
    case "Heartbeat":
      // With either option this node's own campaigns may go unanswered, so the old leader has to hear of the new term
      // in another way: otherwise a node that came back with a higher term would never hear from a leader again.
      if (!checkQuorum && !preVote) return silently(node);
      return acknowledging(node, accepted(node, message.from, 0));
    case "RequestPreVote": // a candidate of the time before pre-vote was switched on must learn that its term is old
      return acknowledging(node, {
        type: "RequestPreVoteResponse",
        from: node.id,
        to: message.from,
        term: node.term,
        granted: false,
      });
    case "AppendResponse": // what an earlier term asked for is of no interest any more
    case "RequestVote": // the candidate hears of the new term from whoever leads it
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
    case "HeartbeatResponse":
    case "InstallSnapshot":
    case "TimeoutNow":
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
      return silently(node);
  }
}

/** Whether this node protects a live leader from the campaign (§6, thesis §4.2.3). */
export function isLeased(node: Node, message: PeerMessage): boolean {
  return (message.type === "RequestVote" || message.type === "RequestPreVote") && !message.transfer &&
    node.options.checkQuorum && O.isSome(node.lead) && node.electionElapsed < node.options.electionTick;
}

/** "If one server's current term is smaller than the other's, then it updates its current term" (§5.1). */
export function adoptTerm(node: Node, message: PeerMessage): Follower {
  const lead = isFromLeader(message) ? idOrNone(message.from) : O.none;
  return becomeFollower(node, message.term, lead);
}

/** Whether only the leader of its term sends such a message. */
function isFromLeader({ type }: PeerMessage): boolean {
  return type === "Append" || type === "Heartbeat" || type === "InstallSnapshot";
}
