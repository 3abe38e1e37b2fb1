/**
 * What snapshots that are under way need of the storage they belong to.
 *
 * @module
 */
import type { Folder } from "./folder.ts";
import type { Health } from "./health.ts";
import type { Pause, SnapshotEnds } from "./snapshot_reader.ts";

/** A snapshot that is being made or received. */
export interface ActiveSnapshot {
  /** Its file. */
  readonly name: string;
  /** Somebody else goes on with the file. */
  giveWay(): void;
  /** Closes the file. */
  close(): void;
}

/** A complete snapshot. */
export interface CompleteSnapshot extends SnapshotEnds {
  /** Its file. */
  readonly name: string;
}

/** Where snapshots are, and what they depend on. */
export interface SnapshotPlace {
  /** The folder. */
  readonly folder: Folder;
  /** Whether it can be trusted. */
  readonly health: Health;
  /** Gives others their turn. */
  readonly pause: Pause;
}

/** The snapshots of a storage. */
export interface SnapshotStore extends SnapshotPlace {
  /** Those that are under way. */
  readonly active: Set<ActiveSnapshot>;
  /** The storage is not closed before `operation` is over. */
  track<A>(operation: Promise<A>): Promise<A>;
  /** A file that is durable becomes a complete snapshot. */
  complete(type: "Made" | "Received", file: CompleteSnapshot): void;
}
