/**
 * Compares what a step wants written with what was recorded to have changed: a `Persist` says neither less nor more.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { HardState, Node, Persist } from "../../core/mod.ts";
import type { Differences } from "./difference.ts";
import { idOf, sameEntry } from "./entries.ts";
import type { RecordedDelta } from "./recorded_state.ts";

/** Notes in `found` where `persist`, if there is one, does not write what `set` says has changed up to `after`. */
export function comparePersist(
  set: RecordedDelta,
  persist: Persist | undefined,
  after: Node,
  found: Differences,
): void {
  const { term, vote, commit, log } = set;
  const voted = term !== undefined || vote !== undefined;
  const moved = voted || commit !== undefined;
  const from = log?.from;
  const count = log?.entries?.length ?? 0;
  const restored = log?.pendingSnapshot !== undefined && log.pendingSnapshot !== null;
  if (persist === undefined) {
    if (moved || count > 0 || restored) found.add("Persist", set, "nothing");
    return;
  }
  const { hardState, entries, snapshot, sync } = persist;
  if (O.isSome(hardState) !== moved) found.add("Persist.hardState", moved, hardState);
  if (O.isSome(hardState) && !isHardStateOf(after, hardState.value)) {
    found.add("Persist.hardState", { term: after.term, vote: after.vote, commit: after.commit }, hardState.value);
  }
  if (
    O.isSome(snapshot) !== restored || (restored && O.toUndefined(snapshot) !== O.toUndefined(after.pendingSnapshot))
  ) {
    found.add("Persist.snapshot", log?.pendingSnapshot, snapshot);
  }
  if (entries.length !== count) {
    found.add("Persist.entries: count", count, entries.length);
  } else if (from !== undefined) {
    for (let i = 0; i < count; i++) {
      if (!after.log.knows(from + i) || !sameEntry(entries[i], after.log.at(from + i))) {
        found.add(`Persist.entries[${i}]`, log?.entries?.[i], entries[i]);
      }
    }
  }
  const due = voted || count > 0 || restored;
  if (sync !== due) found.add("Persist.sync", due, sync);
}

function isHardStateOf(node: Node, { term, vote, commit }: HardState): boolean {
  return term === node.term && commit === node.commit && idOf(vote) === idOf(node.vote);
}
