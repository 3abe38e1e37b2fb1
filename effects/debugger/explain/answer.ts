/**
 * The way back of a proposal: whether the host that was asked for it could answer its client.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Timeline, TimelineRun } from "../timeline.ts";
import { position } from "../words.ts";
import type { Copy, EntryHistory, IndexHistory } from "./entry_history.ts";
import type { ProposalEnd, ProposalHistory } from "./proposal.ts";
import type { Teller } from "./sentence.ts";

/** Tells whether the client of `proposal`, which ended as `entry`, could be answered. */
export function tellAnswer(
  timeline: Timeline,
  { proposal, end }: { readonly proposal: ProposalHistory; readonly end: ProposalEnd },
  { all, entry }: { readonly all: IndexHistory; readonly entry: EntryHistory },
  teller: Teller,
): void {
  const { asked, node, ticket } = proposal;
  if (asked === null) return;
  if (entry.entry.type === "empty" && end.rejected !== null) return tellTurnedDown(proposal, end, teller);
  const { run } = timeline.step(asked);
  const applied = appliedOn(timeline, entry, node, run);
  const whose = `The host of node ${node}`;
  const forwarded = end.hops.length > 0;
  if (applied !== null) {
    const at = position(entry.entry);
    const how = forwarded
      ? `its node reported ${at} as applied in step ${applied}. ${NO_TICKET}: it knows it again by what it holds`
      : `ticket ${ticket} was at ${at}, which its node reported as applied in step ${applied}`;
    return teller.say(1, `${whose} could answer its client: ${how}.`, [applied]);
  }
  const other = instead(timeline, all, entry, { node, run });
  if (other !== null) {
    const learned = forwarded
      ? `${whose} does not learn that. ${NO_TICKET}: it waits until its deadline.`
      : `${whose} could tell its client that it has no effect: its node reported ${other.what} as applied there in step ${other.step}.`;
    return teller.say(1, learned, forwarded ? [] : [other.step]);
  }
  const covered = all.covered.find((one) => one.node === node && timeline.step(one.step).run === run);
  if (covered !== undefined) {
    return teller.say(
      1,
      `${whose} cannot tell its client what became of it: a snapshot took its place in step ${covered.step}.`,
      [covered.step],
    );
  }
  const stopped = endOfRun(timeline, node, run);
  if (stopped !== null) {
    return teller.say(1, `${whose} stopped after step ${stopped}, before it could answer its client.`, [stopped]);
  }
  teller.say(1, `${whose} could not answer its client in these recordings: its node did not report it as applied.`);
}

/** An empty entry is there, but what was asked for is not. */
function tellTurnedDown({ node, ticket }: ProposalHistory, { hops, step }: ProposalEnd, teller: Teller): void {
  const how = hops.length === 0
    ? `heard in step ${step}, with ticket ${ticket}, that its change was turned down.`
    : `does not learn that its change was turned down. ${NO_TICKET}: it waits until its deadline.`;
  teller.say(1, `The host of node ${node} ${how}`, [step]);
}

const NO_TICKET = "No ticket comes back with what was forwarded";

/** The step in which `node` reported the entry as applied, in this run of it; null if it did not. */
function appliedOn(timeline: Timeline, { copies }: EntryHistory, node: NodeId, run: number): number | null {
  const isHere = (copy: Copy): copy is Copy & { applied: number } =>
    copy.node === node && copy.applied !== null && copy.applied > 0 && timeline.step(copy.applied).run === run;
  return copies.find(isHere)?.applied ?? null;
}

/** What `node` applied at the index of the entry in its place. */
function instead(
  timeline: Timeline,
  { entries }: IndexHistory,
  own: EntryHistory,
  { node, run }: Pick<TimelineRun, "node" | "run">,
): { readonly what: string; readonly step: number } | null {
  for (const other of entries) {
    const step = other === own ? null : appliedOn(timeline, other, node, run);
    if (step !== null) return { what: position(other.entry), step };
  }
  return null;
}

/** The last step of a run of `node` that has certainly ended; null if it may go on. */
function endOfRun({ runs }: Timeline, node: NodeId, run: number): number | null {
  const mine = runs.filter((one) => one.node === node && one.first > 0);
  const last = mine.findLast((one) => one.run === run);
  if (last === undefined) return null;
  const isOver = last.end === "closed" || mine.some((one) => one.run !== run && one.first > last.last);
  return isOver ? last.last : null;
}
