/**
 * Reads the values of a line of JSON one after the other, where it is known which ones have to come. It reads only what
 * `JSON.stringify` writes, and of that only the form that is expected: of any other line it says that it is another one,
 * without saying why.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { LineText } from "./line_text.ts";

const ENCODER = new TextEncoder();

/** With this and eight hexadecimal digits the text of some lines ends. */
export const SEAL = ',"text":"';
/** How long that is, with what closes it. */
export const SEAL_LENGTH: number = SEAL.length + 10;

/** So many digits are never more than a number holds exactly; with one more they may be. */
const EXACT_DIGITS = 15;

const [ZERO, NINE, DOT, MINUS, PLUS, QUOTE, PAD] = [...'09.-+"='].map((char) => char.charCodeAt(0));
const [SMALL_N, SMALL_E, LARGE_E, SMALL_T] = [..."neEt"].map((char) => char.charCodeAt(0));

const NO_DIGIT = 255;

/** The value of each character in base64. */
const BASE64 = digitsOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const HEXADECIMAL = digitsOf("0123456789abcdef");

/** Powers of ten that are exact, and whose quotients with exact numbers are rounded once. */
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

/** Text that has to come, as bytes. */
export function literal(text: string): Bytes {
  return ENCODER.encode(text);
}

const SEAL_BYTES = literal(SEAL);
const SEAL_END = literal('"}');
const NULL = literal("null");
const TRUE = literal("true");
const FALSE = literal("false");

/** A position in a line. Once something else has come than was expected, what is read means nothing. */
export class LineScanner {
  /** Whether something else has come than was expected. */
  failed = false;
  #text = "";
  readonly #line = new LineText();
  #bytes = this.#line.bytes;
  #at = 0;
  #end = 0;

  /** Goes to the beginning of `text`. */
  begin(text: string): void {
    this.#line.set(text);
    this.#bytes = this.#line.bytes;
    this.#text = text;
    this.#end = this.#line.length;
    this.#at = 0;
    this.failed = false;
  }

  /** If the line ends with a check of the text, that check; what is read then ends before it. */
  takeSeal(): Option<number> {
    const end = this.#end;
    this.#at = Math.max(0, end - SEAL_LENGTH);
    const isSealed = this.passes(SEAL_BYTES);
    const check = isSealed ? this.hexadecimal() : 0;
    const isWhole = isSealed && !this.failed && this.passes(SEAL_END);
    this.#at = 0;
    this.failed = false;
    if (!isWhole) return O.none;
    this.#end = end - SEAL_LENGTH;
    return O.some(check);
  }

  /** The sum that `sum` becomes with the line, but for its last `behind` bytes. */
  sum(sum: number, behind = 0): number {
    return this.#line.sum(sum, behind);
  }

  /** Whether everything was as expected, and nothing is left. */
  get complete(): boolean {
    return !this.failed && this.#at === this.#end;
  }

  /** Where the next byte is. */
  get position(): number {
    return this.#at;
  }

  /** Goes back to a position. */
  goTo(position: number): void {
    this.#at = position;
  }

  /** The next byte, which stays; 0 at the end. */
  get next(): number {
    return this.#at < this.#end ? this.#bytes[this.#at] : 0;
  }

  /** Whether `expected` comes next; if so, it is passed. */
  passes(expected: Bytes): boolean {
    const { length } = expected;
    const at = this.#at;
    if (at + length > this.#end) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false;
    this.#at = at + length;
    return true;
  }

  /** `expected` has to come next. */
  expect(expected: Bytes): void {
    if (!this.passes(expected)) this.failed = true;
  }

  /** How far it is to the next quotation mark. */
  untilQuote(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end && bytes[at] !== QUOTE) at++;
    return at - this.#at;
  }

