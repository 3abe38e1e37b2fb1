/**
 * Log Matching (§5.3).
 *
 * @module
 */
import type { Entry, NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import { type Check, violated } from "./check.ts";
import { describeEntry, isSameEntry } from "./entries.ts";

/** An entry that was once in a log. */
interface Seen {
  readonly entry: Entry;
  /** The term of the entry before it. */
  readonly behind: number;
  /** Whose log. */
  readonly by: NodeId;
  /** Another one with the same index, of another term. */
  readonly next: Seen | undefined;
}

/**
 * If two logs have an entry with the same index and term, they are identical up to there (§5.3).
 *
 * An index and a term belong to one entry for ever, and to one entry before it: then, by induction, two logs with an entry
 * in common have everything before it in common. So each entry is looked at once, when a log takes it.
 */
export function logMatching(): Check {
  const name = "Log Matching";
  const seen = new Map<number, Seen>();
  return {
    name,
    started: ({ id }, { log }) => judge(id, log, log.slice(log.first, log.last.index)),
    stepped({ host, before, after }) {
      if (before.log !== after.log && after.log.written.length > 0) judge(host.id, after.log, after.log.written);
    },
  };

  function judge(by: NodeId, log: Log, entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    let behind = log.termAt(entries[0].index - 1);
    for (const entry of entries) {
      const first = seen.get(entry.index);
      let known = first;
      while (known !== undefined && known.entry.term !== entry.term) known = known.next;
      if (known === undefined) seen.set(entry.index, { entry, behind, by, next: first });
      else if (known.behind !== behind || !isSameEntry(known.entry, entry)) {
        const theirs = `${known.by} has ${describeEntry(known.entry)} behind term ${known.behind}`;
        violated(name, `${theirs} in its log, ${by} has ${describeEntry(entry)} behind term ${behind}`);
      }
      behind = entry.term;
    }
  }
}
