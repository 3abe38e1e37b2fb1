/**
 * What the main thread and the worker that writes the database say to each other: every request gets one reply, in order.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import type { Restored, SystemRecord } from "../node/state_machine.ts";

/** Opens the newest database of a folder. Reply: `Opened`. */
export interface Open extends Tagged<"Open"> {
  /** The folder. */
  readonly folder: string;
}

/** Changes, as a layer has them, that wait for a `Commit`. Reply: `Done`. */
export interface Changes extends Tagged<"Changes"> {
  /** A block of them. */
  readonly block: Uint8Array<ArrayBuffer>;
}

/** Stores the changes that wait, in one transaction. Reply: `Done`. */
export interface Commit extends Tagged<"Commit"> {
  /** The index of the last batch in them. */
  readonly index: number;
  /** The system records that have changed. */
  readonly records: readonly SystemRecord[];
}

/** Takes what the log beside the database holds into the database, and syncs it. Reply: `Done`. */
export interface Checkpoint extends Tagged<"Checkpoint"> {
  /** Whether everything has to be durable afterwards, also where a snapshot that is being read keeps the log from moving. */
  readonly complete: boolean;
}

/** Begins to read a snapshot of what is committed. Reply: `Done`. */
export interface Pin extends Tagged<"Pin"> {
  /** Its number from now on. */
  readonly snapshot: number;
}

/** Reads on. Reply: `Chunk`. */
export interface ReadOn extends Tagged<"ReadOn"> {
  /** The number of the snapshot. */
  readonly snapshot: number;
}

/** Lets go of a snapshot. Reply: `Done`. */
export interface Unpin extends Tagged<"Unpin"> {
  /** The number of the snapshot. */
  readonly snapshot: number;
}

/** Reads a chunk of a snapshot into a new database, which it begins with the first one. Reply: `Done`. */
export interface Load extends Tagged<"Load"> {
  /** The chunk. */
  readonly chunk: Bytes;
}

/** Puts the new database in the place of the old one. Reply: `Opened`. */
export interface EndLoad extends Tagged<"EndLoad"> {
  /** Where in the log it stands. */
  readonly at: Restored;
}

/** Forgets the new database. Reply: `Done`. */
export type AbandonLoad = Tagged<"AbandonLoad">;

/** Closes everything. Reply: `Done`. */
export type Close = Tagged<"Close">;

/** What the main thread asks for. */
export type Request =
  | Open
  | Changes
  | Commit
  | Checkpoint
  | Pin
  | ReadOn
  | Unpin
  | Load
  | EndLoad
  | AbandonLoad
  | Close;

/** How the database stands. */
export interface DatabaseStatus {
  /** The index of the last batch in it. */
  readonly applied: number;
  /** Up to which index a crash of the machine loses nothing. */
  readonly durable: number;
  /** The number of keys in each column family, in the order of `COLUMN_FAMILIES`. */
  readonly counts: readonly number[];
  /** The bytes in use of the log beside the database. */
  readonly logBytes: number;
}

/** A database is open. */
export interface Opened extends Tagged<"Opened"> {
  /** Its file. */
  readonly path: string;
  /** The system records in it. */
  readonly records: readonly SystemRecord[];
  /** How it stands. */
  readonly status: DatabaseStatus;
}

/** It is done. */
export interface Done extends Tagged<"Done"> {
  /** How the database stands; null if none is open. */
  readonly status: DatabaseStatus | null;
}

/** The next part of a snapshot. */
export interface Chunk extends Tagged<"Chunk"> {
  /** The chunk; null at the end. */
  readonly chunk: Uint8Array<ArrayBuffer> | null;
}

/** It failed, for good. */
export interface Failed extends Tagged<"Failed"> {
  /** What happened. */
  readonly message: string;
}

/** What the worker replies. */
export type Reply = Opened | Done | Chunk | Failed;
