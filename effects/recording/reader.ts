/**
 * Reads the recording of one node from its segments, as a stream of records. It needs no more than bytes: where they come
 * from is the business of who calls it.
 *
 * A run that nobody has ended is not wrong: the node has crashed, or it still runs. Its last segment may end within a record,
 * or in zeros, and a `Cut` record says so. Anything else that is not as it was written is an error: a
 * {@linkcode RecordingError} names file and position.
 *
 * @module
 */
import * as O from "fp-ts/Option";
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

/** An end that was found within a segment, which is right only if the run does not go on in the next one. */
interface Torn {
  readonly place: Place;
  readonly bytes: number;
  /** Whether the segment got as far as to say which one it is. */
  readonly begun: boolean;
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
  const rest = reading.end();
  if (rest.length > 0) yield rest;
}

/** The state of a reader between two chunks. */
class Reading {
  private readonly continuity = new Continuity();
  private decoder = new SegmentDecoder("");
  private file = "";
  private begun = false;
  private torn: Torn | null = null;
  private place: Place | null = null;
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
    const bytes = this.decoder.end();
    const { place } = this.decoder;
    this.place = place;
    const number = sequenceOf(lastPart(this.file));
    if (!this.begun && O.isSome(number) && number.value === this.continuity.sequence + 1) {
      this.continuity.passOver(number.value);
    }
    if (this.torn === null && (bytes > 0 || !this.begun)) this.torn = { place, bytes, begun: this.begun };
  }

  end(): readonly PlacedRecord[] {
    if (this.place === null) throw new RecordingError(NOWHERE, "there are no segments of a recording");
    if (!this.holdsSteps) throw new RecordingError(this.place, "the recording is empty: it holds no steps");
    if (!this.continuity.complete) return [this.cut(this.torn ?? { place: this.place, bytes: 0, begun: true })];
    if (this.torn !== null && this.torn.begun) throw this.rubbish(this.torn);
    return [];
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
    const { torn } = this;
    if (this.continuity.goesOn(segment)) {
      if (torn !== null) {
        throw new RecordingError(torn.place, `the file is cut off here, although the run goes on in ${this.file}`);
      }
    } else if (!this.continuity.complete) {
      records.push(this.cut(torn ?? { place, bytes: 0, begun: true }));
    } else if (torn !== null && torn.begun) {
      throw this.rubbish(torn);
    }
    this.torn = null;
  }

  private cut({ place, bytes }: Torn): PlacedRecord {
    const placed: PlacedRecord = { record: this.continuity.cut(bytes), place };
    this.continuity.check(placed);
    return placed;
  }

  private rubbish({ place, bytes }: Torn): RecordingError {
    return new RecordingError(place, `${bytes} bytes are no record, although the run has ended before`);
  }
}

const NOWHERE: Place = { file: "recording", at: 0, unit: "byte" };

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
