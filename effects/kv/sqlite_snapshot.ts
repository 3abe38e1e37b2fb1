/**
 * A snapshot of a SQLite store, as the main thread reads it from the worker.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Remote } from "./sqlite_remote.ts";

/** The chunks of a snapshot. One is always on its way while the one before is being used. */
export class SnapshotChunks implements AsyncIterableIterator<Bytes> {
  private readonly remote: Remote;
  private readonly snapshot: number;
  private ahead: Promise<Bytes | null>;
  private ended = false;

  /** Reads the snapshot with a number, as soon as it is `pinned`. */
  constructor(remote: Remote, snapshot: number, pinned: Promise<unknown>) {
    this.remote = remote;
    this.snapshot = snapshot;
    this.ahead = pinned.then(() => remote.chunk(snapshot));
    this.ahead.catch(() => {}); // Whoever reads it learns of it.
  }

  /** These chunks, which can be read once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next chunk. */
  async next(): Promise<IteratorResult<Bytes, undefined>> {
    if (this.ended) return { done: true, value: undefined };
    const chunk = await this.ahead;
    if (chunk === null) return await this.return();
    this.ahead = this.remote.chunk(this.snapshot);
    this.ahead.catch(() => {});
    return { done: false, value: chunk };
  }

  /** Lets go of the snapshot, also before its end. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    const wasEnded = this.ended;
    this.ended = true;
    if (!wasEnded) {
      await this.ahead;
      await this.remote.do({ type: "Unpin", snapshot: this.snapshot });
    }
    return { done: true, value: undefined };
  }
}
