/**
 * The time in which no other node can be elected (thesis §6.4.1), measured by this node's own clock.
 *
 * A quorum that has answered this leader refuses to vote for an election timeout after it heard from the leader, which was
 * not before the round began. So the lease counts from the beginning of a round, is shorter than an election timeout by
 * what ticks may be coarse and clocks may differ, and a voter that was started anew keeps silent for an election timeout.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";

/** How far the rates of two clocks may differ. */
const DRIFT = 0.1;

/** A leader's lease. */
export class Lease {
  readonly #clock: Clock;
  /** Milliseconds that it lasts after it was renewed. */
  readonly lengthMs: number;
  /** Milliseconds of a tick. */
  readonly tickMs: number;
  #until = -Infinity;
  #term = 0;
  #givenAway = 0;

  /** No lease yet. `electionTick` ticks of `tickMs` are an election timeout. */
  constructor(clock: Clock, electionTick: number, tickMs: number) {
    this.#clock = clock;
    this.tickMs = tickMs;
    // The last tick may come at once, and after a pause one more may be made up for.
    this.lengthMs = Math.max(0, (electionTick - 2) * tickMs) * (1 - DRIFT);
  }

  /** A round that began at `began` has confirmed the leader of `term`. */
  renew(began: number, term: number): void {
    if (term === this.#givenAway) return;
    this.#until = term === this.#term ? Math.max(this.#until, began + this.lengthMs) : began + this.lengthMs;
    this.#term = term;
  }

  /**
   * The leader of `term` hands over: another node may be elected at any time, also after the transfer has failed, since
   * the message that asks for the election may still be on its way.
   */
  giveAway(term: number): void {
    this.#givenAway = term;
    this.#until = -Infinity;
  }

  /** Whether nobody but the leader of `term` can lead now. */
  holds(term: number): boolean {
    return this.#term === term && this.#clock.now() < this.#until;
  }

  /** Milliseconds until it ends; 0 if it does not hold. */
  remaining(term: number): number {
    return this.#term === term ? Math.max(0, this.#until - this.#clock.now()) : 0;
  }
}
