/**
 * Reads what a {@linkcode Writer} wrote, and believes nothing: every value is checked against what is there.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { WireError } from "./wire_error.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A position in bytes from others. Every method throws {@linkcode WireError} where the bytes are too few or wrong, so it is
 * used inside {@linkcode decode} only. Nothing is allocated by a length before as many bytes are known to be there.
 *
 * Bytes that were read are views of the bytes that are read from: who uses those again has to copy them first.
 */
export class Reader {
  private readonly source: Bytes;
  private readonly buffer: ArrayBufferLike;
  private readonly offset: number;
  private readonly limit: number;
  private at: number;

  /** Reads `bytes` from `from` to before `to`. */
  constructor(bytes: Bytes, from = 0, to: number = bytes.length) {
    if (!(from >= 0 && from <= to && to <= bytes.length)) {
      throw new RangeError(`Cannot read from ${from} to ${to}: there are ${bytes.length} bytes.`);
    }
    this.source = bytes;
    this.buffer = bytes.buffer;
    this.offset = bytes.byteOffset;
    this.at = from;
    this.limit = to;
  }

  /** Where the next byte is read. */
  get position(): number {
    return this.at;
  }

  /** How many bytes are left. */
  get rest(): number {
    return this.limit - this.at;
  }

  /** One byte. */
  u8(): number {
    if (this.at >= this.limit) throw this.cutShort();
    return this.source[this.at++];
  }

  /** The next byte, which stays. */
  peek(): number {
    if (this.at >= this.limit) throw this.cutShort();
    return this.source[this.at];
  }

  /** 0 or 1, as false or true. */
  boolean(): boolean {
    const value = this.u8();
    if (value > 1) throw this.failure(`${value} is neither false nor true`);
    return value === 1;
  }

  /** Four bytes, the lowest first. */
  u32(): number {
    const at = this.take(4);
    const { source } = this;
    return (source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24)) >>> 0;
  }

  /** Eight bytes: any number. */
  f64(): number {
    return new DataView(this.buffer, this.offset + this.take(8), 8).getFloat64(0, true);
  }

  /** A whole number. A longer form of a number than the shortest one is refused, so that equal values have equal bytes. */
  varint(): number {
    if (this.at >= this.limit) throw this.cutShort();
    const first = this.source[this.at++];
    return first < 128 ? first : this.longVarint(first - 128);
  }

  /** The number of elements in a list, each of which takes at least `least` bytes, so that so many can be there. */
  count(least = 1): number {
    const count = this.varint();
    if (count * least > this.limit - this.at) throw this.failure(`${count} elements cannot be in what is left`);
    return count;
  }

  /** The next `length` bytes: a view. */
  raw(length: number): Bytes {
    if (length === 0) return NO_BYTES;
    // The constructor takes two thirds of the time of `subarray`.
    return new Uint8Array(this.buffer, this.offset + this.take(length), length);
  }

  /** Bytes behind their number: a view. */
  bytes(): Bytes {
    return this.raw(this.varint());
  }

  /** Bytes behind their number: a copy. */
  copiedBytes(): Bytes {
    return this.bytes().slice();
  }

  /** A text in UTF-8 behind the number of its bytes. */
  string(): string {
    const bytes = this.bytes();
    try {
      return DECODER.decode(bytes);
    } catch {
      throw this.failure("a text is not UTF-8");
    }
  }

  /** Everything that is left: a view. */
  remaining(): Bytes {
    return this.raw(this.rest);
  }

  /** Refuses bytes that are left. */
  end(): void {
    if (this.at !== this.limit) throw this.failure(`${this.rest} bytes are left over`);
  }

  /** An error to be thrown: what is wrong here. */
  failure(what: string): WireError {
    return new WireError(`Cannot read at byte ${this.at}: ${what}.`);
  }

  /** Goes on by `length` bytes, and returns where they begin. */
  private take(length: number): number {
    const { at } = this;
    if (length > this.limit - at) throw this.cutShort();
    this.at = at + length;
    return at;
  }

  /** The error where bytes are missing. */
  private cutShort(): WireError {
    return this.failure("the bytes end too early");
  }

  /** A varint of several bytes, whose first one has the bits `first`. */
  private longVarint(first: number): number {
    let value = first;
    for (let scale = 128, bytes = 2; bytes <= 8; scale *= 128, bytes++) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte >= 128) continue;
      if (byte === 0) throw this.failure("a number is longer than it has to be");
      if (value > Number.MAX_SAFE_INTEGER) break;
      return value;
    }
    throw this.failure("a number is too large");
  }
}

/** What `read` makes of all `bytes`. The border of the codec: here, and only here, its errors are caught. */
export function decode<A>(bytes: Bytes, read: (reader: Reader) => A): Either<WireError, A> {
  try {
    const reader = new Reader(bytes);
    const value = read(reader);
    reader.end();
    return E.right(value);
  } catch (error) {
    if (error instanceof WireError) return E.left(error);
    throw error;
  }
}
