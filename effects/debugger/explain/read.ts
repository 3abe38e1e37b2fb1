/**
 * What became of a read: which node was asked, who passed it on, how the leader made sure that it still leads, and at which
 * index the read may be served.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../../core/entry.ts";
import type { ForwardedReadIndex, Message, ReadIndex, Ticket } from "../../../core/message.ts";
import type { Node, ReadRequest } from "../../../core/node.ts";
import type { Effect, RejectReason } from "../../../core/outbox.ts";
import { equalBytes } from "../../kv/bytes.ts";
import type { Delivery, Timeline } from "../timeline.ts";
import { arrivalsOf, askerOf, firstStepOf, type Hop } from "./way.ts";

/** A read, from the step in which a host asked for it. */
export interface ReadHistory {
  /** The node whose host has asked. */
  readonly node: NodeId;
  /** The step in which it was asked; null if it is not in the recordings. */
  readonly asked: number | null;
  /** By what that host knows it again; null if the step is not in the recordings. */
  readonly ticket: Ticket | null;
  /** What became of it: once, unless a message that passed it on was there twice. */
  readonly ends: readonly ReadEnd[];
}

/** How a read ended, and the way to there. */
export interface ReadEnd {
  /** The nodes that passed it on, in order. */
  readonly hops: readonly Hop[];
  /** The last step in which a node was told of the request, and that node. */
  readonly step: number;
  /** The node of that step. */
  readonly node: NodeId;
  /** The message that got nowhere, as far as it is known. */
  readonly lost: Hop | null;
  /** Whether the leader had to keep it until something of its own term was committed (§8). */
  readonly held: boolean;
  /** The step in which the leader began to ask a quorum; null if it needed none, or did not come to it. */
  readonly round: number | null;
  /** The heartbeats that asked, in order. */
  readonly heartbeats: readonly Question[];
  /** The answers to them that arrived. */
  readonly confirmed: readonly { readonly from: NodeId; readonly step: number }[];
  /** The step that answered, with the index from which on the read may be served. */
  readonly answered: { readonly step: number; readonly index: number } | null;
  /** The step that turned it down, and why. */
  readonly rejected: { readonly step: number; readonly reason: RejectReason } | null;
  /** The step in which the leader stepped down with the read. */
  readonly dropped: number | null;
  /** The message that took the answer back; null if the leader's own host has asked, or there is no answer. */
  readonly back: Delivery | null;
}

/** A heartbeat that asks a node whether it still follows. */
export interface Question {
  /** The node. */
  readonly to: NodeId;
  /** The step that sent it. */
  readonly sent: number;
  /** The step that received it; null if none did. */
  readonly received: number | null;
}

/** Whether a message asks for a read. */
export function isRead(message: Message): message is ReadIndex | ForwardedReadIndex {
  return message.type === "ReadIndex" || message.type === "ForwardedReadIndex";
}

/** The history of the read that a node was told of, or got the answer to, in step `number`; null if it is about something else. */
export function readAt(timeline: Timeline, number: number): ReadHistory | null {
  const request = requestOf(timeline, number);
  if (request === null) return null;
  const first = timeline.step(firstStepOf(timeline, request, "ForwardedReadIndex"));
  const { message } = first;
  if (!isRead(message)) return null;
  return {
    node: askerOf(first),
    asked: message.type === "ReadIndex" ? first.number : null,
    ticket: message.type === "ReadIndex" ? message.ticket : null,
    ends: arrivalsOf(timeline, first.number, "ForwardedReadIndex").map(({ hops, step }) => {
      const last = hops[hops.length - 1];
      if (last !== undefined && last.received === null) return { ...nothing(timeline, hops, step), lost: last };
      return new Round(timeline, hops, step, message).follow();
    }),
  };
}

/** The step with the request that the message of step `number` is, or answers. */
function requestOf(timeline: Timeline, number: number): number | null {
  const { message, node, run } = timeline.step(number);
  if (isRead(message)) return number;
  if (message.type !== "ReadIndexResponse") return null;
  for (let earlier = number - 1; earlier > 0; earlier--) {
    if (timeline.nodes[timeline.columns.node[earlier - 1]] !== node) continue;
    const { message: asked, run: then } = timeline.step(earlier);
    if (asked.type === "ReadIndex" && then === run && equalBytes(asked.context, message.context)) return earlier;
  }
  return null;
}

