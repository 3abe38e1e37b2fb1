/**
 * The main thread's own connection to the database, which only reads.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";
import type { ColumnFamily, Pair } from "./command.ts";
import { PairReader } from "./sqlite_pairs.ts";
import { connect } from "./sqlite_schema.ts";

const CACHE_KIB = 16 << 10;

/**
 * Reads in a transaction that stays open, since beginning one costs more than a value. So it sees the database as it was when
 * it was first read since the last `refresh`.
 */
export class ReadingConnection {
  private readonly database: DatabaseSync;
  private readonly pairs: PairReader;
  private reading = false;

  /** Opens the database at `path`. */
  constructor(path: string) {
    this.database = connect(path, CACHE_KIB);
    this.database.exec("PRAGMA query_only = ON");
    this.pairs = new PairReader(this.database);
  }

  /** The value of `key`; null if there is none. */
  get(cf: ColumnFamily, key: Bytes): Bytes | null {
    if (!this.reading) this.begin();
    return this.pairs.get(cf, key);
  }

  /** The pairs from `start` on, of which about `expected` are needed, for a walk without a pause. */
  from(cf: ColumnFamily, start: Bytes, expected: number): Iterable<Pair> {
    if (!this.reading) this.begin();
    return this.pairs.from(cf, start, expected);
  }

  /** Sees what is committed now, and lets the log beside the database begin again. */
  refresh(): void {
    if (this.reading) this.database.exec("COMMIT");
    this.reading = false;
  }

  /** Closes it, unless it is closed. */
  close(): void {
    if (!this.database.isOpen) return;
    this.refresh();
    this.database.close();
  }

  private begin(): void {
    this.database.exec("BEGIN");
    this.reading = true;
  }
}
