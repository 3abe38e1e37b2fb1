/**
 * Ticks at a steady pace from a monotonic clock.
 *
 * After a pause (a stopped process, a machine that was asleep) the missed ticks are made up for, but a follower is given
 * only a few of them at once: it must not campaign before it had a chance to hear from a leader that is alive.
 *
 * @module
 */
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";
import type { Fold } from "./fold.ts";

/** What a ticker is made of. */
export interface TickerParts {
  /** The node. */
  readonly fold: Fold;
  /** Time. */
  readonly clock: Clock;
  /** The randomness that every tick carries. */
  readonly random: Random;
  /** Milliseconds of a tick. */
  readonly tickMs: number;
  /** Called with every wake-up, after the ticks are delivered. */
  readonly onTick: () => void;
}

/** A timer that comes when its tick is due must find it due, whatever the sum of fractions has lost. */
const ROUNDING = 1e-6;

/** Delivers `Tick`s. */
export class Ticker {
  readonly #parts: TickerParts;
  #cancel: Cancel = () => {};
  #last: number;

  /** Begins to tick. */
  constructor(parts: TickerParts) {
    this.#parts = parts;
    this.#last = parts.clock.now();
    this.#schedule();
  }

  /** Delivers the ticks that are due by now. */
  catchUp(): void {
    const { clock, fold, random, tickMs } = this.#parts;
    const missed = Math.floor((clock.now() - this.#last) / tickMs + ROUNDING);
    if (missed <= 0) return;
    this.#last += missed * tickMs;
    const { role, options } = fold.node;
    const paused = missed > options.electionTick / 2;
    const most = paused ? (role === "leader" ? 2 * options.electionTick : options.heartbeatTick) : missed;
    for (let count = Math.min(missed, most); count > 0; count--) fold.deliver({ type: "Tick", random: random.next() });
  }

  /** Stops. */
  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    const { clock, onTick, tickMs } = this.#parts;
    const due = Math.max(0, this.#last + tickMs - clock.now());
    this.#cancel = clock.after(due, () => {
      this.catchUp();
      this.#schedule();
      onTick();
    });
  }
}
