/**
 * Log entries and proposals. An entry is written relative to the position before it, since entries of one message or record
 * follow each other: where its index is the next one and its term the same, neither takes a byte.
 *
 * ```text
 * entry     flags [index] [term] [size] data
 * proposal  flags [size] data
 * flags     bits 0–1 type, bit 2 index, bit 3 term, bit 4 size: whether it is written
 * ```
 *
 * The size of an entry is what the core fixed when it was made. It is written only where it is another than the core would
 * compute. The data of an entry that was read is a view of what was read from: who uses those bytes again, or wants to keep
 * little of them for long, has to copy them before they are read.
 *
 * @module
 */
import {
  type Bytes,
  type Entry,
  type EntryId,
  type EntryType,
  NO_ENTRIES,
  ORIGIN,
  type Proposal,
  varintSize,
} from "../../core/entry.ts";
import { readList, writeList } from "./list.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const TYPES: readonly EntryType[] = ["normal", "confChange", "confChangeV2", "empty"];
const TYPE_BITS = 3;
const INDEX = 4;
const TERM = 8;
const SIZE = 16;

/** The flags and the length of the data: no entry and no proposal takes less. */
export const LEAST_ENTRY = 2;

/** Writes `entry`, relative to the position `before`. */
export function writeEntry(writer: Writer, entry: Entry, before: EntryId = ORIGIN): void {
  const { index, term, type, data, size } = entry;
  let flags = typeCode(type);
  if (index !== before.index + 1) flags |= INDEX;
  if (term !== before.term) flags |= TERM;
  if (size !== entrySize(type, data, index, term)) flags |= SIZE;
  writer.u8(flags);
  if (flags > TYPE_BITS) {
    if ((flags & INDEX) !== 0) writer.varint(index);
    if ((flags & TERM) !== 0) writer.varint(term);
    if ((flags & SIZE) !== 0) writer.varint(size);
  }
  writer.bytes(data);
}

/** Reads an entry behind the position `before`; its data is a view. */
export function readEntry(reader: Reader, before: EntryId = ORIGIN): Entry {
  const flags = reader.u8();
  if (flags > TYPE_BITS) return readUnusualEntry(reader, flags, before);
  const { term } = before;
  const index = indexBehind(reader, before);
  const type = TYPES[flags];
  const data = reader.bytes();
  return { index, term, type, data, size: entrySize(type, data, index, term) };
}

/** Writes the number of `entries` and each of them; the first one behind `before`. */
export function writeEntries(writer: Writer, entries: readonly Entry[], before: EntryId = ORIGIN): void {
  writer.varint(entries.length);
  let previous = before;
  for (let i = 0; i < entries.length; i++) {
    writeEntry(writer, entries[i], previous);
    previous = entries[i];
  }
}

/** Reads a list of entries, the first one behind `before`; their data are views. */
export function readEntries(reader: Reader, before: EntryId = ORIGIN): readonly Entry[] {
  const count = reader.count(LEAST_ENTRY);
  if (count === 0) return NO_ENTRIES;
  const entries = new Array<Entry>(count);
  let previous = before;
  for (let i = 0; i < count; i++) previous = entries[i] = readEntry(reader, previous);
  return entries;
}

/** Writes a proposal. */
export function writeProposal(writer: Writer, proposal: Proposal): void {
  const { type, data, size } = proposal;
  const asUsual = size === proposalSize(type, data);
  writer.u8(typeCode(type) | (asUsual ? 0 : SIZE));
  if (!asUsual) writer.varint(size);
  writer.bytes(data);
}

/** Reads a proposal; its data is a view. */
export function readProposal(reader: Reader): Proposal {
  const flags = reader.u8();
  if ((flags & ~(SIZE | TYPE_BITS)) !== 0) throw reader.failure(`${flags} is no kind of proposal`);
  const given = (flags & SIZE) === 0 ? -1 : reader.varint();
  const type = TYPES[flags & TYPE_BITS];
  const data = reader.bytes();
  const usual = proposalSize(type, data);
  if (given === usual) throw reader.failure("a size is written that does not have to be");
  return { type, data, size: given < 0 ? usual : given };
}

/** Writes the number of `proposals` and each of them. */
export function writeProposals(writer: Writer, proposals: readonly Proposal[]): void {
  writeList(writer, proposals, writeProposal);
}

/** Reads a list of proposals; their data are views. */
export function readProposals(reader: Reader): readonly Proposal[] {
  return readList(reader, readProposal, LEAST_ENTRY);
}

/** Writes a position: index and term. */
export function writeEntryId(writer: Writer, id: EntryId): void {
  writer.varint(id.index);
  writer.varint(id.term);
}

/** Reads a position. */
export function readEntryId(reader: Reader): EntryId {
  return { index: reader.varint(), term: reader.varint() };
}

/** The code of an entry's type, in the lowest bits of its flags. */
export function typeCode(type: EntryType): number {
  switch (type) {
    case "normal":
      return 0;
    case "confChange":
      return 1;
    case "confChangeV2":
      return 2;
    case "empty":
      return 3;
  }
}

// What is written although it follows from what is before is refused: equal entries would have different bytes.
function readUnusualEntry(reader: Reader, flags: number, before: EntryId): Entry {
  if (flags >= 2 * SIZE) throw reader.failure(`${flags} is no kind of entry`);
  const index = (flags & INDEX) === 0 ? indexBehind(reader, before) : reader.varint();
  const term = (flags & TERM) === 0 ? before.term : reader.varint();
  const given = (flags & SIZE) === 0 ? -1 : reader.varint();
  const type = TYPES[flags & TYPE_BITS];
  const data = reader.bytes();
  const usual = entrySize(type, data, index, term);
  const detour = ((flags & INDEX) !== 0 && index === before.index + 1) ||
    ((flags & TERM) !== 0 && term === before.term) ||
    given === usual;
  if (detour) throw reader.failure("an entry is longer than it has to be");
  return { index, term, type, data, size: given < 0 ? usual : given };
}

function indexBehind(reader: Reader, { index }: EntryId): number {
  if (index >= Number.MAX_SAFE_INTEGER) throw reader.failure("an index is too large");
  return index + 1;
}

// What the core's `entryAt` computes, without making an entry.
function entrySize(type: EntryType, data: Bytes, index: number, term: number): number {
  return proposalSize(type, data) + 2 + varintSize(index) + varintSize(term);
}

function proposalSize(type: EntryType, data: Bytes): number {
  const { length } = data;
  return (type === "normal" ? 0 : 2) + (length === 0 ? 0 : 1 + varintSize(length) + length);
}
