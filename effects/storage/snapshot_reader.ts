/**
 * Reads complete snapshots, and judges files that may be one.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { DiskFile } from "../disk/disk.ts";
import { damaged } from "./health.ts";
import {
  LONGEST_FRAME,
  NO_CHUNKS,
  readSnapshotEnd,
  readSnapshotHeader,
  readSnapshotPart,
  SNAPSHOT_END,
  type SnapshotPart,
  snapshotSize,
} from "./snapshot_format.ts";
import { type StorageError, StorageFailure } from "./storage.ts";

/** Gives everything else that waits in the event loop its turn. */
export type Pause = () => Promise<void>;

/** What is read between two pauses. */
const AT_ONCE = 1 << 21;

/** The ends of a snapshot's file. */
export interface SnapshotEnds {
  /** Its position and configuration. */
  readonly snapshot: Snapshot;
  /** The offset of the first chunk. */
  readonly begin: number;
  /** The size of the file. */
  readonly size: number;
}

/** Judges `file`, called `path`, by its two ends. */
export function readEnds(file: DiskFile, path: string): Either<StorageError, SnapshotEnds> {
  const size = file.size();
  const header = readSnapshotHeader(readAt(file, 0, Math.min(size, LONGEST_FRAME)));
  if (header.type === "UnknownVersion") {
    return E.left({ type: "UnknownVersion", path, message: `Cannot open ${path}: ${header.message}` });
  }
  if (header.type === "NoHeader") return E.left(damaged(path, 0, "the beginning of the snapshot is damaged"));
  const at = Math.max(size - SNAPSHOT_END, 0);
  const end = readSnapshotEnd(readAt(file, at, SNAPSHOT_END));
  if (E.isLeft(end)) return E.left(damaged(path, at, "the end of the snapshot is damaged"));
  if (snapshotSize(header.next, end.right) !== size) return E.left(damaged(path, at, "the snapshot has another size"));
  return E.right({ snapshot: header.snapshot, begin: header.next, size });
}

/**
 * The chunks of `file`, each checked, and their order and number. A chunk is valid until the next one is asked for: all of
 * them are read into the same memory. Throws {@linkcode StorageFailure} at damage.
 */
export async function* readChunks(
  file: DiskFile,
  { begin, size }: SnapshotEnds,
  { path, pause }: { readonly path: string; readonly pause: Pause },
): AsyncGenerator<Bytes, void, void> {
  let total = NO_CHUNKS;
  let unpaused = 0;
  const buffer = new Uint8Array(Math.min(LONGEST_FRAME, size - begin));
  for (let at = begin; at < size;) {
    const bytes = buffer.subarray(0, file.read(buffer, at));
    let read = 0;
    for (;;) {
      const part = readSnapshotPart(bytes, read, total);
      if (part.type === "End" && at + part.next === size) return;
      if (part.type === "CutShort" && read > 0) break;
      if (part.type !== "Chunk") throw new StorageFailure(damaged(path, at + read, reason(part)));
      total = part.total;
      read = part.next;
      yield part.bytes;
    }
    at += read;
    unpaused += read;
    if (unpaused >= AT_ONCE) {
      unpaused = 0;
      await pause();
    }
  }
  throw new StorageFailure(damaged(path, size, "the end of the snapshot is missing"));
}

function reason(part: SnapshotPart): string {
  return part.type === "Damaged" ? part.message : "the snapshot ends too early or too late";
}

function readAt(file: DiskFile, at: number, length: number): Bytes {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, file.read(bytes, at));
}
