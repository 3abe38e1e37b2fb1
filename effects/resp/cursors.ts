/**
 * Where scans go on: Redis' cursors are numbers, ours are keys.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Random } from "../random/random.ts";

const LARGEST = 1e15; // some clients read cursors as floating-point numbers
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Gives numbers to keys, and keeps the newest. Numbers are random, so that a cursor of another node, or from before a
 * restart, is unknown rather than taken for another position.
 */
export class Cursors {
  readonly #random: Random;
  readonly #most: number;
  readonly #keys = new Map<number, Bytes>();
  #bytes = 0;

  /** Keeps at most `most` cursors, and at most 16 MiB of keys. */
  constructor(random: Random, most: number) {
    this.#random = random;
    this.#most = most;
  }

  /** How many there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** A cursor for `key`. */
  create(key: Bytes): number {
    let cursor = 0;
    while (cursor === 0 || this.#keys.has(cursor)) cursor = Math.floor(this.#random.next() * LARGEST);
    this.#keys.set(cursor, key.slice());
    this.#bytes += key.length;
    for (const [oldest, { length }] of this.#keys) {
      if (this.#keys.size <= this.#most && this.#bytes <= MOST_BYTES || oldest === cursor) break;
      this.#keys.delete(oldest);
      this.#bytes -= length;
    }
    return cursor;
  }

  /** The key that a cursor stands for; it may be asked for again, when a reply was lost. */
  find(cursor: number): Option<Bytes> {
    return O.fromNullable(this.#keys.get(cursor));
  }
}
