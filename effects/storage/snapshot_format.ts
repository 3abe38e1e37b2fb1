/**
 * The format of snapshot files: the same bytes on every node that has the file.
 *
 * ```text
 * file     file header with the snapshot (see wire/snapshot.ts), without data · chunks · end
 * chunk    frame of: 1 · the bytes
 * end      frame of: 2 · number of chunks (8) · their bytes (8) · checksum of the checksums of their frames (4)
 * ```
 *
 * The end has a fixed size, so that a file can be judged by its two ends: the chunks between them are checked when they are
 * read.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { beginFrame, endFrame, FRAME_HEADER, frameAt } from "../wire/frame.ts";
import { decode, Reader } from "../wire/reader.ts";
import { readSnapshot, writeSnapshot } from "../wire/snapshot.ts";
import type { Writer } from "../wire/writer.ts";
import { readFileHeader, writeFileHeader } from "./file_header.ts";
import { frameChecksum } from "./frame_checksum.ts";

/** The longest chunk. */
export const LONGEST_CHUNK = 1 << 20;

/** The longest frame of a file, and the longest header. */
export const LONGEST_FRAME = FRAME_HEADER + 1 + LONGEST_CHUNK;

/** The number of bytes of the end. */
export const SNAPSHOT_END = FRAME_HEADER + 21;

const CHUNK = 1;
const END = 2;

/** What the chunks of a file add up to. */
export interface Total {
  /** Their number. */
  readonly chunks: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The checksum of their checksums. */
  readonly digest: number;
}

/** No chunks. */
export const NO_CHUNKS: Total = { chunks: 0, bytes: 0, digest: 0 };

/** The beginning of a file. */
export type SnapshotHeader =
  | { readonly type: "Header"; readonly snapshot: Snapshot; readonly next: number }
  | { readonly type: "UnknownVersion"; readonly message: string }
  | { readonly type: "NoHeader" };

/** What stands at a position behind the header. */
export type SnapshotPart =
  | { readonly type: "Chunk"; readonly bytes: Bytes; readonly next: number; readonly total: Total }
  | { readonly type: "End"; readonly next: number }
  | { readonly type: "CutShort" }
  | { readonly type: "Damaged"; readonly message: string };

/** Writes the header to an empty `writer`. */
export function writeSnapshotHeader(writer: Writer, snapshot: Snapshot): void {
  writeFileHeader(writer, "snapshot", (writer) => writeSnapshot(writer, { ...snapshot, data: NO_BYTES }));
}

/** Reads the header. */
export function readSnapshotHeader(bytes: Bytes): SnapshotHeader {
  const found = readFileHeader(bytes, "snapshot");
  if (found.type !== "Header") return found;
  const snapshot = decode(found.fields, readSnapshot);
  if (E.isLeft(snapshot)) return { type: "NoHeader" };
  return { type: "Header", snapshot: { ...snapshot.right, data: NO_BYTES }, next: found.next };
}

/** Writes a chunk behind those that add up to `total` to an empty `writer`, and returns what they add up to with it. */
export function writeChunk(writer: Writer, chunk: Bytes, total: Total): Total {
  const at = beginFrame(writer);
  writer.u8(CHUNK);
  writer.raw(chunk);
  endFrame(writer, at);
  return plus(total, chunk, frameChecksum(writer.view(), at));
}

/** Writes the end to an empty `writer`. */
export function writeSnapshotEnd(writer: Writer, { chunks, bytes, digest }: Total): void {
  const at = beginFrame(writer);
  writer.u8(END);
  writer.f64(chunks);
  writer.f64(bytes);
  writer.u32(digest);
  endFrame(writer, at);
}

/** Reads what stands at `at`, behind chunks that add up to `total`. */
export function readSnapshotPart(bytes: Bytes, at: number, total: Total): SnapshotPart {
  const frame = frameAt(bytes, at, 1 + LONGEST_CHUNK);
  if (frame.type === "CutShort") return frame;
  if (frame.type !== "Frame") return { type: "Damaged", message: frame.message };
  const { payload, next } = frame;
  if (payload.length > 0 && payload[0] === CHUNK) {
    const chunk = payload.subarray(1);
    return { type: "Chunk", bytes: chunk, next, total: plus(total, chunk, frameChecksum(bytes, at)) };
  }
  const end = readEnd(payload);
  const complete = E.isRight(end) && end.right.chunks === total.chunks && end.right.bytes === total.bytes &&
    end.right.digest === total.digest;
  return complete ? { type: "End", next } : { type: "Damaged", message: "Chunks are missing, or in another order." };
}

/** What the last `SNAPSHOT_END` bytes of a file say that its chunks add up to. */
export function readSnapshotEnd(bytes: Bytes): Either<string, Total> {
  const frame = frameAt(bytes, 0, SNAPSHOT_END);
  return frame.type === "Frame" ? readEnd(frame.payload) : E.left("it has no end");
}

/** The size of a file whose header has `header` bytes. */
export function snapshotSize(header: number, { chunks, bytes }: Total): number {
  return header + bytes + chunks * (FRAME_HEADER + 1) + SNAPSHOT_END;
}

function readEnd(payload: Bytes): Either<string, Total> {
  if (payload.length !== SNAPSHOT_END - FRAME_HEADER || payload[0] !== END) return E.left("it has no end");
  const reader = new Reader(payload, 1);
  return E.right({ chunks: reader.f64(), bytes: reader.f64(), digest: reader.u32() });
}

function plus({ chunks, bytes, digest }: Total, chunk: Bytes, checksum: number): Total {
  return { chunks: chunks + 1, bytes: bytes + chunk.length, digest: crc32(bytesOf(checksum), digest) };
}

function bytesOf(checksum: number): Bytes {
  return Uint8Array.of(checksum, checksum >>> 8, checksum >>> 16, checksum >>> 24);
}
