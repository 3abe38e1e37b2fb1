/**
 * Where an entry comes from: the host that asked for it, the nodes that passed it on, the leader that appended it; and what
 * became of other attempts of the same request.
 *
 * @module
 */
import type { Entry, EntryId } from "../../../core/entry.ts";
import type { Timeline } from "../timeline.ts";
import { describeRejection, position } from "../words.ts";
import { otherAttempts, tellAttempts } from "./attempts.ts";
import type { EntryHistory } from "./entry_history.ts";
import { describeEntry, type TellOptions } from "./entry_words.ts";
import { proposalAt, type ProposalEnd, type ProposalHistory } from "./proposal.ts";
import { type Teller, when } from "./sentence.ts";
import { wayInWords } from "./way_words.ts";

/** The proposal that an entry was, and how that ended. */
export interface Origin {
  /** The proposal. */
  readonly proposal: ProposalHistory;
  /** Its end at the leader that appended the entry. */
  readonly end: ProposalEnd;
}

/** The proposal that was appended in `step`; null if the leader appended something by itself. */
export function originIn(timeline: Timeline, step: number): Origin | null {
  const proposal = proposalAt(timeline, step);
  const end = proposal?.ends.find((one) => one.step === step);
  return proposal === null || end === undefined ? null : { proposal, end };
}

/** Tells where an entry comes from; what is known of the proposal that it was, if it was one. */
export function tellOrigin(
  timeline: Timeline,
  { appended, entry }: EntryHistory,
  teller: Teller,
  options: TellOptions,
): Origin | null {
  if (appended === null) {
    teller.say(1, "Who appended it is not known: no leader that is recorded here did.");
    return null;
  }
  const { leader, step } = appended;
  const origin = originIn(timeline, step);
  const at = `in step ${step}${when(timeline, step)}`;
  if (origin === null) {
    const how = timeline.step(step).message.type === "RequestVoteResponse" || entry.type === "normal"
      ? `Leader ${leader} began term ${entry.term} with it ${at}: a leader commits an entry of its own term first.`
      : `Leader ${leader} appended it by itself ${at}.`;
    teller.say(1, how, [step]);
    return null;
  }
  const { end, proposal } = origin;
  const batch = batchOf(origin);
  if (end.hops.length === 0) {
    teller.say(1, `The host of leader ${leader} proposed it ${at}, with ticket ${proposal.ticket}${batch}.`, [step]);
  } else {
    const asked = proposal.asked === null ? "" : ` in step ${proposal.asked}, with ticket ${proposal.ticket}`;
    const way = wayInWords(end.hops);
    teller.say(
      1,
      `The host of node ${proposal.node} proposed it${asked}${batch}; ${way}, which appended it ${at}.`,
      [proposal.asked, step],
    );
  }
  tellReplaced(timeline, origin, entry, teller, options);
  tellTwins(origin, entry, teller);
  tellAttempts(otherAttempts(timeline, entry, { first: proposal.first, own: entry }), teller);
  return origin;
}

function batchOf({ end: { appended }, proposal: { entries } }: Origin): string {
  if (entries.length < 2 || appended === null) return "";
  return `, as one of ${entries.length} entries, ${appended.first} to ${appended.first + entries.length - 1}`;
}

/** A change of the configuration that had to wait leaves an empty entry. */
function tellReplaced(
  timeline: Timeline,
  { end, proposal }: Origin,
  entry: Entry,
  teller: Teller,
  options: TellOptions,
): void {
  if (entry.type !== "empty" || end.appended === null || end.rejected === null) return;
  const asked = proposal.entries[entry.index - end.appended.first];
  if (asked === undefined) return;
  const what = describeEntry(asked, options, timeline.before(end.step).configuration);
  teller.say(1, `It stands for ${what}, and was turned down: ${describeRejection(end.rejected)}.`);
}

/** A message that was there twice is appended twice. */
function tellTwins({ end, proposal: { ends } }: Origin, { index }: EntryId, teller: Teller): void {
  for (const other of ends) {
    if (other === end || other.appended === null || end.appended === null) continue;
    const twin = { index: other.appended.first + index - end.appended.first, term: other.appended.term };
    teller.say(
      1,
      `The message that forwarded it was there twice: what it holds is at ${
        position(twin)
      } too, since step ${other.step}.`,
      [other.step],
    );
  }
}
