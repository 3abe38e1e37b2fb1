/**
 * Entries that somebody proposed and that have no effect, because others were committed in their places.
 *
 * @module
 */
import type { Entry, EntryId, NodeId } from "../../../core/entry.ts";
import type { Timeline } from "../timeline.ts";
import { position } from "../words.ts";

/** An entry that has no effect. */
export interface Replaced {
  /** The entry. */
  readonly entry: EntryId;
  /** The first step after which a node knew that another one is committed in its place. */
  readonly step: number;
}

/** The entries that have no effect, in the order of their places. */
export function replacedIn(timeline: Timeline): readonly Replaced[] {
  const undecided = undecidedIn(timeline);
  const { commit } = timeline.columns;
  const replaced: Replaced[] = [];
  let next = 0;
  for (let step = 1; step <= timeline.length && next < undecided.length; step++) {
    for (; next < undecided.length && undecided[next].index <= commit[step - 1]; next++) {
      const { index, term } = undecided[next];
      const { log } = timeline.after(step);
      if (log.knows(index) && log.termAt(index) !== term) replaced.push({ entry: { index, term }, step });
    }
  }
  return replaced;
}

/**
 * What was proposed and not known to be committed when a node left a term or stopped. Nothing else can be replaced: within
 * a term a log agrees with its leader's as far as that has written to it. So only the ends of terms need a replay.
 */
function undecidedIn(timeline: Timeline): readonly EntryId[] {
  const found = new Map<string, EntryId>();
  const lasts = new Map<NodeId, EntryId>();
  for (const step of endsOfTerms(timeline)) {
    const { commit, id, log } = timeline.after(step);
    const last = lasts.get(id);
    lasts.set(id, log.last);
    // A log that ends alike is the same log (§5.3).
    if (last?.index === log.last.index && last.term === log.last.term) continue;
    for (let index = Math.max(log.first, commit + 1); index <= log.last.index; index++) {
      const entry = log.at(index);
      if (isProposed(entry)) found.set(position(entry), entry);
    }
  }
  return [...found.values()].sort((a, b) => a.index - b.index || a.term - b.term);
}

/** Not what a leader begins its term with, nor what stands for a change that was turned down. */
function isProposed({ data, type }: Entry): boolean {
  return type !== "empty" && (type !== "normal" || data.length > 0);
}

/** The last step of each node in each term, and of each of its runs. */
function* endsOfTerms({ columns: { node, term }, length, nodes, runs }: Timeline): Generator<number> {
  const ends = new Set(runs.map(({ last }) => last));
  const latest = nodes.map(() => 0);
  for (let step = 1; step <= length; step++) {
    const position = node[step - 1];
    const before = latest[position];
    latest[position] = step;
    if (before > 0 && term[before - 1] !== term[step - 1] && !ends.has(before)) yield before;
    if (ends.has(step)) yield step;
  }
}
