/**
 * The replicated state machine of the benchmarks: a rolling hash of everything that was applied.
 *
 * @module
 */
import type { Entry } from "../../core/mod.ts";

const BASIS = 2166136261;
const PRIME = 16777619;

/** One node's hash over index, term, length and a few bytes of every entry, in order. */
export class RollingHash {
  /** The last index that was applied. */
  index = 0;
  #hash = BASIS | 0;

  /** The hash so far, as an unsigned 32-bit number. */
  get value(): number {
    return this.#hash >>> 0;
  }

  /** Applies the next entries; a gap is an error of the core. */
  apply(entries: readonly Entry[]): void {
    for (let i = 0; i < entries.length; i++) {
      const { index, term, data } = entries[i];
      if (index !== this.index + 1) throw new Error(`Cannot apply entry ${index}: the last one was ${this.index}.`);
      const { length } = data;
      let hash = mix(mix(mix(this.#hash, index), term), length);
      if (length > 0) {
        hash = mix(hash, data[0] | (data[1] << 8) | (data[2] << 16) | (data[3] << 24));
        hash = mix(hash, data[length - 1]);
      }
      this.index = index;
      this.#hash = hash;
    }
  }
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, PRIME);
}
