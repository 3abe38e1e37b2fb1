/**
 * The files of a log: records are added to the current one; the next one is prepared; those that are not needed go.
 *
 * @module
 */
import type { DiskFile } from "../disk/disk.ts";
import type { Writer } from "../wire/writer.ts";
import { type ClosedSegment, ClosedSegments } from "./closed_segments.ts";
import type { Folder } from "./folder.ts";
import { frameChecksum } from "./frame_checksum.ts";
import type { Health } from "./health.ts";
import { NextSegment } from "./next_segment.ts";
import { beginRecord, sealRecord } from "./record.ts";
import { SEGMENT_HEADER, segmentHeader } from "./segment.ts";
import { type SegmentEnd, writeSignpost } from "./signpost.ts";

/** The segment that records are added to. */
export interface CurrentSegment {
  /** Its sequence number. */
  readonly sequence: number;
  /** The file. */
  readonly file: DiskFile;
  /** The position of its first byte. */
  readonly start: number;
  /** The offset behind its last record. */
  readonly end: number;
  /** The checksum of its last record. */
  readonly chain: number;
  /** Whether its last record says that everything before it is durable, and nothing else. */
  readonly sealed: boolean;
}

/** Where the log stands when a segment begins. */
export interface Turn {
  /** The fingerprint of the owner. */
  readonly owner: number;
  /** The last index of the log. */
  readonly last: number;
  /** Writes the first record of the segment. */
  writeBase(writer: Writer): void;
}

/** The size of the first segment. Each is larger than the one before, so that a log that stays small takes little room. */
export const FIRST_SEGMENT = 1 << 16;

const GROWTH = 4;

/** The size of a segment. */
export function segmentSize(sequence: number, largest: number): number {
  return sequence > 16 ? largest : Math.min(largest, FIRST_SEGMENT * GROWTH ** (sequence - 1));
}

/** The segment before the current one, until the current one has been synced for the first time. */
interface PreviousSegment extends SegmentEnd, ClosedSegment {
  readonly file: DiskFile;
  readonly isSynced: boolean;
}

/** The segments of a log that is durable up to its end. */
export class Segments {
  /** The position up to which everything is durable. */
  synced: number;
  private readonly closed: ClosedSegments;
  private sequence: number;
  private file: DiskFile;
  private start: number;
  private end: number;
  private chain: number;
  /** The size at which the current segment is full. */
  private limit: number;
  /** The offset behind the first record of the current segment. */
  private begun: number;
  private previous: PreviousSegment | null = null;
  /** Resolves when the signpost in the segment before is durable, or has failed. */
  private pointing: Promise<void> | null = null;
  private next: NextSegment | null = null;
  /** Whether the last record says that everything before it is durable, and nothing else. */
  private sealed: boolean;

  /** Goes on with `current`. */
  constructor(
    private readonly folder: Folder,
    private readonly health: Health,
    private readonly largest: number,
    { closed, current }: { readonly closed: readonly ClosedSegment[]; readonly current: CurrentSegment },
  ) {
    this.closed = new ClosedSegments(folder, closed);
    this.sequence = current.sequence;
    this.limit = segmentSize(current.sequence, largest);
    this.file = current.file;
    this.start = current.start;
    this.end = this.begun = current.end;
    this.chain = current.chain;
    this.sealed = current.sealed;
    this.synced = this.position;
  }

  /** The position of the next record. */
  get position(): number {
    return this.start + this.end;
  }

  /** Adds the record in `writer`. */
  append(writer: Writer): void {
    const { chain: previous, position, synced } = this;
    const record = sealRecord(writer, { previous, position, synced });
    this.file.write(record, this.end);
    this.chain = frameChecksum(record, 0);
    this.end += record.length;
    this.sealed = false;
    this.prepare();
  }

  /** Begins the next segment, if the current one is full and the next one is ready. */
  turn(writer: Writer, log: Turn): void {
    const { next, chain, end } = this;
    if (end < this.limit || next === null || !next.isReady || this.previous !== null) return;
    const { sequence, size, file } = next;
    const start = this.position;
    file.write(segmentHeader({ sequence, chain, owner: log.owner, start, size }), 0);
    const { last } = log;
    this.previous = { file: this.file, sequence: this.sequence, start: this.start, end, chain, last, isSynced: false };
    this.sequence = sequence;
    this.limit = segmentSize(sequence, this.largest);
    this.file = file;
    this.start = start;
    this.end = SEGMENT_HEADER;
    this.next = null;
    beginRecord(writer);
    log.writeBase(writer);
    this.append(writer);
    this.begun = this.end;
  }

  /** Resolves when everything that was added before `turn` is durable. */
  async sync(): Promise<void> {
    const { previous, position } = this;
    if (previous === null || previous.isSynced) {
      await this.syncUpTo(position, this.file);
      this.leave();
    } else {
      await this.syncUpTo(this.start, previous.file);
      this.closePrevious();
    }
  }

  /** A snapshot at `index` has replaced the log: nothing written before is needed when the log is compacted up to there. */
  replaced(index: number): void {
    const { previous } = this;
    this.closed.replaced(index);
    if (previous !== null) this.previous = { ...previous, last: Math.min(previous.last, index) };
  }

  /** Removes a segment, if one is not needed, since the log is durably compacted up to `index`. */
  removeOne(index: number): void {
    if (this.closed.count === 1 && this.synced < this.start + this.begun) return;
    this.closed.removeOne(index);
  }

  /** Adds a record in which there is nothing but that everything before it is durable, unless the last one is one. */
  seal(writer: Writer): void {
    if (this.sealed) return;
    beginRecord(writer);
    this.append(writer);
    this.sealed = true;
  }

  /** Closes the files, after what is under way. */
  async close(): Promise<void> {
    await this.next?.settle();
    await this.pointing;
    this.next?.file.close();
    this.previous?.file.close();
    this.file.close();
  }

  private async syncUpTo(position: number, file: DiskFile): Promise<void> {
    if (position > this.synced) await file.sync();
    this.synced = position;
  }

  // A snapshot may have replaced the log during the sync, so it has to be looked at again.
  private closePrevious(): void {
    const { previous } = this;
    if (previous === null) return;
    this.closed.add(previous);
    this.previous = { ...previous, isSynced: true };
  }

  private leave(): void {
    const { previous, pointing } = this;
    if (previous === null) return;
    this.previous = null;
    this.pointing = this.point(previous, pointing);
  }

  // Nobody waits for it: if it fails, the next operation of the storage says so.
  private async point(segment: PreviousSegment, before: Promise<void> | null): Promise<void> {
    try {
      writeSignpost(segment.file, segment, this.synced);
      await segment.file.sync();
    } catch (error) {
      this.health.fail(error);
    }
    segment.file.close();
    await before;
  }

  // The next segment is prepared while the second half of this one is written, and ready when a quarter is left.
  private prepare(): void {
    const { limit, end, sequence } = this;
    if (end < limit / 2) return;
    this.next ??= new NextSegment(this.folder, this.health, sequence + 1, segmentSize(sequence + 1, this.largest));
    this.next.advance((end - limit / 2) / (limit / 4));
  }
}
