/**
 * The smallest script that still violates a property: first as few lines as possible, then as simple ones as possible.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import { type Step, step as coreStep } from "../../core/step.ts";
import { type Check, type ClusterView, type HostView, Violation } from "../invariants/check.ts";
import { differencesOf } from "./difference.ts";
import { type MinimizeOptions, minimizeWith, Tries } from "./minimize.ts";
import type { Reducer } from "./run.ts";
import { play, type Script, type ScriptLine, type ScriptStart, type ScriptStep } from "./script.ts";
import { simplerLines, simplerScripts, weightOf } from "./simpler.ts";

/** A step as a property sees it. */
export interface CheckedStep {
  /** The number of the step among those of its node, from 1. */
  readonly number: number;
  /** The state before. */
  readonly before: Node;
  /** What was folded. */
  readonly message: Message;
  /** The state after. */
  readonly after: Node;
  /** What the step wants done. */
  readonly outbox: Outbox;
}

/** A property of single steps: what is wrong with one, in a sentence; null if nothing is. */
export type StepCheck = (step: CheckedStep) => string | null;

/** A property: of single steps, or of a cluster. A new one is made for each attempt, so that it may remember what it saw. */
export type Property = () => StepCheck | Check;

/** Where a script violates a property. */
export interface Objection {
  /** What is wrong, in a sentence. */
  readonly sentence: string;
  /** The node that took the step. */
  readonly node: NodeId;
  /** The number of the step among those of its node since its last start, from 1. */
  readonly number: number;
  /** The lines that were possible, up to this one. */
  readonly lines: readonly ScriptLine[];
}

/** What a search has come to. */
export interface Shrunken {
  /** The smallest script that was found; all of its lines are possible, and the last one violates the property. */
  readonly script: Script;
  /** What is wrong in its last line. */
  readonly objection: Objection;
  /** How many scripts were tried. */
  readonly tries: number;
}

/** How to search. */
export interface ShrinkOptions extends MinimizeOptions {
  /** Another reducer than the core's. */
  readonly step?: Reducer | undefined;
  /** Whether lines are to be simpler as well, and not only fewer; true if it is not given. */
  readonly simplify?: boolean;
}

/** The first violation of `property` in `script`; null if there is none. */
export function objectionTo(script: Script, property: Property, reducer: Reducer = coreStep): Objection | null {
  const watcher = new Watcher(script, property());
  const lines: ScriptLine[] = [];
  for (const happened of play(script, reducer)) {
    lines.push(happened.line);
    const sentence = watcher.see(happened);
    if (sentence !== null) {
      const number = "number" in happened ? happened.number : 0;
      return { sentence, node: happened.line.node, number, lines };
    }
  }
  return null;
}

/** The smallest part of `script` that violates `property`, with the simplest values; null if `script` itself does not. */
export function shrink(script: Script, property: Property, options: ShrinkOptions = {}): Shrunken | null {
  const { step = coreStep, simplify = true } = options;
  const first = objectionTo(script, property, step);
  if (first === null) return null;
  const tries = new Tries(options);
  let objection = first;
  const attempt = (candidate: Script): Script | null => {
    const found = objectionTo(candidate, property, step);
    if (found === null) return null;
    objection = found;
    return { nodes: candidate.nodes, lines: found.lines };
  };
  let best: Script = { nodes: script.nodes, lines: first.lines };
  for (const late of lateScripts(best, step)) {
    tries.take(best.lines.length);
    const found = attempt(late);
    if (found === null) continue;
    best = found;
    break;
  }
  for (let size = Infinity; size > sizeOf(best) && !tries.over;) {
    size = sizeOf(best);
    const { nodes } = best;
    const lines = minimizeWith(best.lines, (part) => attempt({ nodes, lines: part })?.lines ?? null, tries);
    best = { nodes, lines };
    if (simplify) best = simplified(best, attempt, tries);
  }
  // The last attempt may have been a vain one: what is handed out belongs to the script.
  objection = objectionTo(best, property, step) ?? objection;
  return { script: best, objection, tries: tries.count };
}

