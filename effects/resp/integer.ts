/**
 * Decimal numbers as Redis reads them: no plus sign, no leading zeros, no spaces.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";

const MINUS = 0x2d;
const ZERO = 0x30;
const SAFE_DIGITS = 15; // every number of so many digits is exact
const MOST_DIGITS = 19; // of a 64-bit number
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The signed 64-bit number that `bytes` spell. */
export function parseInt64(bytes: Bytes): Option<bigint> {
  const number = parseSafe(bytes, 0, bytes.length);
  if (!Number.isNaN(number)) return O.some(BigInt(number));
  const negative = bytes[0] === MINUS;
  const digits = bytes.length - (negative ? 1 : 0);
  if (digits > MOST_DIGITS || !areDigits(bytes, negative ? 1 : 0, bytes.length)) return O.none;
  const value = BigInt(String.fromCharCode(...bytes));
  return value < LEAST || value > MOST ? O.none : O.some(value);
}

/** The number that the bytes from `from` up to `to` spell; not a number if they spell none, or one of more than 15 digits. */
export function parseSafe(bytes: Bytes, from: number, to: number): number {
  const negative = bytes[from] === MINUS;
  const first = negative ? from + 1 : from;
  if (to - first > SAFE_DIGITS) return NaN;
  if (to - first === 1 && bytes[first] === ZERO && !negative) return 0;
  if (!areDigits(bytes, first, to)) return NaN;
  let value = 0;
  for (let i = first; i < to; i++) value = value * 10 + (bytes[i] - ZERO);
  return negative ? -value : value;
}

function areDigits(bytes: Bytes, from: number, to: number): boolean {
  if (from >= to || bytes[from] === ZERO) return false;
  for (let i = from; i < to; i++) {
    if (bytes[i] < ZERO || bytes[i] > ZERO + 9) return false;
  }
  return true;
}
