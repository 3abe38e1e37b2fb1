/**
 * What a recording consists of, whatever its encoding: a run of a node is a state and the messages that were folded into it.
 *
 * A run begins with a `Segment` and the `Keyframe` of the start. More keyframes follow, at the beginning of every later
 * segment, after every gap and now and then between, so that a replay can begin there. The entries of a keyframe's log come
 * in pieces between the steps that follow; with the last of them the keyframe is complete.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Entry, EntryId, NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Version } from "../wire/version.ts";
import type { Payloads } from "./payload.ts";
import type { Hashes } from "./step_checks.ts";

/** A part of a recording begins: a file of the binary form. */
export interface SegmentRecord {
  /** The record. */
  readonly type: "Segment";
  /** The version of the format. */
  readonly version: Version;
  /** Its number: the next segment of the same recording has the next one. */
  readonly sequence: number;
  /** The number of the segment with which the run began. */
  readonly run: number;
  /** How many steps of the run are before it. */
  readonly before: number;
  /** The node. */
  readonly node: NodeId;
  /** What is kept of payloads. */
  readonly payloads: Payloads;
  /** The cluster, if whoever recorded knew it. */
  readonly cluster: Option<string>;
  /** The version of the program that recorded. */
  readonly program: string;
  /** When the segment was begun, as whoever recorded says it. */
  readonly began: Option<string>;
  /**
   * How many bytes the segment before had when the node was started again; only with the first segment of a run, if there
   * was one before it. Versions before 1.1 do not say it.
   */
  readonly found?: number | undefined;
}

/** Why a keyframe was written. */
export type KeyframeCause = "start" | "segment" | "interval" | "gap";

/** A whole state, but for the entries of its log. */
export interface KeyframeRecord {
  /** The record. */
  readonly type: "Keyframe";
  /** Why it was written; with "start", a run begins. */
  readonly cause: KeyframeCause;
  /** How many steps of the run are before it. */
  readonly before: number;
  /** The state; its log holds no entries, only the position behind which it begins. */
  readonly node: Node;
  /** Where the log ends. */
  readonly last: EntryId;
  /** Up to which index the outbox of the start applies the log; 0 if it does not, or if no run begins. */
  readonly applies: number;
}

/** The next entries of the log of the last keyframe. */
export interface EntriesRecord {
  /** The record. */
  readonly type: "Entries";
  /** They follow this position: that of the log, or of the last entry of the record before. */
  readonly prev: EntryId;
  /** The entries. */
  readonly entries: readonly Entry[];
}

/** Steps that follow each other. */
export interface StepsRecord {
  /** The record. */
  readonly type: "Steps";
  /** How many steps of the run are before them. */
  readonly before: number;
  /** Milliseconds of the recorder's clock since the run began, when the first of them was recorded. */
  readonly ms: number;
  /** What was folded, one after the other. */
  readonly messages: readonly Message[];
  /** The check after each of them. */
  readonly checks: readonly number[];
  /** The hashes after the last of them. */
  readonly hashes: Hashes;
}

/** Steps that were left out, because the recorder could not keep up or could not write. */
export interface GapRecord {
  /** The record. */
  readonly type: "Gap";
  /** How many steps of the run are before them. */
  readonly before: number;
  /** How many they are. */
  readonly steps: number;
}

/** The node was closed in order, and the recording of the run is complete. */
export interface EndRecord {
  /** The record. */
  readonly type: "End";
  /** How many steps the run had. */
  readonly before: number;
}

/**
 * The run ends here, but nobody said so: the node has crashed, or it still runs, or the end of a file was lost. Found by
 * whoever reads; it is not written.
 */
export interface CutRecord {
  /** The record. */
  readonly type: "Cut";
  /** How many steps of the run were read. */
  readonly before: number;
  /** How many bytes behind the last whole record are the beginning of another one. */
  readonly bytes: number;
  /** Whether it is known that nothing was lost: the next start of the node has found the file as long as it is. */
  readonly whole?: boolean | undefined;
}

/** A record that is written. */
export type WrittenRecord = SegmentRecord | KeyframeRecord | EntriesRecord | StepsRecord | GapRecord | EndRecord;

/** A record. */
export type RecordingRecord = WrittenRecord | CutRecord;

/** Where a record is. */
export interface Place {
  /** The file. */
  readonly file: string;
  /** The position in it, from 0 in bytes or from 1 in lines. */
  readonly at: number;
  /** What is counted. */
  readonly unit: "byte" | "line";
}

/** A record and where it is. */
export interface PlacedRecord {
  /** The record. */
  readonly record: RecordingRecord;
  /** Where it is. */
  readonly place: Place;
}

/** The place as people write it: "file:12" for a line, "file at byte 12". */
export function describePlace({ file, at, unit }: Place): string {
  return unit === "line" ? `${file}:${at}` : `${file} at byte ${at}`;
}

/** A recording that cannot be read, or not from here on. */
export class RecordingError extends Error {
  /** Where. */
  readonly place: Place;
  /** What is wrong, without the place. */
  readonly reason: string;

  /** Something is wrong at `place`; `reason` is a sentence that begins with a small letter. */
  constructor(place: Place, reason: string) {
    super(`${describePlace(place)}: ${reason}`);
    this.name = "RecordingError";
    this.place = place;
    this.reason = reason;
  }
}
