/**
 * One node of a recording: its recorded state, the equal node of ours, and what is judged of both.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { draft } from "../../core/draft.ts";
import {
  type Effect,
  type Message,
  NO_EFFECTS,
  type Node,
  type Outbox,
  type Step,
  step as coreStep,
} from "../../core/mod.ts";
import { compareConfState, compareOutbox, comparePanic, objection } from "./compare_outbox.ts";
import { compareNode } from "./compare_node.ts";
import { compareReady } from "./compare_ready.ts";
import { Differences } from "./difference.ts";
import { toConfChange } from "./entries.ts";
import { excuse, type Rule, RULES } from "./exclusions.ts";
import { applyDelta, expect, type Expected } from "./expected.ts";
import { Handover } from "./handover.ts";
import { judgeInit } from "./judge_init.ts";
import { toMessages, type Unrepresentable } from "./message.ts";
import type { LoadLine, PokeLine, ReadyLine, RecordedRawNode, RunKind, TransitionLine } from "./recorded.ts";
import type { RecordedDelta } from "./recorded_state.ts";
import type { RunMemory } from "./run_memory.ts";
import { toNode } from "./to_node.ts";

/** What comes of judging one line. */
export type Verdict =
  | { readonly type: "agree" }
  | { readonly type: "excluded"; readonly rule: Rule }
  | { readonly type: "disagree"; readonly differences: Differences["list"] };

/** What is judged: the reducer of the core, or that of another version of it. */
export type StepFunction = (node: Node, message: Message) => Step;

/** Follows one node of a run. */
export class Subject {
  /** The effects of the last transition; none where there was no step. */
  outbox: Outbox = NO_EFFECTS;
  /** What the node was told in the last transition; nothing where that cannot be said in messages of ours. */
  input: readonly Message[] = NOTHING_SAID;
  /** How many entries were recorded to have been committed in the last transition. */
  committed = 0;
  readonly #kind: RunKind;
  readonly #memory: RunMemory;
  readonly #step: StepFunction;
  readonly #rawNode: RecordedRawNode | undefined;
  readonly #expected: Expected;
  /** What {@linkcode judgeInit} has found, if the line has an `init`. */
  readonly init: Verdict | undefined;
  /** The node that equals the recorded state, or why there is none; undefined until it is asked for. */
  #node: Either<string, Node> | undefined;
  #handover: Handover | undefined;

