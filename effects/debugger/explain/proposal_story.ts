/**
 * The story of a proposal from the step of any node that was told of it, whether it ever got a place in a log or not.
 *
 * @module
 */
import type { Timeline } from "../timeline.ts";
import { describeObjection, describeRejection } from "../words.ts";
import { otherAttempts, tellAttempts } from "./attempts.ts";
import { tellFate } from "./entry.ts";
import { historyOf } from "./entry_history.ts";
import { describeEntry, type TellOptions } from "./entry_words.ts";
import { proposalAt, type ProposalEnd, type ProposalHistory } from "./proposal.ts";
import { capital, type Teller, when } from "./sentence.ts";
import { NO_ANSWER, tellAsker, tellLost, wayInWords } from "./way_words.ts";

/** So many entries of a proposal are told. */
const TOLD = 3;

/** Tells what is proposed in step `number`, and by whom; nothing if it is about something else. */
export function tellProposed(timeline: Timeline, number: number, teller: Teller, options: TellOptions): void {
  const proposal = proposalAt(timeline, number);
  if (proposal === null) return;
  const { entries } = proposal;
  tellAsker(proposal, number, teller);
  const { configuration } = timeline.before(number);
  const what = entries.slice(0, TOLD).map((entry) => describeEntry(entry, options, configuration));
  const more = entries.length > TOLD ? `; and ${entries.length - TOLD} more` : "";
  if (entries.length > 0) teller.say(1, `It holds ${what.join("; ")}${more}.`);
}

/** Tells what became of the proposal that a node was told of in step `number`; nothing if it was told of something else. */
export function tellProposal(timeline: Timeline, number: number, teller: Teller): void {
  const proposal = proposalAt(timeline, number);
  if (proposal === null) return;
  const { ends, entries: [entry], first } = proposal;
  teller.say(1, "What became of the proposal:");
  for (const end of ends) tellEnd(timeline, proposal, end, teller.deeper(1));
  if (entry === undefined) return;
  const place = ends.find(({ appended }) => appended !== null)?.appended ?? null;
  const own = place === null ? null : { index: place.first, term: place.term };
  tellAttempts(otherAttempts(timeline, entry, { first, own }), teller.deeper(1));
}

function tellEnd(timeline: Timeline, proposal: ProposalHistory, end: ProposalEnd, teller: Teller): void {
  const { appended, hops, lost, node, refused, rejected, step } = end;
  if (appended !== null) return tellAppended(timeline, proposal, end, teller);
  if (lost !== null) return tellLost(timeline, hops, lost, teller);
  const who = hops.length === 0 ? `node ${node}` : `${wayInWords(hops, "node")}, which`;
  const told = hops.length > 0 ? NO_ANSWER : "Its host hears that at once, and may propose it again.";
  const why = rejected !== null
    ? `turned it down in step ${step}, because ${describeRejection(rejected)}. ${told}`
    : refused !== null
    ? `refused it in step ${step}: ${describeObjection(refused)}.`
    : `made nothing of it in step ${step}.`;
  teller.say(1, capital(`${who} ${why}`), [step]);
}

function tellAppended(timeline: Timeline, proposal: ProposalHistory, end: ProposalEnd, teller: Teller): void {
  const { again, appended, hops, node, rejected, step } = end;
  if (appended === null) return;
  const { first, term } = appended;
  const who = hops.length === 0 ? `leader ${node}` : `${wayInWords(hops)}, which`;
  const count = proposal.entries.length;
  const where = count === 1 ? `entry ${first}` : `entries ${first} to ${first + count - 1}`;
  const once = again ? ", since the message was there twice" : "";
  teller.say(
    1,
    capital(`${who} appended it in step ${step}${when(timeline, step)} as ${where} of term ${term}${once}.`),
    [step],
  );
  if (rejected !== null) {
    const why = describeRejection(rejected);
    teller.say(2, `Its change of the configuration was turned down: ${why}. An empty entry stands in its place.`);
  }
  const all = historyOf(timeline, first);
  const entry = all.entries.find((one) => one.entry.term === term);
  if (entry === undefined) return;
  if (count > 1) teller.say(2, `Of entry ${first} (--index tells of the others):`);
  tellFate(timeline, { all, entry, origin: { proposal, end } }, teller.deeper(count > 1 ? 2 : 1));
}
