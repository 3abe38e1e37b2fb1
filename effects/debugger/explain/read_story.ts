/**
 * The story of a read from the step of any node that was told of it.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Timeline } from "../timeline.ts";
import { describeRejection, many, nodesInWords } from "../words.ts";
import { whyUnheard } from "./fate_words.ts";
import { type Question, readAt, type ReadEnd, type ReadHistory } from "./read.ts";
import { capital, stepsInWords, type Teller, when } from "./sentence.ts";
import { NO_ANSWER, tellAsker, tellLost, wayInWords } from "./way_words.ts";

/** Tells who has asked for the read that a node was told of in step `number`; nothing if it is about something else. */
export function tellReader(timeline: Timeline, number: number, teller: Teller): void {
  const read = readAt(timeline, number);
  if (read !== null) tellAsker(read, number, teller);
}

/** Tells what became of the read that a node was told of in step `number`; nothing if it was told of something else. */
export function tellRead(timeline: Timeline, number: number, teller: Teller): void {
  const read = readAt(timeline, number);
  if (read === null) return;
  teller.say(1, "What became of the read:");
  for (const end of read.ends) tellEnd(timeline, read, end, teller.deeper(1));
}

function tellEnd(timeline: Timeline, read: ReadHistory, end: ReadEnd, teller: Teller): void {
  const { answered, dropped, hops, lost, node, rejected, step } = end;
  if (lost !== null) return tellLost(timeline, hops, lost, teller);
  if (hops.length > 0) teller.say(1, `${capital(wayInWords(hops, "node"))}, which got it in step ${step}.`, [step]);
  tellRound(timeline, end, teller);
  if (answered !== null) return tellAnswered(timeline, read, end, answered, teller);
  if (rejected !== null) {
    const why = describeRejection(rejected.reason);
    return teller.say(
      1,
      `Node ${node} turned it down in step ${rejected.step}, because ${why}. Its host may ask again.`,
      [rejected.step],
    );
  }
  if (dropped !== null) {
    return teller.say(1, `Leader ${node} stepped down in step ${dropped} and dropped it. ${NO_ANSWER}`, [dropped]);
  }
  const waits = end.held || end.round !== null;
  if (!waits) teller.say(1, `Node ${node} knew of no leader in step ${step}, and dropped it. ${NO_ANSWER}`, [step]);
  else teller.say(1, "There is no answer in these recordings.");
}

function tellRound(
  timeline: Timeline,
  { answered, confirmed, heartbeats, held, node, round }: ReadEnd,
  teller: Teller,
): void {
  if (held) {
    const until = round === null ? "" : `, until step ${round}`;
    teller.say(1, `Leader ${node} had committed nothing of its own term yet and kept it back (§8)${until}.`, [round]);
  }
  if (round === null) return;
  const asked = [...new Set(heartbeats.filter(({ sent }) => sent === round).map(({ to }) => to))];
  teller.say(
    1,
    `Leader ${node} asked ${nodesInWords(asked)} in step ${round}${
      when(timeline, round)
    } with heartbeats whether it still leads.`,
    [round],
  );
  if (confirmed.length > 0) {
    const who = nodesInWords(confirmed.map(({ from }) => from));
    teller.say(
      2,
      `${capital(who)} confirmed it (it heard that in ${stepsInWords(confirmed.map((one) => one.step))}).`,
      confirmed.map((one) => one.step),
    );
  }
  if (answered !== null) return;
  for (const id of asked) if (!confirmed.some(({ from }) => from === id)) tellSilent(timeline, id, heartbeats, teller);
}

/** Why a node has not confirmed that it follows. */
function tellSilent(timeline: Timeline, id: NodeId, heartbeats: readonly Question[], teller: Teller): void {
  const mine = heartbeats.filter(({ to }) => to === id);
  const steps = mine.map(({ sent }) => sent);
  const arrived = mine.find(({ received }) => received !== null);
  if (!timeline.nodes.includes(id)) return teller.say(2, `Node ${id} did not confirm it; its recording is not here.`);
  if (arrived === undefined) {
    const all = mine.length === 1 ? "the heartbeat never" : `none of ${many(mine.length, "heartbeat")}`;
    return teller.say(2, `Node ${id} did not: ${all} arrived (sent in ${stepsInWords(steps)}).`, steps);
  }
  teller.say(2, `Node ${id} got the heartbeat in step ${arrived.received}, but no answer arrived.`, [arrived.received]);
}

function tellAnswered(
  timeline: Timeline,
  { asked, node: asker, ticket }: ReadHistory,
  { back, hops, node, round }: ReadEnd,
  { index, step }: { readonly index: number; readonly step: number },
  teller: Teller,
): void {
  const why = round === null ? whyAtOnce(timeline, step) : "with itself that is a majority";
  const at = `in step ${step}${when(timeline, step)}`;
  teller.say(1, `Leader ${node} answered ${at}: ${why}, and the read may be served once ${index} is applied.`, [step]);
  if (hops.length === 0) return tellServed(timeline, { node: asker, from: step, index, ticket }, teller);
  if (back === null || asked === null) return;
  if (back.received === null) {
    return teller.say(1, `Node ${asker} got no answer: ${whyUnheard(timeline, back)}. ${NO_ANSWER}`);
  }
  const ready = timeline.step(back.received).outbox.some(({ type }) => type === "ForwardedReadReady");
  if (!ready) {
    return teller.say(
      1,
      `Node ${asker} got the answer in step ${back.received}, but was no follower of that term any more. ${NO_ANSWER}`,
      [back.received],
    );
  }
  teller.say(1, `Node ${asker} got the answer in step ${back.received}.`, [back.received]);
  tellServed(timeline, { node: asker, from: back.received, index, ticket }, teller);
}

function whyAtOnce(timeline: Timeline, step: number): string {
  const { configuration, options } = timeline.before(step);
  return configuration.voters.length === 1 ? "nobody else votes" : `it has a lease (${options.readOnlyOption})`;
}

/** When the host could answer: everything up to the index has to be applied there. */
function tellServed(
  timeline: Timeline,
  { from, index, node, ticket }: {
    readonly node: NodeId;
    readonly from: number;
    readonly index: number;
    readonly ticket: number | null;
  },
  teller: Teller,
): void {
  const whose = `The host of node ${node} could answer the read with ticket ${ticket}`;
  if (timeline.after(from).applied >= index) return teller.say(1, `${whose} at once: ${index} was applied.`, [from]);
  const { run } = timeline.step(from);
  const position = timeline.nodes.indexOf(node);
  for (let number = from + 1; number <= timeline.length; number++) {
    if (timeline.columns.node[number - 1] !== position) continue;
    if (timeline.step(number).run !== run) break;
    if (timeline.after(number).applied < index) continue;
    return teller.say(1, `${whose} in step ${number}, when ${index} was reported as applied.`, [number]);
  }
  teller.say(1, `The host of node ${node} could not answer: ${index} was not applied there.`);
}
