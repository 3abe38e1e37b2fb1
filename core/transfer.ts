/**
 * Leadership transfer (thesis §3.10): the leader brings the target up to date and then asks it to campaign at once.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { isLearner, positionOf } from "./configuration.ts";
import { draftLeader, draftOwn } from "./draft.ts";
import type { NodeId } from "./entry.ts";
import { type Handled, refuse, saying, silently } from "./handled.ts";
import type { ForwardedTransferLeader, Ticket, TransferLeader } from "./message.ts";
import type { Candidate, Follower, Leader, Leadership, Node, PreCandidate, Transfer } from "./node.ts";
import type { Effect, Rejected, RejectReason } from "./outbox.ts";
import { Replication } from "./replicate.ts";
import { send } from "./send.ts";

type Request = TransferLeader | ForwardedTransferLeader;

/** A leader is asked to hand over. */
export function stepTransferLeader(leader: Leader, request: Request): Handled {
  const { transferee } = request;
  const position = positionOf(leader.configuration, transferee);
  if (position < 0) return reject(leader, request, "TransfereeUnknown");
  if (isLearner(leader.configuration, transferee)) return reject(leader, request, "TransfereeIsLearner");
  if (O.isSome(leader.own.transfer) && leader.own.transfer.value.transferee === transferee) {
    return reject(leader, request, "AlreadyTransferring");
  }
  const after = draftLeader(leader);
  const replication = new Replication(after, 1);
  const replaced = abortedTransfer(leader, "TransferReplaced");
  if (O.isSome(replaced)) replication.say(replaced.value);
  if (transferee === leader.id) {
    after.own = withTransfer(leader.own, O.none);
    const refusal = rejection(request, "AlreadyLeader");
    if (O.isSome(refusal)) replication.say(refusal.value);
    return replication.handled();
  }
  // It should be done within one election timeout, so the time for it begins now.
  after.electionElapsed = 0;
  after.own = withTransfer(leader.own, O.some({ transferee, ticket: ticketOf(request) }));
  if (leader.own.progress[position].match === leader.log.lastIndex) replication.say(timeoutNow(leader, transferee));
  else replication.appendTo(position, true);
  return replication.handled();
}

/** A follower is asked: the leader has to do it. */
export function forwardTransferLeader(follower: Follower, request: Request): Handled {
  if (O.isNone(follower.lead)) return dropTransferLeader(follower, request);
  if (request.type === "ForwardedTransferLeader" && request.term !== 0) {
    return refuse(follower, { type: "TermOnForwarded" });
  }
  const { id: from, term } = follower;
  const to = follower.lead.value;
  return saying(
    follower,
    send(follower, { type: "ForwardedTransferLeader", from, to, term, transferee: request.transferee }),
  );
}

/** There is no leader that could hand over. */
export function dropTransferLeader(node: Follower | PreCandidate | Candidate, request: Request): Handled {
  return reject(node, request, "NoLeader");
}

/** What the leader's host hears when a transfer that it has asked for is given up. */
export function abortedTransfer({ own: { transfer } }: Leader, reason: RejectReason): Option<Rejected> {
  if (O.isNone(transfer) || O.isNone(transfer.value.ticket)) return O.none;
  return O.some({ type: "Rejected", ticket: transfer.value.ticket, reason });
}

/** The target has everything: it may campaign. */
export function timeoutNow(leader: Leader, to: NodeId): Effect {
  return send(leader, { type: "TimeoutNow", from: leader.id, to, term: leader.term });
}

/** A copy of what only a leader has, with another `transfer`. */
export function withTransfer(own: Leadership, transfer: Option<Transfer>): Leadership {
  const after = draftOwn(own);
  after.transfer = transfer;
  return after;
}

function reject(node: Node, request: Request, reason: RejectReason): Handled {
  const refusal = rejection(request, reason);
  return O.isNone(refusal) ? silently(node) : saying(node, refusal.value);
}

function rejection(request: Request, reason: RejectReason): Option<Rejected> {
  const ticket = ticketOf(request);
  return O.isNone(ticket) ? O.none : O.some({ type: "Rejected", ticket, reason });
}

function ticketOf(request: Request): Option<Ticket> {
  return request.type === "TransferLeader" ? O.some(request.ticket) : O.none;
}
