/**
 * Signed 64-bit numbers, as values of RaftKV hold them: decimal, in the one form that Redis accepts.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Reader } from "../wire/reader.ts";
import { WireError } from "../wire/wire_error.ts";
import type { Writer } from "../wire/writer.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** A sign and 19 digits: no number is longer. */
const LONGEST = 20;

/** No leading zeros, no plus sign, no minus zero, no spaces: equal numbers have equal bytes. */
const DECIMAL = /^(0|-?[1-9][0-9]*)$/;

/** Whether `n` is a signed 64-bit number. */
export function isInt64(n: bigint): boolean {
  return BigInt.asIntN(64, n) === n;
}

/** The number that `bytes` are, in decimal; none if they are not one, or one of more than 64 bits. */
export function parseInt64(bytes: Bytes): Option<bigint> {
  if (bytes.length > LONGEST) return O.none;
  const text = DECODER.decode(bytes);
  if (!DECIMAL.test(text)) return O.none;
  const n = BigInt(text);
  return isInt64(n) ? O.some(n) : O.none;
}

/** `n` in decimal. */
export function formatInt64(n: bigint): Bytes {
  return ENCODER.encode(n.toString());
}

/** Writes eight bytes, the lowest first. Throws {@linkcode WireError} for a larger number. */
export function writeInt64(writer: Writer, n: bigint): void {
  if (!isInt64(n)) throw new WireError(`Cannot write ${n}: it is no signed 64-bit number.`);
  writer.u32(Number(BigInt.asUintN(32, n)));
  writer.u32(Number(BigInt.asUintN(32, n >> 32n)));
}

/** Reads eight bytes, the lowest first. */
export function readInt64(reader: Reader): bigint {
  const low = reader.u32();
  return BigInt.asIntN(64, (BigInt(reader.u32()) << 32n) | BigInt(low));
}
