/**
 * What an explanation consists of: sentences that name the steps in which what they say happened.
 *
 * @module
 */
import type { Timeline } from "../timeline.ts";
import { listInWords } from "../words.ts";

/** A sentence. */
export interface Sentence {
  /** The sentence. */
  readonly text: string;
  /** How far it is indented: it says more about the last one with a lower depth. */
  readonly depth: number;
  /** The steps that it names. */
  readonly steps: readonly number[];
}

/** Sentences while they are being written. */
export class Teller {
  /** What was said so far. */
  readonly sentences: Sentence[];
  readonly #depth: number;

  /** Goes on behind `sentences`, where every depth is `depth` more. */
  constructor(sentences: Sentence[] = [], depth = 0) {
    this.sentences = sentences;
    this.#depth = depth;
  }

  /** Says something that names `steps`. */
  say(depth: number, text: string, steps: readonly (number | null)[] = []): void {
    this.sentences.push({ depth: this.#depth + depth, text, steps: steps.filter((step) => step !== null) });
  }

  /** Goes on with what is said being `depth` deeper. */
  deeper(depth: number): Teller {
    return new Teller(this.sentences, this.#depth + depth);
  }
}

/** Sentences as lines. */
export function linesOfSentences(sentences: readonly Sentence[]): readonly string[] {
  return sentences.map(({ depth, text }) => `${"  ".repeat(depth)}${text}`);
}

/** `step 12`, `steps 12 and 15`, `steps 1, 2, 3 and 20 more up to 99`. */
export function stepsInWords(steps: readonly number[]): string {
  if (steps.length === 1) return `step ${steps[0]}`;
  if (steps.length <= 5) return `steps ${listInWords(steps)}`;
  return `steps ${steps.slice(0, 3).join(", ")} and ${steps.length - 3} more up to ${steps[steps.length - 1]}`;
}

/** The beginning of the time that people write with a date. */
const EPOCH_TIMES = 1e11;

/** When a step happened: ` (at 1.250 s)`, or with the time of day if that is recorded; nothing if no times are. */
export function when(timeline: Timeline, step: number): string {
  const at = timeline.step(step).at;
  if (at === null || timeline.length === 0) return "";
  if (at > EPOCH_TIMES) return ` (at ${new Date(at).toISOString().slice(11, 23)})`;
  const since = at - (timeline.step(1).at ?? 0);
  return since === 0 && timeline.step(timeline.length).at === at ? "" : ` (at ${(since / 1000).toFixed(3)} s)`;
}

/** When a timeline begins, if its recordings say the time of day: ` from 2026-03-01T02:13:00.000Z on`. */
export function beginning(timeline: Timeline): string {
  const at = timeline.length === 0 ? null : timeline.step(1).at;
  return at === null || at <= EPOCH_TIMES ? "" : ` from ${new Date(at).toISOString()} on`;
}

/** How long it was from one step to another: `12 steps, 0.310 s`. */
export function between(timeline: Timeline, from: number, to: number): string {
  const steps = `${(to - from).toLocaleString("en")} ${to - from === 1 ? "step" : "steps"}`;
  const [a, b] = [timeline.step(from).at, timeline.step(to).at];
  return a === null || b === null || a === b ? steps : `${steps}, ${((b - a) / 1000).toFixed(3)} s`;
}

/** A sentence that begins with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
