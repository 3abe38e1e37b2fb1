/**
 * What may be missing: a byte that says whether it is there, and the value.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes whether there is a value, and the value with `write`. */
export function writeOption<A>(writer: Writer, option: Option<A>, write: (writer: Writer, value: A) => void): void {
  if (O.isNone(option)) {
    writer.u8(0);
  } else {
    writer.u8(1);
    write(writer, option.value);
  }
}

/** Reads whether there is a value, and the value with `read`. */
export function readOption<A>(reader: Reader, read: (reader: Reader) => A): Option<A> {
  return reader.boolean() ? O.some(read(reader)) : O.none;
}

/** Writes a whole number that may be missing. */
export function writeOptionalNumber(writer: Writer, option: Option<number>): void {
  if (O.isNone(option)) {
    writer.u8(0);
  } else {
    writer.u8(1);
    writer.varint(option.value);
  }
}

/** Reads a whole number that may be missing. */
export function readOptionalNumber(reader: Reader): Option<number> {
  return reader.boolean() ? O.some(reader.varint()) : O.none;
}
