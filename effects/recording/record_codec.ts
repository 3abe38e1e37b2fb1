/**
 * The binary form of records: each is the payload of a frame.
 *
 * ```text
 * segment  format header (8) · frames
 * frame    kind (1) · what the record holds
 * ```
 *
 * Kinds from 128 on are for records that whoever does not know them can pass over.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, EntryId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import { readEntries, readEntryId, writeEntries, writeEntryId } from "../wire/entry.ts";
import { Enumeration } from "../wire/enumeration.ts";
import { readMessage } from "../wire/message.ts";
import { readNode, writeNode } from "../wire/node.ts";
import { readOption, readOptionalNumber, writeOption, writeOptionalNumber } from "../wire/option.ts";
import type { Reader } from "../wire/reader.ts";
import { FORMATS, type Version } from "../wire/version.ts";
import type { Writer } from "../wire/writer.ts";
import type { Hash } from "./hash.ts";
import { entriesLeftOut, type Payloads, withLeftOut } from "./payload.ts";
import type {
  EndRecord,
  EntriesRecord,
  GapRecord,
  KeyframeCause,
  KeyframeRecord,
  SegmentRecord,
  StepsRecord,
  WrittenRecord,
} from "./record.ts";
import { withoutEntries } from "./state_hash.ts";
import type { Hashes } from "./step_checks.ts";

/** The kind of a `Segment`. */
export const SEGMENT = 1;
/** The kind of a `Keyframe`. */
export const KEYFRAME = 2;
/** The kind of `Entries`. */
export const ENTRIES = 3;
/** The kind of `Steps`. */
export const STEPS = 4;
/** The kind of a `Gap`. */
export const GAP = 5;
/** The kind of an `End`. */
export const END = 6;

/** Kinds from here on can be passed over by who does not know them. */
export const FIRST_SKIPPABLE = 128;

const PAYLOADS = new Enumeration<Payloads>("way to keep payloads", { full: 0, hash: 1, none: 2 });
const CAUSES = new Enumeration<KeyframeCause>("cause of a keyframe", { start: 0, segment: 1, interval: 2, gap: 3 });

/** The message and the check: no step takes less. */
const LEAST_STEP = 5;

/** Writes a `Segment` of a file whose header says `version`. */
export function writeSegment(
  writer: Writer,
  segment: Omit<SegmentRecord, "type" | "version">,
  version: Version = FORMATS.recording.newest,
): void {
  writer.u8(SEGMENT);
  writer.varint(segment.sequence);
  writer.varint(segment.run);
  writer.varint(segment.before);
  writer.varint(segment.node);
  PAYLOADS.write(writer, segment.payloads);
  writeOption(writer, segment.cluster, writeString);
  writer.string(segment.program);
  writeOption(writer, segment.began, writeString);
  if (version.minor === 0) return;
  writer.varint(version.minor);
  writeOptionalNumber(writer, O.fromNullable(segment.found));
}

/** Writes a `Keyframe`; whatever entries the log of its node holds are not written. */
export function writeKeyframe(
  writer: Writer,
  { cause, before, node, last, applies }: Omit<KeyframeRecord, "type">,
): void {
  writer.u8(KEYFRAME);
  CAUSES.write(writer, cause);
  writer.varint(before);
  writeNode(writer, withoutEntries(node));
  writeEntryId(writer, last);
  writer.varint(applies);
}

/** Writes `Entries` behind the position `prev`; notes are in the place of payloads that are left out. */
export function writeEntriesRecord(writer: Writer, prev: EntryId, entries: readonly Entry[]): void {
  writer.u8(ENTRIES);
  writeEntryId(writer, prev);
  writeEntries(writer, entries, prev);
}

/** Begins `Steps`, and returns where their number stands; each message with its check follows. */
export function beginSteps(writer: Writer, before: number, ms: number): number {
  writer.u8(STEPS);
  writer.varint(before);
  writer.varint(ms);
  writer.u32(0);
  return writer.length - 4;
}

/** Ends `Steps`: writes their number over its place at `at`, and the hashes after them. */
export function endSteps(writer: Writer, at: number, count: number, hashes: Hashes): void {
  writer.setU32(at, count);
  writeHash(writer, hashes.outboxes);
  writeHash(writer, hashes.states);
  writeOption(writer, hashes.state, writeHash);
}

