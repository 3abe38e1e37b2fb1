/**
 * What can be said of logs as they are, without their history: whole logs are compared here.
 *
 * @module
 */
import type { Entry } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import { isSameEntry } from "./entries.ts";

/**
 * Log Matching (§5.3): the first index at which two logs differ although they have the same term there or further on; 0 if
 * there is none.
 */
export function firstMismatch(a: Log, b: Log): number {
  let agreed = Math.min(a.last.index, b.last.index);
  const from = Math.max(a.first, b.first);
  while (agreed >= from && a.at(agreed).term !== b.at(agreed).term) agreed--;
  for (let index = from; index <= agreed; index++) if (!isSameEntry(a.at(index), b.at(index))) return index;
  return 0;
}

/** Leader Append-Only (§5.3): the first index whose entry in `before` is another one, or none, in `after`; 0 if all stayed. */
export function firstReplaced(before: Log, after: Log): number {
  for (let index = Math.max(before.first, after.first); index <= before.last.index; index++) {
    if (index > after.last.index || !isSameEntry(before.at(index), after.at(index))) return index;
  }
  return 0;
}

/** Whether `after` has everything that `before` has, in its log or in the snapshot before it. */
export function isAppendOnly(before: Log, after: Log): boolean {
  return after.last.index >= before.last.index && firstReplaced(before, after) === 0;
}

/** Whether the log has `entry`, or stands behind a snapshot that covers it. */
export function holds(log: Log, entry: Entry): boolean {
  const { index, term } = entry;
  if (index <= log.snapshot.index) return index < log.snapshot.index || term === log.snapshot.term;
  return index <= log.last.index && isSameEntry(log.at(index), entry);
}

/** State Machine Safety (§5.4.3): the first index that both nodes take to be committed, with different entries; 0 if none. */
export function firstConflict(a: Node, b: Node): number {
  const to = Math.min(a.commit, b.commit, a.log.last.index, b.log.last.index);
  for (let index = Math.max(a.log.first, b.log.first); index <= to; index++) {
    if (!isSameEntry(a.log.at(index), b.log.at(index))) return index;
  }
  return 0;
}

/**
 * Leader Completeness (§5.4): the first index that `other`, in no later term, knows to be committed and `leader` does not
 * have; 0 if there is none.
 */
export function firstMissing(leader: Node, other: Node): number {
  if (other.term > leader.term) return 0;
  for (let index = Math.max(leader.log.first, other.log.first); index <= other.commit; index++) {
    if (index <= other.log.last.index && !holds(leader.log, other.log.at(index))) return index;
  }
  return 0;
}

/** Election Safety (§5.2): a term that two of the nodes lead; 0 if there is none. */
export function disputedTerm(nodes: readonly Node[]): number {
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i].role !== "leader") continue;
    for (let k = i + 1; k < nodes.length; k++) {
      if (nodes[k].role === "leader" && nodes[k].term === nodes[i].term) return nodes[i].term;
    }
  }
  return 0;
}
