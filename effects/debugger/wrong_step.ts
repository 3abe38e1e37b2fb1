/**
 * Replays a recording, and shows of the first step that comes out in another way what is another way.
 *
 * A recording holds hashes of outcomes, not the outcomes. What a step did when it was recorded is known if some reducer still
 * does it, or where a keyframe holds the state.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import { type Step, step as coreStep } from "../../core/step.ts";
import { Keyframe } from "../recording/keyframe.ts";
import type { Payloads } from "../recording/payload.ts";
import type { KeyframeRecord, PlacedRecord, RecordingRecord } from "../recording/record.ts";
import {
  type CutEnd,
  type Difference as ReplayDifference,
  type ReplayedStep,
  Replayer,
} from "../recording/replayer.ts";
import type { RunSummary } from "../recording/summary.ts";
import {
  changesOf,
  describeChanged,
  describeDifference,
  type Difference,
  differencesOf,
  differenceToJson,
  type StepDifference,
  stepDifferences,
} from "./difference.ts";
import { guess, type Riddle } from "./guess.ts";
import type { Reducer } from "./run.ts";
import { describeEffect, describeMessage } from "./words.ts";

/** A step that came out in another way than it was recorded. */
export interface WrongStep {
  /** Where, and what the hashes say. */
  readonly difference: ReplayDifference;
  /** The state before the step, where it is known. */
  readonly before: Node | null;
  /** What was folded; null if a keyframe differs. */
  readonly message: Message | null;
  /** What the reducer made of it; null if it threw, or if a keyframe differs. */
  readonly actual: Step | null;
  /** What was recorded, if a reducer is known that still does it, or if it can be guessed. */
  readonly expected: Step | null;
  /** Whether it is a guess that fits the recorded bits. */
  readonly guessed: boolean;
  /** What it is guessed from; null if too little is known. */
  readonly riddle: Riddle | null;
  /** Member by member, where what was recorded is known. */
  readonly differences: readonly (Difference | StepDifference)[];
}

/** A recording that is replayed, and every first difference of a run, with the states around it. */
export class DetailedReplay {
  readonly #replayer: Replayer;
  readonly #wrong: WrongStep[] = [];
  #last: ReplayedStep | null = null;
  #keyframe: Keyframe | null = null;
  #state: Node | null = null;
  #payloads: Payloads = "full";
  /** The state of the last keyframe, and the outcomes since then. */
  #since: Node | null = null;
  #outcomes: Step[] = [];

