/**
 * When two entries are the same.
 *
 * @module
 */
import type { Entry } from "../../../core/mod.ts";
import { position } from "../trace.ts";

/** Whether both are the same command at the same place. */
export function isSameEntry(a: Entry, b: Entry): boolean {
  return a === b ||
    (a.index === b.index && a.term === b.term && a.type === b.type && a.data.length === b.data.length &&
      a.data.every((byte, i) => byte === b.data[i]));
}

/** The entry in a few words. */
export function describeEntry(entry: Entry): string {
  return `${position(entry)} ${entry.type} [${[...entry.data]}]`;
}
