/**
 * Judges a ready line: what the node has handed to its host since the last one must add up to what the library hands out.
 *
 * Messages are left out: every transition has compared them already.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { HardState, Node } from "../../core/mod.ts";
import type { Differences } from "./difference.ts";
import { describeEntry, fromSnapshot, isSnapshot, sameEntry, sameNumbers } from "./entries.ts";
import { fromHardState, handedOut, type Handover } from "./handover.ts";
import type { ReadyLine, RecordedHardState, RecordedRawNode } from "./recorded.ts";
import type { RunMemory } from "./run_memory.ts";

/** Notes in `found` where `handover` does not add up to what was handed out of `node`; then it begins anew. */
export function compareReady(
  { ready, book }: ReadyLine,
  node: Node,
  handover: Handover,
  rawNode: RecordedRawNode | undefined,
  memory: RunMemory,
  found: Differences,
): void {
  if (!handover.complete) handover.rebase(node, book);
  if (handover.problem !== undefined) found.add("effects", "effects that follow each other", handover.problem);
  compareEntries(ready.entries, node, handover, found);
  compareHardStates("ready.hardState", ready.hardState, handover.movedTo, found);
  const state: HardState = { term: node.term, vote: node.vote, commit: node.commit };
  if (handover.movedTo === undefined) compareHardStates("book.hardState", book.hardState, state, found);
  const { snapshot } = handover;
  if (ready.snapshot === undefined || snapshot === undefined) {
    found.same("ready.snapshot", ready.snapshot, snapshot === undefined ? undefined : fromSnapshot(snapshot));
  } else if (!isSnapshot(snapshot, ready.snapshot, memory)) {
    found.add("ready.snapshot", ready.snapshot, fromSnapshot(snapshot));
  }
  // The library leaves it to the writer of a snapshot to sync it; our Persist says so itself.
  found.same("ready.mustSync", ready.mustSync, handover.voted || handover.entries.length > 0);
  compareSoftState(ready.softState, book.softState, node, found);
  compareCommitted(ready.committedEntries, book.applying, node, handover, rawNode, found);
  handover.clear(node);
}

function compareEntries(
  expected: readonly number[] | undefined,
  { log }: Node,
  { entries }: Handover,
  found: Differences,
): void {
  const range = entries.length === 0 ? [] : [entries[0].index, entries[entries.length - 1].index];
  if (!sameNumbers(range, expected ?? [])) return found.add("ready.entries", expected, range);
  for (const entry of entries) {
    if (!log.knows(entry.index) || !sameEntry(entry, log.at(entry.index))) {
      return found.add(`ready.entries: index ${entry.index}`, describeEntry(log.at(entry.index)), describeEntry(entry));
    }
  }
}

function compareHardStates(
  field: string,
  expected: RecordedHardState | undefined,
  state: HardState | undefined,
  found: Differences,
): void {
  const got = state === undefined ? undefined : fromHardState(state);
  if (expected === undefined || got === undefined) return found.same(field, expected, got);
  if (expected.term !== got.term || expected.vote !== got.vote || expected.commit !== got.commit) {
    found.add(field, expected, got);
  }
}

function compareSoftState(
  expected: ReadyLine["ready"]["softState"],
  before: ReadyLine["book"]["softState"],
  node: Node,
  found: Differences,
): void {
  const lead = O.isSome(node.lead) ? node.lead.value : 0;
  const changed = before.lead !== lead || before.role !== node.role;
  if (expected === undefined ? changed : expected.lead !== lead || expected.role !== node.role || !changed) {
    found.add("ready.softState", expected, changed ? { lead, role: node.role } : undefined);
  }
}

/**
 * The library may hand out a page later than we do, but never earlier, and never in another order. With synchronous
 * writes it also hands out what is not durable yet, so that only our own rule can be judged.
 */
function compareCommitted(
  expected: readonly number[] | undefined,
  applying: number,
  node: Node,
  handover: Handover,
  rawNode: RecordedRawNode | undefined,
  found: Differences,
): void {
  if (O.isSome(node.pendingSnapshot)) {
    if (rawNode?.asyncStorageWrites && expected !== undefined) {
      found.add("ready.committedEntries", expected, "nothing: a snapshot is being written");
    }
    return;
  }
  const due = Math.max(handedOut(node), node.applied);
  if (Math.max(handover.through, node.applied) !== due) {
    found.add("Apply: up to", due, handover.through);
  }
  if (rawNode === undefined || !rawNode.asyncStorageWrites) return;
  const taken = Math.max(handover.applied ?? applying, node.applied);
  if (applying !== taken) found.add("book.applying", applying, taken);
  handover.applied = expected === undefined ? taken : expected[1];
  const paged = rawNode.maxCommittedSizePerReady !== null;
  if (expected === undefined) {
    if (!paged && taken < due) found.add("ready.committedEntries", expected, [taken + 1, due]);
    return;
  }
  const [first, last] = expected;
  if (first !== taken + 1 || last < first || last > due || (!paged && last < due)) {
    found.add("ready.committedEntries", expected, [taken + 1, due]);
  }
}
