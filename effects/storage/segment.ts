/**
 * Segments: the files of a log.
 *
 * ```text
 * segment  header (64) · record of where the log stands · records · zeros
 * header   file header with: sequence number (4) · checksum of the last record before (4) · fingerprint of the owner (4) ·
 *          position of the first byte (8) · size (8) · zeros
 * ```
 *
 * `size` is what was filled with zeros before the segment was used. A file that is shorter was cut off by something else.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { Reader } from "../wire/reader.ts";
import type { Version } from "../wire/version.ts";
import { Writer } from "../wire/writer.ts";
import { readFileHeader, writeFileHeader } from "./file_header.ts";

/** The number of bytes of a header. */
export const SEGMENT_HEADER = 64;

const ZEROS = 15;

/** What a segment says of itself. */
export interface SegmentHeader {
  /** Segments are numbered from 1 on. */
  readonly sequence: number;
  /** The checksum of the last record before it; 0 in the first. */
  readonly chain: number;
  /** The fingerprint of its owner; 0 if there was none yet. */
  readonly owner: number;
  /** The position of its first byte. */
  readonly start: number;
  /** The least size of the file. */
  readonly size: number;
}

/** What stands at the beginning of a segment. */
export type HeaderAt =
  | { readonly type: "Header"; readonly header: SegmentHeader; readonly version: Version }
  | { readonly type: "UnknownVersion"; readonly message: string }
  | { readonly type: "NoHeader" };

/** The name of the segment with this sequence number. */
export function segmentName(sequence: number): string {
  return `log-${String(sequence).padStart(10, "0")}.seg`;
}

/** The sequence number in `name`, or 0 if it is not that of a segment. */
export function sequenceOf(name: string): number {
  return /^log-\d{10}\.seg$/.test(name) ? Number(name.slice(4, 14)) : 0;
}

/** The bytes of `header`. */
export function segmentHeader({ sequence, chain, owner, start, size }: SegmentHeader): Bytes {
  const writer = new Writer(SEGMENT_HEADER);
  writeFileHeader(writer, "segment", (writer) => {
    for (const field of [sequence, chain, owner]) writer.u32(field);
    for (const field of [start, size]) writer.f64(field);
    for (let i = 0; i < ZEROS; i++) writer.u8(0);
  });
  return writer.view();
}

/** Reads what stands at the beginning of a segment. */
export function readSegmentHeader(bytes: Bytes): HeaderAt {
  const found = readFileHeader(bytes, "segment");
  if (found.type !== "Header") return found;
  if (found.next !== SEGMENT_HEADER) return { type: "NoHeader" };
  const reader = new Reader(found.fields);
  const [sequence, chain, owner] = [reader.u32(), reader.u32(), reader.u32()];
  const [start, size] = [reader.f64(), reader.f64()];
  return { type: "Header", header: { sequence, chain, owner, start, size }, version: found.version };
}
