/**
 * Writes runs as recordings.
 *
 * @module
 */
import { Log } from "../../core/log.ts";
import { step as coreStep } from "../../core/step.ts";
import { LineWriter } from "../recording/export_jsonl.ts";
import type { KeyframeCause, PlacedRecord, RecordingRecord } from "../recording/record.ts";
import { StepChecks } from "../recording/step_checks.ts";
import type { Reducer, Run } from "./run.ts";

/** After so many steps the hashes are written. */
const HASH_EVERY = 256;

/** The records of a recording that holds `runs`, which are those of one node in order, stepped by `reducer`. */
export function* recordsOf(runs: readonly Run[], reducer: Reducer = coreStep): Generator<RecordingRecord> {
  let sequence = (runs[0]?.segment.sequence ?? 1) - 1;
  for (let i = 0; i < runs.length; i++) {
    const [last, run, next] = [runs[i - 1], runs[i], runs[i + 1]];
    const { before, segment } = run;
    const goesOn = last !== undefined && last.segment.run === segment.run;
    if (goesOn) {
      const steps = last.before + last.inputs.length;
      yield { type: "Gap", before: steps, steps: before - steps };
    } else {
      sequence++;
      yield { ...segment, before, sequence, run: before === 0 ? sequence : segment.run };
    }
    yield* keyframe(run, goesOn ? "gap" : before === 0 ? "start" : "segment");
    yield* steps(run, reducer);
    if (next?.segment.run !== segment.run) yield end(run);
  }
}

/** The records of several runs of one node, one after the other, with the number of the record as their place. */
export function placedRecordsOf(
  runs: readonly Run[],
  name: string,
  reducer: Reducer = coreStep,
): readonly PlacedRecord[] {
  return [...recordsOf(runs, reducer)].map((record, i) => ({ record, place: { file: name, at: i + 1, unit: "line" } }));
}

/** The lines of a recording that holds `runs`, which are those of one node in order. */
export function linesOfRuns(runs: readonly Run[], reducer: Reducer = coreStep): readonly string[] {
  const writer = new LineWriter();
  const lines = [writer.header()];
  for (const record of recordsOf(runs, reducer)) for (const line of writer.record(record)) lines.push(line);
  lines.push(writer.end());
  return lines;
}

function* keyframe({ node, applies, before }: Run, cause: KeyframeCause): Generator<RecordingRecord> {
  const { log } = node;
  yield { type: "Keyframe", cause, before, node: { ...node, log: Log.after(log.snapshot) }, last: log.last, applies };
  if (log.length > 0) yield { type: "Entries", prev: log.snapshot, entries: log.slice(log.first, log.last.index) };
}

function* steps({ segment, node, before, inputs }: Run, reducer: Reducer): Generator<RecordingRecord> {
  const checks = new StepChecks(segment.payloads);
  checks.begin(node);
  checks.advance();
  let state = node;
  for (let from = 0; from < inputs.length;) {
    const { ms } = inputs[from];
    let to = from;
    const written: number[] = [];
    for (; to < inputs.length && to - from < HASH_EVERY && inputs[to].ms === ms; to++) {
      const [after, outbox] = reducer(state, inputs[to].message);
      written.push(checks.step(after, outbox));
      state = after;
    }
    const messages = inputs.slice(from, to).map(({ message }) => message);
    yield { type: "Steps", before: before + from, ms, messages, checks: written, hashes: checks.hashes(state) };
    from = to;
  }
}

function end({ before, inputs, ended }: Run): RecordingRecord {
  const steps = before + inputs.length;
  return ended ? { type: "End", before: steps } : { type: "Cut", before: steps, bytes: 0, whole: true };
}