/** Of a long script of one node, its end, with the states from which the node goes on there. */
function* lateScripts(script: Script, reducer: Reducer): Generator<Script> {
  const { lines, nodes } = script;
  if (lines.length <= LONG || nodes.length !== 1) return;
  const states = nodes.slice();
  for (const happened of play(script, reducer)) states.push("outbox" in happened ? happened.after : happened.node);
  for (let length = 16; length <= LONG; length *= 4) {
    const from = lines.length - length;
    yield { nodes: [states[from]], lines: lines.slice(from) };
  }
}

/** From so many lines on it is worth a try to begin in the middle. */
const LONG = 1_024;

/** The property that `other` does the same as the reducer that steps. */
export function doesTheSame(other: Reducer): Property {
  return () => ({ before, message, after, outbox }) => {
    let outcome: Step;
    try {
      outcome = other(before, message);
    } catch (error) {
      return `the other version throws: ${error}`;
    }
    const [one] = differencesOf([after, outbox], outcome);
    return one === undefined
      ? null
      : `the other version differs in ${one.path.replace(/^\[0\]\.?/, "node.").replace(/^\[1\]/, "outbox")}`;
  };
}

/** First the script as a whole is made simpler, then line by line, until nothing helps any more. */
function simplified(script: Script, attempt: (candidate: Script) => Script | null, tries: Tries): Script {
  let best = script;
  const improve = (candidates: Iterable<Script>): boolean => {
    for (const candidate of candidates) {
      if (tries.over) return false;
      if (sizeOf(candidate) >= sizeOf(best)) continue;
      tries.take(best.lines.length);
      const smaller = attempt(candidate);
      if (smaller === null) continue;
      best = smaller;
      return true;
    }
    return false;
  };
  for (let before: Script | null = null; before !== best && !tries.over;) {
    before = best;
    while (improve(simplerScripts(best)));
    for (let i = best.lines.length - 1; i >= 0; i--) while (i < best.lines.length && improve(withSimplerLine(best, i)));
  }
  return best;
}

function* withSimplerLine(script: Script, i: number): Generator<Script> {
  for (const line of simplerLines(script.lines[i])) yield { ...script, lines: script.lines.with(i, line) };
}

/** How much there is to read: lines first, then what they say. */
function sizeOf({ nodes, lines }: Script): number {
  return 1e6 * lines.length + weightOf(lines) + weightOf(nodes);
}

/** Shows a property what happens. */
class Watcher {
  readonly #property: StepCheck | Check;
  readonly #hosts: readonly Host[];

  constructor({ nodes }: Script, property: StepCheck | Check) {
    this.#property = property;
    this.#hosts = nodes.map((node) => new Host(node));
    for (const host of this.#hosts) this.#guarded((check) => check.started?.(host, host.node, [], this.#cluster));
  }

  see(happened: ScriptStep | ScriptStart): string | null {
    const host = this.#hosts.find(({ id }) => id === happened.line.node);
    if (host === undefined) return null;
    if (!("outbox" in happened)) {
      host.node = happened.node;
      host.incarnation++;
      return this.#guarded((check) => {
        check.crashed?.(host, this.#cluster);
        check.started?.(host, host.node, [], this.#cluster);
      });
    }
    const { before, after, outbox, number, line: { message } } = happened;
    host.node = after;
    if (typeof this.#property === "function") return this.#property({ number, before, message, after, outbox });
    return this.#guarded((check) => check.stepped?.({ host, before, message, after, outbox }, this.#cluster));
  }

  get #cluster(): ClusterView {
    return { hosts: this.#hosts };
  }

  #guarded(show: (check: Check) => void): string | null {
    if (typeof this.#property === "function") return null;
    try {
      show(this.#property);
      return null;
    } catch (error) {
      if (error instanceof Violation) return error.message;
      throw error;
    }
  }
}

class Host implements HostView {
  node: Node;
  incarnation = 1;

  constructor(node: Node) {
    this.node = node;
  }

  get id(): NodeId {
    return this.node.id;
  }

  log(): Node["log"] {
    return this.node.log;
  }
}
