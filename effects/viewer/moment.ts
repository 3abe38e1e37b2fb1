/**
 * A step of a timeline as the viewer shows it: what happened, why, what it has changed, and how every node stands.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import type { RoleName } from "../../core/outbox.ts";
import type { Progress } from "../../core/progress.ts";
import { changesOf, describeChanged } from "../debugger/difference.ts";
import type { Delivery, Fate, Timeline, TimelineStep } from "../debugger/timeline.ts";
import {
  describeConfiguration,
  describeEffect,
  describeMessage,
  describeReason,
  position,
  positions,
} from "../debugger/words.ts";
import { message as messageJson } from "../recording/json_message.ts";

/** A step in words, and the cluster after it. Plain data: it goes from a worker to a page. */
export interface Moment {
  /** The number of the step. */
  readonly number: number;
  /** The node that took it. */
  readonly node: NodeId;
  /** The number of the run. */
  readonly run: number;
  /** Its number in the run. */
  readonly step: number;
  /** Milliseconds, as in the timeline. */
  readonly at: number | null;
  /** What the node was told. */
  readonly told: string;
  /** The same as JSON, as in recordings. */
  readonly message: unknown;
  /** The step that sent it. */
  readonly cause: number | null;
  /** Why role, term or leader changed; null if they did not. */
  readonly reason: string | null;
  /** What the step changed, a line each. */
  readonly changes: readonly string[];
  /** What the node wants done. */
  readonly effects: readonly string[];
  /** What became of the messages it sent. */
  readonly deliveries: readonly Sent[];
  /** Which entries of the logs are shown. */
  readonly window: LogWindow;
  /** Every node after the step. */
  readonly nodes: readonly NodeView[];
}

/** A message that was sent. */
export interface Sent {
  /** In words. */
  readonly what: string;
  /** To whom. */
  readonly to: NodeId;
  /** What became of it. */
  readonly fate: Fate;
  /** The step that received it. */
  readonly received: number | null;
}

/** A node at an instant. */
export interface NodeView {
  /** The node. */
  readonly id: NodeId;
  /** Whether it runs: a node that is down is as it was before. */
  readonly running: boolean;
  /** Its role. */
  readonly role: RoleName;
  /** Its term. */
  readonly term: number;
  /** Its vote in that term. */
  readonly vote: NodeId | null;
  /** The leader that it knows. */
  readonly lead: NodeId | null;
  /** What it knows to be committed. */
  readonly commit: number;
  /** What is applied. */
  readonly applied: number;
  /** What is durable. */
  readonly stable: number;
  /** The position before its first entry. */
  readonly snapshot: { readonly index: number; readonly term: number };
  /** The end of its log. */
  readonly last: { readonly index: number; readonly term: number };
  /** The terms of the entries that are shown, from {@linkcode LogWindow.from} on; 0 where there is none. */
  readonly log: readonly number[];
  /** The types of those that are no commands. */
  readonly special: Readonly<Record<number, string>>;
  /** The indexes among them that the step has brought, replaced, taken away or committed. */
  readonly marked: readonly number[];
  /** Its configuration in words; empty if it is in none. */
  readonly configuration: string;
  /** On a candidate: the answers so far. */
  readonly votes: readonly { readonly from: NodeId; readonly granted: boolean }[];
  /** On a leader: what it knows of each member. */
  readonly progress: readonly ProgressView[];
  /** The members of this view that the step has changed. */
  readonly changed: readonly string[];
}

/** What a leader knows of a member. */
export interface ProgressView {
  /** The member. */
  readonly id: NodeId;
  /** Its last entry that is known to match. */
  readonly match: number;
  /** The next entry that is sent to it. */
  readonly next: number;
  /** How it is sent entries. */
  readonly state: Progress["state"];
}

/** Which entries of the logs are shown. */
export interface LogWindow {
  /** The first index. */
  readonly from: number;
  /** How many. */
  readonly count: number;
}

/** Up to `most` entries of all logs that are of interest: up to the end of the longest one, from where somebody has any. */
export function logWindow(nodes: Iterable<Node>, most: number): LogWindow {
  let [first, last] = [Infinity, 0];
  for (const { log } of nodes) {
    first = Math.min(first, log.first);
    last = Math.max(last, log.last.index);
  }
  const from = Math.max(1, last - most + 1, Math.min(first - 1, last));
  return { from, count: Math.max(0, last - from + 1) };
}

/** The step `number` of `timeline`, with up to `entries` entries of each log. */
export function momentOf(timeline: Timeline, number: number, entries: number): Moment {
  const states = timeline.state(number);
  const window = logWindow(states.values(), entries);
  if (number === 0) return beginning(states, window);
  const step = timeline.step(number);
  const [before, after] = [timeline.before(number), timeline.after(number)];
  const changed = changedMembers(before, after);
  const marked = markedEntries(before, after, window);
  return {
    number,
    node: step.node,
    run: step.run,
    step: step.step,
    at: step.at,
    told: describeMessage(step.message),
    message: messageJson.encode(step.message),
    cause: step.cause,
    reason: reasonOf(step),
    changes: changesInWords(before, after),
    effects: step.outbox.map(describeEffect),
    deliveries: step.deliveries.map((delivery) => sentOf(step.node, delivery)),
    window,
    nodes: [...states.values()].map((node) => ({
      ...node.id === step.node ? viewOf(node, window, changed, marked) : viewOf(node, window),
      running: isRunning(timeline, node.id, number),
    })),
  };
}

