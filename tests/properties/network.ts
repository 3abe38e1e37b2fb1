/**
 * The network of a simulated cluster: it loses, doubles, delays and reorders, but never invents or alters.
 *
 * @module
 */
import type { NodeId, PeerMessage } from "../../core/mod.ts";

/** So many messages may wait for one node; older ones are lost. */
const CAPACITY = 64;

/** A message in flight. */
export interface Letter {
  /** Counted from 1. */
  readonly number: number;
  readonly message: PeerMessage;
}

/** The messages in flight. */
export class Network {
  readonly #waiting = new Map<NodeId, Letter[]>();
  #mask = 0;
  #lossy = false;
  #count = 0;

  /** A message leaves. */
  send(message: PeerMessage): void {
    if (this.#lossy && this.#isCut(message)) return;
    const waiting = this.#to(message.to);
    waiting.push({ number: ++this.#count, message });
    if (waiting.length > CAPACITY) waiting.shift();
  }

  /** What can reach `to` now, oldest first. */
  deliverable(to: NodeId): readonly Letter[] {
    return this.#to(to).filter(({ message }) => !this.#isCut(message));
  }

  /** Takes `letter` out, as lost or as delivered. */
  take(letter: Letter): void {
    const waiting = this.#to(letter.message.to);
    const position = waiting.indexOf(letter);
    if (position >= 0) waiting.splice(position, 1);
  }

  /**
   * Cuts the nodes whose bit is set off from the others; 0 heals. What is sent across meanwhile is lost if the cut is
   * `lossy`, otherwise it arrives afterwards.
   */
  partition(mask: number, lossy: boolean): void {
    this.#mask = mask;
    this.#lossy = lossy;
  }

  #isCut({ from, to }: PeerMessage): boolean {
    return isIn(this.#mask, from) !== isIn(this.#mask, to);
  }

  #to(id: NodeId): Letter[] {
    let waiting = this.#waiting.get(id);
    if (waiting === undefined) this.#waiting.set(id, waiting = []);
    return waiting;
  }
}

/** Whether the bit of node `id` is set. */
export function isIn(mask: number, id: NodeId): boolean {
  return ((mask >> (id - 1)) & 1) === 1;
}

/** Most of `letters` in another order, always the same for the same `number`; the others are late. */
export function shuffled(letters: readonly Letter[], number: number): readonly Letter[] {
  const keyed = letters.map((letter) => ({ letter, key: Math.imul(letter.number, 0x9e3779b1 * number) >>> 16 }));
  return keyed.filter(({ key }) => key % 4 > 0).sort((a, b) => a.key - b.key).map(({ letter }) => letter);
}
