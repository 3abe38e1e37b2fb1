/**
 * Records: what a log is written in. A record is what was written between two syncs, and is there as a whole or not at all.
 *
 * ```text
 * record  frame (see wire/frame.ts) of: parts · zeros · seal (20); its length is a multiple of 8
 * seal    checksum of the record before (4) · position of this record (8) · synced (8)
 * ```
 *
 * Positions count the bytes of all segments, so no two records of a log have the same. `synced` is the position up to which
 * everything was known to be durable when the record was written: it tells damage from a tail that a crash has torn off.
 * The checksum of the record before makes a chain, so that what is left of an earlier history is never taken for the
 * continuation of a later one.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { beginFrame, endFrame, FRAME_HEADER, frameAt } from "../wire/frame.ts";
import { Reader } from "../wire/reader.ts";
import type { Writer } from "../wire/writer.ts";
import { frameChecksum } from "./frame_checksum.ts";

/** Records begin at multiples of this, so that they can be looked for. */
export const ALIGNMENT = 8;

const SEAL = 20;

/** What a record says of itself. */
export interface Seal {
  /** The checksum of the record before; of the first in a log, 0. */
  readonly previous: number;
  /** The position of its first byte. */
  readonly position: number;
  /** The position up to which everything was durable when it was written. */
  readonly synced: number;
}

/** A record that was found in some bytes. */
export interface FoundRecord extends Seal {
  /** Its own checksum. */
  readonly checksum: number;
  /** What it holds, and zeros. */
  readonly parts: Bytes;
  /** Where the next one begins. */
  readonly next: number;
}

/** Begins a record in an empty `writer`. */
export function beginRecord(writer: Writer): void {
  writer.reset();
  beginFrame(writer);
}

/** Whether nothing was written since `beginRecord`. */
export function isEmpty(writer: Writer): boolean {
  return writer.length === FRAME_HEADER;
}

/** Ends the record in `writer`, and returns its bytes: valid until the writer is used again. */
export function sealRecord(writer: Writer, { previous, position, synced }: Seal): Bytes {
  while ((writer.length + SEAL) % ALIGNMENT !== 0) writer.u8(0);
  writer.u32(previous);
  writer.f64(position);
  writer.f64(synced);
  endFrame(writer, 0);
  return writer.view();
}

/** The record that begins at `at`, if an undamaged one does. Whether it belongs there is another question. */
export function recordAt(bytes: Bytes, at: number): FoundRecord | null {
  const frame = frameAt(bytes, at, bytes.length);
  if (frame.type !== "Frame" || (frame.next - at) % ALIGNMENT !== 0 || frame.payload.length < SEAL) return null;
  const { payload, next } = frame;
  const end = payload.length - SEAL;
  const seal = new Reader(payload, end);
  const [previous, position, synced] = [seal.u32(), seal.f64(), seal.f64()];
  return { previous, position, synced, checksum: frameChecksum(bytes, at), parts: payload.subarray(0, end), next };
}
