/**
 * A network that delivers messages first in, first out, and loses those that a test wants lost.
 *
 * @module
 */
import type { Message, MessageType, NodeId, Outbox, PeerMessage } from "../../../core/mod.ts";
import { Member } from "./member.ts";
import { propose } from "./messages.ts";
import { type Random, seeded } from "./random.ts";

/** A peer with an empty log that knows everybody in its network. */
export const LIVE = "live";

/** A peer that swallows every message and never answers. */
export const BLACK_HOLE = "black hole";

/** One peer of a network: a member, or how to come by one. */
export type Peer = Member | typeof LIVE | typeof BLACK_HOLE;

/** More messages than any test needs: where nodes go on answering each other for ever, a test fails. */
const MANY_MESSAGES = 10_000;

/** An input that is delivered whatever the network loses. */
export type Injected = readonly [to: NodeId, message: Message];

/** Peers 1 to n, and the links between them. */
export class Network {
  readonly #members = new Map<NodeId, Member>();
  readonly #ids: readonly NodeId[];
  readonly #random: Random;
  readonly #ignored = new Set<MessageType>();
  readonly #loss = new Map<string, number>();
  #hook: (message: PeerMessage) => boolean = () => true;

  /** The peers in the order of their ids, which count from 1. */
  constructor(peers: readonly Peer[], random: Random = seeded(0)) {
    this.#ids = peers.map((_, i) => i + 1);
    this.#random = random;
    peers.forEach((peer, i) => {
      const id = i + 1;
      if (peer === LIVE) this.#members.set(id, new Member(id, { members: this.#ids }));
      if (peer instanceof Member) this.#members.set(id, peer);
    });
  }

  /** The live peers in the order of their ids. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** The live peer `id`. */
  member(id: NodeId): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new Error(`Cannot use peer ${id}: it is not live.`);
    return member;
  }

  /**
   * Delivers the inputs, then what comes of them, until nothing is on its way. A receiver's outbox is emptied after each
   * of its steps, of older messages too. Answers with what the receivers of the inputs themselves wanted done.
   */
  inject(...inputs: readonly Injected[]): Outbox {
    const said: Outbox[] = [];
    const queue: Injected[] = [...inputs];
    for (let i = 0; i < queue.length; i++) {
      const [to, message] = queue[i];
      const member = this.#members.get(to);
      if (member === undefined) continue;
      if (i >= MANY_MESSAGES) throw new Error(`The network does not come to rest: node ${to} gets ${message.type}.`);
      const outbox = member.step(message);
      if (i < inputs.length) said.push(outbox);
      for (const sent of member.readOutbox()) if (this.#passes(sent)) queue.push([sent.to, sent]);
    }
    return said.flat();
  }

  /** Lets `id` campaign. */
  campaign(id: NodeId): void {
    this.inject([id, { type: "Campaign" }]);
  }

  /** Lets `id` send heartbeats. */
  beat(id: NodeId): void {
    this.inject([id, { type: "Beat" }]);
  }

  /** Proposes `text` at `id`; answers with what `id` wanted done. */
  propose(id: NodeId, text: string): Outbox {
    return this.inject([id, propose(text)]);
  }

  /** Loses every message of `type`. */
  ignore(type: MessageType): void {
    this.#ignored.add(type);
  }

  /** Loses messages from `from` to `to` with this probability. */
  drop(from: NodeId, to: NodeId, probability: number): void {
    this.#loss.set(link(from, to), probability);
  }

  /** Loses everything between `a` and `b`. */
  cut(a: NodeId, b: NodeId): void {
    this.drop(a, b, 1);
    this.drop(b, a, 1);
  }

  /** Loses everything from and to `id`. */
  isolate(id: NodeId): void {
    for (const other of this.#ids) if (other !== id) this.cut(id, other);
  }

  /** Loses the messages to which `hook` answers false. */
  hook(hook: (message: PeerMessage) => boolean): void {
    this.#hook = hook;
  }

  /** Loses nothing any more but what the hook loses. */
  recover(): void {
    this.#ignored.clear();
    this.#loss.clear();
  }

  #passes(message: PeerMessage): boolean {
    if (this.#ignored.has(message.type)) return false;
    const loss = this.#loss.get(link(message.from, message.to)) ?? 0;
    if (loss > 0 && this.#random() < loss) return false;
    return this.#hook(message);
  }
}

function link(from: NodeId, to: NodeId): string {
  return `${from} to ${to}`;
}
