/**
 * What became of the proposal at an index, from the client to the state machines; and why it is committed, or is not.
 *
 * @module
 */
import type { Node } from "../../../core/node.ts";
import type { Timeline } from "../timeline.ts";
import { position } from "../words.ts";
import { tellAnswer } from "./answer.ts";
import { tellApplied, tellCommit } from "./commitment.ts";
import { tellCopies } from "./copies.ts";
import { type EntryHistory, historyOf, type IndexHistory } from "./entry_history.ts";
import { describeEntry, type TellOptions } from "./entry_words.ts";
import { type Origin, tellOrigin } from "./origin.ts";
import { type Sentence, Teller } from "./sentence.ts";

/** The story of an index. */
export function explainIndex(timeline: Timeline, index: number, options: TellOptions = {}): readonly Sentence[] {
  const history = historyOf(timeline, index);
  const teller = new Teller();
  if (history.entries.length === 0) tellNothing(timeline, index, history, teller);
  for (const entry of history.entries) tellEntry(timeline, entry, history, { options, teller });
  for (const { node, step } of history.covered) {
    teller.say(0, `Node ${node} never held it: it took over a snapshot that covers index ${index}, in step ${step}.`, [
      step,
    ]);
  }
  return teller.sentences;
}

/** Whether there is anything to tell of an index: a node has held an entry there, or a snapshot covers it. */
export function knowsIndex(timeline: Timeline, index: number): boolean {
  const reaches = ({ log }: Node): boolean => log.last.index >= index;
  const ends = [...timeline.state(0).values(), ...timeline.state(timeline.length).values()];
  if (ends.some(reaches)) return true;
  const { covered, entries } = historyOf(timeline, index);
  return entries.length + covered.length > 0;
}

function tellNothing(timeline: Timeline, index: number, { covered }: IndexHistory, teller: Teller): void {
  if (covered.length > 0) return;
  const ends = [...timeline.state(timeline.length)].map(([node, { log }]) => `node ${node} to ${position(log.last)}`);
  const begins = [...timeline.state(0).values()].filter(({ log }) => log.snapshot.index >= index);
  if (begins.length > 0) {
    teller.say(
      0,
      `No node holds index ${index} in these recordings: it was compacted before they begin, so it was committed.`,
    );
  } else {teller.say(
      0,
      `No node has ever held an entry at index ${index}. The logs reach, at the end: ${ends.join(", ")}.`,
    );}
}

function tellEntry(
  timeline: Timeline,
  entry: EntryHistory,
  all: IndexHistory,
  { options, teller }: { readonly options: TellOptions; readonly teller: Teller },
): void {
  const { index, term } = entry.entry;
  const before = entry.appended === null ? undefined : timeline.before(entry.appended.step).configuration;
  teller.say(0, `Entry ${index} of term ${term}: ${describeEntry(entry.entry, options, before)}.`);
  const origin = tellOrigin(timeline, entry, teller, options);
  tellFate(timeline, { all, entry, origin }, teller);
}

/** Tells what became of an entry, and of whoever waited for it. */
export function tellFate(
  timeline: Timeline,
  { all, entry, origin }: { readonly all: IndexHistory; readonly entry: EntryHistory; readonly origin: Origin | null },
  teller: Teller,
): void {
  tellCopies(timeline, entry, teller);
  tellCommit(timeline, entry, all, teller);
  tellApplied(timeline, entry, teller);
  if (origin !== null) tellAnswer(timeline, origin, { all, entry }, teller);
}
