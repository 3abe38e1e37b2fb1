/**
 * A fast 64-bit hash of numbers and bytes, for noticing differences. It is no protection against anybody who wants two
 * values to have the same hash.
 *
 * Two lanes of 32 bits take one word at a time. For a given word, each lane maps its states one to one, and for a given
 * state, the words: two sequences that differ in a single word never have the same hash.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";

/** A hash of 64 bits, in two halves of 32 bits without a sign. */
export interface Hash {
  /** The upper half. */
  readonly high: number;
  /** The lower half. */
  readonly low: number;
}

/** With what the upper lane begins. */
export const HIGH_SEED = 0x243f6a88;
const LOW_SEED = 0x13198a2e;

/** Below so many bytes, a view of words costs more than it saves. */
const WORTH_A_VIEW = 160;

/** Stands before every number that is no whole one below 2^32. */
const LONG = 0x9e3779b9 | 0;

/**
 * Hashes what it is given, one value behind the other.
 *
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { Hasher, hexadecimal } from "./hash.ts";
 *
 * const hasher = new Hasher();
 * hasher.number(7);
 * hasher.bytes(Uint8Array.of(1, 2, 3));
 * const before = hasher.hash();
 * assertEquals(hexadecimal(before).length, 16);
 * hasher.boolean(true);
 * assertNotEquals(hasher.hash(), before);
 * ```
 */
export class Hasher {
  /** The upper lane, before the last mixing. */
  #a = HIGH_SEED;
  /** The lower lane. */
  #b = LOW_SEED;

  /** Forgets everything. */
  reset(): void {
    this.#a = HIGH_SEED;
    this.#b = LOW_SEED;
  }

  /** 32 bits. */
  word(word: number): void {
    const a = this.#a ^ Math.imul(word, 0xcc9e2d51);
    const b = this.#b ^ Math.imul(word, 0x85ebca77);
    this.#a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    this.#b = (Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5) | 0;
  }

  /** Any number. */
  number(value: number): void {
    if (value >>> 0 === value) this.word(value);
    else this.#longNumber(value);
  }

  /** False or true. */
  boolean(value: boolean): void {
    this.word(value ? 1 : 0);
  }

  /** A number that may be missing. */
  optional(value: Option<number>): void {
    if (O.isNone(value)) {
      this.word(0);
    } else {
      this.word(1);
      this.number(value.value);
    }
  }

  /** Bytes, and how many they are. */
  bytes(bytes: Bytes): void {
    const { length } = bytes;
    this.word(length);
    const whole = length & ~3;
    if (length < WORTH_A_VIEW) this.#shortRun(bytes, whole);
    else this.#longRun(new DataView(bytes.buffer, bytes.byteOffset, whole), whole);
    if (whole === length) return;
    let rest = 0;
    for (let at = whole; at < length; at++) rest = (rest << 8) | bytes[at];
    this.word(rest);
  }

  /** The hash of everything so far; more may follow. */
  hash(): Hash {
    return { high: mixed(this.#a ^ Math.imul(this.#b, 0x2c1b3c6d)) >>> 0, low: mixed(this.#b) >>> 0 };
  }

  /** The upper half of the hash, with a sign. */
  high(): number {
    return mixed(this.#a ^ Math.imul(this.#b, 0x2c1b3c6d));
  }

  /** The lower half of the hash, with a sign. */
  low(): number {
    return mixed(this.#b);
  }

  /** Sixteen bits of the hash: enough to notice a difference where many are looked at. */
  check(): number {
    return mixed(this.#a ^ Math.imul(this.#b, 0x2c1b3c6d)) & 0xffff;
  }

  #longNumber(value: number): void {
    const words = new Uint32Array(Float64Array.of(value).buffer);
    this.word(LONG);
    this.word(words[0]);
    this.word(words[1]);
  }

  #shortRun(bytes: Bytes, end: number): void {
    let [a, b] = [this.#a, this.#b];
    for (let at = 0; at < end; at += 4) {
      const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      a ^= Math.imul(word, 0xcc9e2d51);
      b ^= Math.imul(word, 0x85ebca77);
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
      b = (Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5) | 0;
    }
    this.#a = a;
    this.#b = b;
  }

  #longRun(words: DataView, end: number): void {
    let [a, b] = [this.#a, this.#b];
    for (let at = 0; at < end; at += 4) {
      const word = words.getInt32(at, true);
      a ^= Math.imul(word, 0xcc9e2d51);
      b ^= Math.imul(word, 0x85ebca77);
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
      b = (Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5) | 0;
    }
    this.#a = a;
    this.#b = b;
  }
}

/** Whether both are the same. */
export function sameHash(a: Hash, b: Hash): boolean {
  return a.high === b.high && a.low === b.low;
}

/** The hash in sixteen hexadecimal digits. */
export function hexadecimal({ high, low }: Hash): string {
  return digits(high) + digits(low);
}

/** 32 bits in eight hexadecimal digits. */
export function digits(word: number): string {
  return word.toString(16).padStart(8, "0");
}

/** The hash that sixteen hexadecimal digits stand for. */
export function parseHash(text: string): Option<Hash> {
  if (!/^[0-9a-f]{16}$/.test(text)) return O.none;
  return O.some({ high: parseInt(text.slice(0, 8), 16), low: parseInt(text.slice(8), 16) });
}

/** Spreads every bit of a lane over all others; one to one. */
export function mixed(lane: number): number {
  let h = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
