/**
 * Where RaftKV keeps its pairs.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Durability, Restored, SystemRecord } from "../node/state_machine.ts";
import type { ColumnFamily, Pair } from "./command.ts";
import type { Pairs } from "./query.ts";

/**
 * Pairs in the order of their keys' bytes, one key space for each column family. Changes show in `get` at once, and are kept
 * all together or not at all with the next `commit`. What is kept are copies.
 *
 * Where a method throws or rejects with a {@linkcode StoreFailure}, the store has failed for good.
 */
export interface KvStore {
  /** The value of `key`. */
  get(cf: ColumnFamily, key: Bytes): Option<Bytes>;
  /**
   * Up to `limit` pairs from `start` on, as of an instant between the call and the answer. There are fewer only at the end,
   * or where they would be more than {@linkcode MAX_SCAN_BYTES}.
   */
  scan(cf: ColumnFamily, start: Bytes, limit: number): Pairs | Promise<Pairs>;
  /** The number of keys, as of an instant between the call and the answer. It costs the same whatever their number. */
  count(cf: ColumnFamily): number | Promise<number>;
  /** Sets a value. */
  put(cf: ColumnFamily, key: Bytes, value: Bytes): void;
  /** Removes a key, if it is there. */
  remove(cf: ColumnFamily, key: Bytes): void;
  /**
   * Ends a batch: the state is now that of `index`, and `records` have changed. What it returns resolves when the store has
   * room for the next batch: a disk that is slower than the commands costs waiting, not memory.
   */
  commit(index: number, records: readonly SystemRecord[]): void | Promise<void>;
  /** The state as of this call, in chunks of at most 1 MiB. It has to be read to its end, or to be given up by `return`. */
  snapshot(): AsyncIterable<Bytes>;
  /** Replaces the whole state by what `snapshot` of any store returned. Until all of it is there, the old state stands. */
  restore(chunks: AsyncIterable<Bytes>, at: Restored): Promise<void>;
  /** What a store that survives its process tells. */
  readonly durability?: Durability;
  /** Closes it. */
  close(): Promise<void>;
}

/** A scan returns at most so many bytes of keys and values, but at least one pair. */
export const MAX_SCAN_BYTES = 4 << 20;

/** The first of `found`, as many as a scan for `limit` pairs returns. */
export function firstPairs(found: Iterable<Pair>, limit: number): Pairs {
  const pairs: Pair[] = [];
  let bytes = 0;
  for (const pair of found) {
    bytes += pair.key.length + pair.value.length;
    const isFull = pairs.length >= limit || (bytes > MAX_SCAN_BYTES && pairs.length > 0);
    if (isFull) return { type: "Pairs", pairs, next: O.some(pair.key) };
    pairs.push(pair);
  }
  return { type: "Pairs", pairs, next: O.none };
}

/** The store cannot go on. */
export class StoreFailure extends Error {
  /** A failure: what happened, in a sentence. */
  constructor(message: string) {
    super(message);
    this.name = "StoreFailure";
  }
}
