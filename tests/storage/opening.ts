/**
 * Opens storages, and looks into their files.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, EntryId } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Disk } from "../../effects/disk/disk.ts";
import {
  type DiskOperation,
  type MemoryDisk,
  memoryDisk,
  type MemoryDiskOptions,
} from "../../effects/disk/memory_disk.ts";
import { fileStorage, type FileStorageOptions } from "../../effects/storage/file_storage.ts";
import type { OpenStorage, Storage, StorageError } from "../../effects/storage/storage.ts";

/** The folder that `open` and the others use. */
export const FOLDER = "data";

/** Opens the storage on `disk`, or throws. */
export async function open(disk: Disk, options: FileStorageOptions = {}): Promise<OpenStorage> {
  return await opened(fileStorage(FOLDER, { disk, ...options }));
}

/** Opens `storage`, or throws. */
export async function opened(storage: Storage): Promise<OpenStorage> {
  const either = await storage.open();
  if (E.isLeft(either)) throw new Error(either.left.message);
  return either.right;
}

/** Why the storage on `disk` cannot be opened. */
export async function refusal(disk: Disk, options: FileStorageOptions = {}): Promise<StorageError> {
  const either = await fileStorage(FOLDER, { disk, ...options }).open();
  if (E.isLeft(either)) return either.left;
  await either.right.close();
  throw new Error("The storage was opened.");
}

/** A disk, and what was done to it. */
export function watchedDisk(options: MemoryDiskOptions = {}): { disk: MemoryDisk; done: DiskOperation[] } {
  const done: DiskOperation[] = [];
  return { disk: memoryDisk({ ...options, onOperation: (operation) => void done.push(operation) }), done };
}

/** The content of a file in the folder. */
export function contentOf(disk: Disk, name: string): Bytes {
  const file = disk.open(`${FOLDER}/${name}`);
  const bytes = new Uint8Array(file.size());
  file.read(bytes, 0);
  file.close();
  return bytes;
}

/** Makes a file in the folder. */
export function put(disk: Disk, name: string, bytes: Bytes): void {
  const file = disk.open(`${FOLDER}/${name}`, { create: true });
  file.truncate(0);
  file.write(bytes, 0);
  file.close();
}

/** The segments in the folder. */
export function segmentsOn(disk: Disk): readonly string[] {
  return disk.list(FOLDER).filter((name) => name.endsWith(".seg"));
}

/** Makes a snapshot of these chunks, and returns the size of its file. */
export async function make(storage: OpenStorage, snapshot: Snapshot, ...chunks: readonly string[]): Promise<number> {
  const writer = storage.createSnapshot(snapshot);
  for (const chunk of chunks) writer.write(new TextEncoder().encode(chunk));
  return await writer.finish();
}

/** The file of the snapshot at `at`. */
export function fileBytes(storage: OpenStorage, at: EntryId): Bytes {
  const file = storage.openSnapshot(at);
  if (O.isNone(file)) throw new Error("There is no such snapshot.");
  const bytes = new Uint8Array(file.value.size);
  file.value.read(bytes, 0);
  file.value.close();
  return bytes;
}

/** The chunks of the snapshot at `at`. */
export async function chunksOf(storage: OpenStorage, at: EntryId): Promise<readonly string[]> {
  const file = storage.openSnapshot(at);
  if (O.isNone(file)) throw new Error("There is no such snapshot.");
  try {
    const chunks: string[] = [];
    for await (const chunk of file.value.chunks()) chunks.push(new TextDecoder().decode(chunk));
    return chunks;
  } finally {
    file.value.close();
  }
}

/** The bytes of a snapshot's file as another node has it. */
export async function foreignFile(snapshot: Snapshot, ...chunks: readonly string[]): Promise<Bytes> {
  const storage = await open(memoryDisk());
  await make(storage, snapshot, ...chunks);
  const bytes = fileBytes(storage, snapshot);
  await storage.close();
  return bytes;
}
