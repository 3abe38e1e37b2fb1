/**
 * How long things take, counted in buckets.
 *
 * @module
 */

/** Upper bounds in seconds, from a memory access to a request that waited for an election. */
export const SECONDS: readonly number[] = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
];

/** Counts observations by size. */
export class Histogram {
  /** The upper bounds of the buckets, ascending, each included. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** An empty one with buckets up to `bounds`. */
  constructor(bounds: readonly number[] = SECONDS) {
    this.bounds = bounds;
    this.#counts = new Array(bounds.length).fill(0);
  }

  /** How many observations were within each bound and above the one before. What is above all is in `count` alone. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** The sum of all observations. */
  get sum(): number {
    return this.#sum;
  }

  /** The number of all observations. */
  get count(): number {
    return this.#count;
  }

  /** Counts one observation. */
  observe(value: number): void {
    this.#sum += value;
    this.#count++;
    const { bounds } = this;
    for (let i = 0; i < bounds.length; i++) {
      if (value <= bounds[i]) {
        this.#counts[i]++;
        return;
      }
    }
  }
}
