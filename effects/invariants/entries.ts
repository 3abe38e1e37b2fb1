/**
 * When two entries are the same, and what is said of one.
 *
 * @module
 */
import type { Entry, EntryId } from "../../core/entry.ts";
import { equalBytes } from "../kv/bytes.ts";

/** Whether both are the same command at the same place. */
export function isSameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  if (a.index !== b.index || a.term !== b.term || a.type !== b.type) return false;
  return a.data === b.data || equalBytes(a.data, b.data);
}

/** The entry in a few words. */
export function describeEntry(entry: Entry): string {
  return `${position(entry)} ${entry.type} [${[...entry.data]}]`;
}

/** A position as index and term. */
export function position({ index, term }: EntryId): string {
  return `${index}/${term}`;
}
