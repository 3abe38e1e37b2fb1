/**
 * What a step did, and why.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Message } from "../../../core/message.ts";
import type { Node } from "../../../core/node.ts";
import { changesOf, describeChanged, type Difference } from "../difference.ts";
import type { Delivery, Timeline, TimelineStep } from "../timeline.ts";
import {
  addressed,
  describeConfiguration,
  describeEffect,
  describeMessage,
  describeReason,
  leaderInWords,
  nodesInWords,
  position,
  roleInWords,
} from "../words.ts";
import { whyRefused, whySilent } from "./elections.ts";
import { describeEntry, type TellOptions } from "./entry_words.ts";
import { whyUnheard } from "./fate_words.ts";
import { tellProposal, tellProposed } from "./proposal_story.ts";
import { tellRead, tellReader } from "./read_story.ts";
import { type Sentence, Teller, when } from "./sentence.ts";

/** The story of a step. */
export function explainStep(timeline: Timeline, number: number, options: TellOptions = {}): readonly Sentence[] {
  const teller = new Teller();
  const step = timeline.step(number);
  const [before, after] = [timeline.before(number), timeline.after(number)];
  teller.say(0, stepInWords(timeline, number), [number]);
  tellSender(timeline, step, teller);
  tellProposed(timeline, number, teller, options);
  tellReader(timeline, number, teller);
  teller.say(1, `Before it, the node was ${describeNode(before)}.`);
  tellReasons(step, before, after, teller);
  tellChanges(before, after, teller, options);
  tellWishes(timeline, step, teller);
  tellProposal(timeline, number, teller);
  tellRead(timeline, number, teller);
  return teller.sentences;
}

/** Which step it is, and what the node was told in it. */
export function stepInWords(timeline: Timeline, number: number): string {
  const { message, node, run, step } = timeline.step(number);
  return `Step ${number}${when(timeline, number)} is step ${step} in run ${run} of node ${node}: ${
    describeMessage(message)
  }.`;
}

/** A node in a sentence. */
export function describeNode({ role, term, lead, vote, log, commit, applied, stable, configuration }: Node): string {
  const voted = O.isSome(vote) ? `its vote for ${vote.value}` : "its vote not given";
  const writing = stable < log.last.index ? `, durable to ${stable}` : "";
  return `${roleInWords(role)} in term ${term}, ${leaderInWords(lead)}, ${voted}, its log to ${
    position(log.last)
  }${writing}, ` +
    `commit ${commit}, applied ${applied}; ${describeConfiguration(configuration)}`;
}

function tellSender(timeline: Timeline, { cause, message, node, number }: TimelineStep, teller: Teller): void {
  if (cause !== null) {
    const own = "from" in message ? message.from === node : true;
    const who = own ? "The node itself" : `Node ${"from" in message ? message.from : node}`;
    const found = timeline.step(cause).deliveries.find((one) =>
      one.received === number || one.duplicates.includes(number)
    );
    const late = found?.fate === "late" && found.received === number ? "; it was overtaken by a later one" : "";
    const again = found?.duplicates.includes(number) ? "; it had arrived once before" : "";
    teller.say(1, `${who} had said it in step ${cause}${late}${again}.`, [cause]);
  } else if ("from" in message && message.from !== node) {
    const known = timeline.nodes.includes(message.from);
    teller.say(
      1,
      known
        ? `No recorded step of node ${message.from} sent it.`
        : `The recording of node ${message.from} is not here.`,
    );
  }
}

/** Why it came out as it did, where that is not seen from what changed. */
function tellReasons({ message, outbox }: TimelineStep, before: Node, after: Node, teller: Teller): void {
  for (const effect of outbox) {
    if (effect.type !== "RoleChanged") continue;
    const turned = effect.from === effect.to ? `stays ${roleInWords(effect.to)}` : `becomes ${roleInWords(effect.to)}`;
    teller.say(1, `It ${turned} in term ${effect.term}, because ${describeReason(effect.reason)}.`);
  }
  const why = whyNot(message, before, outbox.length === 0);
  if (why !== "") teller.say(1, why);
  if (before === after && outbox.length === 0 && why === "") teller.say(1, "Nothing comes of it.");
}

function whyNot(message: Message, before: Node, silent: boolean): string {
  if (message.type === "RequestVote" || message.type === "RequestPreVote") {
    if (silent) return `It says nothing, because ${whySilent(before, message)}.`;
    const why = whyRefused(before, message);
    return why === "" ? "It grants its vote." : `It refuses its vote, because ${why}.`;
  }
  if ("from" in message && message.term !== 0 && message.term < before.term) {
    return `The message is of term ${message.term}, which is over: the node is in term ${before.term}.`;
  }
  if (
    message.type === "Append" && message.term >= before.term && message.prev.index >= before.commit &&
    !before.log.matches(message.prev.index, message.prev.term)
  ) {
    const ours = before.log.knows(message.prev.index) ? `the term ${before.log.termAt(message.prev.index)}` : "nothing";
    return `The entries do not fit: the leader's log has ${
      position(message.prev)
    } before them, and this one ${ours} at ${message.prev.index}.`;
  }
  return "";
}

function tellChanges(before: Node, after: Node, teller: Teller, options: TellOptions): void {
  const changes = changesOf(before, after);
  if (changes.length === 0) return;
  teller.say(1, "It changes:");
  const flights = new Set<string>();
  for (const change of changes) {
    const [, peer] = /^own\.progress\.(\d+)\.inflights/.exec(change.path) ?? [];
    if (peer !== undefined) flights.add(peer);
    else teller.say(2, describeEntryChange(change, before, after, options) ?? describeChanged(change));
  }
  if (flights.size > 0) teller.say(2, `own.progress: what is on its way to ${nodesInWords([...flights].map(Number))}`);
}

/** An entry that came or went: what it is, and not its bytes. Null if something else has changed. */
function describeEntryChange({ path }: Difference, before: Node, after: Node, options: TellOptions): string | null {
  const [, text] = /^log\.(\d+)$/.exec(path) ?? [];
  if (text === undefined) return null;
  const show = ({ configuration, log }: Node): string => {
    const index = Number(text);
    if (index < log.first || index > log.last.index) return "nothing";
    const entry = log.at(index);
    return `${position(entry)}, ${describeEntry(entry, options, configuration)}`;
  };
  return `${path}: ${show(before)} → ${show(after)}`;
}

function tellWishes(timeline: Timeline, { deliveries, outbox }: TimelineStep, teller: Teller): void {
  if (outbox.length === 0) return;
  teller.say(1, "It wants:");
  for (const effect of outbox) teller.say(2, describeEffect(effect));
  const messages = deliveries.filter(({ message }) => message.type !== "Persisted");
  if (messages.length === 0) return;
  teller.say(1, "What became of its messages:");
  for (const delivery of messages) {
    teller.say(2, describeFate(timeline, delivery), [delivery.received, ...delivery.duplicates]);
  }
}

function describeFate(timeline: Timeline, delivery: Delivery): string {
  const { duplicates, fate, message, received } = delivery;
  const what = "to" in message ? addressed(message) : describeMessage(message);
  switch (fate) {
    case "received":
    case "late": {
      const again = duplicates.length === 0 ? "" : `, and once more in step ${duplicates.join(", ")}`;
      return `${what}: received in step ${received}${fate === "late" ? ", behind a later one" : ""}${again}`;
    }
    case "lost":
      return `${what}: never arrived`;
    case "down":
    case "unknown":
      return `${what}: ${whyUnheard(timeline, delivery)}`;
  }
}
