/**
 * Finds the frames in a stream that arrives in chunks, cut anywhere.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { announcedLength, FRAME_HEADER, frameAt, type FrameError } from "./frame.ts";

/** Less is never allocated for a frame that does not arrive at once, so that small ones do not grow step by step. */
const SMALLEST = 4096;

/** What a chunk has completed. */
export interface Pushed {
  /** The payloads of the frames that are now complete, in order; good even if there is an error behind them. */
  readonly payloads: readonly Bytes[];
  /** What is wrong with the frame behind them. After it, nothing can be found any more. */
  readonly error: Option<FrameError>;
}

/**
 * Reads the frames of one stream. A frame that lies in one chunk is not copied: its payload is a view of the chunk, and
 * whoever uses the chunk again has to copy first. A frame in several chunks is put together in a buffer of its own, which
 * grows with what arrives and not with what was announced.
 */
export class FrameReader {
  private readonly maximum: number;
  private error: Option<FrameError> = O.none;
  // The beginning of a frame, and how many bytes of it have arrived.
  private partial: Uint8Array<ArrayBuffer> | null = null;
  private filled = 0;

  /** A reader that refuses payloads of more than `maximum` bytes. */
  constructor(maximum: number) {
    this.maximum = maximum;
  }

  /** The number of bytes that wait for the rest of their frame; where a stream ends, 0 if it ends between two frames. */
  get waiting(): number {
    return this.filled;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Bytes): Pushed {
    const payloads: Bytes[] = [];
    let at = this.complete(chunk, payloads);
    while (at < chunk.length && O.isNone(this.error)) {
      const frame = frameAt(chunk, at, this.maximum);
      if (frame.type === "Frame") {
        payloads.push(frame.payload);
        at = frame.next;
      } else if (frame.type === "CutShort") {
        at = this.keep(chunk, at, chunk.length);
      } else {
        this.error = O.some(frame);
      }
    }
    return { payloads, error: this.error };
  }

  /** Goes on with the frame that earlier chunks began, and returns the position behind what it took of this one. */
  private complete(chunk: Bytes, payloads: Bytes[]): number {
    let at = 0;
    while (this.partial !== null && at < chunk.length) {
      const size = this.filled < FRAME_HEADER ? FRAME_HEADER : this.frameSize(this.partial);
      at = this.keep(chunk, at, Math.min(chunk.length, at + size - this.filled));
      if (this.filled < size) return at;
      const frame = frameAt(this.partial.subarray(0, this.filled), 0, this.maximum);
      if (frame.type === "CutShort") continue; // only the header is complete
      this.partial = null;
      this.filled = 0;
      if (frame.type === "Frame") {
        payloads.push(frame.payload);
      } else {
        this.error = O.some(frame);
        return at;
      }
    }
    return at;
  }

  /** The size of a frame whose header was found to be good when it was complete. */
  private frameSize(frame: Bytes): number {
    const length = announcedLength(frame, this.maximum);
    return typeof length === "number" ? FRAME_HEADER + length : FRAME_HEADER;
  }

  /** Keeps a part of the chunk for the frame that is not complete, and returns the position behind the part. */
  private keep(chunk: Bytes, from: number, to: number): number {
    const filled = this.filled + to - from;
    if (this.partial === null || filled > this.partial.length) {
      const grown = new Uint8Array(Math.max(SMALLEST, filled, 2 * this.filled));
      if (this.partial !== null) grown.set(this.partial.subarray(0, this.filled));
      this.partial = grown;
    }
    this.partial.set(chunk.subarray(from, to), this.filled);
    this.filled = filled;
    return to;
  }
}
