/**
 * Many deadlines, one timer. Setting and clearing a timer costs a server a third of what a small request costs in all.
 *
 * @module
 */
import type { Cancel, Clock } from "../clock/clock.ts";

interface Deadline {
  readonly at: number;
  readonly expire: () => void;
}

/** Deadlines that all are equally far away, so that the one that was set first comes first. */
export class Deadlines {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #ms: number;
  readonly #set = new Set<Deadline>();
  #cancel: Cancel | undefined;

  /** No deadlines yet; each will be `ms` milliseconds away. */
  constructor(clock: Pick<Clock, "now" | "after">, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Calls `expire` when the time is over, unless the returned function is called before. */
  start(expire: () => void): Cancel {
    const deadline = { at: this.#clock.now() + this.#ms, expire };
    this.#set.add(deadline);
    // A timer that runs already ends before this deadline, and goes on to the next one then.
    if (this.#cancel === undefined) this.#arm(this.#ms);
    return () => void this.#set.delete(deadline);
  }

  /** Stops the timer, and drops what is left. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#set.clear();
  }

  #arm(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => this.#expire());
  }

  #expire(): void {
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (const deadline of this.#set) {
      if (deadline.at > now) {
        this.#arm(deadline.at - now);
        return;
      }
      this.#set.delete(deadline);
      deadline.expire();
    }
  }
}
