/**
 * Reads the records of a segment up to the first bytes that are none, and judges what is behind them.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { FORMATS, type Version } from "../wire/version.ts";
import { WireError } from "../wire/wire_error.ts";
import { ALIGNMENT, type FoundRecord, recordAt } from "./record.ts";
import type { Replay } from "./replay.ts";
import { readSegmentHeader, SEGMENT_HEADER, type SegmentHeader } from "./segment.ts";

/** A segment that was begun: its header and its first record are undamaged. */
export interface Begun {
  /** What it says of itself. */
  readonly header: SegmentHeader;
  /** The version of its format. */
  readonly version: Version;
  /** Where the log stands. */
  readonly first: FoundRecord;
}

/** What a file is that has the name of a segment. */
export type Beginning =
  | { readonly type: "Begun"; readonly begun: Begun }
  /** As after a crash before its first sync. */
  | { readonly type: "NotBegun" }
  /** It has become shorter than it was before anything was written to it. */
  | { readonly type: "CutOff" }
  | { readonly type: "UnknownVersion"; readonly message: string };

const NOT_BEGUN: Beginning = { type: "NotBegun" };

/** What is wrong with a record that is undamaged. */
export interface Contradiction {
  /** Whether the file is newer than this program, so that the record may be right. */
  readonly newer: boolean;
  /** What is wrong. */
  readonly message: string;
}

/** How far a segment was read. */
export interface ReadSegment {
  /** The offset behind the last record. */
  readonly end: number;
  /** The checksum of the last record. */
  readonly chain: number;
  /** The highest position that a record calls synced. */
  readonly synced: number;
  /** Whether the last record says that everything before it is durable, and nothing else. */
  readonly sealed: boolean;
  /** Why the record at `end` cannot be believed, although it is undamaged. */
  readonly contradiction: Contradiction | null;
}

/** What the file of the segment `sequence` is. */
export function beginning(bytes: Bytes, sequence: number): Beginning {
  const found = readSegmentHeader(bytes);
  if (found.type === "UnknownVersion") return found;
  if (found.type === "NoHeader") {
    return bytes.length < SEGMENT_HEADER && endOfData(bytes, 0) > 0 ? { type: "CutOff" } : NOT_BEGUN;
  }
  const { header, version } = found;
  if (header.sequence !== sequence) return NOT_BEGUN;
  if (bytes.length < header.size) return { type: "CutOff" };
  const first = recordAfter(bytes, SEGMENT_HEADER, header, header.chain);
  return first === null ? NOT_BEGUN : { type: "Begun", begun: { header, version, first } };
}

/** Gives the records of a segment to `replay`. */
export function readSegment(bytes: Bytes, { header, version, first }: Begun, replay: Replay): ReadSegment {
  let end = SEGMENT_HEADER;
  let chain = header.chain;
  let synced = 0;
  let sealed = false;
  for (let record: FoundRecord | null = first; record !== null; record = recordAfter(bytes, end, header, chain)) {
    try {
      replay.take(record);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const newer = version.minor > FORMATS.segment.newest.minor;
      return { end, chain, synced, sealed, contradiction: { newer, message: error.message } };
    }
    synced = Math.max(synced, record.synced);
    sealed = record.synced === record.position && endOfData(record.parts, 0) === 0;
    chain = record.checksum;
    end = record.next;
  }
  return { end, chain, synced, sealed, contradiction: null };
}

/**
 * The highest position that a record at or behind `from` calls synced: whatever is before it was durable once. The segment
 * begins at the position `start`, or, where its header is not readable, somewhere behind `least`; records at other positions
 * are copies in the data of somebody.
 */
export function claimedBehind(
  bytes: Bytes,
  from: number,
  { start, least }: { readonly start: number | null; readonly least: number },
): number {
  let claimed = 0;
  const end = endOfData(bytes, from);
  for (let at = from; at < end; at += ALIGNMENT) {
    if (!mayBeRecord(bytes, at)) continue;
    const record = recordAt(bytes, at);
    if (record === null) continue;
    const belongs = start === null ? record.position - at >= least : record.position === start + at;
    if (belongs) claimed = Math.max(claimed, record.synced);
  }
  return claimed;
}

/** The offset behind the last byte that is not zero; `from` if there is none from there on. */
export function endOfData(bytes: Bytes, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}

function recordAfter(bytes: Bytes, at: number, header: SegmentHeader, chain: number): FoundRecord | null {
  const record = recordAt(bytes, at);
  return record !== null && record.position === header.start + at && record.previous === chain ? record : null;
}

// A segment is mostly zeros, or data of which nearly nothing can be the length of a record.
function mayBeRecord(bytes: Bytes, at: number): boolean {
  const length = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  return length !== 0 && length < bytes.length - at;
}
