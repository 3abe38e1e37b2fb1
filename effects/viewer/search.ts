/**
 * Looks for steps of a timeline: `term 3`, `index 17`, `node 2`, `ticket 40`, a message type, a role, or several of them.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import { MARKS, type Timeline } from "../debugger/timeline.ts";
import { MESSAGE_TYPES } from "../wire/message_tags.ts";

/** What a step must be like; what is null does not matter. */
export interface Query {
  /** The node that takes it. */
  readonly node: NodeId | null;
  /** The first step of a term on a node. */
  readonly term: number | null;
  /** It brings or commits the entry with this index. */
  readonly index: number | null;
  /** It asks with this ticket, or answers that. */
  readonly ticket: number | null;
  /** The tag of the message. */
  readonly message: number | null;
  /** At least one of these marks. */
  readonly marks: number;
  /** The number of the step itself. */
  readonly step: number | null;
}

const NOTHING: Query = { node: null, term: null, index: null, ticket: null, message: null, marks: 0, step: null };

/** The words that a number follows. */
const NUMBERED: readonly string[] = ["node", "term", "index", "ticket", "step"];

const NAMES: ReadonlyMap<string, number> = new Map(Object.entries({
  election: MARKS.role,
  role: MARKS.role,
  leader: MARKS.role,
  commit: MARKS.commit,
  snapshot: MARKS.snapshot,
  configuration: MARKS.configuration,
  rejected: MARKS.rejected,
  fault: MARKS.fault,
  lost: MARKS.lost,
  late: MARKS.late,
}));

/** Reads what somebody typed; on the left what cannot be understood, and what can. */
export function parseQuery(text: string): Either<string, Query> {
  const words = text.trim().split(/[\s:=#,]+/).filter((word) => word !== "");
  if (words.length === 0) return E.left(`Type for example "term 3", "index 17", "node 2 Append", "lost".`);
  let query = NOTHING;
  for (let i = 0; i < words.length; i++) {
    const word = words[i].toLowerCase();
    if (NUMBERED.includes(word)) {
      const number = Number(words[++i]);
      if (!Number.isSafeInteger(number) || number < 0) return E.left(`A number has to follow "${word}".`);
      query = { ...query, [word]: number };
    } else if (NAMES.has(word)) query = { ...query, marks: query.marks | (NAMES.get(word) ?? 0) };
    else {
      const message = tagOf(word);
      if (message === null) {
        const names = [...NAMES.keys()].join(", ");
        return E.left(`"${words[i]}" is neither ${NUMBERED.join(", ")}, a message type, nor ${names}.`);
      }
      query = { ...query, message };
    }
  }
  return E.right(query);
}

function tagOf(word: string): number | null {
  for (let tag = 0; tag < 256; tag++) if (MESSAGE_TYPES.name(tag)?.toLowerCase() === word) return tag;
  return null;
}

/** The next step after `from` (or before it) that `query` means; null if there is none. */
export function search(timeline: Timeline, query: Query, from: number, backwards = false): number | null {
  if (query.step !== null) return query.step >= 1 && query.step <= timeline.length ? query.step : null;
  const by = backwards ? -1 : 1;
  for (let number = from + by; number >= 1 && number <= timeline.length; number += by) {
    if (matches(timeline, query, number)) return number;
  }
  return null;
}

function matches(timeline: Timeline, query: Query, number: number): boolean {
  const { columns, nodes } = timeline;
  const at = number - 1;
  if (query.message !== null && columns.message[at] !== query.message) return false;
  if (query.node !== null && nodes[columns.node[at]] !== query.node) return false;
  if (query.marks !== 0 && (marksAt(columns, at) & query.marks) === 0) return false;
  if (query.term !== null && columns.term[at] !== query.term) return false;
  if (query.ticket !== null && !isOfTicket(timeline, number, query.ticket)) return false;
  return query.index === null || brings(timeline, number, query.index);
}

/** Whether the step is told a request with this ticket, or turns one down. */
function isOfTicket(timeline: Timeline, number: number, ticket: number): boolean {
  const { columns } = timeline;
  const type = MESSAGE_TYPES.name(columns.message[number - 1]);
  const asks = type === "Propose" || type === "ReadIndex" || type === "TransferLeader";
  // Nothing else is looked into, as it would have to be replayed.
  if (!asks && (columns.marks[number - 1] & MARKS.rejected) === 0) return false;
  const { message, outbox } = timeline.step(number);
  if ("ticket" in message && message.ticket === ticket) return true;
  return outbox.some((effect) =>
    effect.type === "Rejected" && O.isSome(effect.ticket) && effect.ticket.value === ticket
  );
}

/** What a node reports to itself may be overtaken: that is not worth looking for. */
function marksAt({ cause, marks, node }: Timeline["columns"], at: number): number {
  return cause[at] > 0 && node[cause[at] - 1] === node[at] ? marks[at] & ~MARKS.late : marks[at];
}

// Only what can hold entries, or has committed something, is looked into: the rest would have to be replayed for nothing.
function brings(timeline: Timeline, number: number, index: number): boolean {
  const { columns } = timeline;
  const commits = (columns.marks[number - 1] & MARKS.commit) !== 0;
  if (commits && columns.commit[number - 1] >= index && timeline.before(number).commit < index) return true;
  const type = MESSAGE_TYPES.name(columns.message[number - 1]);
  if (type !== "Append" && type !== "AppendResponse" && type !== "InstallSnapshot" && type !== "Propose") return false;
  const { message, outbox } = timeline.step(number);
  if (outbox.some((effect) => effect.type === "Appended" && isWithin(index, effect.first, effect.count))) return true;
  return isAbout(message, index);
}

function isAbout(message: Message, index: number): boolean {
  switch (message.type) {
    case "Append":
      return isWithin(index, message.prev.index + 1, message.entries.length);
    case "AppendResponse":
      return message.index === index;
    case "InstallSnapshot":
      return message.snapshot.index === index;
    default:
      return false;
  }
}

function isWithin(index: number, first: number, count: number): boolean {
  return index >= first && index < first + count;
}
