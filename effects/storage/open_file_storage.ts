/**
 * An open storage in a folder.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { EntryId, NodeId } from "../../core/entry.ts";
import type { Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Health } from "./health.ts";
import type { LogWriter } from "./log_writer.ts";
import type { Snapshots } from "./snapshots.ts";
import {
  type Found,
  type Identity,
  type Incarnation,
  type OpenStorage,
  type SnapshotFile,
  type SnapshotReceiver,
  type SnapshotWriter,
  StorageFailure,
} from "./storage.ts";

/** What an open storage is made of. */
export interface StorageParts {
  /** Whether it can be trusted. */
  readonly health: Health;
  /** The log. */
  readonly log: LogWriter;
  /** The snapshots. */
  readonly snapshots: Snapshots;
  /** Lets others have the folder. */
  unlock(): void;
}

/** A folder that is locked. */
export class OpenFileStorage implements OpenStorage {
  private syncing: Promise<void> | null = null;
  private identified: boolean;
  private closed = false;

  /** What there was, and what there is. */
  constructor(readonly found: Found, private readonly parts: StorageParts) {
    this.identified = O.isSome(found.identity);
  }

  /** Writes the owner. */
  async identify(identity: Identity): Promise<void> {
    this.attempt(() => {
      if (this.identified) throw misuse("Cannot identify the owner of the folder: it has one already.");
      this.identified = true;
      this.parts.log.identify(identity);
    });
    await this.sync();
  }

  /** Writes what has to be durable at the next sync. */
  write(persists: readonly Persist[]): void {
    this.attempt(() => {
      const { log, snapshots } = this.parts;
      for (let i = 0; i < persists.length; i++) {
        const { snapshot } = persists[i];
        if (O.isSome(snapshot) && !snapshots.accept(snapshot.value)) throw misuse(incomplete(snapshot.value));
        log.persist(persists[i]);
      }
    });
  }

  /** Makes it durable. */
  async sync(): Promise<void> {
    const { health, log } = this.parts;
    while (this.syncing !== null) await this.settled();
    health.attempt(() => log.beginSync()); // at once: nothing may be written behind a record that was written in part
    try {
      this.syncing = log.sync();
      await this.syncing;
      health.check();
    } catch (error) {
      throw health.fail(error);
    } finally {
      this.syncing = null;
    }
  }

  /** Writes a peer's data folder. */
  rememberPeer(peer: NodeId, incarnation: Option<Incarnation>): void {
    this.attempt(() => this.parts.log.peer(peer, incarnation));
  }

  /** Forgets the beginning of the log. */
  compact(to: EntryId): void {
    this.attempt(() => {
      const { log, snapshots } = this.parts;
      if (to.index > log.last) throw misuse(`Cannot compact the log up to ${to.index}: it ends at ${log.last}.`);
      log.compact(to, snapshots.covering(to));
    });
  }

  /** Begins to make a snapshot. */
  createSnapshot(snapshot: Snapshot): SnapshotWriter {
    return this.attempt(() => this.parts.snapshots.create(snapshot));
  }

  /** Begins to receive a snapshot, or goes on. */
  receiveSnapshot(from: NodeId, at: EntryId, size: number): SnapshotReceiver {
    return this.attempt(() => this.parts.snapshots.receive(from, at, size));
  }

  /** Opens a complete snapshot. */
  openSnapshot(at: EntryId): Option<SnapshotFile> {
    return this.attempt(() => this.parts.snapshots.open(at));
  }

  /** Removes snapshots. */
  keepSnapshots(kept: readonly EntryId[]): void {
    this.attempt(() => this.parts.snapshots.keep(kept));
  }

  /** Closes it. Whatever fails now was not promised to anybody. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { health, log, snapshots, unlock } = this.parts;
    await this.settled();
    await snapshots.close();
    if (health.isGood) await health.settled(log.finish()).catch(() => {});
    health.fail(misuse("Cannot use the storage: it is closed."));
    await log.close();
    unlock();
  }

  /** Resolves when no sync is under way. */
  private async settled(): Promise<void> {
    while (this.syncing !== null) await this.syncing.catch(() => {});
  }

  private attempt<A>(operation: () => A): A {
    if (this.closed) throw misuse("Cannot use the storage: it is closed.");
    return this.parts.health.attempt(operation);
  }
}

function incomplete({ index, term }: EntryId): string {
  return `Cannot replace the log by the snapshot at index ${index}, term ${term}: its data is not here.`;
}

function misuse(message: string): StorageFailure {
  return new StorageFailure({ type: "Failed", path: "", message });
}
