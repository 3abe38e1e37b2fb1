/**
 * The checksum that a frame carries, as a fingerprint of what is in it.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { Reader } from "../wire/reader.ts";

const CHECKSUM_AT = 5;

/** The checksum of the frame that begins at `at`. */
export function frameChecksum(bytes: Bytes, at: number): number {
  return new Reader(bytes, at + CHECKSUM_AT).u32();
}
