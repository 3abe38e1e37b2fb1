/**
 * Brings a data folder into the state in which it was read, durably, before anybody relies on it.
 *
 * What the last records hold may have been written by a process that was killed, or whose sync failed: then the system shows
 * it, calls it clean, and the disk never gets it. So everything that no record calls synced is written once more.
 *
 * @module
 */
import type { DiskFile } from "../disk/disk.ts";
import type { Folder } from "./folder.ts";
import type { RecoveredSegment } from "./read_segments.ts";
import type { RecoveredLog } from "./recover.ts";
import { segmentName } from "./segment.ts";
import { endOfData } from "./segment_reader.ts";
import { hasSignpost, writeSignpost } from "./signpost.ts";

const AT_ONCE = 1 << 20;

/** Repairs `folder`, removes `superfluous` files, and returns the open file of the current segment. */
export async function repair(folder: Folder, log: RecoveredLog, superfluous: readonly string[]): Promise<DiskFile> {
  const { segments, current, synced } = log;
  for (const segment of segments) {
    if (segment === current || segment.start + segment.end <= synced) continue;
    const file = folder.open(segmentName(segment.sequence));
    try {
      await rewrite(file, segment, synced);
    } finally {
      file.close();
    }
  }
  const file = folder.open(segmentName(current.sequence));
  try {
    clear(file, current.end, endOfData(current.bytes, current.end));
    await rewrite(file, current, synced);
    await point(folder, log);
    for (const name of [...log.superfluous, ...superfluous]) folder.remove(name);
    folder.sync();
    for (const name of log.beyond) {
      folder.remove(name);
      folder.sync();
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

async function rewrite(file: DiskFile, { bytes, start, end }: RecoveredSegment, synced: number): Promise<void> {
  const from = Math.max(synced - start, 0);
  file.write(bytes.subarray(from, end), from);
  await file.sync();
}

// After a crash, the segment before may not say yet that the log went on in the last one.
async function point(folder: Folder, { segments, current }: RecoveredLog): Promise<void> {
  const before = segments.at(-2);
  if (before === undefined || hasSignpost(before.bytes, before)) return;
  const file = folder.open(segmentName(before.sequence));
  try {
    writeSignpost(file, before, current.start + current.end);
    await file.sync();
  } finally {
    file.close();
  }
}

function clear(file: DiskFile, from: number, to: number): void {
  for (let at = from; at < to; at += AT_ONCE) file.write(new Uint8Array(Math.min(AT_ONCE, to - at)), at);
}
