/**
 * Replies in the Redis protocol (RESP2), as data.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";

/** A short text without line breaks (a simple string). */
export interface Line extends Tagged<"Line"> {
  /** The text. */
  readonly text: string;
}

/** An error: a word in capitals that programs can tell, and a sentence. */
export interface ErrorReply extends Tagged<"Error"> {
  /** Both; every character stands for one byte, so that what a client sent comes back as it was. */
  readonly text: string;
}

/** A whole number. */
export interface IntegerReply extends Tagged<"Integer"> {
  /** A signed 64-bit number. */
  readonly value: number | bigint;
}

/** Bytes. */
export interface Bulk extends Tagged<"Bulk"> {
  /** They may be anything. */
  readonly bytes: Bytes;
}

/** Replies in a row. */
export interface List extends Tagged<"List"> {
  /** They may be of different types. */
  readonly items: readonly Reply[];
}

/** A reply; `Nil` is none. */
export type Reply = Line | ErrorReply | IntegerReply | Bulk | List | Tagged<"Nil">;

/** It is done. */
export const OK: Reply = { type: "Line", text: "OK" };

/** There is none. */
export const NIL: Reply = { type: "Nil" };

/** The numbers of nothing and of one, which stand for no and yes. */
export const ZERO: Reply = { type: "Integer", value: 0 };

/** Yes. */
export const ONE: Reply = { type: "Integer", value: 1 };

const UTF_8 = new TextEncoder();

/** A simple string. */
export function line(text: string): Reply {
  return { type: "Line", text };
}

/** An error; `text` begins with its kind in capitals. */
export function error(text: string): ErrorReply {
  return { type: "Error", text };
}

/** A number. */
export function integer(value: number | bigint): Reply {
  return { type: "Integer", value };
}

/** Bytes. */
export function bulk(bytes: Bytes): Reply {
  return { type: "Bulk", bytes };
}

/** Bytes, or nothing. */
export function bulkOrNil(bytes: Option<Bytes>): Reply {
  return O.isSome(bytes) ? { type: "Bulk", bytes: bytes.value } : NIL;
}

/** A text as bytes. */
export function text(text: string): Reply {
  return { type: "Bulk", bytes: UTF_8.encode(text) };
}

/** A list. */
export function list(items: readonly Reply[]): Reply {
  return { type: "List", items };
}
