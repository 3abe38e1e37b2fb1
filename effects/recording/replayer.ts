/**
 * Replays a recording: folds the recorded messages into the recorded state once more, and compares every outcome with what
 * was recorded of it. It needs no more than the records, so that it runs in a browser too.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Message, MessageType } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import { NO_EFFECTS, type Outbox } from "../../core/outbox.ts";
import { type Step, step } from "../../core/step.ts";
import { sameHash } from "./hash.ts";
import { Keyframe } from "./keyframe.ts";
import type { CutRecord, Place, PlacedRecord, SegmentRecord, StepsRecord } from "./record.ts";
import { stateHash } from "./state_hash.ts";
import { StepChecks } from "./step_checks.ts";
import { countState, countStep, emptySummary, type RunSummary } from "./summary.ts";

/** The state with which a replay begins, or goes on after a gap. */
export interface ReplayedStart {
  /** The number of the run's first segment: it tells the runs of a recording from each other. */
  readonly run: number;
  /** How many steps of the run are before it; 0 where the node was started. */
  readonly before: number;
  /** The state. */
  readonly node: Node;
  /** The outbox of the start; nothing where the run goes on. */
  readonly outbox: Outbox;
  /** Where the keyframe is. */
  readonly place: Place;
}

/** A step that was replayed. */
export interface ReplayedStep {
  /** The number of the run's first segment. */
  readonly run: number;
  /** The number of the step in its run, from 1. */
  readonly number: number;
  /** Milliseconds since the run began, when the steps around it were recorded. */
  readonly ms: number;
  /** The state before. */
  readonly before: Node;
  /** What was folded into it. */
  readonly message: Message;
  /** The state after. */
  readonly after: Node;
  /** What the step wants done. */
  readonly outbox: Outbox;
  /** Where the record is that holds the step. */
  readonly place: Place;
}

/** Sees what a replay comes by. */
export interface Watch {
  /** A state begins a run, or goes on after a gap. */
  readonly started?: (start: ReplayedStart) => void;
  /** A step was replayed, whether it came out as recorded or not. */
  readonly stepped?: (step: ReplayedStep) => void;
}

/** What came out in another way than it was recorded. */
export interface Difference {
  /** The number of the run's first segment. */
  readonly run: number;
  /** The node. */
  readonly node: NodeId;
  /** The number of the first step that differs; of the last one before, if a keyframe does. */
  readonly step: number;
  /** The message of the step; none if a keyframe differs. */
  readonly message: MessageType | null;
  /** What differs. */
  readonly what: "outbox" | "state" | "outbox and state" | "keyframe" | "error";
  /** What is known of it, in a sentence. */
  readonly details: string;
  /** Where the record is. */
  readonly place: Place;
}

/** The end of a run that nobody has ended: what may have followed is not in the recording. */
export interface CutEnd {
  /** The number of the run's first segment; 0 if the file does not even say which run it is. */
  readonly run: number;
  /** How many steps of the run were read. */
  readonly steps: number;
  /** How many bytes behind the last whole record are the beginning of another one. */
  readonly bytes: number;
  /** Whether it is known that nothing was lost, because the node was started again. */
  readonly whole: boolean;
  /** Behind the last whole record; for JSON Lines, the line that says so. */
  readonly place: Place;
}

/** How to replay. */
export interface ReplayOptions {
  /** The reducer; that of the core if it is not given. */
  readonly step?: ((node: Node, message: Message) => Step) | undefined;
  /** Whether every step is compared with what was recorded of it; true if it is not given. */
  readonly verify?: boolean;
  /** Sees every step. */
  readonly watch?: Watch;
}

/** Steps that wait for the log of their keyframe. */
type Waiting = readonly [steps: StepsRecord, place: Place];

