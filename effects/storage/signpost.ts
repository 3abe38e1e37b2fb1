/**
 * Signposts: what stands behind the last record of a segment when the next one was synced for the first time. Without it,
 * nothing would show that a log whose last file is missing, empty or damaged at its beginning has ever gone on: a crash
 * leaves the same if the file was never synced.
 *
 * A signpost is a record without parts that is no link of the chain. So it is not read as one, but where the log seems to
 * end before it, it says what was durable.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { DiskFile } from "../disk/disk.ts";
import { Writer } from "../wire/writer.ts";
import { beginRecord, recordAt, sealRecord } from "./record.ts";

/** Where a segment ends. */
export interface SegmentEnd {
  /** The position of its first byte. */
  readonly start: number;
  /** The offset behind its last record. */
  readonly end: number;
  /** The checksum of its last record. */
  readonly chain: number;
}

/** Writes behind the end of a segment that the log is durable up to `synced`, a position in the next one. */
export function writeSignpost(file: DiskFile, { start, end, chain }: SegmentEnd, synced: number): void {
  const writer = new Writer(64);
  beginRecord(writer);
  file.write(sealRecord(writer, { previous: ~chain >>> 0, position: start + end, synced }), end);
}

/** Whether a signpost stands behind the end of a segment that consists of `bytes`. */
export function hasSignpost(bytes: Bytes, { start, end, chain }: SegmentEnd): boolean {
  const record = recordAt(bytes, end);
  return record !== null && record.position === start + end && record.previous === ~chain >>> 0;
}
