/**
 * Randomness for the shell: election timeouts, incarnations, identities of requests.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

/** A source of randomness. A simulation has one that a seed determines. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `length` bytes that nobody can guess (from {@linkcode systemRandom}). */
  bytes(length: number): Bytes;
}

/** The machine's randomness. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** A name that nobody else has: `length` random bytes, in two hexadecimal digits each. */
export function randomName(random: Random, length = 8): string {
  return Array.from(random.bytes(length), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A generator that `seed` determines (mulberry32): for tests and simulations, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}
