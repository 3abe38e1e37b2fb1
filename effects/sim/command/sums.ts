/**
 * Sums up results while they come in.
 *
 * @module
 */
import type { Failure, Outcome, Tally } from "../outcome.ts";
import type { SeedRange } from "../seeds.ts";
import { addTallies, emptyTally } from "../tally.ts";
import type { SeedResult } from "./job.ts";

/** A run that failed. */
export type FailedOutcome = Outcome & { readonly failure: Failure };

/** What is known of the runs so far. */
export class Sums {
  /** The sums. */
  tally: Tally = emptyTally();
  /** The runs that failed, in the order of their seeds. */
  readonly failed: FailedOutcome[] = [];
  readonly #ranges: SeedRange[] = [];

  /** Which seeds were run. */
  get ranges(): readonly SeedRange[] {
    return this.#ranges;
  }

  /** Adds the result of the next seed. */
  add({ seed, outcome }: SeedResult): void {
    this.tally = addTallies(this.tally, outcome.tally);
    const { failure } = outcome;
    if (failure !== null) this.failed.push({ ...outcome, failure });
    const last = this.#ranges.at(-1);
    if (last?.to === seed - 1) this.#ranges[this.#ranges.length - 1] = { from: last.from, to: seed };
    else this.#ranges.push({ from: seed, to: seed });
  }
}