/** Writes a `Gap`. */
export function writeGap(writer: Writer, { before, steps }: Omit<GapRecord, "type">): void {
  writer.u8(GAP);
  writer.varint(before);
  writer.varint(steps);
}

/** Writes an `End`. */
export function writeEnd(writer: Writer, { before }: Omit<EndRecord, "type">): void {
  writer.u8(END);
  writer.varint(before);
}

/** Reads a record of a segment in `version` that keeps `payloads`; null where it may be passed over. */
export function readRecord(reader: Reader, version: Version, payloads: Payloads): WrittenRecord | null {
  const kind = reader.u8();
  if (kind >= FIRST_SKIPPABLE) {
    reader.remaining();
    return null;
  }
  const record = readKind(reader, kind, version, payloads);
  // A later minor version may have added members at the end.
  if (version.minor > FORMATS.recording.newest.minor) reader.remaining();
  return record;
}

function readKind(reader: Reader, kind: number, version: Version, payloads: Payloads): WrittenRecord {
  switch (kind) {
    case SEGMENT:
      return readSegment(reader, version);
    case KEYFRAME:
      return readKeyframe(reader);
    case ENTRIES:
      return readEntriesRecord(reader, payloads);
    case STEPS:
      return readSteps(reader, payloads);
    case GAP:
      return { type: "Gap", before: reader.varint(), steps: reader.varint() };
    case END:
      return { type: "End", before: reader.varint() };
  }
  throw reader.failure(`${kind} is no kind of record that this version knows`);
}

function readSegment(reader: Reader, version: Version): SegmentRecord {
  return {
    type: "Segment",
    version,
    sequence: reader.varint(),
    run: reader.varint(),
    before: reader.varint(),
    node: reader.varint(),
    payloads: PAYLOADS.read(reader),
    cluster: readOption(reader, readString),
    program: reader.string(),
    began: readOption(reader, readString),
    ...(version.minor === 0 ? {} : readFound(reader, version)),
  };
}

/** No checksum covers the header of the file, so that its version is worth as much as that of the segment. */
function readFound(reader: Reader, { major, minor }: Version): Pick<SegmentRecord, "found"> {
  const said = reader.varint();
  if (said !== minor) {
    throw reader.failure(`the file says that it is of version ${major}.${minor}, and the segment of ${major}.${said}`);
  }
  const found = readOptionalNumber(reader);
  return O.isNone(found) ? {} : { found: found.value };
}

function readKeyframe(reader: Reader): KeyframeRecord {
  return {
    type: "Keyframe",
    cause: CAUSES.read(reader),
    before: reader.varint(),
    node: readNode(reader),
    last: readEntryId(reader),
    applies: reader.varint(),
  };
}

function readEntriesRecord(reader: Reader, payloads: Payloads): EntriesRecord {
  const prev = readEntryId(reader);
  return { type: "Entries", prev, entries: entriesLeftOut(readEntries(reader, prev), payloads, reader) };
}

function readSteps(reader: Reader, payloads: Payloads): StepsRecord {
  const before = reader.varint();
  const ms = reader.varint();
  const count = reader.u32();
  if (count * LEAST_STEP > reader.rest) throw reader.failure(`${count} steps cannot be in what is left`);
  const messages = new Array<Message>(count);
  const checks = new Array<number>(count);
  for (let i = 0; i < count; i++) {
    messages[i] = withLeftOut(readMessage(reader), payloads, reader);
    checks[i] = reader.u32();
  }
  const hashes: Hashes = {
    outboxes: readHash(reader),
    states: readHash(reader),
    state: readOption(reader, readHash),
  };
  return { type: "Steps", before, ms, messages, checks, hashes };
}

function writeHash(writer: Writer, { high, low }: Hash): void {
  writer.u32(high);
  writer.u32(low);
}

function readHash(reader: Reader): Hash {
  return { high: reader.u32(), low: reader.u32() };
}

function writeString(writer: Writer, text: string): void {
  writer.string(text);
}

function readString(reader: Reader): string {
  return reader.string();
}
