/**
 * Runs of a node as they are worked on: the state with which one begins, and everything that was folded into it. All that
 * a run holds besides follows from that.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import { type Step, step as coreStep } from "../../core/step.ts";
import { Keyframe } from "../recording/keyframe.ts";
import type { PlacedRecord, SegmentRecord } from "../recording/record.ts";
import type { ReplayedStep } from "../recording/replayer.ts";

/** A reducer: that of the core, or another version of it. */
export type Reducer = (node: Node, message: Message) => Step;

/** What was folded, and when. */
export interface Input {
  /** What was folded. */
  readonly message: Message;
  /** Milliseconds since the run began. */
  readonly ms: number;
}

/** A run of a node, or the part of one that follows a gap. */
export interface Run {
  /** The segment in which it begins. */
  readonly segment: SegmentRecord;
  /** The state with which it begins. */
  readonly node: Node;
  /** Up to which index the outbox of the start applies the log; 0 if it does not. */
  readonly applies: number;
  /** How many steps of the run were left out before it. */
  readonly before: number;
  /** What was folded, in order. */
  readonly inputs: readonly Input[];
  /** Whether the node was closed in order. */
  readonly ended: boolean;
}

/** A step of a run that is at hand, wherever it was recorded. */
export type RunStep = Omit<ReplayedStep, "run" | "place">;

/** The steps of `run` under `reducer`. */
export function* stepsOf(run: Run, reducer: Reducer = coreStep): Generator<RunStep> {
  let before = run.node;
  let number = run.before;
  for (const { message, ms } of run.inputs) {
    const [after, outbox] = reducer(before, message);
    yield { number: ++number, ms, before, message, after, outbox };
    before = after;
  }
}

/** The state of `run` after its step `number`; that with which it begins after as many as were left out. */
export function stateAfter(run: Run, number: number, reducer: Reducer = coreStep): Node {
  let { node } = run;
  for (let i = 0; i < number - run.before && i < run.inputs.length; i++) node = reducer(node, run.inputs[i].message)[0];
  return node;
}

/** Puts the runs of a recording together, record by record. */
export class RunCollector {
  readonly #runs: Run[] = [];
  #segment: SegmentRecord | null = null;
  #keyframe: Keyframe | null = null;
  #inputs: Input[] = [];
  #wanted = true;
  /** Whether the log of the keyframe with which the run begins is there: later entries are those of other keyframes. */
  #complete = false;

  /** Takes the next record. */
  take({ record }: PlacedRecord): void {
    switch (record.type) {
      case "Segment":
        if (this.#segment === null || this.#segment.run !== record.run) this.#begin(record);
        return;
      case "Keyframe":
        if (!this.#wanted) return;
        this.#keyframe = new Keyframe(record);
        this.#wanted = false;
        this.#complete = this.#keyframe.complete;
        return;
      case "Entries":
        if (this.#keyframe === null || this.#complete) return;
        this.#keyframe.add(record);
        this.#complete = this.#keyframe.complete;
        return;
      case "Steps":
        for (const message of record.messages) this.#inputs.push({ message, ms: record.ms });
        return;
      case "Gap":
      case "Cut":
        return this.#end(false);
      case "End":
        return this.#end(true);
    }
  }

  /** The runs that are complete so far. */
  get runs(): readonly Run[] {
    return this.#runs;
  }

  #begin(segment: SegmentRecord): void {
    this.#end(false);
    this.#segment = segment;
  }

  #end(ended: boolean): void {
    const [segment, keyframe, inputs] = [this.#segment, this.#keyframe, this.#inputs];
    this.#keyframe = null;
    this.#inputs = [];
    this.#wanted = true;
    if (segment === null || keyframe === null || !keyframe.complete) return;
    const { applies, before } = keyframe.record;
    this.#runs.push({ segment, node: keyframe.node(), applies, before, inputs, ended });
  }
}

/** The runs in `records`, which are those of one recording. */
export async function readRuns(
  records: AsyncIterable<readonly PlacedRecord[]> | Iterable<readonly PlacedRecord[]>,
): Promise<readonly Run[]> {
  const collector = new RunCollector();
  for await (const some of records) for (const placed of some) collector.take(placed);
  return collector.runs;
}

/** A run of `node`, which was just started or is in the middle of its life, that is told `messages`. */
export function runOf(node: Node, messages: readonly Message[], segment: Partial<SegmentRecord> = {}): Run {
  return {
    segment: {
      type: "Segment",
      version: { major: 1, minor: 0 },
      sequence: 1,
      run: 1,
      before: 0,
      node: node.id,
      payloads: "full",
      cluster: O.none,
      program: "",
      began: O.none,
      ...segment,
    },
    node,
    applies: 0,
    before: 0,
    inputs: messages.map((message) => ({ message, ms: 0 })),
    ended: true,
  };
}
