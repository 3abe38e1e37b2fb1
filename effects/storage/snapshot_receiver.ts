/**
 * Receives the file of a snapshot that another node has made. What has arrived stays when the connection breaks, and after
 * a restart; all of it is checked at the end.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes, EntryId } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { BackgroundSync } from "./background_sync.ts";
import { readChunks, readEnds, type SnapshotEnds } from "./snapshot_reader.ts";
import type { ActiveSnapshot, SnapshotStore } from "./snapshot_store.ts";
import { type SnapshotReceiver, StorageFailure } from "./storage.ts";

/** What is to arrive. */
export interface Expected {
  /** The file where it is kept meanwhile. */
  readonly name: string;
  /** The position of the snapshot. */
  readonly at: EntryId;
  /** The size of the file. */
  readonly size: number;
}

const TAKEN_OVER = E.left("Cannot finish: it was stopped, or another connection has taken over.");

/** A snapshot that is being received. */
export class FileSnapshotReceiver implements SnapshotReceiver, ActiveSnapshot {
  /** How many bytes were there. */
  readonly offset: number;
  private readonly file: BackgroundSync;
  private surplus = 0;
  private state: "receiving" | "finishing" | "over" = "receiving";

  /** Begins, or goes on. */
  constructor(private readonly store: SnapshotStore, private readonly expected: Expected) {
    const { folder, health } = store;
    this.file = health.attempt(() => new BackgroundSync(folder.create(expected.name), health));
    this.offset = this.file.size;
    store.active.add(this);
  }

  /** The file. */
  get name(): string {
    return this.expected.name;
  }

  /** Writes what has arrived. What comes after another connection has taken over is dropped. */
  write(bytes: Bytes): void {
    this.store.health.check();
    if (this.state !== "receiving") return;
    const room = this.expected.size - this.file.size;
    this.surplus += Math.max(bytes.length - room, 0);
    this.file.write(bytes.subarray(0, room));
  }

  /** Checks it and makes it durable. */
  finish(): Promise<Either<string, Snapshot>> {
    return this.store.track(this.end());
  }

  /** Stops; what has arrived stays, for a later connection. */
  pause(): void {
    this.giveWay();
  }

  /** Stops; but a check that is under way is brought to its end, although nobody needs it any more. */
  giveWay(): void {
    if (this.state === "receiving") this.close();
    this.state = "over";
  }

  /** Closes the file, wherever it stands. */
  close(): void {
    this.state = "over";
    this.file.close();
    this.store.active.delete(this);
  }

  private async end(): Promise<Either<string, Snapshot>> {
    const { store, expected: { name } } = this;
    store.health.check();
    if (this.state !== "receiving") return TAKEN_OVER;
    this.state = "finishing";
    const checked = await this.check();
    const isOver = this.isOver();
    this.close();
    if (isOver) return TAKEN_OVER;
    if (E.isLeft(checked)) {
      store.health.attempt(() => store.folder.remove(name));
      return checked;
    }
    store.complete("Received", { name, ...checked.right });
    return E.right(checked.right.snapshot);
  }

  private isOver(): boolean {
    return this.state === "over";
  }

  private async check(): Promise<Either<string, SnapshotEnds>> {
    const { store, file, surplus, expected: { name, size } } = this;
    if (file.size !== size || surplus > 0) {
      return E.left(`The snapshot should have ${size} bytes, but ${file.size + surplus} have arrived.`);
    }
    await file.sync();
    const reading = store.health.attempt(() => store.folder.open(name));
    try {
      const path = store.folder.show(name);
      const ends = readEnds(reading, path);
      if (E.isLeft(ends)) return E.left(ends.left.message);
      if (!this.isExpected(ends.right.snapshot)) return E.left("The snapshot stands at another position.");
      for await (const _ of readChunks(reading, ends.right, { path, pause: store.pause }));
      return ends;
    } catch (error) {
      if (error instanceof StorageFailure && error.reason.type === "Damaged") return E.left(error.message);
      throw store.health.fail(error);
    } finally {
      reading.close();
    }
  }

  private isExpected({ index, term }: Snapshot): boolean {
    const { at } = this.expected;
    return index === at.index && term === at.term;
  }
}
