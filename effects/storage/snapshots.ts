/**
 * The snapshots in a data folder.
 *
 * A snapshot that was made here stands for a part of the log that was durable. One that was received counts only when the
 * log has accepted it. The newest that counts is never removed: the log may begin behind it.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Bytes, type EntryId, type NodeId, ORIGIN } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { DiskFile } from "../disk/disk.ts";
import type { Folder } from "./folder.ts";
import type { Health } from "./health.ts";
import { completeName, incomingName, makingName, snapshotName } from "./snapshot_names.ts";
import { type Pause, readChunks } from "./snapshot_reader.ts";
import { FileSnapshotReceiver } from "./snapshot_receiver.ts";
import type { ActiveSnapshot, CompleteSnapshot, SnapshotPlace, SnapshotStore } from "./snapshot_store.ts";
import { FileSnapshotWriter } from "./snapshot_writer.ts";
import type { SnapshotFile, SnapshotReceiver, SnapshotWriter } from "./storage.ts";

/** The snapshots of an open storage. */
export class Snapshots implements SnapshotStore {
  /** Where they are. */
  readonly folder: Folder;
  /** Whether they can be trusted. */
  readonly health: Health;
  /** Gives others their turn. */
  readonly pause: Pause;
  /** Those that are under way. */
  readonly active = new Set<ActiveSnapshot>();
  private readonly tracked = new Set<Promise<unknown>>();
  private readonly all = new Map<string, CompleteSnapshot>();
  private made = 0;

  /** `found` are complete, and the newest that counts is at `newest`, or at the origin if none does. */
  constructor(place: SnapshotPlace, found: readonly CompleteSnapshot[], private newest: EntryId) {
    this.folder = place.folder;
    this.health = place.health;
    this.pause = place.pause;
    for (const snapshot of found) this.all.set(key(snapshot.snapshot), snapshot);
  }

  /** A snapshot from which a log that is compacted up to `to` goes on; the origin if none is here. */
  covering(to: EntryId): EntryId {
    return this.newest.index >= to.index ? this.newest : ORIGIN;
  }

  /** The log accepts the snapshot at `at`; false if it is not here. */
  accept(at: EntryId): boolean {
    if (!this.all.has(key(at))) return false;
    this.newest = { index: at.index, term: at.term };
    return true;
  }

  /** Begins to make one. */
  create(snapshot: Snapshot): SnapshotWriter {
    return new FileSnapshotWriter(this, makingName(this.made++), snapshot);
  }

  /** Begins to receive one. A connection that brought the same one before is broken, if it does not know that yet. */
  receive(from: NodeId, at: EntryId, size: number): SnapshotReceiver {
    const name = incomingName(from, at, size);
    for (const other of this.active) if (other.name === name) other.giveWay();
    return new FileSnapshotReceiver(this, { name, at, size });
  }

  /** Takes up a file that is durable. One that was made here is as good as one that was received, and counts for sure. */
  complete(type: "Made" | "Received", file: CompleteSnapshot): void {
    const { index, term } = file.snapshot;
    const name = completeName(type, { index, term });
    const here = this.all.get(key(file.snapshot));
    if (type === "Received" && here?.name === completeName("Made", { index, term })) return this.remove(file.name);
    this.health.attempt(() => {
      this.folder.rename(file.name, name);
      this.folder.sync();
    });
    this.all.set(key(file.snapshot), { ...file, name });
    if (here !== undefined && here.name !== name) this.remove(here.name);
    if (type === "Made" && index > this.newest.index) this.newest = { index, term };
  }

  /** Opens the one at `at`. */
  open(at: EntryId): Option<SnapshotFile> {
    const found = this.all.get(key(at));
    if (found === undefined) return O.none;
    const file = this.health.attempt(() => this.folder.open(found.name));
    return O.some(new OpenSnapshot(this, found, file));
  }

  /** Removes all but `kept`, the newest, and those behind it, which the log may be about to accept. */
  keep(kept: readonly EntryId[]): void {
    const keys = new Set(kept.map(key));
    for (const [key, { name, snapshot }] of this.all) {
      if (keys.has(key) || snapshot.index >= this.newest.index) continue;
      this.remove(name);
      this.all.delete(key);
    }
    const active = new Set([...this.active].map(({ name }) => name));
    for (const name of this.health.attempt(() => this.folder.list())) {
      if (snapshotName(name)?.type === "Incoming" && !active.has(name)) this.remove(name);
    }
  }

  /** Waits for `operation` before it closes. */
  async track<A>(operation: Promise<A>): Promise<A> {
    this.tracked.add(operation);
    try {
      return await operation;
    } finally {
      this.tracked.delete(operation);
    }
  }

  /** Closes what is under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.tracked);
    for (const each of this.active) each.close();
  }

  private remove(name: string): void {
    this.health.attempt(() => this.folder.remove(name));
  }
}

class OpenSnapshot implements SnapshotFile {
  constructor(
    private readonly store: SnapshotStore,
    private readonly ends: CompleteSnapshot,
    private readonly file: DiskFile,
  ) {}

  get snapshot(): Snapshot {
    return this.ends.snapshot;
  }

  get size(): number {
    return this.ends.size;
  }

  read(into: Bytes, at: number): number {
    return this.store.health.attempt(() => this.file.read(into, at));
  }

  async *chunks(): AsyncGenerator<Bytes, void, void> {
    const { health, folder, pause } = this.store;
    try {
      yield* readChunks(this.file, this.ends, { path: folder.show(this.ends.name), pause });
    } catch (error) {
      throw health.fail(error);
    }
  }

  close(): void {
    this.file.close();
  }
}

function key({ index, term }: EntryId): string {
  return `${index}-${term}`;
}
