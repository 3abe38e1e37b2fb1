/**
 * Reads recordings from JSON Lines. What is not as it was written is an error that names file and line.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type * as t from "io-ts";
import { Continuity } from "./continuity.ts";
import { type HashesLine, JSON_VERSION, LINES, type SegmentLine, type StepLine } from "./json_record.ts";
import type { JsonCodec } from "./json_values.ts";
import { SEAL_LENGTH } from "./line_scanner.ts";
import { checkOf, NO_TEXT } from "./line_text.ts";
import { FORMATS } from "../wire/version.ts";
import { type Place, type PlacedRecord, RecordingError, type RecordingRecord } from "./record.ts";
import { LineReader, type ScannedLine } from "./scan_line.ts";

/** The member by which the first line of a recording is known. */
export const HEADER_MEMBER = "recording";

/** The records in `lines`, which come some at a time. Throws {@linkcode RecordingError}. */
export async function* readJsonLines(
  file: string,
  lines: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): AsyncGenerator<readonly PlacedRecord[]> {
  const reading = new Reading(file);
  for await (const some of lines) {
    const records: PlacedRecord[] = [];
    for (const line of some) reading.push(line, records);
    if (records.length > 0) yield records;
  }
  reading.end();
}

/** The state of a reader between two lines. */
class Reading {
  private readonly continuity = new Continuity();
  private line = 0;
  private begun = false;
  private newer = false;
  /** Whether lines have to end with a check of the text. */
  private sealed = false;
  private sum = NO_TEXT;
  /** The last line up to which the text was checked. */
  private checked = 0;
  private complete = false;
  private holdsSteps = false;
  private steps: StepLine["step"][] = [];
  private readonly lines = new LineReader();

  constructor(private readonly file: string) {}

  push(text: string, records: PlacedRecord[]): void {
    this.line++;
    if (text === "") return;
    const scanned = this.lines.read(text);
    if (scanned !== null && this.begun && !this.complete) return this.take(scanned, records);
    const value = this.parse(text);
    const kind = kindOf(value);
    if (kind === "recording") return this.begin(this.decode(LINES.recording, value).recording);
    if (!this.begun) throw this.failure("a recording begins with a line that says so");
    if (this.complete) throw this.failure("there is another line, although the recording has ended before");
    if (kind === null) {
      if (this.newer && isSkippable(value)) return this.addText(false);
      throw this.failure("this is no kind of line that this version knows");
    }
    this.addText(kind !== "step");
    if (this.steps.length > 0 && kind !== "step" && kind !== "hashes") throw this.hashesMissing();
    this.read(kind, value, records);
  }

  private take(line: ScannedLine, records: PlacedRecord[]): void {
    this.addText(!("step" in line));
    if ("step" in line) return this.addStep(line.step);
    if ("hashes" in line) return this.endSteps(line, records);
    if (this.steps.length > 0) throw this.hashesMissing();
    this.add({ type: "Entries", ...line.entries }, records);
  }

  /** Sums up the text of the line, and compares it with the check at its end, which is missing only where it may be. */
  private addText(isEnd: boolean): void {
    const { seal } = this.lines;
    if (O.isNone(seal)) {
      if (isEnd && this.sealed) throw this.failure('the line does not end with its check, "text"');
      this.sum = this.lines.sum(this.sum);
      return;
    }
    this.sum = this.lines.sum(this.sum, SEAL_LENGTH);
    const first = this.checked + 1;
    if (checkOf(this.sum) !== seal.value) {
      const which = first === this.line ? "this line is" : `lines ${first} to ${this.line} are`;
      throw this.failure(`${which} not as written, or a line is missing, doubled or in another place: "text" differs`);
    }
    this.checked = this.line;
  }

  end(): void {
    this.line++;
    if (!this.begun) throw this.failure("the file is empty");
    const isCut = this.steps.length > 0 || !this.continuity.complete || (this.sealed && !this.complete);
    if (isCut) throw this.failure("the recording is cut off here");
    if (!this.holdsSteps) throw this.failure("the recording is empty: it holds no steps");
  }

  private begin({ major, minor }: { readonly major: number; readonly minor: number }): void {
    if (this.begun) throw this.failure("another recording begins here: one file holds one");
    if (major > JSON_VERSION.major) {
      const known = `${JSON_VERSION.major}.x`;
      throw this.failure(`recording format ${major}.${minor} is newer than ${known}, which this version reads`);
    }
    if (major < JSON_VERSION.major) throw this.failure(`recording format ${major}.${minor} is not known any more`);
    this.begun = true;
    this.newer = minor > JSON_VERSION.minor;
    this.sealed = minor > 0;
    this.sum = this.lines.sum(this.sum);
  }

