/**
 * How long to wait before the next attempt.
 *
 * @module
 */
import type { Random } from "../random/random.ts";

/** Grows with every attempt, and is never the same for two nodes. */
export class Backoff {
  private attempts = 0;

  /** Starts with `first` milliseconds. */
  constructor(private readonly random: Pick<Random, "next">, private readonly first: number) {}

  /** Milliseconds to wait: twice as many each time up to `longest`, of which up to a half is left to chance. */
  next(longest: number): number {
    const whole = Math.min(longest, this.first * 2 ** this.attempts);
    if (whole < longest) this.attempts++;
    return whole * (1 - this.random.next() / 2);
  }

  /** The next wait is the first one again. */
  reset(): void {
    this.attempts = 0;
  }
}
