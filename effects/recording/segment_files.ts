/**
 * The files of a recording: one grows, the oldest go when there are too many bytes.
 *
 * Nothing is ever synced: a recording explains what a node did, and may lack the last moments before the machine went down.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { type Disk, DiskError, type DiskFile } from "../disk/disk.ts";
import type { Logger } from "../logging/logger.ts";
import { segmentName, sequenceOf } from "./segment_name.ts";

const LOCK = "lock";

interface Closed {
  readonly name: string;
  readonly bytes: number;
}

/** The folder of one recording. */
export class SegmentFiles {
  private closed: Closed[] = [];
  private next = 1;
  private name = "";
  private file: DiskFile | null = null;
  private written = 0;
  private unlock: (() => void) | null = null;

  /** Files in `folder`; `logger` hears of old ones that cannot be removed. */
  constructor(private readonly disk: Disk, private readonly folder: string, private readonly logger: Logger) {}

  /** How many bytes the growing file has. */
  get length(): number {
    return this.written;
  }

  /** Locks the folder and looks for what is there already. Throws {@linkcode DiskError}. */
  open(): void {
    if (this.unlock !== null) return;
    this.disk.makeFolder(this.folder);
    const lock = this.disk.lock(this.path(LOCK));
    if (O.isNone(lock)) {
      throw new DiskError("Failed", this.folder, `Another process records into this folder (${this.folder})`);
    }
    this.unlock = lock.value;
    this.closed = [];
    this.next = 1;
    for (const name of this.disk.list(this.folder)) {
      const sequence = sequenceOf(name);
      if (O.isNone(sequence)) continue;
      this.closed.push({ name, bytes: this.sizeOf(name) });
      this.next = Math.max(this.next, sequence.value + 1);
    }
  }

  /** How many bytes the last segment has on the disk; nothing if there is none. Throws {@linkcode DiskError}. */
  found(): Option<number> {
    const last = this.closed.at(-1);
    return last === undefined ? O.none : O.some(this.sizeOf(last.name));
  }

  /** Begins a new file, and returns its number. Throws {@linkcode DiskError}. */
  begin(): number {
    this.end();
    const sequence = this.next;
    this.name = segmentName(sequence);
    this.file = this.disk.open(this.path(this.name), { create: true });
    this.file.truncate(0); // a beginning that failed may have left something
    this.written = 0;
    this.next++;
    return sequence;
  }

  /** Writes `bytes` at the end of the growing file. Throws {@linkcode DiskError}. */
  append(bytes: Bytes): void {
    if (this.file === null) return;
    this.file.write(bytes, this.written);
    this.written += bytes.length;
  }

  /** The last write has failed: what it may have left is cut off, and no more is written to this file. */
  giveUp(): void {
    const { file } = this;
    if (file === null) return;
    try {
      file.truncate(this.written);
    } catch {
      // Whoever reads it will say where it is cut.
    }
    if (this.written === 0) this.next--; // nothing was ever written, so the name can be used again
    this.end();
  }

  /**
   * Removes the oldest file if all have more than `most` bytes: one at a time, since that takes a while for a large one. The
   * one before the growing file always stays.
   */
  prune(most: number): void {
    const bytes = this.closed.reduce((sum, { bytes }) => sum + bytes, this.written);
    if (bytes <= most || this.closed.length < 2) return;
    try {
      this.disk.remove(this.path(this.closed[0].name));
      this.closed.shift();
    } catch (error) {
      this.logger.log("warn", "An old part of the recording cannot be removed", { error: String(error) });
    }
  }

  /** Closes the growing file. */
  end(): void {
    const { file } = this;
    if (file === null) return;
    this.file = null;
    if (this.written > 0) this.closed.push({ name: this.name, bytes: this.written });
    this.written = 0;
    try {
      file.close();
    } catch (error) {
      this.logger.log("warn", "A file of the recording cannot be closed", { error: String(error) });
    }
  }

  /** Closes everything and unlocks the folder. */
  close(): void {
    this.end();
    this.unlock?.();
    this.unlock = null;
  }

  private sizeOf(name: string): number {
    const file = this.disk.open(this.path(name));
    try {
      return file.size();
    } finally {
      file.close();
    }
  }

  private path(name: string): string {
    return this.folder === "" ? name : `${this.folder}/${name}`;
  }
}
