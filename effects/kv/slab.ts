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
    const length = to - from;
    if (length > LONGEST) return bytes.slice(from, to);
    if (this.used + length > this.piece.length) {
      this.piece = new Uint8Array(PIECE);
      this.used = 0;
    }
    const at = this.used;
    const end = this.used = at + length;
    this.piece.set(length === bytes.length ? bytes : bytes.subarray(from, to), at);
    return this.piece.subarray(at, end);
  }
}
