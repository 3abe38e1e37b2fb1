/**
 * The text of lines as bytes, and a running check of it, by which whoever reads notices whatever was changed, lost or put in
 * another place.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { HIGH_SEED, mixed } from "./hash.ts";

/** The sum of no text at all. */
export const NO_TEXT: number = HIGH_SEED;

const ENCODER = new TextEncoder();

/** One line after the other, as bytes. */
export class LineText {
  #bytes = new Uint8Array(0);
  #words = new Int32Array(0);
  #length = 0;

  /** Goes to `text`. */
  set(text: string): void {
    if (this.#bytes.length < 3 * text.length) {
      this.#words = new Int32Array(Math.max(1024, 2 * text.length));
      this.#bytes = new Uint8Array(this.#words.buffer);
    }
    this.#length = ENCODER.encodeInto(text, this.#bytes).written;
  }

  /** The bytes of the line, and others behind them. */
  get bytes(): Bytes {
    return this.#bytes;
  }

  /** How many bytes the line has. */
  get length(): number {
    return this.#length;
  }

  /**
   * The sum that `sum` becomes with the line, but for its last `behind` bytes: the upper lane of a `Hasher`, which is enough,
   * and costs a third of both. Machines take the lowest byte of a word first wherever this program runs.
   */
  sum(sum: number, behind = 0): number {
    const [bytes, words, length] = [this.#bytes, this.#words, this.#length - behind];
    const whole = length >>> 2;
    let lane = next(sum, length);
    for (let i = 0; i < whole; i++) lane = next(lane, words[i]);
    if (length === 4 * whole) return lane;
    let rest = 0;
    for (let at = 4 * whole; at < length; at++) rest = (rest << 8) | bytes[at];
    return next(lane, rest);
  }
}

/** The check of everything that was summed up. */
export function checkOf(sum: number): number {
  return mixed(sum) >>> 0;
}

function next(lane: number, word: number): number {
  const mixed = lane ^ Math.imul(word, 0xcc9e2d51);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
