/**
 * A backup: the file of a snapshot, as a node has written it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Clock } from "../clock/clock.ts";
import { type Disk, DiskError, type DiskFile } from "../disk/disk.ts";
import { readChunks, readEnds, type SnapshotEnds } from "../storage/snapshot_reader.ts";
import { StorageFailure } from "../storage/storage.ts";

/** A backup that is open. */
export interface Backup {
  /** Where in the log of its cluster the state stands, and the configuration as of then. */
  readonly snapshot: Snapshot;
  /** The size of the file in bytes. */
  readonly size: number;
  /** Its chunks, each checked. Throws a `StorageFailure` at damage. */
  chunks(): AsyncIterable<Bytes>;
  /** Reads all of it; on the left what is damaged. */
  verify(): Promise<Either<string, void>>;
  /** Closes it. */
  close(): void;
}

/** Opens the backup at `path`; on the left why it is none. */
export function openBackup(disk: Disk, path: string, clock: Clock): Either<string, Backup> {
  let file: DiskFile | undefined;
  try {
    file = disk.open(path);
    const ends = readEnds(file, path);
    if (E.isRight(ends)) return E.right(backupIn(file, ends.right, { path, clock }));
    file.close();
    return E.left(ends.left.message);
  } catch (error) {
    file?.close();
    if (error instanceof DiskError) return E.left(`Cannot open ${path}: ${error.message}`);
    throw error;
  }
}

function backupIn(
  file: DiskFile,
  ends: SnapshotEnds,
  { path, clock }: { readonly path: string; readonly clock: Clock },
): Backup {
  const pause = (): Promise<void> => new Promise((resolve) => clock.soon(resolve));
  const chunks = (): AsyncIterable<Bytes> => readChunks(file, ends, { path, pause });
  const { snapshot, size } = ends;
  return { snapshot, size, chunks, verify: () => verified(chunks()), close: () => file.close() };
}

async function verified(chunks: AsyncIterable<Bytes>): Promise<Either<string, void>> {
  try {
    for await (const _chunk of chunks); // reading checks it
    return E.right(undefined);
  } catch (error) {
    if (error instanceof StorageFailure || error instanceof DiskError) return E.left(error.message);
    throw error;
  }
}
