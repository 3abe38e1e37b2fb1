/**
 * Requests in the Redis protocol (RESP2): arrays of bulk strings, or inline commands.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { splitInline } from "./inline.ts";
import { parseSafe } from "./integer.ts";
import type { RespLimits } from "./limits.ts";

/**
 * The words of a request: the command's name and its arguments, at least one. They are views of a larger buffer, which is
 * never written again: they stay as they are, but whoever keeps one for long should copy it.
 */
export type Request = readonly Bytes[];

/** The bounds that a parser keeps. */
export type ParserLimits = Pick<RespLimits, "maxArguments" | "maxBulkBytes" | "maxInlineBytes" | "maxRequestBytes">;

const LF = 0x0a;
const CR = 0x0d;
const DOLLAR = 0x24;
const STAR = 0x2a;
const LEAST_ROOM = 1_024;
const LEAST_BUFFER = 4_096;
const LARGEST_BUFFER = 65_536;
const LARGE = 16_384; // a word of this size is not collected in the buffer, but read into a place of its own
const LARGEST_LEAP = 1_048_576; // what is set aside at most for a bulk of which nothing has arrived
const STRANGER_ARGUMENTS = 10; // as in Redis: who has not given the password cannot make the server hold much
const STRANGER_BULK_BYTES = 16_384;
const NONE = -1;

/**
 * Takes bytes as they arrive, in pieces of any size, and gives complete requests. Bytes are read straight into it: into
 * its buffer, or into the value itself where that is larger. It fails once, and for good, in Redis' words.
 */
export class RequestParser {
  readonly #limits: ParserLimits;
  #failure: Option<string> = O.none;
  /** What has arrived and was not consumed is in `#buffer` from `#from` up to `#to`. What is consumed stays as it is. */
  #buffer: Bytes = new Uint8Array(LEAST_BUFFER);
  #from = 0;
  #to = 0;
  /** No line ends before this position. */
  #searched = 0;
  /** Where the line began that was consumed last. */
  #lineFrom = 0;
  #largestRead = 0;
  /** The request under way, and how many words it lacks; 0 between requests. */
  #words: Bytes[] = [];
  #missing = 0;
  #size = 0;
  /** The length of the word that comes next, once it is announced. */
  #announced = NONE;
  /** A large word of which not everything had arrived, and how much of it is there. */
  #large: Bytes | null = null;
  #largeFilled = 0;

  /** A parser with these bounds. */
  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  /** Why nothing more will be understood: an error message without `ERR`. */
  get failure(): Option<string> {
    return this.#failure;
  }

