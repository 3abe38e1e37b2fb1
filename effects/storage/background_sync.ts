/**
 * Writes a long file so that its bytes reach the disk while it is written, and not all at once at the end: a large sync
 * makes those of the log wait.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { DiskFile } from "../disk/disk.ts";
import type { Health } from "./health.ts";

const UNSYNCED = 1 << 22;

/** A file that is written at its end. */
export class BackgroundSync {
  private end: number;
  private unsynced = 0;
  private syncing: Promise<void> | null = null;
  private open = true;

  /** Goes on at the end of `file`. */
  constructor(private readonly file: DiskFile, private readonly health: Health) {
    this.end = file.size();
  }

  /** The size of the file. */
  get size(): number {
    return this.end;
  }

  /** Writes `bytes` at the end. */
  write(bytes: Bytes): void {
    this.health.attempt(() => this.file.write(bytes, this.end));
    this.end += bytes.length;
    this.unsynced += bytes.length;
    if (this.unsynced < UNSYNCED || this.syncing !== null) return;
    this.unsynced = 0;
    this.syncing = this.syncOnce();
  }

  /** Resolves when everything is durable. */
  async sync(): Promise<void> {
    if (this.syncing !== null) await this.syncing;
    await this.health.settled(this.file.sync());
  }

  /** Closes the file. What is not durable yet may never be. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.file.close();
  }

  // Nobody waits for it: if it fails, the next operation of the storage says so.
  private async syncOnce(): Promise<void> {
    try {
      await this.file.sync();
    } catch (error) {
      if (this.open) this.health.fail(error);
    }
    this.syncing = null;
  }
}
