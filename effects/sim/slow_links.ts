/**
 * Which nodes send and hear slowly: several can at the same time, and one for several reasons.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { LinkConditions, Where } from "../transport/memory_conditions.ts";

/** A network whose ways can be slow. */
export interface Ways {
  /** From now on `conditions` hold `where`. */
  set(conditions: Partial<LinkConditions>, where: Where): void;
}

interface Slow {
  readonly id: NodeId;
  readonly delayMs: number;
}

/** The nodes whose messages are slow. */
export class SlowLinks {
  readonly #ways: Ways;
  readonly #usual: readonly [number, number];
  readonly #slow = new Set<Slow>();

  /** There are none. Messages usually take from `usual[0]` to `usual[1]` milliseconds. */
  constructor(ways: Ways, usual: readonly [number, number]) {
    this.#ways = ways;
    this.#usual = usual;
  }

  /**
   * Messages from and to node `id` take up to `delayMs` longer from now on, until the function that is returned is called.
   * What was made last counts.
   */
  make(id: NodeId, delayMs: number): () => void {
    const slow = { id, delayMs };
    this.#slow.add(slow);
    this.#set(slow);
    return () => {
      if (!this.#slow.delete(slow)) return;
      this.#set({ id, delayMs: 0 });
      for (const other of this.#slow) this.#set(other); // also those at the other ends of its ways
    };
  }

  /** None is slow any more, whatever the network does from now on. */
  forget(): void {
    this.#slow.clear();
  }

  #set({ id, delayMs }: Slow): void {
    const [leastDelayMs, most] = this.#usual;
    const conditions = { leastDelayMs, mostDelayMs: most + delayMs };
    this.#ways.set(conditions, { from: id });
    this.#ways.set(conditions, { to: id });
  }
}