  private read(kind: Exclude<keyof typeof LINES, "recording">, value: unknown, records: PlacedRecord[]): void {
    switch (kind) {
      case "segment":
        return this.beginSegment(this.decode(LINES.segment, value).segment, records);
      case "keyframe":
        return this.add({ type: "Keyframe", ...this.decode(LINES.keyframe, value).keyframe }, records);
      case "entries":
        return this.add({ type: "Entries", ...this.decode(LINES.entries, value).entries }, records);
      case "step":
        return this.addStep(this.decode(LINES.step, value).step);
      case "hashes":
        return this.endSteps(this.decode(LINES.hashes, value), records);
      case "gap":
        return this.add({ type: "Gap", ...this.decode(LINES.gap, value).gap }, records);
      case "end":
        return this.add({ type: "End", ...this.decode(LINES.end, value).end }, records);
      case "cut":
        return this.add({ type: "Cut", ...this.decode(LINES.cut, value).cut }, records);
      case "complete":
        this.decode(LINES.complete, value);
        this.complete = true;
        return;
    }
  }

  /** The version is that of the segment which was exported: what another major one means is not known. */
  private beginSegment(segment: SegmentLine["segment"], records: PlacedRecord[]): void {
    const { major, minor } = segment.version;
    const { newest, oldest } = FORMATS.recording;
    if (major > newest.major) {
      throw this.failure(`segment format ${major}.${minor} is newer than ${newest.major}.x, which this version reads`);
    }
    if (major < oldest.major) throw this.failure(`segment format ${major}.${minor} is not known any more`);
    this.add({ type: "Segment", ...segment }, records);
  }

  private addStep(step: StepLine["step"]): void {
    const last = this.steps[this.steps.length - 1];
    if (last !== undefined && step.number !== last.number + 1) {
      throw this.failure(`step ${last.number + 1} was expected here, and not step ${step.number}`);
    }
    if (step.number < 1) throw this.failure("the number of a step counts from 1");
    this.steps.push(step);
  }

  private endSteps({ hashes }: HashesLine, records: PlacedRecord[]): void {
    const { steps } = this;
    if (steps.length === 0) throw this.failure("there are no steps before these hashes");
    this.steps = [];
    this.holdsSteps = true;
    const [{ number, ms }] = steps;
    const messages = steps.map(({ message }) => message);
    const checks = steps.map(({ check }) => check);
    this.add({ type: "Steps", before: number - 1, ms, messages, checks, hashes }, records);
  }

  private add(record: RecordingRecord, records: PlacedRecord[]): void {
    const placed: PlacedRecord = { record, place: this.place };
    this.continuity.check(placed);
    records.push(placed);
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.failure(`the line is no JSON (${error instanceof Error ? error.message : error})`);
    }
  }

  private decode<A>(codec: JsonCodec<A>, value: unknown): A {
    const decoded = codec.decode(value);
    if (E.isLeft(decoded)) throw this.failure(`${describeErrors(decoded.left)}`);
    return decoded.right;
  }

  private get place(): Place {
    return { file: this.file, at: this.line, unit: "line" };
  }

  private hashesMissing(): RecordingError {
    return this.failure("the hashes after the steps before are missing");
  }

  private failure(reason: string): RecordingError {
    return new RecordingError(this.place, reason);
  }
}

/** Which member of the value is wrong, and why: of several errors the one that is deepest inside. */
function describeErrors(errors: t.Errors): string {
  let [deepest] = errors;
  for (const error of errors) if (error.context.length > deepest.context.length) deepest = error;
  const { context, message, value } = deepest;
  const path = context.map(({ key }) => key).filter((key, i) => key !== "" && !isAlternative(context, i)).join(".");
  const expected = context[context.length - 1].type.name;
  return `"${path}" is wrong: ${message ?? `${JSON.stringify(value) ?? "nothing"} is no ${expected}`}`;
}

/** Whether a key is the position of an alternative in a union, which means nothing to whoever reads this. */
function isAlternative(context: t.Context, i: number): boolean {
  return /^\d+$/.test(context[i].key) && !Array.isArray(context[i - 1]?.actual);
}

function kindOf(value: unknown): keyof typeof LINES | null {
  if (typeof value !== "object" || value === null) return null;
  for (const name of Object.keys(value)) if (isKind(name)) return name;
  return null;
}

function isKind(name: string): name is keyof typeof LINES {
  return Object.hasOwn(LINES, name);
}

/** Whether a line of a later version says that it can be passed over. */
function isSkippable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "skippable" in value && value.skippable === true;
}
