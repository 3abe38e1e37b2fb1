/**
 * Finds the log of a data folder, and tells a tail that a crash has torn off from damage.
 *
 * The log ends at the first bytes that are not the next record. What is behind them was written later, and may be there in
 * any part if it was never synced. But if an undamaged record there says that the bytes had been synced already when it was
 * written, they were lost to something else than a crash, and the log is not touched.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Log } from "../../core/log.ts";
import type { Folder } from "./folder.ts";
import { damaged } from "./health.ts";
import { type ReadLog, readSegments, type RecoveredSegment, type StraySegment } from "./read_segments.ts";
import type { Replay } from "./replay.ts";
import { segmentName, sequenceOf } from "./segment.ts";
import { claimedBehind, endOfData } from "./segment_reader.ts";
import { hasSignpost } from "./signpost.ts";
import type { StorageError } from "./storage.ts";

const LOST = "something is damaged that had been synced";

/** A log as it was found. */
export interface RecoveredLog {
  /** What its records say. */
  readonly replay: Replay;
  /** Its entries. */
  readonly log: Log;
  /** Its segments, of which there is at least one. */
  readonly segments: readonly RecoveredSegment[];
  /** The last of them. */
  readonly current: RecoveredSegment;
  /** The position up to which it is known to be durable. */
  readonly synced: number;
  /** Segments that are not needed any more. */
  readonly superfluous: readonly string[];
  /** Segments behind the end, which were never synced, the last one first: only in this order they leave no gap. */
  readonly beyond: readonly string[];
  /** What the operator should know. */
  readonly notices: readonly string[];
}

/** The log in `folder`; none if nothing was ever durable there. */
export function recover(folder: Folder): Either<StorageError, Option<RecoveredLog>> {
  const found = folder.list().map(sequenceOf).filter((sequence) => sequence > 0);
  // Segments are removed from the first one on, in any order after a crash. So what is before a gap was to be removed.
  let first = found.length - 1;
  while (first > 0 && found[first - 1] === found[first] - 1) first--;
  const sequences = found.slice(first);
  const read = readSegments(folder, sequences);
  if (E.isLeft(read)) return read;
  const { replay, segments, beyond, synced } = read.right;
  const damage = damageBehind(folder, read.right);
  if (damage !== null) return E.left(damage);
  const current = segments.at(-1);
  if (current === undefined) return sequences[0] > 1 ? E.left(headless(folder, beyond[0])) : E.right(O.none);
  const log = replay.finish();
  if (O.isNone(log)) return E.left(missing(folder, sequences[0] - 1));
  const earlier = found.slice(0, first).map(segmentName);
  return E.right(O.some({
    replay,
    log: log.value,
    segments,
    current,
    synced,
    superfluous: earlier,
    beyond: beyond.map(({ sequence }) => segmentName(sequence)).reverse(),
    notices: [
      ...earlier.map((name) => `Removed ${folder.show(name)}: nothing in it is needed.`),
      ...tornOff(folder, current),
      ...beyond.flatMap((segment) => neverSynced(folder, segment)),
    ],
  }));
}

/** What is wrong if something behind the end of the log says that the log went on, durably. */
function damageBehind(folder: Folder, { segments, beyond }: ReadLog): StorageError | null {
  const current = segments.at(-1);
  const position = current === undefined ? 0 : current.start + current.end;
  const claims = beyond.map(({ bytes, begun }) =>
    claimedBehind(bytes, 0, { start: begun === null ? null : begun.header.start, least: position })
  );
  if (current !== undefined) claims.push(claimedBehind(current.bytes, current.end, { start: current.start, least: 0 }));
  if (Math.max(0, ...claims) <= position) return null;
  if (current === undefined) return damaged(folder.show(segmentName(beyond[0].sequence)), 0, LOST);
  return hasSignpost(current.bytes, current)
    ? damaged(folder.show(segmentName(current.sequence + 1)), 0, `the file is missing, or ${LOST}`)
    : damaged(folder.show(segmentName(current.sequence)), current.end, LOST);
}

function tornOff(folder: Folder, current: RecoveredSegment): readonly string[] {
  const torn = tornBytes(current);
  if (torn === 0) return [];
  const path = folder.show(segmentName(current.sequence));
  return [`Cut off ${torn} bytes of ${path}, from byte ${current.end} on: they were written, but never synced.`];
}

function tornBytes({ bytes, end }: RecoveredSegment): number {
  return endOfData(bytes, end) - end;
}

function neverSynced(folder: Folder, { sequence, bytes }: StraySegment): readonly string[] {
  if (endOfData(bytes, 0) === 0) return []; // it was only prepared
  return [`Removed ${folder.show(segmentName(sequence))}: it was begun, but never synced.`];
}

function headless(folder: Folder, { sequence, bytes }: StraySegment): StorageError {
  const wasPrepared = endOfData(bytes, 0) === 0;
  if (wasPrepared) return damaged(folder.show(segmentName(sequence - 1)), 0, "the file is missing");
  return damaged(folder.show(segmentName(sequence)), 0, "its beginning is damaged, or the file before it is missing");
}

function missing(folder: Folder, sequence: number): StorageError {
  return damaged(folder.show(segmentName(sequence)), 0, "the file is missing, and entries were in it");
}
