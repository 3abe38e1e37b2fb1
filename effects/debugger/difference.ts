/**
 * How two values differ, member by member: nodes, outboxes, or anything else that is made of them.
 *
 * Values are compared as people write them: an option is its value or nothing, bytes are base64, a log is its entries by
 * index, and what a leader knows of its peers stands under their numbers.
 *
 * @module
 */
import { listInflights } from "../../core/inflights.ts";
import { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import type { Step } from "../../core/step.ts";

/** What is not there at all. */
export const MISSING: unique symbol = Symbol("missing");

/** One member that differs. */
export interface Difference {
  /** The way to it: `own.progress.2.match`, `outbox[0].message.term`. */
  readonly path: string;
  /** What it should be, as {@linkcode plain} shows it. */
  readonly expected: unknown;
  /** What it is. */
  readonly actual: unknown;
}

/** One member of a step's outcome that differs, and what it was before the step. */
export interface StepDifference extends Difference {
  /** What it was before; {@linkcode MISSING} in an outbox. */
  readonly before: unknown;
}

/** All members in which `actual` differs from `expected`. */
export function differencesOf(expected: unknown, actual: unknown, path = ""): readonly Difference[] {
  const list: Difference[] = [];
  compare(path, expected, actual, list);
  return list;
}

/** How the outcome of a step differs from what was expected of it, each member with what it was `before`. */
export function stepDifferences(before: Node, expected: Step, actual: Step): readonly StepDifference[] {
  const states = differencesOf(expected[0], actual[0], "node");
  const outboxes = differencesOf(expected[1], actual[1], "outbox");
  return [
    ...states.map((difference) => ({ before: at(before, difference.path), ...difference })),
    ...outboxes.map((difference) => ({ before: MISSING, ...difference })),
  ];
}

/** What a step changes in its node. */
export function changesOf(before: Node, after: Node): readonly Difference[] {
  return before === after ? [] : differencesOf(before, after);
}

/** A difference in a line: `node.vote: expected none, but it is 2 (before: none)`. */
export function describeDifference(difference: Difference | StepDifference): string {
  const { path, expected, actual } = difference;
  const before = "before" in difference && difference.before !== MISSING ? ` (before: ${show(difference.before)})` : "";
  return `${path}: expected ${show(expected)}, but it is ${show(actual)}${before}`;
}

/** A change in a line: `term: 1 → 2`. */
export function describeChanged({ path, expected, actual }: Difference): string {
  return `${path}: ${show(expected)} → ${show(actual)}`;
}

/** Differences for programs; what is missing is left out. */
export function differenceToJson(difference: Difference | StepDifference): unknown {
  const { path, expected, actual } = difference;
  const json: Record<string, unknown> = { path };
  if ("before" in difference && difference.before !== MISSING) json.before = difference.before;
  if (expected !== MISSING) json.expected = expected;
  if (actual !== MISSING) json.actual = actual;
  return json;
}

/** A value as people write it: without options, classes and shared structure. Of a log, all its entries. */
export function plain(value: unknown): unknown {
  const open = opened(value);
  if (typeof open !== "object" || open === null) {
    return typeof open === "number" && !Number.isFinite(open) ? String(open) : open;
  }
  if (Array.isArray(open)) return open.map(plain);
  return Object.fromEntries(Object.entries(open).map(([name, member]) => [name, plain(member)]));
}

function compare(path: string, a: unknown, b: unknown, list: Difference[]): void {
  if (a === b || Object.is(a, b)) return;
  if (a instanceof Log && b instanceof Log) return compareLogs(path, a, b, list);
  const [left, right] = [opened(a), opened(b)];
  if (Object.is(left, right)) return;
  if (Array.isArray(left) && Array.isArray(right)) {
    const length = Math.max(left.length, right.length);
    for (let i = 0; i < length; i++) {
      compare(`${path}[${i}]`, i < left.length ? left[i] : MISSING, i < right.length ? right[i] : MISSING, list);
    }
  } else if (isRecord(left) && isRecord(right) && left.type === right.type) {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const way = path === "" ? name : `${path}.${name}`;
      compare(way, name in left ? left[name] : MISSING, name in right ? right[name] : MISSING, list);
    }
  } else {
    list.push({ path, expected: shown(a), actual: shown(b) });
  }
}

/** Entries that both share are passed over, so that a long log costs no more than a look at each of its entries. */
function compareLogs(path: string, a: Log, b: Log, list: Difference[]): void {
  compare(`${path}.snapshot`, a.snapshot, b.snapshot, list);
  const last = Math.max(a.last.index, b.last.index);
  for (let index = Math.min(a.first, b.first); index <= last; index++) {
    const [left, right] = [entryOf(a, index), entryOf(b, index)];
    if (left !== right) compare(`${path}.${index}`, left, right, list);
  }
}

function entryOf(log: Log, index: number): unknown {
  return index >= log.first && index <= log.last.index ? log.at(index) : MISSING;
}

/** The outermost layer of a value as {@linkcode plain} shows it. */
function opened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Log) {
    const entries = value.slice(value.first, value.last.index);
    return { snapshot: value.snapshot, ...Object.fromEntries(entries.map((entry) => [entry.index, entry])) };
  }
  if (!isRecord(value)) return value;
  if ("_tag" in value) return "value" in value ? opened(value.value) : null;
  if (isInflights(value)) return { count: value.count, bytes: value.bytes, messages: listInflights(value) };
  const { configuration, own } = value;
  if (isRecord(own) && Array.isArray(own.progress) && isRecord(configuration) && Array.isArray(configuration.members)) {
    const { members } = configuration;
    const progress = Object.fromEntries(own.progress.map((peer, i) => [String(members[i] ?? `#${i}`), peer]));
    return { ...value, own: { ...own, progress } };
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInflights(value: object): value is Parameters<typeof listInflights>[0] {
  return "front" in value && "back" in value && "count" in value && "bytes" in value;
}

function at(node: Node, path: string): unknown {
  let value: unknown = node;
  for (const name of path.split(/[.[\]]+/).slice(1)) {
    if (name === "") continue;
    if (value instanceof Log && name !== "snapshot") value = entryOf(value, Number(name));
    else {
      const open = opened(value);
      if (Array.isArray(open)) value = Number(name) < open.length ? open[Number(name)] : MISSING;
      else value = isRecord(open) && name in open ? open[name] : MISSING;
    }
  }
  return shown(value);
}

function shown(value: unknown): unknown {
  return value === MISSING ? MISSING : plain(value);
}

/** A value in at most a line. */
export function show(value: unknown): string {
  if (value === MISSING) return "nothing";
  if (value === null) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

const LONGEST = 160;
