/**
 * Guesses what a step did when it was recorded. Of its outcome the recording holds sixteen bits of the state's hash and
 * sixteen of the outbox's: outcomes that are like that of today's reducer but for one thing are tried until the bits fit.
 * One of 65,536 wrong guesses fits as well.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Effect, Outbox } from "../../core/outbox.ts";
import type { Step } from "../../core/step.ts";
import type { Payloads } from "../recording/payload.ts";
import { StepChecks } from "../recording/step_checks.ts";

/** A step whose recorded outcome is not known, and what came before it. */
export interface Riddle {
  /** What the recording keeps of payloads. */
  readonly payloads: Payloads;
  /** The state of the last keyframe before the step. */
  readonly keyframe: Node;
  /** The outcomes of the steps since then. */
  readonly outcomes: readonly Step[];
  /** What the node was told. */
  readonly message: Message;
  /** What today's reducer makes of it. */
  readonly actual: Step;
  /** The recorded check. */
  readonly check: number;
}

/** So many steps are hashed at most. */
const BUDGET = 3_000_000;

/** What was recorded, if it is like what today's reducer does but for one thing of the usual kinds. */
export function guess(riddle: Riddle): O.Option<Step> {
  const { actual: [node, outbox], check, keyframe, message, outcomes } = riddle;
  const before = outcomes.length === 0 ? keyframe : outcomes[outcomes.length - 1][0];
  let tries = Math.floor(BUDGET / (outcomes.length + 1));
  const checkOf = (candidate: Step): number => {
    tries--;
    return checkAfter(riddle, candidate);
  };
  const find = <A>(candidates: Iterable<A>, fits: (candidate: A) => boolean): A | null => {
    for (const candidate of candidates) {
      if (tries <= 0) return null;
      if (fits(candidate)) return candidate;
    }
    return null;
  };
  const state = find([node, ...states(before, node, message)], (candidate) => {
    return checkOf([candidate, outbox]) >>> 16 === check >>> 16;
  });
  if (state === null) return O.none;
  const effects = find([outbox, ...outboxes(outbox, state)], (candidate) => {
    return (checkOf([state, candidate]) & 0xffff) === (check & 0xffff);
  });
  return effects === null ? O.none : O.some([state, effects]);
}

function checkAfter({ keyframe, outcomes, payloads }: Riddle, [node, outbox]: Step): number {
  const checks = new StepChecks(payloads);
  checks.begin(keyframe);
  checks.advance();
  for (const [after, effects] of outcomes) checks.step(after, effects);
  return checks.step(node, outbox);
}

/** States that are as before in some members, or have another number or node in one. */
function* states(before: Node, after: Node, message: Message): Generator<Node> {
  const ids = [...after.configuration.members, ..."from" in message ? [message.from] : []];
  for (const vote of [O.none, ...ids.map(O.some)]) yield { ...after, vote };
  for (const lead of [O.none, ...ids.map(O.some)]) yield { ...after, lead };
  const numbers = new Set([...numbersIn(message), ...numbersIn(before), ...numbersIn(after), after.log.last.index]);
  for (const name of ["term", "commit", "stable", "applied", "electionElapsed"] as const) {
    for (const n of [after[name] - 1, after[name] + 1, ...numbers]) if (n >= 0) yield { ...after, [name]: n };
  }
  for (const n of [...numbers, null]) yield { ...after, timeout: O.fromNullable(n) };
  const names = NAMES.filter((name) => before[name] !== after[name]);
  for (let mask = 1; mask < 1 << names.length; mask++) {
    const members = names.filter((_, i) => (mask >> i) & 1).map((name) => [name, before[name]] as const);
    yield { ...after, ...Object.fromEntries(members) };
  }
  yield before;
}

/** The members that every role has, and that a step often changes. */
const NAMES = ["term", "vote", "lead", "log", "stable", "commit", "applied", "electionElapsed", "timeout"] as const;

function numbersIn(value: Message | Node): readonly number[] {
  return Object.values(value).filter((member) => typeof member === "number");
}

/** Outboxes that lack an effect or a message, or say another number, or write what belongs to `state`. */
function* outboxes(outbox: Outbox, { commit, term, vote }: Node): Generator<Outbox> {
  const written = outbox.map((effect): Effect => {
    return effect.type === "Persist" ? { ...effect, hardState: O.some({ term, vote, commit }) } : effect;
  });
  for (const base of [outbox, written]) {
    yield base;
    for (let i = 0; i < base.length; i++) {
      yield base.toSpliced(i, 1);
      for (const other of effects(base[i])) yield base.with(i, other);
    }
  }
  yield [];
}

function* effects(effect: Effect): Generator<Effect> {
  if (effect.type === "Send") { for (const message of messages(effect.message)) yield { ...effect, message }; }
  if (effect.type !== "Persist") return;
  const { then } = effect;
  yield { ...effect, hardState: O.none };
  yield { ...effect, sync: !effect.sync };
  for (let i = 0; i < then.length; i++) {
    yield { ...effect, then: then.toSpliced(i, 1) };
    for (const other of messages(then[i])) yield { ...effect, then: then.with(i, other) };
  }
}

/** The message with another number or answer. */
function* messages<M extends Message>(message: M): Generator<M> {
  if ("granted" in message) yield { ...message, granted: !message.granted };
  for (const name of ["index", "commit", "term"] as const) {
    if (!(name in message)) continue;
    for (let by = -8; by <= 8; by++) {
      const value: unknown = Reflect.get(message, name);
      if (typeof value === "number" && by !== 0 && value + by >= 0) yield { ...message, [name]: value + by };
    }
  }
}
