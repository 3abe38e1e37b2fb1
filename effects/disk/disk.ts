/**
 * The few file operations that the storage needs, so that tests can put a disk in its place that loses what was not
 * synced, tears the last write, fills up or fails.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";

/** A file system. Paths are relative to wherever the disk begins, with `/` between folders. */
export interface Disk {
  /** Makes `folder` and its parents where they do not exist, durably. */
  makeFolder(folder: string): void;
  /** The names in `folder`, sorted; none if there is no such folder. */
  list(folder: string): readonly string[];
  /** Opens a file for reading and writing; with `create`, makes it if it does not exist. Throws {@linkcode DiskError}. */
  open(path: string, options?: { readonly create?: boolean }): DiskFile;
  /** Gives a file a new name, in place of whatever has that name. Durable after `syncFolder`. */
  rename(from: string, to: string): void;
  /** Removes a file. Durable after `syncFolder`. */
  remove(path: string): void;
  /** Makes the names in `folder` durable: new, renamed and removed files. */
  syncFolder(folder: string): void;
  /** Locks `path` against every other process until the returned function is called; none if another one has it. */
  lock(path: string): Option<() => void>;
}

/** An open file. Every operation throws {@linkcode DiskError} where it fails. */
export interface DiskFile {
  /** Its size in bytes. */
  size(): number;
  /** Reads into `into` from `at` on, and returns how many bytes there were: fewer only at the end of the file. */
  read(into: Bytes, at: number): number;
  /** Hands all of `bytes` to the system. After a crash they may be gone, or there in part, until `sync` has said so. */
  write(bytes: Bytes, at: number): void;
  /** Resolves when everything written before this call is durable. While it waits, other calls go on. */
  sync(): Promise<void>;
  /** Cuts or extends the file to `size` bytes. */
  truncate(size: number): void;
  /** Closes the file. */
  close(): void;
}

/** A file operation that failed. */
export class DiskError extends Error {
  /** What kind of failure. */
  readonly kind: "NotFound" | "Full" | "Failed";
  /** The file. */
  readonly path: string;

  /** A failure of `kind` at `path`. */
  constructor(kind: DiskError["kind"], path: string, message: string) {
    super(message);
    this.name = "DiskError";
    this.kind = kind;
    this.path = path;
  }
}
