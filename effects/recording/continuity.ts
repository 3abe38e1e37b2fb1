/**
 * Checks that the records of a recording follow each other: that nothing is missing, doubled or in another order.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { EntryId } from "../../core/entry.ts";
import {
  type CutRecord,
  type EntriesRecord,
  type GapRecord,
  type KeyframeRecord,
  type Place,
  type PlacedRecord,
  RecordingError,
  type SegmentRecord,
  type StepsRecord,
} from "./record.ts";

/** What may come next. */
type Expected = "Segment" | "Keyframe" | "Steps";

/** The log of a keyframe whose entries are still to come. */
interface Missing {
  prev: EntryId;
  readonly last: EntryId;
}

/** Goes along with whoever reads the records of one node. */
export class Continuity {
  #segment: SegmentRecord | null = null;
  #steps = 0;
  #missing: Missing | null = null;
  #expected: Expected = "Segment";
  #afterGap = false;
  #ended = true;

  /** Whether the last run has ended in order, or none has begun. */
  get complete(): boolean {
    return this.#ended;
  }

  /** How many steps the run has so far. */
  get before(): number {
    return this.#steps;
  }

  /** The number of the last segment; 0 before the first one. */
  get sequence(): number {
    return this.#segment?.sequence ?? 0;
  }

  /** Whether `segment` goes on with the run of the last one. */
  goesOn(segment: SegmentRecord): boolean {
    return this.#segment !== null && !this.#ended && this.#segment.run === segment.run;
  }

  /** A segment was found in which nothing was written any more. */
  passOver(sequence: number): void {
    if (this.#segment !== null) this.#segment = { ...this.#segment, sequence };
  }

  /** Takes the next record. Throws {@linkcode RecordingError} if it does not follow. */
  check({ record, place }: PlacedRecord): void {
    switch (record.type) {
      case "Segment":
        return this.#beginSegment(record, place);
      case "Keyframe":
        return this.#keyframe(record, place);
      case "Entries":
        return this.#entries(record, place);
      case "Steps":
        return this.#stepsFollow(record, place);
      case "Gap":
        return this.#gap(record, place);
      case "End":
        this.#follows("Steps", record.type, record.before, place);
        if (this.#missing !== null) throw this.#logIncomplete(place);
        return this.#close();
      case "Cut":
        return this.#close();
    }
  }

  /** The run ends here, although nobody has said so, or it did not come to begin. */
  cut(bytes: number, whole: boolean): CutRecord {
    return { type: "Cut", before: this.#ended ? 0 : this.#steps, bytes, whole };
  }

  #beginSegment(segment: SegmentRecord, place: Place): void {
    const last = this.#segment;
    if (last !== null) {
      const { sequence } = segment;
      if (sequence !== last.sequence + 1) {
        throw new RecordingError(place, `segment ${last.sequence + 1} is missing: this is number ${sequence}`);
      }
      if (segment.node !== last.node) {
        throw new RecordingError(
          place,
          `this is a recording of node ${segment.node}, and those before of ${last.node}`,
        );
      }
      if (O.isSome(segment.cluster) && O.isSome(last.cluster) && segment.cluster.value !== last.cluster.value) {
        throw new RecordingError(place, "this is a recording of another cluster than those before");
      }
    }
    if (this.goesOn(segment)) {
      if (segment.before !== this.#steps) throw this.#stepsMissing(segment.before, place);
      if (segment.payloads !== last?.payloads) throw new RecordingError(place, "payloads are kept in another way");
    } else {
      // Only of the first run the beginning may be gone: old segments are removed when there are too many.
      if (last !== null && (segment.run !== segment.sequence || segment.before !== 0)) {
        throw new RecordingError(place, `the beginning of the run is missing: it began with segment ${segment.run}`);
      }
      this.#steps = segment.before;
      this.#missing = null;
    }
    this.#segment = segment;
    this.#expected = "Keyframe";
    this.#afterGap = false;
    this.#ended = false;
  }

  #keyframe({ applies, before, cause, last, node }: KeyframeRecord, place: Place): void {
    if (this.#expected === "Segment") throw this.#outOfPlace("Keyframe", place);
    if (before !== this.#steps) throw this.#stepsMissing(before, place);
    if (this.#missing !== null && !this.#afterGap) throw this.#logIncomplete(place);
    if (cause === "start" && (before !== 0 || this.#expected !== "Keyframe")) throw this.#outOfPlace("Keyframe", place);
    if (node.id !== this.#segment?.node) throw new RecordingError(place, `this is a state of node ${node.id}`);
    const prev = node.log.snapshot;
    if (last.index < prev.index) throw new RecordingError(place, "the log ends before it begins");
    if (applies > 0 && (cause !== "start" || applies > last.index || node.applied < prev.index)) {
      throw new RecordingError(place, `the log cannot be applied up to ${applies}`);
    }
    this.#missing = last.index === prev.index ? null : { prev, last };
    this.#expected = "Steps";
    this.#afterGap = false;
  }

  #entries({ prev, entries }: EntriesRecord, place: Place): void {
    const missing = this.#missing;
    if (this.#expected !== "Steps" || missing === null) throw this.#outOfPlace("Entries", place);
    if (prev.index !== missing.prev.index || prev.term !== missing.prev.term || entries.length === 0) {
      throw new RecordingError(
        place,
        `the log of the keyframe goes on behind ${missing.prev.index}, not ${prev.index}`,
      );
    }
    entries.forEach(({ index }, i) => {
      if (index !== prev.index + 1 + i) throw new RecordingError(place, `entry ${prev.index + 1 + i} is missing`);
    });
    const { index, term } = entries[entries.length - 1];
    if (index > missing.last.index || (index === missing.last.index && term !== missing.last.term)) {
      throw new RecordingError(place, `the log of the keyframe does not end at ${missing.last.index}`);
    }
    this.#missing = index === missing.last.index ? null : { prev: { index, term }, last: missing.last };
  }

  #stepsFollow({ before, messages }: StepsRecord, place: Place): void {
    this.#follows("Steps", "Steps", before, place);
    this.#steps += messages.length;
  }

  // It may come where a keyframe is due: a recorder that could not write goes on in another segment.
  #gap({ before, steps }: GapRecord, place: Place): void {
    if (this.#expected === "Segment") throw this.#outOfPlace("Gap", place);
    if (before !== this.#steps) throw this.#stepsMissing(before, place);
    this.#steps += steps;
    this.#expected = "Keyframe";
    this.#afterGap = true;
  }

  #close(): void {
    this.#ended = true;
    this.#missing = null;
    this.#expected = "Segment";
  }

  #follows(expected: Expected, type: string, before: number, place: Place): void {
    if (this.#expected !== expected) throw this.#outOfPlace(type, place);
    if (before !== this.#steps) throw this.#stepsMissing(before, place);
  }

  #outOfPlace(type: string, place: Place): RecordingError {
    return new RecordingError(place, `a record of type ${type} is out of place: ${this.#expected} was expected`);
  }

  #stepsMissing(before: number, place: Place): RecordingError {
    return new RecordingError(place, `step ${this.#steps + 1} was expected here, and not step ${before + 1}`);
  }

  #logIncomplete(place: Place): RecordingError {
    return new RecordingError(place, "the log of the last keyframe is not complete");
  }
}
