/**
 * Entries in the short notation of the tables: `2:1 some data` is the entry at index 2 of term 1 with these data.
 *
 * @module
 */
import { type Bytes, type Entry, entryAt, type EntryId, NO_BYTES, proposal } from "../../../core/mod.ts";

const NOTATION = /^(\d+):(\d+)(?: (.+))?$/;

/** The entries that `notations` describe. */
export function entries(...notations: readonly string[]): readonly Entry[] {
  return notations.map((notation) => {
    const match = NOTATION.exec(notation);
    if (match === null) throw new Error(`Cannot read the entry "${notation}": it is not "index:term data".`);
    const [, index, term, data] = match;
    return entryAt(proposal(data === undefined ? NO_BYTES : bytes(data)), Number(index), Number(term));
  });
}

/** Entries without data from index 1 on, of these `terms`. */
export function entriesOfTerms(...terms: readonly number[]): readonly Entry[] {
  return entries(...terms.map((term, i) => `${i + 1}:${term}`));
}

/** The position `index` with `term`. */
export function at(index: number, term: number): EntryId {
  return { index, term };
}

/** `text` in UTF-8. */
export function bytes(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The data of `entry` as text. */
export function textOf(entry: Entry): string {
  return new TextDecoder().decode(entry.data);
}
