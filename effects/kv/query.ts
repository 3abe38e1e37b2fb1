/**
 * What reads RaftKV.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import type { ColumnFamily, Pair } from "./command.ts";

/** The values of keys. Answer: `Values`. */
export interface Get extends Tagged<"Get"> {
  /** The key space. */
  readonly cf: ColumnFamily;
  /** The keys. */
  readonly keys: readonly Bytes[];
}

/** Pairs in the order of their keys' bytes. Answer: `Pairs`. */
export interface Scan extends Tagged<"Scan"> {
  /** The key space. */
  readonly cf: ColumnFamily;
  /** The first key, included. */
  readonly start: Bytes;
  /** The most pairs to return. */
  readonly limit: number;
}

/** The number of keys. Answer: `Size`. */
export interface CountKeys extends Tagged<"CountKeys"> {
  /** The key space. */
  readonly cf: ColumnFamily;
}

/** A query. */
export type KvQuery = Get | Scan | CountKeys;

/** What was asked for, in the order of the keys. */
export interface Values extends Tagged<"Values"> {
  /** None where a key does not exist. */
  readonly values: readonly Option<Bytes>[];
}

/** Pairs in the order of their keys. */
export interface Pairs extends Tagged<"Pairs"> {
  /** At most as many as asked for. */
  readonly pairs: readonly Pair[];
  /** The next key behind them, if there is one. */
  readonly next: Option<Bytes>;
}

/** A number of keys. */
export interface Size extends Tagged<"Size"> {
  /** The number. */
  readonly count: number;
}

/** An answer. */
export type KvAnswer = Values | Pairs | Size;
