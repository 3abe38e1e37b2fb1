/**
 * RaftKV's pairs in a SQLite database.
 *
 * Changes collect in memory, where they can be read at once, and a worker writes them into the database, many at a time and
 * in the order of their keys. So a crash loses the newest ones, also one of the process alone: the store is then as it was at
 * an earlier applied index, and the log, which is compacted only up to what is durable here, brings them back.
 *
 * What is durable is in the database file itself: `durable()` moves with a checkpoint, which syncs it, and not when a
 * transaction is committed to SQLite's log beside it (`-wal`). A database that has lost what was written to its `-wal` since
 * then, or all of its `-wal`, is an older state, and no damage. Only while a snapshot is being read, which holds checkpoints
 * up, does `sync()` rely on a synced `-wal`.
 *
 * Nothing that takes long happens on the main thread: it reads single values and pages of pairs, and copies blocks of changes.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Durability, Restored, SystemRecord } from "../node/state_machine.ts";
import { type Random, systemRandom } from "../random/random.ts";
import { COLUMN_FAMILIES, type ColumnFamily } from "./command.ts";
import type { Layer } from "./layer.ts";
import { Layers } from "./layers.ts";
import type { Pairs } from "./query.ts";
import type { DatabaseStatus, Opened } from "./sqlite_messages.ts";
import { ReadingConnection } from "./sqlite_reader.ts";
import { Remote } from "./sqlite_remote.ts";
import { SnapshotChunks } from "./sqlite_snapshot.ts";
import { firstPairs, type KvStore, StoreFailure } from "./store.ts";
import { WriteQueue } from "./write_queue.ts";

/** How a SQLite store behaves. */
export interface SqliteStoreOptions {
  /** The folder of its files, which is made if it does not exist, and is nobody else's. */
  readonly folder: string;
  /** So many bytes of changes are collected before they are written; 8 MiB if it is not given. */
  readonly layerBytes?: number;
  /** SQLite's log is taken into the database when it has so many bytes; 64 MiB if it is not given. */
  readonly logBytes?: number;
  /** Where randomness comes from; the machine's if it is not given. */
  readonly random?: Random;
}

/** A store on a disk. */
export interface SqliteStore extends KvStore {
  /** What it tells. */
  readonly durability: Durability;
  /** Ends it at once, as a crash of the process does: changes that are not in the database are lost. */
  crash(): void;
}

/** Opens the store in a folder; on the left why it cannot be opened. */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Either<StoreFailure, SqliteStore>> {
  const remote = new Remote();
  try {
    return E.right(new Sqlite(options, remote, await remote.open(options.folder)));
  } catch (error) {
    remote.terminate();
    if (error instanceof StoreFailure) return E.left(error);
    throw error;
  }
}

class Sqlite implements SqliteStore {
  readonly durability: Durability;
  private readonly remote: Remote;
  private readonly layers: Layers;
  private readonly queue: WriteQueue;
  private readonly logBytes: number;
  private reader: ReadingConnection;
  private status: DatabaseStatus;
  private isInBatch = false;
  private isReleased = false;
  private snapshots = 0;

  constructor(options: SqliteStoreOptions, remote: Remote, { path, records, status }: Opened) {
    this.remote = remote;
    this.layers = new Layers((options.random ?? systemRandom).next() * 0x1_0000_0000);
    this.queue = new WriteQueue(this.layers, options.layerBytes ?? 8 << 20, (layer) => this.write(layer));
    this.logBytes = options.logBytes ?? 64 << 20;
    this.reader = new ReadingConnection(path);
    this.status = status;
    this.durability = {
      index: status.applied,
      records,
      durable: () => this.status.durable,
      sync: () => this.sync(),
    };
  }

  get(cf: ColumnFamily, key: Bytes): Option<Bytes> {
    if (this.queue.failure !== null) throw this.queue.failure;
    const value = this.layers.get(COLUMN_FAMILIES.indexOf(cf), key);
    return O.fromNullable(value === undefined ? this.reader.get(cf, key) : value);
  }

