/**
 * Small copies of bytes, cut from large pieces: a piece of memory of its own costs several times as much as a copy of a
 * hundred bytes.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

const PIECE = 16 << 10;

/** A copy that is longer gets a piece of its own, so that little is left over at the end of a piece. */
const LONGEST = PIECE >> 3;

/**
 * Makes copies. A piece stays in memory for as long as one copy from it is used, so copies that live long do not belong here,
 * unless all of them live equally long.
 */
export class Slab {
  private piece: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  private used = 0;

  /** A copy of `bytes` from `from` to before `to`. */
  copy(bytes: Bytes, from = 0, to: number = bytes.length): Bytes {
    const copy = this.allot(to - from);
    copy.set(to - from === bytes.length ? bytes : bytes.subarray(from, to));
    return copy;
  }

  /** `length` bytes, all of them zero, for the caller alone. */
  allot(length: number): Uint8Array<ArrayBuffer> {
    if (length > LONGEST) return new Uint8Array(length);
    if (this.used + length > this.piece.length) {
      this.piece = new Uint8Array(PIECE);
      this.used = 0;
    }
    const at = this.used;
    this.used += length;
    return this.piece.subarray(at, this.used);
  }
}
