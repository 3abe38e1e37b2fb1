/**
 * What became of what a host asked for, by the ticket that it gave it.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Ticket } from "../../../core/message.ts";
import { MESSAGE_TYPES } from "../../wire/message_tags.ts";
import type { Timeline } from "../timeline.ts";
import { many } from "../words.ts";
import type { TellOptions } from "./entry_words.ts";
import { type Sentence, Teller } from "./sentence.ts";
import { explainStep, stepInWords } from "./step.ts";

/** So many steps are listed. */
const TOLD = 20;

const WITH_TICKET: ReadonlySet<number> = new Set([
  MESSAGE_TYPES.code("Propose"),
  MESSAGE_TYPES.code("ReadIndex"),
  MESSAGE_TYPES.code("TransferLeader"),
]);

/** The steps in which hosts asked for something with `ticket`; if `asked` is given, only the host of that node. */
export function stepsWithTicket(timeline: Timeline, ticket: Ticket, asked: NodeId | null = null): readonly number[] {
  const { message: types, node: nodes } = timeline.columns;
  const position = asked === null ? null : timeline.nodes.indexOf(asked);
  const steps: number[] = [];
  for (let number = 1; number <= timeline.length; number++) {
    if (!WITH_TICKET.has(types[number - 1]) || (position !== null && nodes[number - 1] !== position)) continue;
    const { message } = timeline.step(number);
    if ("ticket" in message && message.ticket === ticket) steps.push(number);
  }
  return steps;
}

/** The story of the one step of `steps`; of several, which ones there are. */
export function explainTicket(
  timeline: Timeline,
  steps: readonly number[],
  options: TellOptions = {},
): readonly Sentence[] {
  if (steps.length === 1) return explainStep(timeline, steps[0], options);
  const teller = new Teller();
  teller.say(0, `${many(steps.length, "request has", "requests have")} this ticket (explain --step tells of each):`);
  for (const step of steps.slice(0, TOLD)) teller.say(1, stepInWords(timeline, step), [step]);
  if (steps.length > TOLD) teller.say(1, `And ${steps.length - TOLD} more, up to step ${steps[steps.length - 1]}.`);
  return teller.sentences;
}