  /** Where to put what arrives next; never empty. */
  room(): Bytes {
    if (this.#large !== null && this.#largeFilled < this.#announced) return this.#roomInLarge(this.#large);
    if (this.#buffer.length - this.#to < LEAST_ROOM) this.#renewBuffer();
    return this.#buffer.subarray(this.#to);
  }

  /** So many bytes were put there. */
  received(count: number): void {
    if (this.#large !== null && this.#largeFilled < this.#announced) {
      this.#largeFilled += count;
      return;
    }
    this.#to += count;
    if (count > this.#largestRead) this.#largestRead = count;
  }

  /** The next complete request, if there is one. Strangers (`trusted` is false) are kept short. */
  next(trusted = true): Option<Request> {
    while (O.isNone(this.#failure)) {
      if (this.#missing > 0) return this.#readWords(trusted) ? O.some(this.#complete()) : O.none;
      if (this.#from === this.#to) return O.none;
      if (this.#buffer[this.#from] !== STAR) {
        const line = this.#readLine();
        if (line === null) return O.none;
        const words = splitInline(line);
        if (O.isNone(words)) return this.#fail("unbalanced quotes in request");
        if (words.value.length > 0) return words;
      } else if (!this.#readArrayHeader(trusted)) return O.none;
    }
    return O.none;
  }

  #complete(): Request {
    const words = this.#words;
    this.#words = [];
    this.#size = 0;
    return words;
  }

  /** Whether the header was there; an array without elements is passed over. */
  #readArrayHeader(trusted: boolean): boolean {
    const count = this.#readNumber("too big mbulk count string");
    if (count === null) return false;
    if (Number.isNaN(count) || count > this.#limits.maxArguments) return this.#failed("invalid multibulk length");
    if (!trusted && count > STRANGER_ARGUMENTS) return this.#failed("unauthenticated multibulk length");
    this.#missing = Math.max(count, 0);
    return true;
  }

  /** Whether the request is complete. */
  #readWords(trusted: boolean): boolean {
    for (; this.#missing > 0; this.#missing--) {
      if (this.#announced === NONE && !this.#readWordHeader(trusted)) return false;
      const word = this.#large === null ? this.#readWord() : this.#readLarge(this.#large);
      if (word === null) return false;
      this.#words.push(word);
      this.#announced = NONE;
    }
    return true;
  }

  #readWordHeader(trusted: boolean): boolean {
    if (this.#from === this.#to) return false;
    const first = this.#buffer[this.#from];
    if (first !== DOLLAR) return this.#failed(`expected '$', got '${String.fromCharCode(first)}'`);
    const length = this.#readNumber("too big bulk count string");
    if (length === null) return false;
    if (Number.isNaN(length) || length < 0 || length > this.#limits.maxBulkBytes) {
      return this.#failed("invalid bulk length");
    }
    if (!trusted && length > STRANGER_BULK_BYTES) return this.#failed("unauthenticated bulk length");
    if (this.#size + length > this.#limits.maxRequestBytes) return this.#failed("too big request");
    this.#announced = length;
    this.#size += length;
    return true;
  }

  /** The announced word, where all of it lies in the buffer. */
  #readWord(): Bytes | null {
    const from = this.#from;
    const end = from + this.#announced;
    if (end > this.#to) {
      if (this.#announced >= LARGE) this.#beginLarge();
      return null;
    }
    return this.#readLineEnd(end) ? this.#buffer.subarray(from, end) : null;
  }

  #readLarge(large: Bytes): Bytes | null {
    if (this.#largeFilled < this.#announced || !this.#readLineEnd(this.#from)) return null;
    this.#large = null;
    return large;
  }

  /** Moves what there is of the announced word into a buffer of its own, into which the rest will be read. */
  #beginLarge(): void {
    const there = this.#to - this.#from;
    const large = new Uint8Array(Math.min(this.#announced, Math.max(LARGEST_LEAP, 2 * there)));
    large.set(this.#buffer.subarray(this.#from, this.#to));
    this.#from = this.#to;
    this.#large = large;
    this.#largeFilled = there;
  }

  /** Memory follows what has arrived, not what was announced. */
  #roomInLarge(large: Bytes): Bytes {
    if (this.#largeFilled < large.length) return large.subarray(this.#largeFilled);
    const larger = new Uint8Array(Math.min(this.#announced, 2 * large.length));
    larger.set(large);
    this.#large = larger;
    return larger.subarray(this.#largeFilled);
  }

  /** Whether a line ends at `at`, behind a word; if so, everything up to there is consumed. */
  #readLineEnd(at: number): boolean {
    if (at < this.#to && this.#buffer[at] !== CR) return this.#failed("expected CRLF behind a bulk string");
    if (at + 2 > this.#to) return false;
    if (this.#buffer[at + 1] !== LF) return this.#failed("expected CRLF behind a bulk string");
    this.#from = this.#searched = at + 2;
    return true;
  }

  /** The number behind the first byte of a line, which it consumes; null if the line is not complete, or far too long. */
  #readNumber(tooLong: string): number | null {
    const end = this.#readLineOr(tooLong);
    if (end === NONE) return null;
    return this.#buffer[end] === CR ? parseSafe(this.#buffer, this.#lineFrom + 1, end) : NaN;
  }

  #readLine(): Bytes | null {
    const end = this.#readLineOr("too big inline request");
    return end === NONE ? null : this.#buffer.subarray(this.#lineFrom, end);
  }

  /** Where the line that it consumes ends, its end not included; it began at `#lineFrom`. */
  #readLineOr(tooLong: string): number {
    const from = this.#from;
    let at = Math.max(this.#searched, from);
    const limit = Math.min(this.#to, from + this.#limits.maxInlineBytes + 2);
    while (at < limit && this.#buffer[at] !== LF) at++;
    this.#searched = at;
    if (at === limit) {
      if (limit - from >= this.#limits.maxInlineBytes + 2) this.#failed(tooLong);
      return NONE;
    }
    this.#lineFrom = from;
    this.#from = this.#searched = at + 1;
    return at > from && this.#buffer[at - 1] === CR ? at - 1 : at;
  }

  #renewBuffer(): void {
    const kept = this.#to - this.#from;
    const wanted = Math.max(LEAST_BUFFER, Math.min(LARGEST_BUFFER, 4 * this.#largestRead), 2 * kept + LEAST_ROOM);
    const buffer = new Uint8Array(wanted);
    buffer.set(this.#buffer.subarray(this.#from, this.#to));
    this.#searched = Math.max(0, this.#searched - this.#from);
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = kept;
    this.#largestRead = 0;
  }

  #fail(message: string): Option<never> {
    this.#failure = O.some(`Protocol error: ${message}`);
    return O.none;
  }

  #failed(message: string): false {
    this.#fail(message);
    return false;
  }
}
