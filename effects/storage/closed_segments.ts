/**
 * The segments of a log to which nothing is added any more.
 *
 * @module
 */
import type { Folder } from "./folder.ts";
import { segmentName } from "./segment.ts";

/** A segment to which nothing is added any more. */
export interface ClosedSegment {
  /** Its sequence number. */
  readonly sequence: number;
  /** The last index of the log at its end. Nothing in it is needed when the log is compacted up to there. */
  readonly last: number;
}

/** All of them, the oldest first. */
export class ClosedSegments {
  /** Those that are there. */
  constructor(private readonly folder: Folder, private segments: readonly ClosedSegment[]) {}

  /** How many there are. */
  get count(): number {
    return this.segments.length;
  }

  /** There is one more. */
  add({ sequence, last }: ClosedSegment): void {
    this.segments = [...this.segments, { sequence, last }];
  }

  /** A snapshot at `index` has replaced the log: nothing written before is needed when the log is compacted up to there. */
  replaced(index: number): void {
    this.segments = this.segments.map(({ sequence, last }) => ({ sequence, last: Math.min(last, index) }));
  }

  /**
   * Removes the oldest one, if it is not needed by a log that is durably compacted up to `index`. The others have to wait
   * for their turn of the event loop, for it takes long.
   */
  removeOne(index: number): void {
    const [first] = this.segments;
    if (first === undefined || first.last > index) return;
    this.folder.remove(segmentName(first.sequence));
    this.segments = this.segments.slice(1);
  }
}
