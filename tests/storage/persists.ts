/**
 * Makes what a node wants written.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Bytes, type Entry, entryAt, type EntryType, proposal } from "../../core/entry.ts";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";

/** A `Persist` with these parts. */
export function persistOf(
  parts: { readonly hardState?: HardState; readonly entries?: readonly Entry[]; readonly snapshot?: Snapshot },
): Persist {
  const { hardState, entries = [], snapshot } = parts;
  return {
    type: "Persist",
    hardState: O.fromNullable(hardState),
    entries,
    snapshot: O.fromNullable(snapshot),
    sync: true,
    then: [],
  };
}

/** An entry. */
export function entryOf(index: number, term: number, data: Bytes | string = "", type: EntryType = "normal"): Entry {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return entryAt(proposal(bytes, type), index, term);
}

/** Entries `from` to `to` of `term`. */
export function entriesOf(from: number, to: number, term: number, data = "x"): readonly Entry[] {
  return Array.from({ length: to - from + 1 }, (_, i) => entryOf(from + i, term, `${data}${from + i}`));
}

/** A snapshot. */
export function snapshotOf(index: number, term: number, ...voters: readonly number[]): Snapshot {
  return { index, term, configuration: { ...NO_MEMBERS, voters }, data: new Uint8Array(0) };
}
