/**
 * The border of a simulated process: everything that sets it going comes in here, or waits while the process stands still.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";

interface Waiting {
  readonly at: number;
  readonly work: () => void;
}

/** The border of one process, from its start to its end. */
export class Gate {
  readonly #clock: Clock;
  readonly #random: Random;
  #waiting: Waiting[] = [];
  #last = 0;
  #slowMs = 0;
  #frozen = false;
  #pumping = false;

  /** Nothing holds anything up. */
  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether the process stands still. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** Does `work` at once, or in its turn: never before what came earlier. */
  pass(work: () => void): void {
    if (!this.#frozen && this.#slowMs === 0 && this.#waiting.length === 0) return work();
    const late = this.#slowMs > 0 ? this.#random.next() * this.#slowMs : 0;
    this.#last = Math.max(this.#last, this.#clock.now() + late);
    this.#waiting.push({ at: this.#last, work });
    this.#pump();
  }

  /** Resolves when the process goes on. */
  passed(): Promise<void> {
    return new Promise((resolve) => this.pass(resolve));
  }

  /** From now on nothing comes in. */
  freeze(): void {
    this.#frozen = true;
  }

  /** What waits comes in, in the order in which it came, and so does everything else. */
  thaw(): void {
    this.#frozen = false;
    this.#pump();
  }

  /** From now on everything takes up to `ms` longer. */
  slow(ms: number): void {
    this.#slowMs = ms;
  }

  // One at a time, as turns of an event loop.
  #pump(): void {
    const next = this.#waiting[0];
    if (this.#pumping || this.#frozen || next === undefined) return;
    this.#pumping = true;
    this.#clock.after(next.at - this.#clock.now(), () => {
      this.#pumping = false;
      if (this.#frozen) return;
      this.#waiting.shift();
      next.work();
      this.#pump();
    });
  }
}
