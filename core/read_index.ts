/**
 * Linearizable reads without writing to the log (§8, thesis §6.4): the leader notes its commit index, makes sure that it
 * still leads, and the read may be served once that index is applied.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { hasCommittedInTerm } from "./commit.ts";
import { isSingleton } from "./configuration.ts";
import { type Draft, draftLeader, draftOwn } from "./draft.ts";
import type { NodeId } from "./entry.ts";
import { type Handled, refuse, saying, silently } from "./handled.ts";
import type { ReadIndexResponse } from "./message.ts";
import type {
  Candidate,
  Follower,
  Leader,
  Leadership,
  Node,
  PreCandidate,
  ReadAck,
  ReadRequest,
  Reads,
} from "./node.ts";
import type { Effect } from "./outbox.ts";
import { quorumMatch } from "./quorum.ts";
import { Replication } from "./replicate.ts";
import { send } from "./send.ts";

/** A leader is asked for a read. */
export function stepReadIndex(leader: Leader, request: ReadRequest): Handled {
  if (isSingleton(leader.configuration)) return saying(leader, answer(leader, request, leader.commit));
  const after = draftLeader(leader);
  // Before its first own commit a leader does not know what is committed (§8); the read waits.
  if (!hasCommittedInTerm(leader)) {
    after.heldReads = [...leader.heldReads, request];
    return silently(after);
  }
  const replication = new Replication(after, after.own.progress.length - 1);
  serve(after, request, replication);
  return replication.handled();
}

/** A follower is asked for a read: only the leader can answer. */
export function forwardReadIndex(follower: Follower, request: ReadRequest): Handled {
  if (O.isNone(follower.lead)) return dropReadIndex(follower, request);
  const own = request.type === "ReadIndex";
  if (!own && request.term !== 0) return refuse(follower, { type: "TermOnForwarded" });
  const from = own ? follower.id : request.from;
  const to = follower.lead.value;
  return saying(follower, send(follower, { type: "ForwardedReadIndex", from, to, term: 0, context: request.context }));
}

/** There is nobody who could answer the read; its host asks again, or waits. */
export function dropReadIndex(node: Follower | PreCandidate | Candidate, request: ReadRequest): Handled {
  if (request.type === "ForwardedReadIndex") return silently(node);
  return saying(node, { type: "Rejected", ticket: O.some(request.ticket), reason: "NoLeader" });
}

/** A follower gets the answer to a read that it has forwarded. */
export function stepReadIndexResponse(follower: Follower, { context, index }: ReadIndexResponse): Handled {
  return saying(follower, { type: "ForwardedReadReady", context, index });
}

/** The first commit of a term has come: the reads that waited for it go on. */
export function releaseHeldReads(leader: Draft<Leader>, replication: Replication): void {
  if (leader.heldReads.length === 0 || !hasCommittedInTerm(leader)) return;
  const held = leader.heldReads;
  leader.heldReads = [];
  for (const request of held) serve(leader, request, replication);
}

/** The position of the last read that waits: whoever answers a heartbeat that carries it confirms them all. */
export function lastReadPosition(reads: Reads): Option<number> {
  return reads.pending.length === 0 ? O.none : O.some(reads.confirmed + reads.pending.length);
}

/**
 * Counts that `from` has acknowledged the reads up to `position`; those that a majority has acknowledged are answered.
 * Answers false if no read has that position.
 */
export function confirmReads(
  leader: Draft<Leader>,
  from: NodeId,
  position: number,
  replication: Replication,
): boolean {
  const { confirmed, pending, acks: before } = leader.own.reads;
  const acks = acknowledgeReads(before, from, position);
  const count = Math.max(quorumPosition(leader, acks) - confirmed, 0);
  if (!(Number.isInteger(position) && position >= 0) || count > pending.length) return false;
  leader.own = withReads(leader.own, { confirmed: confirmed + count, pending: pending.slice(count), acks });
  for (const { index, request } of pending.slice(0, count)) replication.say(answer(leader, request, index));
  return true;
}

function serve(leader: Draft<Leader>, request: ReadRequest, replication: Replication): void {
  switch (leader.options.readOnlyOption) {
    case "safe": {
      const { confirmed, pending, acks } = leader.own.reads;
      const position = confirmed + pending.length + 1;
      leader.own = withReads(leader.own, {
        confirmed,
        pending: [...pending, { index: leader.commit, request }],
        acks: acknowledgeReads(acks, leader.id, position),
      });
      replication.heartbeatToAll(O.some(position));
      return;
    }
    case "leaseBased": // thesis §6.4.1: the quorum of the last check is taken to follow still, which may be an election timeout too long
      replication.say(answer(leader, request, leader.commit));
      return;
  }
}

function withReads(own: Leadership, reads: Reads): Leadership {
  const after = draftOwn(own);
  after.reads = reads;
  return after;
}

function answer(node: Node, request: ReadRequest, index: number): Effect {
  if (request.type === "ReadIndex") return { type: "ReadReady", ticket: request.ticket, index };
  const { from: to, context } = request;
  if (to === node.id) return { type: "ForwardedReadReady", context, index };
  return send(node, { type: "ReadIndexResponse", from: node.id, to, term: node.term, context, index });
}

function acknowledgeReads(acks: readonly ReadAck[], from: NodeId, position: number): readonly ReadAck[] {
  const known = acks.find((ack) => ack.from === from);
  if (known === undefined) return [...acks, { from, position }];
  return known.position >= position ? acks : acks.map((ack) => ack === known ? { from, position } : ack);
}

function quorumPosition({ configuration }: Leader, acks: readonly ReadAck[]): number {
  return quorumMatch(
    configuration,
    configuration.members.map((id) => ({ match: acks.find((ack) => ack.from === id)?.position ?? 0 })),
  );
}
