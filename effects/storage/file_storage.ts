/**
 * The storage that lasts.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock/clock.ts";
import { denoDisk } from "../disk/deno_disk.ts";
import type { Disk } from "../disk/disk.ts";
import { Folder } from "./folder.ts";
import { openFolder } from "./open_folder.ts";
import type { Storage } from "./storage.ts";

const LEAST_SEGMENT = 1 << 10;

/** How a storage is kept. */
export interface FileStorageOptions {
  /** Where the folder is; by default the machine's file system. */
  readonly disk?: Disk;
  /** The size of a segment of the log; 16 MiB by default, at least 1 KiB. The first ones are smaller. */
  readonly segmentBytes?: number;
  /** A record that has become so large does not wait for a sync; 1 MiB by default. */
  readonly recordBytes?: number;
  /** Gives others their turn while a snapshot is read; by default the machine's. */
  readonly clock?: Clock;
}

/**
 * The storage in `folder`, which is made when it is opened for the first time.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import * as O from "fp-ts/Option";
 * import { memoryDisk } from "../disk/memory_disk.ts";
 * import { fileStorage } from "./file_storage.ts";
 *
 * const storage = fileStorage("data/1", { disk: memoryDisk() });
 * const first = await storage.open();
 * if (E.isRight(first)) {
 *   const hardState = O.some({ term: 1, vote: O.some(1), commit: 0 });
 *   first.right.write([{ type: "Persist", hardState, entries: [], snapshot: O.none, sync: true, then: [] }]);
 *   await first.right.sync();
 *   await first.right.close();
 * }
 * const second = await storage.open();
 * assertEquals(E.isRight(second) && O.isSome(second.right.found.hardState), true);
 * ```
 */
export function fileStorage(folder: string, options: FileStorageOptions = {}): Storage {
  const { disk, segmentBytes = 1 << 24, recordBytes = 1 << 20, clock = systemClock } = options;
  const place = disk === undefined ? new Folder(denoDisk(folder), "", folder) : new Folder(disk, folder);
  const pause = (): Promise<void> => new Promise((resolve) => clock.soon(resolve));
  return { open: () => openFolder(place, { segmentBytes: Math.max(segmentBytes, LEAST_SEGMENT), recordBytes, pause }) };
}