  constructor({ load, init, rawNode }: LoadLine, kind: RunKind, memory: RunMemory, step: StepFunction = coreStep) {
    this.#kind = kind;
    this.#memory = memory;
    this.#step = step;
    this.#rawNode = rawNode;
    this.#expected = expect(load, memory);
    const node = this.#current();
    if (E.isRight(node)) this.#handover = new Handover(node.right, init !== undefined);
    if (init === undefined) return;
    const found = new Differences();
    const outbox = judgeInit(init, this.#expected, memory, found);
    this.init = found.none ? AGREE : { type: "disagree", differences: found.list };
    if (E.isRight(node)) this.#handover?.add(node.right, outbox);
  }

  /** The host has changed the state itself. */
  poke({ poke }: PokeLine): void {
    const before = this.#node;
    applyDelta(this.#expected, poke, this.#memory);
    this.#node = undefined;
    const after = this.#current();
    if (before === undefined || E.isLeft(before) || E.isLeft(after)) return this.#loseCount();
    this.#handover?.poked(before.right, after.right, poke.log);
  }

  /** Judges one call. */
  transition(line: TransitionLine): Verdict {
    this.outbox = NO_EFFECTS;
    this.input = NOTHING_SAID;
    this.committed = 0;
    const before = this.#current();
    if (E.isLeft(before)) return this.#unjudged(line, `state before: ${before.left}`, O.some(RULES.StateSetByHand));
    const input = this.#input(line, before.right);
    if (E.isLeft(input)) return this.#unjudged(line, `input: ${input.left}`, O.some(RULES.ForeignMember));
    this.input = input.right;
    const verdict = this.#judge(line, before.right, input.right);
    if (verdict.type !== "agree") this.#loseCount();
    return verdict;
  }

  /** Judges what the host was handed. */
  ready(line: ReadyLine): Verdict {
    const node = this.#current();
    if (E.isLeft(node)) return this.#excluded(`state: ${node.left}`, O.some(RULES.StateSetByHand));
    const found = new Differences();
    this.#handover ??= new Handover(node.right, false);
    compareReady(line, node.right, this.#handover, this.#rawNode, this.#memory, found);
    return found.none ? AGREE : { type: "disagree", differences: found.list };
  }

  /** The node that equals the recorded state, or why there is none. */
  get node(): Either<string, Node> {
    return this.#current();
  }

  #current(): Either<string, Node> {
    return this.#node ??= toNode(this.#expected, this.#memory);
  }

  #input(line: TransitionLine, before: Node): Either<Unrepresentable, readonly Message[]> {
    if ("step" in line) return toMessages(line.step, before, this.#memory);
    if ("tick" in line) return TICK;
    return E.right([{ type: "ApplyConfChange", change: toConfChange(line.conf, this.#memory) }]);
  }

  #judge(line: TransitionLine, before: Node, input: readonly Message[]): Verdict {
    const { panic, set = NO_CHANGE, drew = NOTHING_DRAWN } = line;
    const memory = this.#memory;
    const found = new Differences();
    let after = before;
    let threw: unknown;
    try {
      [after, this.outbox] = fold(before, input, this.#step);
    } catch (error) {
      threw = error;
      found.add("step", "an answer", `an exception: ${error instanceof Error ? error.stack : error}`);
    }
    if (panic !== undefined) {
      if (threw === undefined) comparePanic(panic, before, after, this.outbox, found);
      this.#handover = undefined;
      return this.#verdict(line, before, found);
    }
    if (line.set !== undefined) applyDelta(this.#expected, set, memory);
    this.committed = this.#expected.commit - before.commit;
    const refused = objection(this.outbox);
    if (refused !== undefined) {
      found.add("panic", "none", refused);
    } else if (threw === undefined) {
      compareOutbox(line, input, after, this.outbox, memory, found);
      compareConfState(line, after, found);
      compareNode({ before, after, expected: this.#expected, set, drew, memory }, found);
    }
    if (!found.none) {
      this.#node = undefined;
      return this.#verdict(line, before, found);
    }
    // Everything agrees, so that the node after equals the state recorded after, but for the timeout that was drawn.
    this.#handover?.add(after, this.outbox);
    if (drew.length > 0) {
      const drawn = draft(after);
      drawn.timeout = O.some(this.#expected.timeout);
      after = drawn;
    }
    if (after !== before) this.#node = E.right(after);
    return AGREE;
  }

  #verdict(line: TransitionLine, before: Node, found: Differences): Verdict {
    if (found.none) return AGREE;
    const rule = excuse({
      kind: this.#kind,
      line,
      before,
      expected: this.#expected,
      differences: found.list,
      memory: this.#memory,
    });
    return O.isSome(rule) ? { type: "excluded", rule: rule.value } : { type: "disagree", differences: found.list };
  }

  #unjudged(line: TransitionLine, why: string, rule: O.Option<Rule>): Verdict {
    if (line.set !== undefined && line.panic === undefined) applyDelta(this.#expected, line.set, this.#memory);
    this.#node = undefined;
    this.#loseCount();
    return this.#excluded(why, rule);
  }

  #excluded(why: string, rule: O.Option<Rule>): Verdict {
    if (O.isSome(rule) && rule.value.kind === this.#kind) return { type: "excluded", rule: rule.value };
    return { type: "disagree", differences: [{ field: why, expected: "a correct one", got: "this", echo: false }] };
  }

  /** From here on, our effects alone do not say any more what the host was handed. */
  #loseCount(): void {
    this.#handover = undefined;
  }
}

/** Feeds `input` to a node; if any of it is turned away, the node stays as it was. */
function fold(before: Node, input: readonly Message[], step: StepFunction): Step {
  if (input.length === 1) return step(before, input[0]);
  let after = before;
  const outbox: Effect[] = [];
  for (const message of input) {
    const [next, effects] = step(after, message);
    if (objection(effects) !== undefined) return [next === after ? before : next, effects];
    after = next;
    outbox.push(...effects);
  }
  return [after, outbox];
}

const AGREE: Verdict = { type: "agree" };

const NO_CHANGE: RecordedDelta = {};

const NOTHING_SAID: readonly Message[] = [];

const NOTHING_DRAWN: readonly number[] = [];

const TICK: Either<Unrepresentable, readonly Message[]> = E.right([{ type: "Tick", random: 0 }]);
