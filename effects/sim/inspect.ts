/**
 * What a node would find on a disk, without touching it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Clock } from "../clock/clock.ts";
import type { MemoryDisk } from "../disk/memory_disk.ts";
import { seededRandom } from "../random/random.ts";
import { fileStorage } from "../storage/file_storage.ts";
import type { Found, StorageError } from "../storage/storage.ts";

/** Where nodes keep what must survive. */
export const FOLDER = "data";

/** The size of a segment of the log: small, so that many of them are begun and removed. */
export const SEGMENT_BYTES = 16_384;

/** Opens a copy of `disk`, on which nothing is under way. */
export async function inspect(disk: MemoryDisk, clock: Clock): Promise<Either<StorageError, Found>> {
  const copy = disk.crash(seededRandom(1)); // where nothing is under way, nothing is lost
  const opened = await fileStorage(FOLDER, { disk: copy, clock, segmentBytes: SEGMENT_BYTES }).open();
  if (E.isLeft(opened)) return opened;
  const { found } = opened.right;
  await opened.right.close();
  return E.right(found);
}
