/**
 * Where two runs part: the first step whose state or outbox is another one.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import { type Step, step as coreStep } from "../../core/step.ts";
import type { Payloads } from "../recording/payload.ts";
import { StepChecks } from "../recording/step_checks.ts";
import { type Difference, differencesOf, type StepDifference, stepDifferences } from "./difference.ts";
import { type Reducer, type Run, type RunStep, stepsOf } from "./run.ts";

/** The first thing that is another one. */
export type FirstDifference =
  /** The states with which the runs begin. */
  | { readonly what: "start"; readonly differences: readonly Difference[] }
  /** What the nodes were told in a step. */
  | {
    readonly what: "input";
    readonly step: number;
    readonly before: Node;
    readonly messages: readonly [Message, Message];
    readonly differences: readonly Difference[];
  }
  /** What came of a step. */
  | {
    readonly what: "outcome";
    readonly step: number;
    readonly before: Node;
    readonly message: Message;
    readonly outcomes: readonly [Step, Step];
    readonly differences: readonly StepDifference[];
  }
  /** One reducer could not take a step: it threw. */
  | {
    readonly what: "error";
    readonly step: number;
    readonly before: Node;
    readonly message: Message;
    readonly error: string;
  }
  /** One run goes on where the other one is over. */
  | { readonly what: "length"; readonly step: number; readonly longer: "first" | "second" };

/** A step that is another one. */
export type DifferentStep = Exclude<FirstDifference, { readonly what: "start" | "length" }>;

/** The first difference between two runs, which are of the same node and stepped by `reducer`; null if there is none. */
export function firstDifference(a: Run, b: Run, reducer: Reducer = coreStep): FirstDifference | null {
  const starts = differencesOf(a.node, b.node, "node");
  if (starts.length > 0) return { what: "start", differences: starts };
  const [left, right] = [stepsOf(a, reducer), stepsOf(b, reducer)];
  const comparison = new Comparison(a, payloadsOf(a, b));
  for (let number = a.before + 1;; number++) {
    const [one, other] = [left.next(), right.next()];
    if (one.done === true && other.done === true) return null;
    if (one.done === true) return { what: "length", step: number, longer: "second" };
    if (other.done === true) return { what: "length", step: number, longer: "first" };
    const found = comparison.compare(one.value, other.value);
    if (found !== null) return found;
  }
}

/** The first step of `run` of which `other` makes something else than `reducer` does; null if there is none. */
export function reducersDiffer(run: Run, other: Reducer, reducer: Reducer = coreStep): FirstDifference | null {
  const comparison = new Comparison(run, payloadsOf(run, run));
  for (const step of stepsOf(run, reducer)) {
    const under = stepUnder(step, other);
    const found = "what" in under ? under : comparison.compare(step, under);
    if (found !== null) return found;
  }
  return null;
}

/** What `other` makes of one step in another way than it happened; null if it does the same. */
export function stepDiffers(step: RunStep, other: Reducer): DifferentStep | null {
  const under = stepUnder(step, other);
  return "what" in under ? under : differenceOf(step, under);
}

function stepUnder(step: RunStep, other: Reducer): RunStep | Extract<DifferentStep, { readonly what: "error" }> {
  const { before, message, number } = step;
  try {
    const [after, outbox] = other(before, message);
    return { ...step, after, outbox };
  } catch (error) {
    return { what: "error", step: number, before, message, error: String(error) };
  }
}

/**
 * Compares steps by their checks, and only the first ones that differ member by member. A check misses one difference in
 * 65,536, and notices it one step later; so the step before is looked at as well.
 */
class Comparison {
  readonly #checks: readonly [StepChecks, StepChecks];
  #last: readonly [RunStep, RunStep] | null = null;

  constructor({ node }: Run, payloads: Payloads) {
    this.#checks = [new StepChecks(payloads), new StepChecks(payloads)];
    for (const checks of this.#checks) {
      checks.begin(node);
      checks.advance();
    }
  }

  compare(a: RunStep, b: RunStep): FirstDifference | null {
    const last = this.#last;
    this.#last = [a, b];
    const [one, other] = this.#checks;
    if (sameMessage(a.message, b.message) && sameOutcome(one, other, a, b)) return null;
    return (last === null ? null : differenceOf(...last)) ?? differenceOf(a, b);
  }
}

function sameOutcome(one: StepChecks, other: StepChecks, a: RunStep, b: RunStep): boolean {
  return one.step(a.after, a.outbox) === other.step(b.after, b.outbox);
}

function sameMessage(a: Message, b: Message): boolean {
  return a === b || (a.type === b.type && differencesOf(a, b).length === 0);
}

function differenceOf(a: RunStep, b: RunStep): DifferentStep | null {
  const { before, number: step } = a;
  const inputs = differencesOf(a.message, b.message, "message");
  if (inputs.length > 0) {
    return { what: "input", step, before, messages: [a.message, b.message], differences: inputs };
  }
  const outcomes = [outcomeOf(a), outcomeOf(b)] as const;
  const differences = stepDifferences(before, ...outcomes);
  return differences.length === 0 ? null : { what: "outcome", step, before, message: a.message, outcomes, differences };
}

function outcomeOf({ after, outbox }: { readonly after: Node; readonly outbox: Outbox }): Step {
  return [after, outbox];
}

/** Payloads that only one of the runs holds cannot be compared. */
function payloadsOf(a: Run, b: Run): Payloads {
  return a.segment.payloads === "none" || b.segment.payloads === "none" ? "none" : "full";
}
