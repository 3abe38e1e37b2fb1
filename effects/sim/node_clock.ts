/**
 * The clock of a simulated process: it goes at a rate of its own, and goes on while the process stands still.
 *
 * @module
 */
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Gate } from "./gate.ts";

/** A clock that begins with its process. */
export class NodeClock implements Clock {
  readonly #world: Clock;
  readonly #gate: Gate;
  readonly #rate: number;
  readonly #origin: number;

  /** In a second of `world`, `rate` seconds pass; timers come in by `gate`. */
  constructor(world: Clock, gate: Gate, rate: number) {
    this.#world = world;
    this.#gate = gate;
    this.#rate = rate;
    this.#origin = world.now();
  }

  now(): number {
    return (this.#world.now() - this.#origin) * this.#rate;
  }

  after(ms: number, callback: () => void): Cancel {
    let live: (() => void) | null = callback;
    const cancel = this.#world.after(ms / this.#rate, () => this.#gate.pass(() => live?.()));
    return () => {
      live = null;
      cancel();
    };
  }

  soon(callback: () => void): void {
    this.#world.soon(() => this.#gate.pass(callback));
  }
}
