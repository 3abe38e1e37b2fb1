/**
 * Reads the recording of one node from its segments, as a stream of records. It needs no more than bytes: where they come
 * from is the business of who calls it.
 *
 * A run that nobody has ended is not wrong: the node has crashed, or it still runs. Its last segment may end within a record,
 * or in zeros, and a `Cut` record says so; whether nothing was lost of it is known if the node was started again. Anything
 * else that is not as it was written is an error: a {@linkcode RecordingError} names file and position.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { Continuity } from "./continuity.ts";
import { type Place, type PlacedRecord, RecordingError, type SegmentRecord } from "./record.ts";
import { SegmentDecoder } from "./segment_decoder.ts";
import { sequenceOf } from "./segment_name.ts";

/** A segment: its bytes, and what it is called in errors. */
export interface RecordingFile {
  /** The name; its last part is checked if it has the form of a segment's. */
  readonly name: string;
  /** Its bytes; a chunk is not used again by who made it. */
  chunks(): AsyncIterable<Bytes> | Iterable<Bytes>;
}

/** How a file ends. */
interface FileEnd {
  /** Behind its last whole record. */
  readonly place: Place;
  /** How many bytes follow, which is right only if the run does not go on in the next file. */
  readonly bytes: number;
  /** Which segment it is, by what it says or else by its name. */
  readonly sequence: Option<number>;
}

/** So many bytes are decoded at a time: few enough that what they become is not kept for long. */
const PORTION = 1 << 16;

/** The records of `files`, which are the segments of one node in order. Throws {@linkcode RecordingError}. */
export async function* readRecording(
  files: Iterable<RecordingFile> | AsyncIterable<RecordingFile>,
): AsyncGenerator<readonly PlacedRecord[]> {
  const reading = new Reading();
  for await (const file of files) {
    reading.begin(file.name);
    for await (const chunk of file.chunks()) {
      for (let at = 0; at < chunk.length; at += PORTION) {
        const records = reading.push(chunk.subarray(at, at + PORTION));
        if (records.length > 0) yield records;
      }
    }
    reading.endFile();
  }
  const rest = reading.finish();
  if (rest.length > 0) yield rest;
}

/** The state of a reader between two chunks. */
class Reading {
  private readonly continuity = new Continuity();
  private decoder = new SegmentDecoder("");
  private file = "";
  private begun = false;
  /** Of the last file that says which segment it is, of the empty ones since, and of the last file at all. */
  private end: FileEnd | null = null;
  private empty: FileEnd[] = [];
  private last: FileEnd | null = null;
  private holdsSteps = false;

  begin(file: string): void {
    this.file = file;
    this.begun = false;
    this.decoder = new SegmentDecoder(file);
  }

  push(chunk: Bytes): readonly PlacedRecord[] {
    const records: PlacedRecord[] = [];
    for (const placed of this.decoder.push(chunk)) {
      const { record, place } = placed;
      if (record.type === "Segment") this.beginSegment(record, place, records);
      if (record.type === "Steps") this.holdsSteps = true;
      this.continuity.check(placed);
      records.push(placed);
    }
    return records;
  }

  endFile(): void {
    const sequence = this.begun ? O.some(this.continuity.sequence) : sequenceOf(lastPart(this.file));
    this.last = { bytes: this.decoder.end(), place: this.decoder.place, sequence };
    if (this.begun) {
      this.end = this.last;
      return;
    }
    this.empty.push(this.last);
    if (O.isSome(sequence) && sequence.value === this.continuity.sequence + 1) this.continuity.passOver(sequence.value);
  }

  finish(): readonly PlacedRecord[] {
    if (this.last === null) throw new RecordingError(NOWHERE, "there are no segments of a recording");
    if (!this.holdsSteps) throw new RecordingError(this.last.place, "the recording is empty: it holds no steps");
    const records: PlacedRecord[] = [];
    this.endRun(false, records);
    return records;
  }

  private beginSegment(segment: SegmentRecord, place: Place, records: PlacedRecord[]): void {
    const number = sequenceOf(lastPart(this.file));
    if (O.isSome(number) && number.value !== segment.sequence) {
      throw new RecordingError(
        place,
        `the file has another name than it was given: it holds segment ${segment.sequence}`,
      );
    }
    this.begun = true;
    const whole = this.isAsFound(segment);
    if (this.continuity.goesOn(segment)) this.goOn();
    else this.endRun(whole, records);
    this.empty = [];
  }

  /** Whether the start of a run says that the file before is as long as it was left. */
  private isAsFound({ found, sequence }: SegmentRecord): boolean {
    const { last } = this;
    const follows = last !== null && O.isSome(last.sequence) && last.sequence.value + 1 === sequence;
    if (found === undefined || !follows) return false;
    const size = last.place.at + last.bytes;
    if (size === found) return true;
    const when = `when the node was started again, as ${this.file} says`;
    throw new RecordingError({ ...last.place, at: size }, `the file ends here, but it had ${found} bytes ${when}`);
  }

  private goOn(): void {
    const torn = this.end !== null && this.end.bytes > 0 ? this.end : this.empty[0];
    if (torn === undefined) return;
    throw new RecordingError(torn.place, `the file is cut off here, although the run goes on in ${this.file}`);
  }

  /** There is no more of a run, and of the starts behind it that came to nothing; `whole` if nothing of it was lost. */
  private endRun(whole: boolean, records: PlacedRecord[]): void {
    const { empty, end } = this;
    if (!this.continuity.complete && end !== null) {
      records.push(this.cut(end, whole && empty.length === 0));
    } else if (end !== null && end.bytes > 0) {
      throw new RecordingError(end.place, `${end.bytes} bytes are no record, although the run has ended before`);
    }
    if (!whole) { for (const nothing of empty) records.push(this.cut(nothing, false)); }
  }

  private cut({ place, bytes }: FileEnd, whole: boolean): PlacedRecord {
    const placed: PlacedRecord = { record: this.continuity.cut(bytes, whole), place };
    this.continuity.check(placed);
    return placed;
  }
}

const NOWHERE: Place = { file: "recording", at: 0, unit: "byte" };

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
