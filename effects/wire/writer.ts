/**
 * Writes binary values one behind the other into a buffer that grows.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { checksum } from "./checksum.ts";
import { WireError } from "./wire_error.ts";

const ENCODER = new TextEncoder();

/** The longest varint: 8 times 7 bits hold 53. */
const LONGEST_VARINT = 8;

/**
 * A growing buffer. One writer is used again and again: `reset` keeps the buffer.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Writer } from "./writer.ts";
 *
 * const writer = new Writer();
 * writer.varint(300);
 * writer.bytes(new Uint8Array([7]));
 * assertEquals(writer.copy(), new Uint8Array([0xac, 0x02, 1, 7]));
 * ```
 */
export class Writer {
  private buffer: Uint8Array<ArrayBuffer>;
  private words: DataView<ArrayBuffer>;
  private at = 0;

  /** A writer with room for `capacity` bytes, until it has to grow. */
  constructor(capacity = 1024) {
    this.buffer = new Uint8Array(Math.max(capacity, LONGEST_VARINT));
    this.words = new DataView(this.buffer.buffer);
  }

  /** The number of bytes written; the position of the next one. */
  get length(): number {
    return this.at;
  }

  /** One byte. */
  u8(value: number): void {
    if (this.at === this.buffer.length) this.grow(1);
    this.buffer[this.at++] = value;
  }

  /** False or true, as 0 or 1. */
  boolean(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  /** Four bytes, the lowest first. */
  u32(value: number): void {
    if (this.at + 4 > this.buffer.length) this.grow(4);
    this.words.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** Eight bytes: any number, also `Infinity`. */
  f64(value: number): void {
    if (this.at + 8 > this.buffer.length) this.grow(8);
    this.words.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** A whole number in seven bits a byte, the lowest first. Throws {@linkcode WireError} for any other number. */
  varint(value: number): void {
    if (this.at + LONGEST_VARINT > this.buffer.length) this.grow(LONGEST_VARINT);
    // Bit operators see 32 bits only: what they leave as it is, is a whole number below 128.
    if ((value & 127) === value) this.buffer[this.at++] = value;
    else this.longVarint(value);
  }

  /** The bytes as they are; the reader has to know how many. */
  raw(bytes: Bytes): void {
    const end = this.at + bytes.length;
    if (end > this.buffer.length) this.grow(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at = end;
  }

  /** The bytes behind their number. */
  bytes(bytes: Bytes): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** A text in UTF-8 behind the number of its bytes. Half a surrogate pair becomes U+FFFD. */
  string(text: string): void {
    this.bytes(ENCODER.encode(text));
  }

  /** Writes four bytes over those at `at`, which are written already: a length or a checksum that is known only now. */
  setU32(at: number, value: number): void {
    if (at + 4 > this.at) throw new RangeError(`Cannot write at ${at}: only ${this.at} bytes are written.`);
    this.words.setUint32(at, value, true);
  }

  /** Writes one byte over the one at `at`, which is written already. */
  setU8(at: number, value: number): void {
    if (at >= this.at) throw new RangeError(`Cannot write at ${at}: only ${this.at} bytes are written.`);
    this.buffer[at] = value;
  }

  /** Forgets what was written from `length` on, and keeps the buffer. */
  reset(length = 0): void {
    if (length > this.at) throw new RangeError(`Cannot go back to ${length}: only ${this.at} bytes are written.`);
    this.at = length;
  }

  /** What was written from `from` on, without a copy: valid until the next call of a method that writes. */
  view(from = 0): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(from, this.at);
  }

  /** A copy of what was written from `from` on. */
  copy(from = 0): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(from, this.at);
  }

  /** The CRC-32 of what was written from `from` on. */
  checksum(from = 0): number {
    return checksum(this.buffer, from, this.at);
  }

  /** Makes room for `length` more bytes at once, where many small writes follow. */
  reserve(length: number): void {
    if (this.at + length > this.buffer.length) this.grow(length);
  }

  /** A number that may take several bytes, or may be none that can be written. */
  private longVarint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new WireError(`Cannot write ${value}: it is not a whole number from 0 on.`);
    }
    const { buffer } = this;
    let { at } = this;
    let rest = value;
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128;
    for (; rest > 127; rest >>= 7) buffer[at++] = (rest & 127) | 128;
    buffer[at++] = rest;
    this.at = at;
  }

  /** Moves to a buffer with room for `length` more bytes. */
  private grow(length: number): void {
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.at + length));
    grown.set(this.buffer.subarray(0, this.at));
    this.buffer = grown;
    this.words = new DataView(grown.buffer);
  }
}

/** The bytes that `write` writes for `value`. */
export function encode<A>(value: A, write: (writer: Writer, value: A) => void): Uint8Array<ArrayBuffer> {
  const writer = new Writer(64);
  write(writer, value);
  return writer.copy();
}
