/**
 * A bit that flips on a disk, and what a node finds afterwards.
 *
 * @module
 */
import { contentOf } from "../disk/content_of.ts";
import type { Log } from "../../core/log.ts";
import type { Disk } from "../disk/disk.ts";
import type { MemoryDisk } from "../disk/memory_disk.ts";
import { firstReplaced } from "../invariants/logs.ts";
import { equalBytes } from "../kv/bytes.ts";
import type { Found } from "../storage/storage.ts";
import { FOLDER } from "./inspect.ts";

/** A byte on a disk. */
export interface Place {
  /** The file. */
  readonly path: string;
  /** Where in the file. */
  readonly offset: number;
}

/** The byte that `where`, from 0 to 1, points to; null on an empty disk. */
export function placeOf(disk: MemoryDisk, where: number): Place | null {
  const files = disk.list(FOLDER).map((name) => `${FOLDER}/${name}`).map((path) => ({
    path,
    size: disk.open(path).size(),
  }));
  let offset = Math.floor(where * files.reduce((sum, { size }) => sum + size, 0));
  for (const { path, size } of files) {
    if (offset < size) return { path, offset };
    offset -= size;
  }
  return null;
}

/** Whether something is not found any more: nobody can tell an end that was damaged from one that a crash has torn off. */
export function hasLess(before: Found, after: Found): boolean {
  return known(before) !== known(after);
}

/** The first entry that is another one than before; null if there is none. */
export function firstOther(before: Log, after: Log): number | null {
  const index = firstReplaced(before, after);
  return index > 0 && index <= after.last.index ? index : null;
}

function known({ hardState, log, peers, snapshot }: Found): string {
  return JSON.stringify([hardState, log.snapshot, log.last, [...peers], snapshot]);
}

/** Whether the node finds on both disks the same. */
export function holdTheSame(a: Disk, b: Disk): boolean {
  const names = a.list(FOLDER);
  if (names.join() !== b.list(FOLDER).join()) return false;
  return names.every((name) =>
    equalBytes(contentOf(a.open(`${FOLDER}/${name}`)), contentOf(b.open(`${FOLDER}/${name}`)))
  );
}