function nothing(timeline: Timeline, hops: readonly Hop[], step: number): ReadEnd {
  const { node } = timeline.step(step);
  return {
    hops,
    step,
    node,
    lost: null,
    held: false,
    round: null,
    heartbeats: [],
    confirmed: [],
    answered: null,
    rejected: null,
    dropped: null,
    back: null,
  };
}

/** Follows the leader from the step in which it was asked. */
class Round {
  readonly #timeline: Timeline;
  readonly #request: ReadRequest;
  readonly #first: number;
  /** The position among the reads of this term of office; null until it has one. */
  #position: number | null = null;
  #end: { -readonly [K in keyof ReadEnd]: ReadEnd[K] };
  readonly #heartbeats: Question[] = [];
  readonly #confirmed: { from: NodeId; step: number }[] = [];

  constructor(timeline: Timeline, hops: readonly Hop[], step: number, asked: ReadRequest) {
    this.#timeline = timeline;
    this.#first = step;
    const { message } = timeline.step(step);
    this.#request = isRead(message) ? message : asked;
    this.#end = { ...nothing(timeline, hops, step), heartbeats: this.#heartbeats, confirmed: this.#confirmed };
  }

  follow(): ReadEnd {
    const timeline = this.#timeline;
    const { node, run } = timeline.step(this.#first);
    const position = timeline.nodes.indexOf(node);
    for (let number = this.#first; number <= timeline.length; number++) {
      if (timeline.columns.node[number - 1] !== position) continue;
      if (timeline.step(number).run !== run || this.#isOver(number)) break;
    }
    return this.#end;
  }

  /** Whether nothing more becomes of it behind step `number`. */
  #isOver(number: number): boolean {
    const timeline = this.#timeline;
    const { message, outbox } = timeline.step(number);
    const [before, after] = [timeline.before(number), timeline.after(number)];
    this.#asks(number, after);
    const answers = message.type === "HeartbeatResponse" && message.term === before.term && O.isSome(message.read);
    if (this.#position !== null && answers && message.read.value >= this.#position) {
      this.#confirmed.push({ from: message.from, step: number });
    }
    for (const effect of outbox) this.#said(number, effect);
    if (this.#end.answered !== null || this.#end.rejected !== null) return true;
    if (this.#position !== null && before.role === "leader" && after.role !== "leader") this.#end.dropped = number;
    return this.#end.dropped !== null || (this.#position === null && !this.#isHeld(after));
  }

  /** Takes note of the heartbeats that ask for it. */
  #asks(number: number, after: Node): void {
    if (this.#position === null) {
      this.#end.held ||= this.#isHeld(after);
      const place = after.role === "leader"
        ? after.own.reads.pending.findIndex(({ request }) => this.#isIt(request))
        : -1;
      if (after.role !== "leader" || place < 0) return;
      this.#position = after.own.reads.confirmed + place + 1;
      this.#end.round = number;
    }
    for (const { message, received, to } of this.#timeline.step(number).deliveries) {
      if (message.type !== "Heartbeat" || O.isNone(message.read) || message.read.value < this.#position) continue;
      this.#heartbeats.push({ to, sent: number, received });
    }
  }

  #said(number: number, effect: Effect): void {
    const request = this.#request;
    if (effect.type === "ReadReady" && request.type === "ReadIndex" && effect.ticket === request.ticket) {
      this.#end.answered = { step: number, index: effect.index };
    } else if (effect.type === "Rejected" && request.type === "ReadIndex" && O.isSome(effect.ticket)) {
      if (effect.ticket.value === request.ticket) this.#end.rejected = { step: number, reason: effect.reason };
    } else if (
      effect.type === "Send" && effect.message.type === "ReadIndexResponse" && request.type === "ForwardedReadIndex"
    ) {
      const { message } = effect;
      if (message.to !== request.from || !equalBytes(message.context, request.context)) return;
      this.#end.answered = { step: number, index: message.index };
      this.#end.back = this.#timeline.step(number).deliveries.find((one) => {
        return one.message.type === "ReadIndexResponse" && one.to === message.to &&
          equalBytes(one.message.context, message.context);
      }) ?? null;
    }
  }

  #isHeld({ heldReads }: Node): boolean {
    return heldReads.some((request) => this.#isIt(request));
  }

  #isIt(other: ReadRequest): boolean {
    const own = this.#request;
    if (own.type === "ReadIndex") return other.type === "ReadIndex" && other.ticket === own.ticket;
    return other.type === "ForwardedReadIndex" && other.from === own.from && equalBytes(other.context, own.context);
  }
}
