/**
 * When two entries are the same, and what is said of one.
 *
 * @module
 */
import type { Entry, EntryId } from "../../core/entry.ts";

/** Whether both are the same command at the same place. */
export function isSameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  if (a.index !== b.index || a.term !== b.term || a.type !== b.type || a.data.length !== b.data.length) return false;
  if (a.data === b.data) return true;
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) return false;
  return true;
}

/** The entry in a few words. */
export function describeEntry(entry: Entry): string {
  return `${position(entry)} ${entry.type} [${[...entry.data]}]`;
}

/** A position as index and term. */
export function position({ index, term }: EntryId): string {
  return `${index}/${term}`;
}
