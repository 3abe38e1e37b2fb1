/**
 * What the records of a log are made of. A part is a byte that says what it is, and its content.
 *
 * An entry replaces what the log holds at its index and behind (§5.3); of everything else, the last one counts. A kind of
 * part that this version does not know is never skipped: nobody could say what it would have changed.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import { type Entry, type EntryId, type NodeId, ORIGIN } from "../../core/entry.ts";
import type { HardState } from "../../core/outbox.ts";
import { readEntry, readEntryId, writeEntry, writeEntryId } from "../wire/entry.ts";
import { readHardState, writeHardState } from "../wire/hard_state.ts";
import { readOption, writeOption } from "../wire/option.ts";
import type { Reader } from "../wire/reader.ts";
import type { Writer } from "../wire/writer.ts";
import { readIdentity, writeIdentity } from "./identity.ts";
import type { Identity, Incarnation } from "./storage.ts";

const END = 0;
const ENTRY = 1;
const HARD_STATE = 2;
const INSTALLED = 3;
const COMPACTED = 4;
const PEER = 5;
const IDENTITY = 6;
const BASE = 7;

/** Where a log stands at the beginning of a segment. */
export interface Base {
  /** Up to where it was compacted. */
  readonly compacted: EntryId;
  /** A snapshot that has to be here, or a newer one: the log goes on from it; the origin if there need be none. */
  readonly covered: EntryId;
  /** The end of the log. */
  readonly last: EntryId;
}

/** Takes the parts of a record, in order. */
export interface PartTaker {
  /** An entry. */
  entry(entry: Entry): void;
  /** The hard state. */
  hardState(hardState: HardState): void;
  /** A snapshot that replaces the whole log. */
  installed(at: EntryId): void;
  /** The log was compacted up to `to`; a snapshot at `covered`, or a newer one, has to be here. */
  compacted(to: EntryId, covered: EntryId): void;
  /** The data folder of a peer, or that it is forgotten. */
  peer(peer: NodeId, incarnation: Option<Incarnation>): void;
  /** Whose the folder is. */
  identity(identity: Identity): void;
  /** Where the log stands; only at the beginning of a segment. */
  base(base: Base): void;
}

/** Writes an entry behind `before`, the entry before it in the same record, or the origin. */
export function writeEntryPart(writer: Writer, entry: Entry, before: EntryId): void {
  writer.u8(ENTRY);
  writeEntry(writer, entry, before);
}

/** Writes a hard state. */
export function writeHardStatePart(writer: Writer, hardState: HardState): void {
  writer.u8(HARD_STATE);
  writeHardState(writer, hardState);
}

/** Writes that a snapshot replaces the whole log. */
export function writeInstalledPart(writer: Writer, at: EntryId): void {
  writer.u8(INSTALLED);
  writeEntryId(writer, at);
}

/** Writes that the log was compacted. */
export function writeCompactedPart(writer: Writer, to: EntryId, covered: EntryId): void {
  writer.u8(COMPACTED);
  writeEntryId(writer, to);
  writeEntryId(writer, covered);
}

/** Writes the data folder of a peer. */
export function writePeerPart(writer: Writer, peer: NodeId, incarnation: Option<Incarnation>): void {
  writer.u8(PEER);
  writer.varint(peer);
  writeOption(writer, incarnation, (writer, text) => writer.string(text));
}

/** Writes whose the folder is. */
export function writeIdentityPart(writer: Writer, identity: Identity): void {
  writer.u8(IDENTITY);
  writeIdentity(writer, identity);
}

/** Writes where the log stands. */
export function writeBasePart(writer: Writer, { compacted, covered, last }: Base): void {
  writer.u8(BASE);
  writeEntryId(writer, compacted);
  writeEntryId(writer, covered);
  writeEntryId(writer, last);
}

/** Reads the parts of a record and the zeros behind them. Throws `WireError` at anything else. */
export function readParts(reader: Reader, taker: PartTaker): void {
  let before = ORIGIN;
  while (reader.rest > 0) {
    const type = reader.u8();
    if (type === ENTRY) {
      const entry = readEntry(reader, before);
      before = entry;
      taker.entry(entry);
    } else if (type === END) {
      return readZeros(reader);
    } else {
      readPart(reader, type, taker);
    }
  }
}

function readPart(reader: Reader, type: number, taker: PartTaker): void {
  switch (type) {
    case HARD_STATE:
      return taker.hardState(readHardState(reader));
    case INSTALLED:
      return taker.installed(readEntryId(reader));
    case COMPACTED:
      return taker.compacted(readEntryId(reader), readEntryId(reader));
    case PEER:
      return taker.peer(reader.varint(), readOption(reader, (reader) => reader.string()));
    case IDENTITY:
      return taker.identity(readIdentity(reader));
    case BASE:
      return taker.base({ compacted: readEntryId(reader), covered: readEntryId(reader), last: readEntryId(reader) });
    default:
      throw reader.failure(`${type} is no kind of part`);
  }
}

function readZeros(reader: Reader): void {
  while (reader.rest > 0) if (reader.u8() !== 0) throw reader.failure("there is something behind the last part");
}
