/**
 * Simpler scripts: states and messages with smaller values.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { isVoter } from "../../core/configuration.ts";
import { NO_BYTES } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import { bootstrap } from "../../core/start.ts";
import type { Script, ScriptLine } from "./script.ts";

/** Scripts that are simpler than `script` as a whole, the simplest first. */
export function* simplerScripts(script: Script): Generator<Script> {
  const fresh = script.nodes.map(asNew);
  if (fresh.some((node, i) => node !== script.nodes[i])) yield { ...script, nodes: fresh };
  const terms = termsIn(script);
  const ranks = new Map(terms.map((term, i) => [term, i]));
  if (terms.some((term, i) => term !== i)) yield withTerms(script, (term) => ranks.get(term) ?? term);
  for (let i = terms.length - 1; i > 0; i--) {
    const [lower, term] = [terms[i - 1], terms[i]];
    if (term > lower + 1) yield withTerms(script, (other) => other >= term ? other - (term - lower - 1) : other);
  }
  yield withLines(script, (message) => everyBytes(message));
}

/** Lines that are simpler than `line`, the simplest first. */
export function* simplerLines(line: ScriptLine): Generator<ScriptLine> {
  if (line.type === "started") return;
  for (const value of simplerValues(line.message)) {
    const message = asMessage(line.message, value);
    if (message !== null) yield { ...line, message };
  }
}

/** How much there is to read in a value. */
export function weightOf(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? 1 + Math.log2(1 + Math.abs(value)) : 1;
  if (typeof value !== "object" || value === null) return 1;
  if (value instanceof Uint8Array) return 1 + value.length;
  if (value instanceof Log) return weightOf([value.snapshot, ...value.slice(value.first, value.last.index)]);
  let sum = 1;
  for (const member of Array.isArray(value) ? value : Object.values(value)) sum += weightOf(member);
  return sum;
}

/** The node as it would be in a new cluster of the same voters. */
function asNew(node: Node): Node {
  const { id, options, configuration } = node;
  if (!isVoter(configuration, id)) return node;
  const { voters } = configuration;
  const started = bootstrap({ id, options }, voters);
  return E.isRight(started) && weightOf(started.right) < weightOf(node) ? started.right : node;
}

function withLines(script: Script, change: (message: Message) => Message): Script {
  const lines = script.lines.map((line) => line.type === "told" ? { ...line, message: change(line.message) } : line);
  return { ...script, lines };
}

function withTerms(script: Script, change: (term: number) => number): Script {
  const nodes = script.nodes.map((node) => asNode(node, changedTerms(node, change)));
  const changed = withLines(script, (message) => asMessage(message, changedTerms(message, change)) ?? message);
  return { nodes, lines: changed.lines };
}

function termsIn({ nodes, lines }: Script): readonly number[] {
  const terms = new Set<number>([0]);
  const collect = (term: number): number => {
    terms.add(term);
    return term;
  };
  for (const node of nodes) changedTerms(node, collect);
  for (const line of lines) if (line.type === "told") changedTerms(line.message, collect);
  return [...terms].sort((a, b) => a - b);
}

function changedTerms(value: unknown, change: (term: number) => number): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Log) {
    const moved = (id: { readonly term: number }) => ({ ...id, term: change(id.term) });
    const { index, term } = value.snapshot;
    return Log.of(
      { index, term: change(term) },
      value.slice(value.first, value.last.index).map((entry) => ({ ...entry, ...moved(entry) })),
    );
  }
  if (Array.isArray(value)) return value.map((member) => changedTerms(member, change));
  const changed: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    changed[name] = name === "term" && typeof member === "number" ? change(member) : changedTerms(member, change);
  }
  return changed;
}

function everyBytes(message: Message): Message {
  switch (message.type) {
    case "Append":
      return { ...message, entries: message.entries.map((entry) => ({ ...entry, data: NO_BYTES })) };
    case "Propose":
    case "ForwardedPropose":
      return { ...message, entries: message.entries.map((entry) => ({ ...entry, data: NO_BYTES })) };
    default: // nothing else carries commands
      return message;
  }
}

/** Values with one member that is simpler. Who sends and receives stays as it is. */
function* simplerValues(value: unknown, name = ""): Generator<unknown> {
  if (typeof value === "number") {
    if (FIXED.has(name)) return;
    const least = name === "term" ? 1 : 0; // a message of term 0 has none
    for (const smaller of new Set([least, 1, Math.floor(value / 2), Math.floor(value) - 1])) {
      if (smaller >= least && smaller < value) yield smaller;
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Uint8Array) {
    if (value.length > 0) yield NO_BYTES;
    if (value.length > 1) yield value.slice(0, value.length >> 1);
    return;
  }
  if ("_tag" in value && value._tag === "Some" && "value" in value) {
    yield O.none;
    for (const inner of simplerValues(value.value, name)) yield O.some(inner);
    return;
  }
  if (Array.isArray(value)) {
    if (value.length > 1) yield value.slice(0, 1);
    for (let i = value.length - 1; i >= 0; i--) yield value.toSpliced(i, 1);
    for (let i = 0; i < value.length; i++) for (const inner of simplerValues(value[i])) yield value.with(i, inner);
    return;
  }
  const isEntry = "data" in value && "index" in value; // its position has to follow that of the one before
  for (const [key, member] of Object.entries(value)) {
    if (isEntry && key !== "data") continue;
    for (const inner of simplerValues(member, key)) yield { ...value, [key]: inner };
  }
}

const FIXED: ReadonlySet<string> = new Set(["from", "to", "id", "node", "size", "transferee", "peer"]);

/** A value that has the shape of `original`. */
function asMessage<M extends Message>(original: M, value: unknown): M | null {
  return isLike(original, value) ? value : null;
}

function asNode(original: Node, value: unknown): Node {
  return isLike(original, value) ? value : original;
}

function isLike<A extends object>(original: A, value: unknown): value is A {
  return typeof value === "object" && value !== null && Object.keys(original).every((name) => name in value);
}
