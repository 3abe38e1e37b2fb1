/**
 * Why a node's role, term or leader changed: no election stays unexplained.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type NodeId, sameId } from "./entry.ts";
import type { Message } from "./message.ts";
import type { Node } from "./node.ts";
import type { RoleChanged, RoleChangeReason } from "./outbox.ts";

/** The change from `before` to `after`, if it is one that anybody has to know of. */
export function roleChanged(before: Node, message: Message, after: Node): Option<RoleChanged> {
  if (before.role === after.role && before.term === after.term && sameId(before.lead, after.lead)) return O.none;
  const { role: from } = before;
  const { role: to, term, lead } = after;
  return O.some({ type: "RoleChanged", from, to, term, lead, reason: reasonFor(before, message, after) });
}

function reasonFor(before: Node, message: Message, after: Node): RoleChangeReason {
  switch (after.role) {
    case "leader":
      return { type: "ElectionWon" };
    case "preCandidate":
    case "candidate":
      return reasonToCampaign(message);
    case "follower":
      return reasonToFollow(before, message, after.lead);
  }
}

function reasonToCampaign(message: Message): RoleChangeReason {
  if (message.type === "Campaign") return { type: "CampaignRequested" };
  if (message.type === "TimeoutNow") return { type: "TransferRequested", by: message.from };
  if (message.type === "RequestPreVoteResponse") return { type: "PreVoteWon" };
  return { type: "ElectionTimeout" };
}

function reasonToFollow(before: Node, message: Message, lead: Option<NodeId>): RoleChangeReason {
  if ("from" in message && message.term > before.term) {
    return { type: "HigherTerm", from: message.from, message: message.type };
  }
  if (O.isSome(lead)) return { type: "LeaderFound", leader: lead.value };
  if (message.type === "ForgetLeader") return { type: "LeaderForgotten" };
  if (message.type === "Tick" || message.type === "CheckQuorum") return { type: "QuorumInactive" };
  if (message.type === "ApplyConfChange") return { type: "RemovedFromConfiguration" };
  return { type: "ElectionLost" };
}