  /** Under another reducer than the core's, if it is given. */
  constructor(reducer?: Reducer) {
    this.#replayer = new Replayer({
      step: reducer,
      watch: {
        started: ({ node }) => {
          this.#state = node;
          this.#since = node;
          this.#outcomes = [];
        },
        stepped: (step) => {
          this.#last = step;
          this.#state = step.after;
          if (this.#outcomes.length <= KEPT) this.#outcomes.push([step.after, step.outbox]);
        },
      },
    });
  }

  /** What happened so far. */
  get summary(): RunSummary {
    return this.#replayer.summary;
  }

  /** The first difference of each run that has one. */
  get wrong(): readonly WrongStep[] {
    return this.#wrong;
  }

  /** Where runs are cut. */
  get cuts(): readonly CutEnd[] {
    return this.#replayer.cuts;
  }

  /** Takes the next record. */
  take(placed: PlacedRecord): void {
    const { record } = placed;
    const before = this.#state;
    if (record.type === "Segment") this.#payloads = record.payloads;
    if (record.type === "Keyframe") this.#beginKeyframe(record);
    if (record.type === "Entries") this.#keyframe?.add(record);
    this.#replayer.take(placed);
    const found = this.#replayer.differences.slice(this.#wrong.length);
    for (const difference of found) {
      this.#wrong.push(
        difference.what === "keyframe" ? this.#wrongKeyframe(difference, before) : this.#wrongStep(difference, record),
      );
    }
  }

  #beginKeyframe(record: KeyframeRecord): void {
    this.#keyframe = new Keyframe(record);
    this.#since = this.#state;
    this.#outcomes = [];
  }

  #wrongKeyframe(difference: ReplayDifference, state: Node | null): WrongStep {
    const [keyframe, last] = [this.#keyframe, this.#last];
    const actual = last?.number === difference.step ? last.after : state;
    const isKnown = keyframe !== null && keyframe.complete && actual !== null;
    const differences = isKnown ? differencesOf(keyframe.node(), actual, "node") : [];
    return {
      difference,
      before: actual,
      message: null,
      actual: null,
      expected: null,
      guessed: false,
      riddle: null,
      differences,
    };
  }

  #wrongStep(difference: ReplayDifference, record: RecordingRecord): WrongStep {
    const last = this.#last;
    const unknown = {
      difference,
      message: null,
      actual: null,
      expected: null,
      guessed: false,
      riddle: null,
      differences: [],
    };
    if (difference.what === "error" || last === null || last.number !== difference.step) {
      return { ...unknown, before: this.#state };
    }
    const { before, message, after, outbox } = last;
    const actual: Step = [after, outbox];
    return { ...unknown, before, message, actual, riddle: this.#riddle(last, record) };
  }

  #riddle({ after, message, number, outbox }: ReplayedStep, record: RecordingRecord): Riddle | null {
    const keyframe = this.#since;
    if (record.type !== "Steps" || keyframe === null || this.#outcomes.length > KEPT) return null;
    const check = record.checks[number - record.before - 1];
    const outcomes = this.#outcomes.slice(0, -1);
    return { payloads: this.#payloads, keyframe, outcomes, message, actual: [after, outbox], check };
  }
}

/** So many outcomes are kept to guess by. */
const KEPT = 50_000;

/** Completes `wrong` with a guess at what was recorded, if there is one that fits and nothing better is known. */
export function withGuess(wrong: WrongStep): WrongStep {
  const { actual, before, expected, riddle } = wrong;
  if (before === null || actual === null || expected !== null || riddle === null) return wrong;
  const guessed = guess(riddle);
  if (O.isNone(guessed)) return wrong;
  const differences = stepDifferences(before, guessed.value, actual);
  return { ...wrong, expected: guessed.value, guessed: true, differences };
}

/**
 * Completes `wrong`, which another reducer than the core's has made of `records`, with what the core makes of the step, if
 * the core does everything up to there as it was recorded.
 */
export async function withExpected(
  wrong: WrongStep,
  records: AsyncIterable<readonly PlacedRecord[]>,
): Promise<WrongStep> {
  const { run, step } = wrong.difference;
  if (wrong.before === null || wrong.message === null || wrong.actual === null) return wrong;
  let reached = false;
  const replayer = new Replayer({
    watch: { stepped: (stepped) => void (reached ||= stepped.run === run && stepped.number === step) },
  });
  for await (const some of records) {
    for (const placed of some) replayer.take(placed);
    if (reached) break;
  }
  if (!reached || replayer.differences.some((other) => other.run === run && other.step <= step)) return wrong;
  const expected = coreStep(wrong.before, wrong.message);
  return { ...wrong, expected, differences: stepDifferences(wrong.before, expected, wrong.actual) };
}

/** What is wrong with a step, in lines. */
export function describeWrongStep(wrong: WrongStep): readonly string[] {
  const { actual, before, difference, differences, guessed, message } = wrong;
  const lines: string[] = [];
  if (message !== null) lines.push(`the node was told: ${describeMessage(message)}`);
  if (guessed) lines.push("a guess at what was recorded, which fits the bits of its hash:");
  if (differences.length > 0) return [...lines, ...differences.map(describeDifference)];
  if (before === null || actual === null || difference.what === "keyframe") return lines;
  const changes = changesOf(before, actual[0]).map(describeChanged);
  return [
    ...lines,
    "what this version makes of it (a recording holds hashes of outcomes; diff --with the version that recorded it shows both):",
    ...(changes.length === 0 ? ["no change"] : changes),
    ...actual[1].map((effect) => `wants: ${describeEffect(effect)}`),
  ];
}

/** What is wrong with a step, for programs. */
export interface WrongStepJson extends ReplayDifference {
  /** What the node was told, in words; null if a keyframe differs. */
  readonly input: string | null;
  /** Whether what was recorded is a guess that fits the recorded bits. */
  readonly guessed: boolean;
  /** Member by member, where what was recorded is known. */
  readonly differences: readonly unknown[];
}

/** What is wrong with a step, for programs. */
export function wrongStepToJson({ difference, differences, guessed, message }: WrongStep): WrongStepJson {
  return {
    ...difference,
    input: message === null ? null : describeMessage(message),
    guessed,
    differences: differences.map(differenceToJson),
  };
}
