/**
 * Writes replies into one growing buffer, so that what is answered together leaves together.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Reply } from "./reply.ts";

const FIRST_SIZE = 1_024;
const LARGEST_KEPT = 262_144; // a buffer that had to grow beyond this is not kept for later
const LARGE = 32_768; // bytes of a value that is not worth copying

const CR = 0x0d;
const LF = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const DOLLAR = 0x24;
const STAR = 0x2a;
const ZERO = 0x30;
const SPACE = 0x20;
const QUESTION_MARK = 0x3f;

/** Collects replies. Two buffers take turns: one is filled while the other is written. */
export class ReplyWriter {
  #buffer = new Uint8Array(FIRST_SIZE);
  #other = new Uint8Array(0);
  /** Where what is not in a segment yet begins, and where it ends. */
  #from = 0;
  #to = 0;
  #segments: Bytes[] = [];
  #inSegments = 0;
  #taken = 0;

  /** Bytes that nobody has taken. */
  get size(): number {
    return this.#inSegments + this.#to - this.#from;
  }

  /** Bytes that are not known to have left. */
  get unsent(): number {
    return this.#taken + this.size;
  }

  /** Adds a reply. */
  write(reply: Reply): void {
    switch (reply.type) {
      case "Line":
        return this.#line(PLUS, reply.text);
      case "Error":
        return this.#line(MINUS, reply.text);
      case "Integer":
        return this.#integer(COLON, reply.value);
      case "Bulk":
        return this.#bulk(reply.bytes);
      case "List":
        this.#integer(STAR, reply.items.length);
        for (const item of reply.items) this.write(item);
        return;
      case "Nil":
        return this.#integer(DOLLAR, -1);
    }
  }

  /** What there is, in order. It stays as it is until the next call. */
  take(): readonly Bytes[] {
    this.#closeSegment();
    const segments = this.#segments;
    this.#taken = this.#inSegments;
    this.#segments = [];
    this.#inSegments = 0;
    const written = this.#buffer;
    this.#buffer = this.#other.length === 0 ? new Uint8Array(FIRST_SIZE) : this.#other;
    this.#other = written.length > LARGEST_KEPT ? new Uint8Array(0) : written;
    this.#from = this.#to = 0;
    return segments;
  }

  /** What was taken last has left. */
  sent(): void {
    this.#taken = 0;
  }

  /** A line, one byte a character; what would break the line, or is no byte, is replaced. */
  #line(kind: number, text: string): void {
    this.#reserve(text.length + 3);
    const buffer = this.#buffer;
    let to = this.#to;
    buffer[to++] = kind;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      buffer[to++] = code === CR || code === LF ? SPACE : code > 0xff ? QUESTION_MARK : code;
    }
    buffer[to++] = CR;
    buffer[to++] = LF;
    this.#to = to;
  }

  #integer(kind: number, value: number | bigint): void {
    if (typeof value === "bigint" || value < 0 || value > 999_999_999) return this.#line(kind, String(value));
    this.#reserve(12);
    const buffer = this.#buffer;
    buffer[this.#to] = kind;
    let width = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) width++;
    const end = this.#to + 1 + width;
    for (let at = end - 1, rest = value; at > this.#to; at--) {
      buffer[at] = ZERO + rest % 10;
      rest = Math.floor(rest / 10);
    }
    buffer[end] = CR;
    buffer[end + 1] = LF;
    this.#to = end + 2;
  }

  #bulk(bytes: Bytes): void {
    this.#integer(DOLLAR, bytes.length);
    if (bytes.length < LARGE) {
      this.#reserve(bytes.length + 2);
      this.#buffer.set(bytes, this.#to);
      this.#to += bytes.length;
    } else {
      this.#closeSegment();
      this.#segments.push(bytes);
      this.#inSegments += bytes.length;
      this.#reserve(2);
    }
    this.#buffer[this.#to++] = CR;
    this.#buffer[this.#to++] = LF;
  }

  #closeSegment(): void {
    if (this.#to === this.#from) return;
    this.#segments.push(this.#buffer.subarray(this.#from, this.#to));
    this.#inSegments += this.#to - this.#from;
    this.#from = this.#to;
  }

  /** Makes room for `count` more bytes. A buffer that segments lie in stays as it is; only what lies behind them moves. */
  #reserve(count: number): void {
    if (this.#to + count <= this.#buffer.length) return;
    const held = this.#to - this.#from;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, held + count));
    larger.set(this.#buffer.subarray(this.#from, this.#to));
    this.#buffer = larger;
    this.#from = 0;
    this.#to = held;
  }
}
