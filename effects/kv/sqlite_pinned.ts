/**
 * A state of the database that is read while writing goes on.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { SnapshotEncoder } from "./snapshot_encoder.ts";
import { pagesOf } from "./sqlite_pages.ts";
import { connect } from "./sqlite_schema.ts";

/** A state that stands still: in WAL mode, a transaction that reads sees nothing of later ones. */
export class PinnedState {
  private readonly database: DatabaseSync;
  private readonly chunks: Iterator<Uint8Array<ArrayBuffer>, void>;

  /** Pins what is committed in the database at `path`. */
  constructor(path: string) {
    this.database = connect(path, 2 << 10);
    this.database.exec("BEGIN");
    this.database.prepare("SELECT * FROM facts").all(); // The state is that of the first reading.
    this.chunks = chunksOf(this.database);
  }

  /** The next chunk of its snapshot; null at the end. */
  next(): Uint8Array<ArrayBuffer> | null {
    return this.chunks.next().value ?? null;
  }

  /** Lets go of it. */
  close(): void {
    this.chunks.return?.();
    this.database.close();
  }
}

function* chunksOf(database: DatabaseSync): Generator<Uint8Array<ArrayBuffer>, void> {
  const encoder = new SnapshotEncoder();
  for (const { family, bytes, lengths } of pagesOf(database)) {
    encoder.addMany(family, bytes, lengths);
    // Gives the memory back at once: a large snapshot makes garbage faster than it is collected.
    if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
    yield* encoder.ready.splice(0);
  }
  encoder.end();
  yield* encoder.ready;
}
