/**
 * What is odd in a timeline besides elections.
 *
 * @module
 */
import { pushTo } from "../push_to.ts";
import { MARKS, type Timeline, type TimelineStep } from "../timeline.ts";
import { describeMessage, describeObjection, describeRejection, listInWords, many, position } from "../words.ts";
import { replacedIn } from "./replaced.ts";
import { type Sentence, stepsInWords, Teller, when } from "./sentence.ts";

/** So many of one kind are told in full. */
const TOLD = 5;
/** So many ways between nodes on which messages were lost are told, those with the most first. */
const TOLD_WAYS = 8;

/** What is odd: refused inputs, faults, writes without an effect, lost messages, followers that are behind, runs without an end. */
export function explainOddities(timeline: Timeline): readonly Sentence[] {
  const teller = new Teller();
  tellObjections(timeline, teller);
  tellRejections(timeline, teller);
  tellReplaced(timeline, teller);
  tellLosses(timeline, teller);
  tellRuns(timeline, teller);
  tellTheEnd(timeline, teller);
  return teller.sentences;
}

function* marked(timeline: Timeline, mark: number): Generator<TimelineStep> {
  const { marks } = timeline.columns;
  for (let number = 1; number <= timeline.length; number++) {
    if ((marks[number - 1] & mark) !== 0) yield timeline.step(number);
  }
}

function tellObjections(timeline: Timeline, teller: Teller): void {
  let count = 0;
  for (const { message, node, number, outbox } of marked(timeline, MARKS.fault)) {
    for (const effect of outbox) {
      if (effect.type !== "Refused" && effect.type !== "Fault") continue;
      if (++count > TOLD) continue;
      const what = effect.type === "Fault" ? "found a contradiction and has to stop" : "refused an input";
      const why = describeObjection(effect.reason);
      teller.say(
        0,
        `Node ${node} ${what} in step ${number}${when(timeline, number)}: ${why}. It was told: ${
          describeMessage(message)
        }.`,
        [number],
      );
    }
  }
  if (count > TOLD) {
    teller.say(0, `${many(count - TOLD, "further input")} of that kind ${count - TOLD === 1 ? "follows" : "follow"}.`);
  }
}

function tellRejections(timeline: Timeline, teller: Teller): void {
  const byReason = new Map<string, number[]>();
  for (const { number, outbox } of marked(timeline, MARKS.rejected)) {
    for (const effect of outbox) {
      if (effect.type !== "Rejected") continue;
      pushTo(byReason, describeRejection(effect.reason), number);
    }
  }
  for (const [why, steps] of byReason) {
    teller.say(
      0,
      `${many(steps.length, "request was", "requests were")} rejected, because ${why} (${stepsInWords(steps)}).`,
      steps,
    );
  }
}

function tellReplaced(timeline: Timeline, teller: Teller): void {
  const replaced = replacedIn(timeline);
  if (replaced.length === 0) return;
  const told = replaced.slice(0, TOLD);
  const list = told.map(({ entry, step }) => `${position(entry)} (known in step ${step})`);
  if (replaced.length > TOLD) list.push(`${(replaced.length - TOLD).toLocaleString("en")} more`);
  teller.say(
    0,
    replaced.length === 1
      ? `1 proposed entry has no effect, because another one is committed in its place: ${
        list[0]
      }. explain --index tells more.`
      : `${
        many(replaced.length, "proposed entry", "proposed entries")
      } have no effect, because others are committed in ` +
        `their places: ${listInWords(list)}. explain --index tells of each.`,
    told.map(({ step }) => step),
  );
}

/** A network that loses messages and a node that does not run are told apart: they ask for other remedies. */
function tellLosses(timeline: Timeline, teller: Teller): void {
  const lost = new Map<string, number[]>();
  const down = new Map<string, number[]>();
  for (const { deliveries, node, number } of marked(timeline, MARKS.lost)) {
    for (const { fate, message, to } of deliveries) {
      if (message.type === "Persisted" || to === node) continue;
      if (fate === "lost") pushTo(lost, `from node ${node} to node ${to} never arrived`, number);
      else if (fate === "down") pushTo(down, `came while node ${to} was down`, number);
    }
  }
  tellMost(lost, (rest) => `on ${many(rest, "other way")} never arrived either`, teller);
  tellMost(down, (rest) => `came while one of ${many(rest, "other node")} was down`, teller);
}

/** Those with the most messages, and how many the others are. */
function tellMost(
  ways: ReadonlyMap<string, readonly number[]>,
  others: (rest: number) => string,
  teller: Teller,
): void {
  const sorted = [...ways].sort(([, a], [, b]) => b.length - a.length);
  for (const [what, steps] of sorted.slice(0, TOLD_WAYS)) {
    teller.say(0, `${many(steps.length, "message")} ${what} (${stepsInWords(steps)}).`, steps);
  }
  const rest = sorted.slice(TOLD_WAYS);
  if (rest.length === 0) return;
  const count = rest.reduce((sum, [, steps]) => sum + steps.length, 0);
  teller.say(0, `${many(count, "message")} ${others(rest.length)}.`);
}

function tellRuns({ nodes, runs }: Timeline, teller: Teller): void {
  for (const { before, end, last, leftOut, node, run } of runs) {
    if (before > 0) teller.say(0, `The recording of run ${run} of node ${node} begins behind its step ${before}.`);
    if (end === "gap") {
      teller.say(0, `The recorder of node ${node} left out ${many(leftOut, "step")} behind step ${last}.`, [last]);
    }
  }
  for (const node of nodes) {
    const mine = runs.filter((run) => run.node === node && run.first > 0);
    const stops = mine.filter(({ end }, i) => end === "cut" && i < mine.length - 1).map(({ last }) => last);
    if (stops.length === 0) continue;
    const often = stops.length === 1 ? "" : ` ${many(stops.length, "time")}`;
    const again = stops.length === 1 ? "later" : "each time";
    teller.say(
      0,
      `Node ${node} stopped without a word${often}, after ${stepsInWords(stops)}, and started again ${again}.`,
      stops,
    );
  }
}

/** What is left undone at the end. */
function tellTheEnd(timeline: Timeline, teller: Teller): void {
  const states = timeline.state(timeline.length);
  for (
    const { configuration, commit, log, node, own, role } of [...states].map(([node, state]) => ({ ...state, node }))
  ) {
    if (role !== "leader") continue;
    const [{ index: last }] = [log.last];
    if (commit < last) {
      teller.say(
        0,
        `At the end leader ${node} holds ${many(last - commit, "entry", "entries")} that ${
          last - commit === 1 ? "is" : "are"
        } not committed: ${commit + 1} to ${last}.`,
      );
    }
    configuration.members.forEach((member, i) => {
      const peer = own.progress[i];
      if (member === node || peer.match >= last) return;
      const alive = peer.recentActive ? "" : ", and has not answered since the last quorum check";
      teller.say(
        0,
        `At the end leader ${node} knows that node ${member} holds the log up to ${peer.match} of ${last}${alive}.`,
      );
    });
  }
}
