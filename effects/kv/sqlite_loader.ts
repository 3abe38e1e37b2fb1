/**
 * A database that takes the place of another one: it is written under a name that does not count, and gets its name when it
 * is complete. A crash before that leaves the old one.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";
import type { Restored } from "../node/state_machine.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { SnapshotDecoder } from "./snapshot_decoder.ts";
import { completePart, partPath, removeOthers } from "./sqlite_files.ts";
import { tableOf } from "./sqlite_pairs.ts";
import { connect, createTables, writeFacts, writeRecords } from "./sqlite_schema.ts";
import { TableWriter } from "./sqlite_table.ts";

/** Writes the chunks of a snapshot into a new database. */
export class Loader {
  private readonly folder: string;
  private readonly number: number;
  private readonly database: DatabaseSync;
  private readonly tables: readonly TableWriter[];
  private readonly decoder: SnapshotDecoder;

  /** Begins the database that will be `number` in `folder`. */
  constructor(folder: string, number: number) {
    this.folder = folder;
    this.number = number;
    removeOthers(folder, number - 1);
    this.database = connect(partPath(folder, number), 16 << 10);
    // Until it is complete, nobody needs it: it is synced once, at the end.
    this.database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;");
    createTables(this.database);
    this.database.exec("BEGIN");
    const tables = this.tables = COLUMN_FAMILIES.map((cf) => new TableWriter(this.database, tableOf(cf), 0));
    this.decoder = new SnapshotDecoder((family, key, value) => tables[family].put(key, value));
  }

  /** Takes the next chunk. */
  load(chunk: Bytes): void {
    this.decoder.push(chunk);
    for (const table of this.tables) table.flush(); // The pairs are views of the chunk.
  }

  /** Completes it, if the snapshot is complete. */
  complete({ index, records }: Restored): void {
    this.decoder.end();
    writeRecords(this.database, records);
    writeFacts(this.database, index, this.tables);
    this.database.exec("COMMIT");
    this.database.close();
    completePart(this.folder, this.number);
  }

  /** Forgets it. */
  abandon(): void {
    this.database.close();
    removeOthers(this.folder, this.number - 1);
  }
}