/** Replays the recording of one node, record by record. */
export class Replayer {
  /** What was seen so far. */
  readonly summary: RunSummary = emptySummary();
  /** The first difference of every run in which there is one. What follows it in the run is not replayed. */
  readonly differences: Difference[] = [];
  /** Where runs are cut. */
  readonly cuts: CutEnd[] = [];
  readonly #step: (node: Node, message: Message) => Step;
  readonly #watch: Watch;
  readonly #verify: boolean;
  #segment: SegmentRecord | null = null;
  /** Whether the run of the segment goes on. */
  #running = false;
  #checks = new StepChecks("full");
  /** The state, once it is known. */
  #node: Node | null = null;
  #keyframe: Keyframe | null = null;
  #keyframePlace: Place | null = null;
  /** Compares the state that was replayed with the keyframe, when that is complete. */
  #compare: (() => void) | null = null;
  #waiting: Waiting[] = [];
  #differs = false;

  /** Nothing is replayed yet. */
  constructor(options: ReplayOptions = {}) {
    this.#step = options.step ?? step;
    this.#watch = options.watch ?? {};
    this.#verify = options.verify ?? true;
  }

  /** Takes the next record. */
  take({ record, place }: PlacedRecord): void {
    switch (record.type) {
      case "Segment":
        return this.#beginSegment(record);
      case "Keyframe":
        this.#keyframe = new Keyframe(record);
        this.#keyframePlace = place;
        if (this.#node !== null && !this.#differs) this.#compareKeyframe(this.#node, this.#keyframe, place);
        return this.#completeKeyframe();
      case "Entries":
        this.#keyframe?.add(record);
        return this.#completeKeyframe();
      case "Steps":
        if (this.#differs) return;
        if (this.#node === null) this.#waiting.push([record, place]);
        else this.#replay(record, place);
        return;
      case "Gap":
        this.summary.gaps++;
        this.summary.leftOut += record.steps;
        return this.#forget();
      case "Cut":
        this.summary.cut++;
        this.cuts.push(this.#cutEnd(record, place));
        this.#running = false;
        return this.#forget();
      case "End":
        this.#running = false;
        return this.#forget();
    }
  }

  #beginSegment(segment: SegmentRecord): void {
    const last = this.#segment;
    this.#segment = segment;
    this.#running = true;
    this.summary.nodes.add(segment.node);
    if (last !== null && last.run === segment.run) return;
    this.summary.runs++;
    this.#differs = false;
    this.#checks = new StepChecks(segment.payloads);
    this.#forget();
  }

  #cutEnd({ before, bytes, whole = false }: CutRecord, place: Place): CutEnd {
    return { run: this.#running ? this.#segment?.run ?? 0 : 0, steps: before, bytes, whole, place };
  }

  /** The state is not known any more. */
  #forget(): void {
    for (const [steps] of this.#waiting) this.summary.unreachable += steps.messages.length;
    this.#node = null;
    this.#keyframe = null;
    this.#compare = null;
    this.#waiting = [];
  }

  /** The state that was replayed up to here is compared with the recorded one as soon as that is complete. */
  #compareKeyframe(node: Node, keyframe: Keyframe, place: Place): void {
    if (!this.#verify) {
      this.#compare = () => {};
      return;
    }
    const state = this.#checks.hashes(node).state;
    this.#checks.restart();
    const payloads = this.#segment?.payloads ?? "full";
    this.#compare = (): void => {
      if (O.isNone(state) || sameHash(state.value, stateHash(keyframe.node(), payloads))) return;
      const { before } = keyframe.record;
      this.#differ(before, null, "keyframe", `the state after step ${before} is not that of the keyframe`, place);
    };
  }

  #completeKeyframe(): void {
    const [keyframe, keyframePlace] = [this.#keyframe, this.#keyframePlace];
    if (keyframe === null || keyframePlace === null || !keyframe.complete) return;
    this.#keyframe = null;
    if (this.#compare !== null) {
      this.#compare();
      this.#compare = null;
    } else if (!this.#differs) {
      this.#begin(keyframe, keyframePlace);
    }
  }

  #begin(keyframe: Keyframe, place: Place): void {
    const node = keyframe.node();
    const { applies, before } = keyframe.record;
    this.#node = node;
    if (this.#verify) {
      this.#checks.begin(node);
      this.#checks.advance();
    }
    countState(this.summary, node);
    const outbox = startOutbox(node, applies);
    this.#watch.started?.({ run: this.#segment?.run ?? 0, before, node, outbox, place });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [steps, at] of waiting) this.#replay(steps, at);
  }