/** What a node reports to itself cannot be late: the reports of several writes may come in any order. */
function sentOf(node: NodeId, { fate, message, received, to }: Delivery): Sent {
  return { what: describeMessage(message), to, fate: fate === "late" && to === node ? "received" : fate, received };
}

/** A node does not run behind the end of one of its runs, if that was in order or another run follows. */
function isRunning({ runs }: Timeline, node: NodeId, number: number): boolean {
  const own = runs.filter((run) => run.node === node && run.first > 0);
  const at = own.findLastIndex(({ first }) => first <= number);
  return at < 0 || number <= own[at].last || (own[at].end !== "closed" && at === own.length - 1);
}

function beginning(states: ReadonlyMap<NodeId, Node>, window: LogWindow): Moment {
  return {
    number: 0,
    node: 0,
    run: 0,
    step: 0,
    at: null,
    told: "The nodes as they were started",
    message: null,
    cause: null,
    reason: null,
    changes: [],
    effects: [],
    deliveries: [],
    window,
    nodes: [...states.values()].map((node) => viewOf(node, window)),
  };
}

function viewOf(
  node: Node,
  window: LogWindow,
  changed: readonly string[] = [],
  marked: readonly number[] = [],
): NodeView {
  const log: number[] = [];
  const special: Record<number, string> = {};
  for (let index = window.from; index < window.from + window.count; index++) {
    const term = termIn(node.log, index);
    log.push(term);
    if (term > 0 && node.log.at(index).type !== "normal") special[index] = node.log.at(index).type;
  }
  return {
    id: node.id,
    running: true,
    role: node.role,
    term: node.term,
    vote: O.toNullable(node.vote),
    lead: O.toNullable(node.lead),
    commit: node.commit,
    applied: node.applied,
    stable: node.stable,
    snapshot: { index: node.log.snapshot.index, term: node.log.snapshot.term },
    last: { index: node.log.last.index, term: node.log.last.term },
    log,
    special,
    marked,
    configuration: node.configuration.voters.length === 0 ? "" : describeConfiguration(node.configuration),
    votes: node.role === "candidate" || node.role === "preCandidate" ? node.own : [],
    progress: node.role === "leader"
      ? node.own.progress.map((progress, at) => progressView(node.configuration.members[at], progress))
      : [],
    changed,
  };
}

function progressView(id: NodeId, { match, next, state }: Progress): ProgressView {
  return { id, match, next, state };
}

const MEMBERS = ["role", "term", "vote", "lead", "commit", "applied", "stable", "log", "configuration"] as const;

/**
 * What belongs to a role comes and goes with it. Messages under way are many numbers that change with every step of a leader:
 * its progress says enough.
 */
const TOO_MUCH = /^own: |^own\.progress\.\d+\.inflights\b/;
const PROGRESS = /^own\.progress\.(\d+)\.(\w+):/;

function changesInWords(before: Node, after: Node): readonly string[] {
  const changes = changesOf({ ...before, log: after.log }, after).map(describeChanged)
    .filter((line) => !TOO_MUCH.test(line))
    .map((line) => line.replace(PROGRESS, "what it knows of $1, $2:"));
  return before.log === after.log ? changes : [logInWords(before.log, after.log), ...changes];
}

/** What became of a log: entries that came, entries that were replaced, entries that were forgotten. */
function logInWords(before: Log, after: Log): string {
  if (after.snapshot.index > before.last.index) return `log: replaced by the snapshot at ${position(after.snapshot)}`;
  let same = Math.min(before.last.index, after.last.index);
  const first = Math.max(before.first, after.first);
  while (same >= first && before.termAt(same) !== after.termAt(same)) same--;
  const parts: string[] = [];
  if (same < before.last.index) parts.push(`without ${same + 1} to ${before.last.index}`);
  if (same < after.last.index) parts.push(`with ${positions(after.slice(same + 1, after.last.index))}`);
  if (after.first > before.first) parts.push(`cut up to ${position(after.snapshot)}`);
  return `log: ${parts.join(", ")}`;
}

/** The term of the entry at `index`; 0 if the log does not hold it. */
function termIn(log: Log, index: number): number {
  return index >= log.first && index <= log.last.index ? log.termAt(index) : 0;
}

function markedEntries(before: Node, after: Node, { count, from }: LogWindow): readonly number[] {
  return Array.from({ length: count }, (_, i) => from + i).filter((index) => {
    if (index > before.commit && index <= after.commit) return true;
    // What is in the snapshot now is as it was.
    return index > after.log.snapshot.index && termIn(before.log, index) !== termIn(after.log, index);
  });
}

function changedMembers(before: Node, after: Node): readonly string[] {
  return MEMBERS.filter((member) => {
    const [was, is] = [before[member], after[member]];
    if (member === "vote" || member === "lead") {
      return O.toNullable(before[member]) !== O.toNullable(after[member]);
    }
    return was !== is;
  });
}

function reasonOf({ outbox }: TimelineStep): string | null {
  for (const effect of outbox) if (effect.type === "RoleChanged") return describeReason(effect.reason);
  return null;
}
