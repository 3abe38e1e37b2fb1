/**
 * Pairs of a database, read in the order of their keys.
 *
 * @module
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";
import { COLUMN_FAMILIES, type ColumnFamily, type Pair } from "./command.ts";
import { StoreFailure } from "./store.ts";

/** A page that is read at once holds at most so many bytes: half as expensive as row by row, but all of it is in memory. */
const PAGE_BYTES = 1 << 20;
const LARGEST_PAGE = 1024;

/** The name of the table of a column family. */
export function tableOf(cf: ColumnFamily): string {
  return `pairs_${cf}`;
}

/** Reads the pairs of a database. */
export class PairReader {
  private readonly statements: { readonly [CF in ColumnFamily]: Statements };

  /** Reads `database`, which stays open for as long as this is used. */
  constructor(database: DatabaseSync) {
    const [of, lock, write] = COLUMN_FAMILIES.map((cf) => prepare(database, tableOf(cf)));
    this.statements = { default: of, lock, write };
  }

  /** The value of `key`; null if there is none. */
  get(cf: ColumnFamily, key: Bytes): Bytes | null {
    const row = this.statements[cf].value.get(key);
    return row === undefined ? null : bytesOf(row["value"]);
  }

  /** The pairs from `start` on, of which about `expected` are needed. They are read page by page. */
  *from(cf: ColumnFamily, start: Bytes, expected: number = LARGEST_PAGE): Generator<Pair, void> {
    const { size, page } = this.statements[cf];
    const limit = Math.min(expected, LARGEST_PAGE);
    let next: Bytes = start;
    for (;;) {
      const bytes = Number(size.get(next, limit)?.["bytes"] ?? 0);
      let count = 0;
      for (const row of bytes <= PAGE_BYTES ? page.all(next, limit) : page.iterate(next, limit)) {
        const pair = { key: bytesOf(row["key"]), value: bytesOf(row["value"]) };
        yield pair;
        next = pair.key;
        count++;
      }
      if (count < limit) return;
      next = successor(next);
    }
  }
}

interface Statements {
  readonly value: StatementSync;
  readonly size: StatementSync;
  readonly page: StatementSync;
}

function prepare(database: DatabaseSync, table: string): Statements {
  const rest = `FROM ${table} WHERE key >= ? ORDER BY key LIMIT ?`;
  return {
    value: database.prepare(`SELECT value FROM ${table} WHERE key = ?`),
    size: database.prepare(`SELECT sum(bytes) AS bytes FROM (SELECT length(key) + length(value) AS bytes ${rest})`),
    page: database.prepare(`SELECT key, value ${rest}`),
  };
}

/** The first key behind `key`. */
export function successor(key: Bytes): Bytes {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

function bytesOf(value: SQLOutputValue): Bytes {
  if (value instanceof Uint8Array) return value;
  throw new StoreFailure("Cannot read the database: a key or a value is no blob.");
}
