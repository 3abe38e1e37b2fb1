/**
 * Writes what one turn has brought about in one go for each connection.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";

/** Something that holds back what it has to write. */
export interface Flushable {
  /** Writes it. */
  flush(): void;
}

/** Collects those that have something to write, and lets them write when everything that is ready has had its turn. */
export class Flusher {
  readonly #clock: Clock;
  #waiting: Flushable[] = [];

  /** A flusher whose turns are those of `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `one` has something to write; it may say so again. */
  add(one: Flushable): void {
    if (this.#waiting.push(one) === 1) this.#clock.soon(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one.flush();
  }
}
