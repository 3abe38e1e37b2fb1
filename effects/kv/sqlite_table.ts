/**
 * Writes pairs into the table of a column family, many rows at a time: a call costs more than a row.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";

/** So many rows are written by one statement; what is left over, by smaller ones. */
const ROWS = [256, 16, 1] as const;
const [MOST] = ROWS;

/** Collects rows for a table and keeps the number of its keys. Whatever was given is in the table after `flush`. */
export class TableWriter {
  /** The number of keys. */
  count: number;
  private readonly database: DatabaseSync;
  private readonly table: string;
  private readonly statements = new Map<string, StatementSync>();
  /** Keys and values in turn. */
  private puts: Bytes[] = [];
  private removals: Bytes[] = [];

  /** Writes into `table`, which has `count` keys. */
  constructor(database: DatabaseSync, table: string, count: number) {
    this.database = database;
    this.table = table;
    this.count = count;
  }

  /** Sets the value of `key`. A key is given at most once before the next `flush`. */
  put(key: Bytes, value: Bytes): void {
    if (this.puts.push(key, value) >= 2 * MOST) this.flushPuts();
  }

  /** Removes `key`. */
  remove(key: Bytes): void {
    if (this.removals.push(key) >= MOST) this.flushRemovals();
  }

  /** Writes what is left. */
  flush(): void {
    this.flushPuts();
    this.flushRemovals();
  }

  private flushPuts(): void {
    for (const [rows, at] of parts(this.puts.length / 2)) {
      const values = this.puts.slice(2 * at, 2 * (at + rows));
      // This way the number of new keys comes out of it, and where all of them are new, nothing is written twice.
      const added = Number(this.statement("insert", rows).run(...values).changes);
      if (added < rows) this.statement("upsert", rows).run(...values);
      this.count += added;
    }
    this.puts = [];
  }

  private flushRemovals(): void {
    for (const [rows, at] of parts(this.removals.length)) {
      const keys = this.removals.slice(at, at + rows);
      this.count -= Number(this.statement("remove", rows).run(...keys).changes);
    }
    this.removals = [];
  }

  private statement(kind: "insert" | "upsert" | "remove", rows: number): StatementSync {
    const name = `${kind} ${rows}`;
    let statement = this.statements.get(name);
    if (statement === undefined) this.statements.set(name, statement = this.database.prepare(this.sql(kind, rows)));
    return statement;
  }

  private sql(kind: "insert" | "upsert" | "remove", rows: number): string {
    const { table } = this;
    switch (kind) {
      case "insert":
        return `INSERT OR IGNORE INTO ${table} VALUES ${list("(?, ?)", rows)}`;
      case "upsert":
        return `INSERT INTO ${table} VALUES ${
          list("(?, ?)", rows)
        } ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
      case "remove":
        return `DELETE FROM ${table} WHERE key IN (${list("?", rows)})`;
    }
  }
}

/** Splits `count` rows into parts for which there are statements: how many, and from where on. */
function* parts(count: number): Generator<readonly [number, number]> {
  let at = 0;
  for (const rows of ROWS) {
    for (; count - at >= rows; at += rows) yield [rows, at];
  }
}

function list(item: string, count: number): string {
  return Array(count).fill(item).join(", ");
}