  #replay(steps: StepsRecord, place: Place): void {
    const { messages, checks } = steps;
    for (let i = 0; i < messages.length && !this.#differs; i++) {
      const number = steps.before + i + 1;
      const stepped = this.#fold(messages[i], number, steps.ms, place);
      if (this.#verify && stepped !== checks[i]) this.#outcomeDiffers(number, messages[i], stepped, checks[i], place);
    }
    if (this.#verify && !this.#differs) this.#compareHashes(steps, place);
  }

  /** Replays a step and returns its check. */
  #fold(message: Message, number: number, ms: number, place: Place): number {
    const before = this.#node;
    if (before === null) return NO_CHECK;
    let outcome: Step;
    let check: number;
    try {
      outcome = this.#step(before, message);
      check = this.#verify ? this.#checks.step(outcome[0], outcome[1]) : NO_CHECK;
    } catch (error) {
      this.#differ(number, message.type, "error", String(error), place);
      return NO_CHECK;
    }
    const [after, outbox] = outcome;
    this.#node = after;
    countStep(this.summary, before, message, after, outbox);
    const { stepped } = this.#watch;
    if (stepped !== undefined) {
      stepped({ run: this.#segment?.run ?? 0, number, ms, before, message, after, outbox, place });
    }
    return check;
  }

  #outcomeDiffers(number: number, { type }: Message, got: number, recorded: number, place: Place): void {
    if (this.#differs) return;
    const [outbox, state] = [(got & 0xffff) !== (recorded & 0xffff), (got >>> 16) !== (recorded >>> 16)];
    const what = outbox && state ? "outbox and state" : outbox ? "outbox" : "state";
    this.#differ(number, type, what, `the ${what} came out in another way than it was recorded`, place);
  }

  /** What no check has noticed; it is not known in which of the steps it happened. */
  #compareHashes({ before, messages, hashes }: StepsRecord, place: Place): void {
    if (this.#node === null || messages.length === 0) return;
    const got = this.#checks.hashes(this.#node);
    const outbox = !sameHash(got.outboxes, hashes.outboxes);
    const stateKnown = O.isSome(got.state) && O.isSome(hashes.state);
    const state = !sameHash(got.states, hashes.states) ||
      (stateKnown && !sameHash(got.state.value, hashes.state.value));
    if (!outbox && !state) return;
    const last = before + messages.length;
    const what = outbox && state ? "outbox and state" : outbox ? "outbox" : "state";
    const details = `the ${what} came out in another way in one of the steps ${before + 1} to ${last}`;
    this.#differ(before + 1, messages[0].type, what, details, place);
  }

  #differ(
    step: number,
    message: MessageType | null,
    what: Difference["what"],
    details: string,
    place: Place,
  ): void {
    this.#differs = true;
    const { run = 0, node = 0 } = this.#segment ?? {};
    this.differences.push({ run, node, step, message, what, details, place });
  }
}

/** No check has this value. */
const NO_CHECK = -1;

/** The outbox of a start that applies the log of `node` up to `applies`; 0 is nothing. */
function startOutbox({ applied, log }: Node, applies: number): Outbox {
  return applies > applied ? [{ type: "Apply", entries: log.slice(applied + 1, applies) }] : NO_EFFECTS;
}

/** Replays all `records`. */
export async function replayRecords(
  records: AsyncIterable<readonly PlacedRecord[]> | Iterable<readonly PlacedRecord[]>,
  options: ReplayOptions = {},
): Promise<Replayer> {
  const replayer = new Replayer(options);
  for await (const some of records) for (const placed of some) replayer.take(placed);
  return replayer;
}
