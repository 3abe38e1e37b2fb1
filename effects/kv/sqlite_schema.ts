/**
 * The tables of a SQLite store: one for each column family, one for the system records, and one for what is true of all of
 * them: version of the format, applied index, numbers of keys.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { SystemRecord } from "../node/state_machine.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { tableOf } from "./sqlite_pairs.ts";
import type { TableWriter } from "./sqlite_table.ts";
import { StoreFailure } from "./store.ts";

/** The version of the tables: a larger major version is refused. */
const MAJOR = 1;
const MINOR = 0;

/** Milliseconds that a connection waits for another one, where SQLite locks at all. */
const LOCK_TIMEOUT_MS = 5000;

/**
 * The size of a page. A pair of more than a quarter of it takes pages of its own; a larger page would cost more where
 * single pairs of a large database change.
 */
export const PAGE = 8192;

/** Opens a connection to `path`. */
export function connect(path: string, cacheKiB: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
  database.exec(`PRAGMA page_size = ${PAGE}; PRAGMA cache_size = -${cacheKiB}`);
  return database;
}

/** Makes the tables in an empty database. */
export function createTables(database: DatabaseSync): void {
  const tables = COLUMN_FAMILIES.map((cf) =>
    `CREATE TABLE ${tableOf(cf)} (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;`
  );
  database.exec(`
    BEGIN IMMEDIATE;
    ${tables.join("\n")}
    CREATE TABLE records (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    INSERT INTO facts VALUES ('version', '${MAJOR}.${MINOR}'), ('applied', 0);
    COMMIT;
  `);
}

/** Writes what is true of all tables; part of the transaction that is open. */
export function writeFacts(database: DatabaseSync, applied: number, tables: readonly TableWriter[]): void {
  const statement = database.prepare("INSERT OR REPLACE INTO facts VALUES (?, ?)");
  statement.run("applied", applied);
  COLUMN_FAMILIES.forEach((cf, i) => statement.run(`count ${cf}`, tables[i].count));
}

/** Writes system records; part of the transaction that is open. */
export function writeRecords(database: DatabaseSync, records: readonly SystemRecord[]): void {
  if (records.length === 0) return;
  const replace = database.prepare("INSERT OR REPLACE INTO records VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM records WHERE key = ?");
  for (const { key, value } of records) {
    if (value === null) remove.run(key);
    else replace.run(key, value);
  }
}

/** Refuses a database that a later version of this program has made. */
export function checkVersion(path: string, version: string): void {
  if (!/^\d+\.\d+$/.test(version)) throw new StoreFailure(`Cannot open ${path}: it does not say its version.`);
  if (Number.parseInt(version) > MAJOR) {
    throw new StoreFailure(
      `Cannot open ${path}: it has version ${version}, and this program knows versions up to ${MAJOR}.${MINOR}.`,
    );
  }
}
