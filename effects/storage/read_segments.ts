/**
 * Reads the segments of a log one behind the other, as far as each continues the one before.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { contentOf } from "../disk/content_of.ts";
import type { Bytes } from "../../core/entry.ts";
import type { Folder } from "./folder.ts";
import { damaged } from "./health.ts";
import { fingerprint } from "./identity.ts";
import { Replay } from "./replay.ts";
import { segmentName } from "./segment.ts";
import { beginning, type Begun, readSegment } from "./segment_reader.ts";
import type { StorageError } from "./storage.ts";

/** A segment of a log that was read. */
export interface RecoveredSegment {
  /** Its sequence number. */
  readonly sequence: number;
  /** The position of its first byte. */
  readonly start: number;
  /** What is in the file. */
  readonly bytes: Bytes;
  /** The offset behind its last record. */
  readonly end: number;
  /** The checksum of its last record. */
  readonly chain: number;
  /** Whether its last record says that everything before it is durable, and nothing else. */
  readonly sealed: boolean;
  /** The last index of the log at its end. Nothing in it is needed when the log is compacted up to there. */
  readonly last: number;
}

/** A file that does not continue the log. */
export interface StraySegment {
  /** Its sequence number. */
  readonly sequence: number;
  /** What is in the file. */
  readonly bytes: Bytes;
  /** Its beginning, if it has one. */
  readonly begun: Begun | null;
}

/** What was read. */
export interface ReadLog {
  /** What the records say. */
  readonly replay: Replay;
  /** The segments, in order. */
  readonly segments: readonly RecoveredSegment[];
  /** The files behind them. */
  readonly beyond: readonly StraySegment[];
  /** The highest position that a record calls synced. */
  readonly synced: number;
}

/** Reads the segments with these sequence numbers, which follow each other. */
export function readSegments(folder: Folder, sequences: readonly number[]): Either<StorageError, ReadLog> {
  const replay = new Replay();
  let segments: readonly RecoveredSegment[] = [];
  const beyond: StraySegment[] = [];
  let synced = 0;
  for (const sequence of sequences) {
    const bytes = contentOf(folder.open(segmentName(sequence)));
    const found = beginning(bytes, sequence);
    if (found.type === "UnknownVersion") return E.left(unknown(folder, sequence, found.message));
    if (found.type === "CutOff") return E.left(cutOff(folder, sequence, bytes.length));
    const begun = found.type === "Begun" ? found.begun : null;
    if (begun === null || beyond.length > 0 || !continues(begun, segments.at(-1))) {
      beyond.push({ sequence, bytes, begun });
      continue;
    }
    const { replacedBy } = replay;
    const read = readInto(replay, folder, { sequence, bytes, begun });
    if (E.isLeft(read)) return read;
    if (replay.replacedBy !== replacedBy && replay.replacedBy !== null) {
      segments = neededUpTo(segments, replay.replacedBy.index);
    }
    segments = [...segments, read.right];
    synced = Math.max(synced, read.right.synced);
  }
  return E.right({ replay, segments, beyond, synced });
}

function continues({ header }: Begun, before: RecoveredSegment | undefined): boolean {
  return before === undefined || (header.start === before.start + before.end && header.chain === before.chain);
}

// Behind a snapshot, the log began anew.
function neededUpTo(segments: readonly RecoveredSegment[], index: number): readonly RecoveredSegment[] {
  return segments.map((segment) => ({ ...segment, last: Math.min(segment.last, index) }));
}

function readInto(
  replay: Replay,
  folder: Folder,
  { sequence, bytes, begun }: StraySegment & { readonly begun: Begun },
): Either<StorageError, RecoveredSegment & { readonly synced: number }> {
  const { start, owner } = begun.header;
  const path = folder.show(segmentName(sequence));
  const { contradiction, ...read } = readSegment(bytes, begun, replay);
  if (contradiction !== null) {
    if (contradiction.newer) return E.left(unknown(folder, sequence, contradiction.message));
    return E.left(damaged(path, read.end, `a record contradicts those before it: ${contradiction.message}`));
  }
  if (owner !== 0 && owner !== fingerprint(replay.owner)) {
    return E.left(damaged(path, 0, "the file belongs to another node or cluster"));
  }
  return E.right({ sequence, start, bytes, last: replay.log.last.index, ...read });
}

function cutOff(folder: Folder, sequence: number, size: number): StorageError {
  return damaged(folder.show(segmentName(sequence)), size, "the file ends, although it was longer");
}

function unknown(folder: Folder, sequence: number, message: string): StorageError {
  const path = folder.show(segmentName(sequence));
  return { type: "UnknownVersion", path, message: `Cannot open ${path}: ${message}` };
}
