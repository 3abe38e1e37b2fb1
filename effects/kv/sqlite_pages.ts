/**
 * All pairs of a database, page by page: for snapshots. SQLite itself puts the pairs of a page together, since a call or a
 * piece of memory for each of them would cost more than to read it.
 *
 * @module
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { successor, tableOf } from "./sqlite_pairs.ts";
import { StoreFailure } from "./store.ts";

/** Pairs that follow each other. */
export interface Page {
  /** The number of their column family in `COLUMN_FAMILIES`. */
  readonly family: number;
  /** Each key with its value behind it, without gaps. */
  readonly bytes: Bytes;
  /** The lengths of key and value of each pair, in turn. */
  readonly lengths: readonly number[];
  /** The last key. */
  readonly last: Bytes;
}

const MOST_PAIRS = 1024;

/** A page is larger only where a single pair is. */
const MOST_BYTES = 1 << 20;

/** The pages of `database`, in the order of families and keys. */
export function* pagesOf(database: DatabaseSync): Generator<Page, void> {
  for (let family = 0; family < COLUMN_FAMILIES.length; family++) {
    const statements = prepare(database, tableOf(COLUMN_FAMILIES[family]));
    let start: Bytes = NO_BYTES;
    for (let limit = MOST_PAIRS;; limit = Math.min(2 * limit, MOST_PAIRS)) {
      limit = fitting(statements.size, start, limit);
      const row = statements.page.get(start, limit);
      if (row === undefined || row["count"] === 0) break;
      const page = pageOf(family, row);
      yield page;
      if (page.lengths.length < 2 * limit) break;
      start = successor(page.last);
    }
  }
}

/** The most pairs from `start` on, up to `limit`, that are no larger together than a page should be. */
function fitting(size: StatementSync, start: Bytes, limit: number): number {
  let fitting = limit;
  while (fitting > 1 && Number(size.get(start, fitting)?.["bytes"] ?? 0) > MOST_BYTES) fitting >>= 1;
  return fitting;
}

function pageOf(family: number, { bytes, lengths, last }: Record<string, SQLOutputValue>): Page {
  if (bytes instanceof Uint8Array && last instanceof Uint8Array && typeof lengths === "string") {
    return { family, bytes, lengths: lengths.split(",").map(Number), last };
  }
  throw new StoreFailure("Cannot read the database: a key or a value is no blob.");
}

interface Statements {
  readonly size: StatementSync;
  readonly page: StatementSync;
}

function prepare(database: DatabaseSync, table: string): Statements {
  const rest = `FROM ${table} WHERE key >= ? ORDER BY key LIMIT ?`;
  // SQLite concatenates texts only. It takes the bytes of a blob for one as they are, zeros and all.
  return {
    size: database.prepare(`SELECT sum(bytes) AS bytes FROM (SELECT length(key) + length(value) AS bytes ${rest})`),
    page: database.prepare(`
      SELECT
        count(*) AS count, max(key) AS last,
        CAST(group_concat(pair, '') AS BLOB) AS bytes, group_concat(pair_lengths) AS lengths
      FROM (SELECT key, CAST(key || value AS TEXT) AS pair, length(key) || ',' || length(value) AS pair_lengths ${rest})
    `),
  };
}
