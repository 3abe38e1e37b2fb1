/**
 * A bit that flips on a disk, and what a node finds afterwards.
 *
 * @module
 */
import type { Entry } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { Disk } from "../disk/disk.ts";
import type { MemoryDisk } from "../disk/memory_disk.ts";
import type { Found } from "../storage/storage.ts";
import { equalBytes } from "../kv/bytes.ts";
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
  const from = Math.max(before.first, after.first);
  const to = Math.min(before.last.index, after.last.index);
  if (from > to) return null;
  const left = after.slice(from, to);
  const other = before.slice(from, to).findIndex((entry, i) => !isSame(entry, left[i]));
  return other < 0 ? null : from + other;
}

function known({ hardState, log, peers, snapshot }: Found): string {
  return JSON.stringify([hardState, log.snapshot, log.last, [...peers], snapshot]);
}

function isSame(a: Entry, b: Entry): boolean {
  return a.term === b.term && a.type === b.type && a.data.length === b.data.length &&
    a.data.every((byte, at) => byte === b.data[at]);
}

/** Whether the node finds on both disks the same. */
export function holdTheSame(a: Disk, b: Disk): boolean {
  const names = a.list(FOLDER);
  if (names.join() !== b.list(FOLDER).join()) return false;
  return names.every((name) => equalBytes(contentOf(a, `${FOLDER}/${name}`), contentOf(b, `${FOLDER}/${name}`)));
}

function contentOf(disk: Disk, path: string): Uint8Array {
  const file = disk.open(path);
  const bytes = new Uint8Array(file.size());
  file.read(bytes, 0);
  file.close();
  return bytes;
}
