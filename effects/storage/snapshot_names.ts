/**
 * What the files of snapshots are called, by what they are.
 *
 * @module
 */
import type { EntryId, NodeId } from "../../core/entry.ts";

/** What a file is, by its name. */
export type SnapshotName =
  /** Complete, and made here, or received: that one counts only if the log has accepted it. */
  | { readonly type: "Made" | "Received"; readonly at: EntryId }
  /** Being made. */
  | { readonly type: "Making" }
  /** Being received. */
  | { readonly type: "Incoming" };

/** The name of a complete snapshot. */
export function completeName(type: "Made" | "Received", { index, term }: EntryId): string {
  return `${type === "Made" ? "snapshot" : "received"}-${index}-${term}.snap`;
}

/** The name of the `count`-th snapshot that is being made. */
export function makingName(count: number): string {
  return `making-${count}.part`;
}

/** The name of a snapshot of `size` bytes that is being received. */
export function incomingName(from: NodeId, { index, term }: EntryId, size: number): string {
  return `incoming-${from}-${index}-${term}-${size}.part`;
}

/** What the file called `name` is; null if it is none of a snapshot. */
export function snapshotName(name: string): SnapshotName | null {
  const complete = /^(snapshot|received)-(\d+)-(\d+)\.snap$/.exec(name);
  if (complete !== null) {
    const at = { index: Number(complete[2]), term: Number(complete[3]) };
    return { type: complete[1] === "snapshot" ? "Made" : "Received", at };
  }
  if (/^making-\d+\.part$/.test(name)) return { type: "Making" };
  return /^incoming-\d+-\d+-\d+-\d+\.part$/.test(name) ? { type: "Incoming" } : null;
}
