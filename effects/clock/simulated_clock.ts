/**
 * A clock that moves only when it is told to: years of a cluster's life in seconds, and every run the same.
 *
 * Between two callbacks everything that promises have made ready is finished, as between two turns of an event loop. So what
 * happens depends on nothing but the order in which timers were set.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Cancel, Clock } from "./clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | null;
}

/** A clock for tests and simulations. */
export class SimulatedClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#push(timer);
    return () => timer.callback = null;
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  /** Moves on by `ms` milliseconds, calling back whatever becomes due, in order. */
  async advance(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /** Moves on until `condition` holds after some callback, or `ms` milliseconds have passed; whether it holds. */
  async runUntil(condition: () => boolean, ms: number): Promise<boolean> {
    const end = this.#now + ms;
    await settled();
    while (!condition()) {
      const next = this.#timers[0];
      if (next === undefined || next.at > end) {
        this.#now = end;
        return condition();
      }
      this.#pop();
      if (next.callback === null) continue;
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    return true;
  }

  /** Moves on until `promise` is settled, for at most `ms` milliseconds, and returns what it resolves to. */
  async waitFor<A>(promise: Promise<A>, ms = 60_000): Promise<A> {
    let done = false;
    const settle = (): void => void (done = true);
    promise.then(settle, settle);
    if (!await this.runUntil(() => done, ms)) {
      throw new Error(`Cannot wait any longer: ${ms} ms of simulated time passed.`);
    }
    return await promise;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(timer, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Everything that promises have made ready is finished. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
