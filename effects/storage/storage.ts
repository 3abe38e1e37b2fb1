/**
 * What a node keeps on its disk (Figure 2: persistent state; thesis §3.8), and how the shell asks for it.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import type { Bytes, EntryId, NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";

/** Distinguishes one data folder from every other one, also from an earlier one of the same node: 16 hexadecimal digits. */
export type Incarnation = string;

/** Where a node listens for its peers: host:port. */
export type Address = string;

/** Who the owner of a data folder is. Written once, when it is first used. */
export interface Identity {
  /** The cluster: 16 hexadecimal digits, a hash of its first member list. */
  readonly cluster: string;
  /** The node. */
  readonly id: NodeId;
  /** This data folder. */
  readonly incarnation: Incarnation;
  /** The first member list of the cluster. */
  readonly members: ReadonlyMap<NodeId, Address>;
}

/** What a storage holds when it is opened. */
export interface Found {
  /** None in a new storage. */
  readonly identity: Option<Identity>;
  /** None if nothing was ever written. */
  readonly hardState: Option<HardState>;
  /** The log, behind the position up to which it was compacted. */
  readonly log: Log;
  /** The newest snapshot whose data is complete here: made by this node, or received and accepted. */
  readonly snapshot: Option<Snapshot>;
  /** The last known incarnation of every peer. */
  readonly peers: ReadonlyMap<NodeId, Incarnation>;
  /** What was repaired, in sentences for the operator: a torn tail that was cut off, a leftover that was removed. */
  readonly notices: readonly string[];
}

/** Why a storage cannot be opened. */
export type StorageError =
  | { readonly type: "Locked"; readonly path: string; readonly message: string }
  | { readonly type: "Damaged"; readonly path: string; readonly offset: number; readonly message: string }
  | { readonly type: "UnknownVersion"; readonly path: string; readonly message: string }
  | { readonly type: "DiskFull"; readonly path: string; readonly message: string }
  | { readonly type: "Failed"; readonly path: string; readonly message: string };

/** A place for what must survive. */
export interface Storage {
  /** Opens it, and locks it against any other process. */
  open(): Promise<Either<StorageError, OpenStorage>>;
}

/**
 * An opened storage. Where an operation fails, it throws or rejects with a {@linkcode StorageFailure}; from then on every
 * operation does, and the node has to stop: nothing is ever tried again on a disk that has failed.
 */
export interface OpenStorage {
  /** What there was. */
  readonly found: Found;
  /** Writes who owns the storage, once; durable when it resolves. */
  identify(identity: Identity): Promise<void>;
  /**
   * Writes what `persists` hold, in order; it is durable after the next `sync`. A `Persist` with a snapshot needs that
   * snapshot's data to be complete (`receiveSnapshot`), and replaces the whole log.
   */
  write(persists: readonly Persist[]): void;
  /** Resolves when everything written before this call is durable. One call at a time. Writing goes on meanwhile. */
  sync(): Promise<void>;
  /** The peer's data folder is this one (or, with none, the peer is forgotten); goes along with the next `sync`. */
  rememberPeer(peer: NodeId, incarnation: Option<Incarnation>): void;
  /**
   * Forgets the log up to `to`, whose term is known; what is written from then on does not need it. Files go when nothing
   * in them is needed and what replaces them is durable.
   */
  compact(to: EntryId): void;
  /** Begins to write the data of a snapshot that this node makes; several may be under way. `snapshot.data` is not used. */
  createSnapshot(snapshot: Snapshot): SnapshotWriter;
  /** Begins or resumes to receive the file of a snapshot that another node has made. */
  receiveSnapshot(from: NodeId, at: EntryId, size: number): SnapshotReceiver;
  /** The complete snapshot at `at`, if it is here. Snapshots are kept until `keepSnapshots` lets go of them. */
  openSnapshot(at: EntryId): Option<SnapshotFile>;
  /** Removes every snapshot but these and the newest, also unfinished ones. */
  keepSnapshots(kept: readonly EntryId[]): void;
  /** Closes it after what is under way; durable is what was synced. */
  close(): Promise<void>;
}

/** A snapshot that is being made. */
export interface SnapshotWriter {
  /** Writes a chunk; chunks come out of `SnapshotFile.chunks` as they went in. At most 1 MiB each. */
  write(chunk: Bytes): void;
  /** Makes it durable and complete, and returns its size. */
  finish(): Promise<number>;
  /** Gives it up. */
  abandon(): void;
}

/** A snapshot's file that is being received, byte by byte as the sender has it. */
export interface SnapshotReceiver {
  /** How many bytes are already here: the sender goes on from there. */
  readonly offset: number;
  /** Writes the next bytes. */
  write(bytes: Bytes): void;
  /** Checks all checksums and makes it durable; if damaged it is removed, and the error says so. */
  finish(): Promise<Either<string, Snapshot>>;
  /** Stops; what has arrived stays, for a later connection. */
  pause(): void;
}

/** A complete snapshot. */
export interface SnapshotFile {
  /** Its position and configuration. */
  readonly snapshot: Snapshot;
  /** The size of the file in bytes. */
  readonly size: number;
  /** Reads up to `into.length` bytes of the file from `at` on, and returns how many. */
  read(into: Bytes, at: number): number;
  /**
   * The chunks that were written, each checked and valid until the next one is asked for. Throws
   * {@linkcode StorageFailure} at damage.
   */
  chunks(): AsyncIterable<Bytes>;
  /** Closes it. */
  close(): void;
}

/** The storage failed, for good. */
export class StorageFailure extends Error {
  /** What happened. */
  readonly reason: StorageError;

  /** A failure with its reason. */
  constructor(reason: StorageError) {
    super(reason.message);
    this.name = "StorageFailure";
    this.reason = reason;
  }
}