  scan(cf: ColumnFamily, start: Bytes, limit: number): Pairs | Promise<Pairs> {
    return this.whenWritten(() => firstPairs(this.reader.from(cf, start, limit + 1), limit));
  }

  count(cf: ColumnFamily): number | Promise<number> {
    return this.whenWritten(() => this.status.counts[COLUMN_FAMILIES.indexOf(cf)]);
  }

  put(cf: ColumnFamily, key: Bytes, value: Bytes): void {
    this.isInBatch = true;
    this.layers.set(COLUMN_FAMILIES.indexOf(cf), key, value);
  }

  remove(cf: ColumnFamily, key: Bytes): void {
    this.isInBatch = true;
    this.layers.set(COLUMN_FAMILIES.indexOf(cf), key, null);
  }

  commit(index: number, records: readonly SystemRecord[]): void | Promise<void> {
    if (this.queue.failure !== null) throw this.queue.failure;
    const { current } = this.layers;
    for (const { key, value } of records) current.records.set(key, value);
    current.index = index;
    this.isInBatch = false;
    return this.queue.room();
  }

  snapshot(): AsyncIterable<Bytes> {
    this.refuseHalfBatch();
    const snapshot = ++this.snapshots;
    const pinned = this.queue.now(() => this.remote.do({ type: "Pin", snapshot }));
    return new SnapshotChunks(this.remote, snapshot, pinned);
  }

  restore(chunks: AsyncIterable<Bytes>, at: Restored): Promise<void> {
    this.refuseHalfBatch();
    return this.queue.now(async () => {
      await this.load(chunks);
      const { path, status } = await this.remote.endLoad(at);
      this.reader.close(); // Until now the old state could be read.
      this.reader = new ReadingConnection(path);
      this.layers.clear();
      this.status = status;
    });
  }

  async close(): Promise<void> {
    if (this.isReleased) return;
    if (this.queue.failure === null && !this.isInBatch) await this.sync();
    const isSound = this.queue.failure === null;
    this.queue.fail(new StoreFailure("The store is closed."));
    this.reader.close();
    if (isSound) await this.remote.close();
    this.release();
  }

  crash(): void {
    this.queue.fail(new StoreFailure("The store has crashed."));
    this.release();
  }

  private sync(): Promise<number> {
    this.refuseHalfBatch();
    return this.queue.soon(async () => {
      if (this.status.durable < this.status.applied) await this.checkpoint(true);
      return this.status.durable;
    });
  }

  /** Reads from the database alone, which has no more than what is written. */
  private whenWritten<A>(read: () => A): A | Promise<A> {
    this.refuseHalfBatch();
    return this.queue.isEmpty && this.queue.failure === null ? read() : this.queue.soon(read);
  }

  /** Half a batch must not be stored: the log would bring all of it back on top. */
  private refuseHalfBatch(): void {
    if (this.isInBatch) this.queue.fail(new StoreFailure("The store has failed: a batch was not ended."));
  }

  private async load(chunks: AsyncIterable<Bytes>): Promise<void> {
    try {
      for await (const chunk of chunks) await this.remote.do({ type: "Load", chunk });
    } catch (error) {
      await this.remote.do({ type: "AbandonLoad" });
      throw error;
    }
  }

  private async write(layer: Layer): Promise<void> {
    for (const block of layer.copies()) await this.remote.do({ type: "Changes", block }, [block.buffer]);
    this.status = await this.remote.do({ type: "Commit", index: layer.index, records: layer.changedRecords() });
    this.layers.wrote(layer);
    this.reader.refresh();
    if (this.status.logBytes >= this.logBytes) await this.checkpoint(false);
  }

  private async checkpoint(complete: boolean): Promise<void> {
    this.status = await this.remote.do({ type: "Checkpoint", complete });
    this.reader.refresh();
  }

  private release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.reader.close();
    this.remote.terminate();
  }
}
