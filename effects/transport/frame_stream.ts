/**
 * Finds the frames in what arrives on a connection, without allocating anything for those that do not arrive at once: there
 * is one buffer for them, used again and again, so that a snapshot of many gigabytes leaves no garbage behind.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { announcedLength, FRAME_HEADER, frameAt, type FrameError } from "../wire/frame.ts";

/** The buffer starts with this, */
const CAPACITY = 4 * 1024;

/** and one that has grown beyond this is not kept. */
const MOST_KEPT = 1024 * 1024;

/** Reads the frames of one connection. */
export class FrameStream {
  private pending: Bytes = new Uint8Array(0);
  private filled = 0;

  /** A stream that refuses payloads of more than `maximum` bytes. */
  constructor(private readonly maximum: number) {}

  /** The number of bytes that wait for the rest of their frame. */
  get waiting(): number {
    return this.filled;
  }

  /**
   * Takes the next bytes, and calls `take` for every payload that is now complete, until that returns false. Payloads are
   * views, valid during the call. Returns what is wrong with the frame behind them; after that, nothing can be found.
   */
  push(chunk: Bytes, take: (payload: Bytes) => boolean): Option<FrameError> {
    let at = 0;
    if (this.filled > 0) {
      at = this.fill(chunk, at, FRAME_HEADER);
      if (this.filled < FRAME_HEADER) return O.none;
      const length = announcedLength(this.pending, this.maximum);
      if (typeof length !== "number") return O.some(length);
      at = this.fill(chunk, at, FRAME_HEADER + length);
      if (this.filled < FRAME_HEADER + length) return O.none;
      const frame = frameAt(this.pending.subarray(0, this.filled), 0, this.maximum);
      this.filled = 0;
      if (frame.type !== "Frame") return frame.type === "CutShort" ? O.none : O.some(frame);
      if (!take(frame.payload)) return O.none;
      if (this.pending.length > MOST_KEPT) this.pending = new Uint8Array(0);
    }
    return this.pushWhole(chunk, at, take);
  }

  private pushWhole(chunk: Bytes, from: number, take: (payload: Bytes) => boolean): Option<FrameError> {
    for (let at = from; at < chunk.length;) {
      const frame = frameAt(chunk, at, this.maximum);
      if (frame.type === "CutShort") {
        this.fill(chunk, at, chunk.length - at);
        break;
      }
      if (frame.type !== "Frame") return O.some(frame);
      at = frame.next;
      if (!take(frame.payload)) break;
    }
    return O.none;
  }

  // Takes so much from the chunk that `size` bytes are there, or all of it. The buffer grows with what arrives, not with
  // what was announced.
  private fill(chunk: Bytes, from: number, size: number): number {
    const to = Math.min(chunk.length, from + Math.max(0, size - this.filled));
    const filled = this.filled + to - from;
    if (filled > this.pending.length) {
      const grown = new Uint8Array(Math.max(CAPACITY, filled, 2 * this.pending.length));
      grown.set(this.pending.subarray(0, this.filled));
      this.pending = grown;
    }
    this.pending.set(chunk.subarray(from, to), this.filled);
    this.filled = filled;
    return to;
  }
}