  /** A whole number from 0 on. */
  whole(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    let value = 0;
    for (; at < this.#end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - from;
    if (digits === 0 || digits > EXACT_DIGITS + 1 || value > Number.MAX_SAFE_INTEGER) this.failed = true;
    if (digits > 1 && bytes[from] === ZERO) this.failed = true;
    this.#at = at;
    return value;
  }

  /** Any number that is written as one. */
  real(): number {
    const from = this.#at;
    if (this.next === MINUS) this.#at++;
    const whole = this.#at;
    const digits = this.#digits();
    if (digits === 0 || (digits > 1 && this.#bytes[whole] === ZERO)) this.failed = true;
    let behind = 0;
    if (this.next === DOT) {
      this.#at++;
      behind = this.#digits();
      if (behind === 0) this.failed = true;
    }
    if (this.next === SMALL_E || this.next === LARGE_E) {
      this.#at++;
      if (this.next === MINUS || this.next === PLUS) this.#at++;
      if (this.#digits() === 0) this.failed = true;
    } else if (whole === from && digits + behind <= EXACT_DIGITS) {
      return this.#decimal(from, digits, behind);
    }
    // Everything before was ASCII, so that bytes and characters are at the same positions.
    return Number(this.#text.slice(from, this.#at));
  }

  /** True or false. */
  boolean(): boolean {
    if (this.next === SMALL_T) {
      this.expect(TRUE);
      return true;
    }
    this.expect(FALSE);
    return false;
  }

  /** Whether there is `null`, which is passed. */
  passesNull(): boolean {
    return this.next === SMALL_N && this.passes(NULL);
  }

  /** A whole number or `null`. */
  optionalWhole(): Option<number> {
    return this.passesNull() ? O.none : O.some(this.whole());
  }

  /** 32 bits in eight hexadecimal digits. */
  hexadecimal(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (at + 8 > this.#end) {
      this.failed = true;
      return 0;
    }
    let value = 0;
    let seen = 0;
    for (let i = at; i < at + 8; i++) {
      const digit = HEXADECIMAL[bytes[i]];
      seen |= digit;
      value = (value << 4) | digit;
    }
    if ((seen & 128) !== 0) this.failed = true;
    this.#at = at + 8;
    return value >>> 0;
  }

  /** Bytes in base64, up to the quotation mark behind them. */
  base64(): Bytes {
    const length = this.untilQuote();
    const from = this.#at;
    const bytes = this.#bytes;
    this.#at = from + length;
    if (length === 0) return NO_BYTES;
    if (length % 4 !== 0) {
      this.failed = true;
      return NO_BYTES;
    }
    const end = from + length;
    const padding = bytes[end - 1] !== PAD ? 0 : bytes[end - 2] !== PAD ? 1 : 2;
    const decoded = new Uint8Array(length / 4 * 3 - padding);
    if (!decodeBase64(bytes, from, end - padding, decoded)) this.failed = true;
    return decoded;
  }

  #digits(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    while (at < this.#end && bytes[at] >= ZERO && bytes[at] <= NINE) at++;
    this.#at = at;
    return at - from;
  }

  #decimal(from: number, digits: number, behind: number): number {
    let value = 0;
    for (let i = 0; i < digits; i++) value = value * 10 + this.#bytes[from + i] - ZERO;
    const point = from + digits + 1;
    for (let i = 0; i < behind; i++) value = value * 10 + this.#bytes[point + i] - ZERO;
    return value / POWERS[behind];
  }
}

/** Decodes the characters `from` to before `end`; whether all of them are base64. */
function decodeBase64(bytes: Bytes, from: number, end: number, decoded: Uint8Array): boolean {
  let to = 0;
  let seen = 0;
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const a = BASE64[bytes[at]];
    const b = BASE64[bytes[at + 1]];
    const c = BASE64[bytes[at + 2]];
    const d = BASE64[bytes[at + 3]];
    seen |= a | b | c | d;
    decoded[to] = (a << 2) | (b >> 4);
    decoded[to + 1] = (b << 4) | (c >> 2);
    decoded[to + 2] = (c << 6) | d;
    to += 3;
  }
  if (at < end) { // two or three characters before the padding
    const a = BASE64[bytes[at]];
    const b = BASE64[bytes[at + 1]];
    const c = at + 2 < end ? BASE64[bytes[at + 2]] : 0;
    seen |= a | b | c;
    decoded[to] = (a << 2) | (b >> 4);
    if (at + 2 < end) decoded[to + 1] = (b << 4) | (c >> 2);
  }
  return (seen & 128) === 0;
}

function digitsOf(alphabet: string): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(256).fill(NO_DIGIT);
  for (let i = 0; i < alphabet.length; i++) digits[alphabet.charCodeAt(i)] = i;
  return digits;
}
