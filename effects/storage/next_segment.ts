/**
 * The file that the log goes on in when the current segment is full. It is filled with zeros and synced before: writing over
 * zeros changes nothing but data, so that a sync takes half of the time. That happens in slices while the log is written, in
 * step with it, so that nothing waits for it.
 *
 * @module
 */
import type { DiskFile } from "../disk/disk.ts";
import type { Folder } from "./folder.ts";
import type { Health } from "./health.ts";
import { segmentName } from "./segment.ts";

/** So much is written in one turn of the event loop. */
const SLICE = 1 << 20;

/** Less is not worth a sync of its own. */
const LEAST_SLICE = 1 << 17;

const ZEROS = new Uint8Array(SLICE);

/** A segment in preparation. */
export class NextSegment {
  /** The file. */
  readonly file: DiskFile;
  private filled = 0;
  private synced = 0;
  private syncing: Promise<void> | null = null;

  /** Makes the file of segment `sequence`, which is to have `size` bytes. */
  constructor(folder: Folder, private readonly health: Health, readonly sequence: number, readonly size: number) {
    this.file = folder.create(segmentName(sequence));
    try {
      folder.sync();
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  /** Whether it can be used. */
  get isReady(): boolean {
    return this.synced === this.size;
  }

  /** Fills it up to `share` of its size, but not more than a slice at a time. */
  advance(share: number): void {
    const due = Math.min(Math.ceil(share * this.size), this.size) - this.filled;
    if (due >= LEAST_SLICE || (due > 0 && share >= 1)) {
      const slice = Math.min(due, SLICE);
      this.file.write(ZEROS.subarray(0, slice), this.filled);
      this.filled += slice;
    }
    if (this.syncing === null && this.synced < this.filled) this.syncing = this.sync();
  }

  /** Resolves when no sync is under way. */
  async settle(): Promise<void> {
    if (this.syncing !== null) await this.syncing;
  }

  // Nobody waits for it: if it fails, the next operation of the storage says so.
  private async sync(): Promise<void> {
    const { filled } = this;
    try {
      await this.file.sync();
      this.synced = filled;
    } catch (error) {
      this.health.fail(error);
    }
    this.syncing = null;
  }
}
