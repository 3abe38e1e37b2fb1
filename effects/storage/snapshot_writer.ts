/**
 * Writes the file of a snapshot that this node makes.
 *
 * @module
 */
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { Writer } from "../wire/writer.ts";
import { BackgroundSync } from "./background_sync.ts";
import { LONGEST_CHUNK, NO_CHUNKS, writeChunk, writeSnapshotEnd, writeSnapshotHeader } from "./snapshot_format.ts";
import type { ActiveSnapshot, SnapshotStore } from "./snapshot_store.ts";
import type { SnapshotWriter } from "./storage.ts";

/** A snapshot that is being made, in the file `name`. */
export class FileSnapshotWriter implements SnapshotWriter, ActiveSnapshot {
  private readonly writer = new Writer();
  private readonly file: BackgroundSync;
  private readonly begin: number;
  private total = NO_CHUNKS;
  private over = false;

  /** Begins it. */
  constructor(private readonly store: SnapshotStore, readonly name: string, private readonly snapshot: Snapshot) {
    const { folder, health } = store;
    this.file = health.attempt(() => new BackgroundSync(folder.create(name), health));
    store.active.add(this);
    writeSnapshotHeader(this.writer, snapshot);
    this.begin = this.writer.length;
    this.flush();
  }

  /** Writes a chunk. */
  write(chunk: Bytes): void {
    this.refuseIfOver();
    if (chunk.length > LONGEST_CHUNK) {
      throw new RangeError(`Cannot write ${chunk.length} bytes: a chunk has at most 1 MiB.`);
    }
    this.total = writeChunk(this.writer, chunk, this.total);
    this.flush();
  }

  /** Makes it durable and complete. */
  finish(): Promise<number> {
    return this.store.track(this.end());
  }

  /** Gives it up. */
  abandon(): void {
    if (this.over) return;
    this.close();
    const { folder, health } = this.store;
    health.attempt(() => folder.remove(this.name));
  }

  /** Nobody else knows its file. */
  giveWay(): void {}

  /** Closes the file, wherever it stands. */
  close(): void {
    this.over = true;
    this.file.close();
    this.store.active.delete(this);
  }

  private async end(): Promise<number> {
    this.refuseIfOver();
    this.over = true;
    const { store, file, name, begin } = this;
    const snapshot = { ...this.snapshot, data: NO_BYTES };
    writeSnapshotEnd(this.writer, this.total);
    this.flush();
    await file.sync();
    this.close();
    store.complete("Made", { name, snapshot, begin, size: file.size });
    return file.size;
  }

  private refuseIfOver(): void {
    this.store.health.check();
    if (this.over) throw new TypeError("Cannot go on with a snapshot that is finished or given up.");
  }

  private flush(): void {
    this.file.write(this.writer.view());
    this.writer.reset();
  }
}
