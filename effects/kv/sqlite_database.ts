/**
 * The database of a SQLite store, as its one writer sees it.
 *
 * All of its tables change in one transaction. In WAL mode with `synchronous = NORMAL` a transaction is atomic at once, but
 * durable only after a checkpoint.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";
import type { SystemRecord } from "../node/state_machine.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { takeInOrder } from "./sorted_records.ts";
import type { DatabaseStatus } from "./sqlite_messages.ts";
import { tableOf } from "./sqlite_pairs.ts";
import { checkVersion, connect, createTables, PAGE, writeFacts, writeRecords } from "./sqlite_schema.ts";
import { TableWriter } from "./sqlite_table.ts";

/** What is more of the file of the log is given back when it begins again. */
const KEPT_LOG = 64 << 20;

/** The one writing connection to a database. */
export class WritingConnection {
  private readonly database: DatabaseSync;
  private readonly tables: readonly TableWriter[];
  private applied: number;
  private durable: number;

  /** Opens the database at `path`, and makes it if there is none. Throws where it is not one of ours. */
  constructor(path: string) {
    this.database = connect(path, 8 << 10);
    this.database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;");
    this.database.exec(`PRAGMA journal_size_limit = ${KEPT_LOG}`);
    if (this.database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) createTables(this.database);
    checkVersion(path, String(this.fact("version")));
    this.applied = Number(this.fact("applied") ?? 0);
    this.tables = COLUMN_FAMILIES.map((cf) =>
      new TableWriter(this.database, tableOf(cf), Number(this.fact(`count ${cf}`) ?? 0))
    );
    this.durable = 0;
    this.checkpoint("TRUNCATE"); // What a process that was killed has left may be nowhere but in the system's memory.
  }

  /** How it stands. */
  get status(): DatabaseStatus {
    const { applied, durable } = this;
    return { applied, durable, counts: this.tables.map(({ count }) => count), logBytes: this.logBytes() };
  }

  /** All the system records. */
  records(): readonly SystemRecord[] {
    const rows = this.database.prepare("SELECT key, value FROM records ORDER BY key").all();
    return rows.map(({ key, value }) => ({ key: String(key), value: value instanceof Uint8Array ? value : null }));
  }

  /** Stores blocks of changes, the index of the last batch in them, and the records that have changed: all or nothing. */
  commit(blocks: readonly Bytes[], index: number, records: readonly SystemRecord[]): void {
    const { database, tables } = this;
    database.exec("BEGIN IMMEDIATE");
    takeInOrder(blocks, (family, key, value) => {
      if (value === null) tables[family].remove(key);
      else tables[family].put(key, value);
    });
    for (const table of tables) table.flush();
    writeRecords(database, records);
    writeFacts(database, index, tables);
    database.exec("COMMIT");
    this.applied = index;
  }

  /**
   * Makes what is committed durable, without waiting for readers. Where one of them still needs what is in the log, so that
   * not all of it can be taken into the database, `complete` syncs the log instead.
   */
  sync(complete: boolean): void {
    this.checkpoint("PASSIVE");
    if (complete && this.durable < this.applied) this.syncLog();
  }

  /** Closes it. */
  close(): void {
    this.database.close();
  }

  private checkpoint(mode: "PASSIVE" | "TRUNCATE"): void {
    const row = this.database.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
    // SQLite syncs the database when it has taken in all of the log, and only then.
    if (row !== undefined && row["busy"] === 0 && row["log"] === row["checkpointed"]) this.durable = this.applied;
  }

  private syncLog(): void {
    this.database.exec("PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    writeFacts(this.database, this.applied, this.tables); // A transaction that changes nothing would not be synced.
    this.database.exec("COMMIT; PRAGMA synchronous = NORMAL");
    this.durable = this.applied;
  }

  private logBytes(): number {
    const row = this.database.prepare("PRAGMA wal_checkpoint(NOOP)").get();
    return row === undefined ? 0 : Number(row["log"]) * PAGE;
  }

  private fact(name: string): unknown {
    return this.database.prepare("SELECT value FROM facts WHERE name = ?").get(name)?.["value"];
  }
}
