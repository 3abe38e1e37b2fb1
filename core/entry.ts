/**
 * Log entries and their positions (§5.3).
 *
 * @module
 */

import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";

/** Identifies a node for ever: a positive integer that is never reused. */
export type NodeId = number;

/** The node with `id`, where 0 stands for none, as in the messages of other implementations. */
export function idOrNone(id: NodeId): Option<NodeId> {
  return id === 0 ? O.none : O.some(id);
}

/** Whether both name the same node, or none. */
export function sameId(a: Option<NodeId>, b: Option<NodeId>): boolean {
  return a === b || (O.isSome(a) ? O.isSome(b) && a.value === b.value : O.isNone(b));
}

/** Whether `n` can be a term, an index or a position at all: a whole number from 0 on. */
export function isWhole(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

/** Opaque bytes. Whoever holds them must not change them. */
export type Bytes = Uint8Array;

/** A position in a log together with the term of the entry there: the two say "the same log up to here" (§5.3). */
export interface EntryId {
  /** Position in the log, counted from 1; 0 is the position before the first entry. */
  readonly index: number;
  /** Term in which a leader made the entry. */
  readonly term: number;
}

/**
 * What an entry is for. `empty` is the entry that took the place of a refused configuration change; it differs from
 * `normal` only in its encoded size.
 */
export type EntryType = "normal" | "confChange" | "confChangeV2" | "empty";

/** What a client wants in the log: an {@linkcode Entry} before a leader has given it a term and an index. */
export interface Proposal {
  /** What it is for. */
  readonly type: EntryType;
  /** The payload: a command, or an encoded configuration change. */
  readonly data: Bytes;
  /** Encoded size in bytes, without term and index. */
  readonly size: number;
}

/** One position of the replicated log. */
export interface Entry extends EntryId {
  /** What it is for. */
  readonly type: EntryType;
  /** The payload: a command, or an encoded configuration change. */
  readonly data: Bytes;
  /** Encoded size in bytes, fixed when the entry is made or decoded; what `maxSizePerMsg` limits. */
  readonly size: number;
}

/** No bytes. */
export const NO_BYTES: Bytes = new Uint8Array(0);

/** No entries. */
export const NO_ENTRIES: readonly Entry[] = [];

/** The position before the first entry of a log that was never compacted. */
export const ORIGIN: EntryId = { index: 0, term: 0 };

/**
 * Makes a proposal of `data`; empty data is absent data.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { proposal } from "./entry.ts";
 *
 * assertEquals(proposal(new Uint8Array([1, 2, 3])).size, 5);
 * ```
 */
export function proposal(data: Bytes, type: EntryType = "normal"): Proposal {
  return { type, data, size: typeSize(type) + dataSize(data) };
}

/** The proposal that takes the place of a refused configuration change. */
export const EMPTY_PROPOSAL: Proposal = proposal(NO_BYTES, "empty");

/** Gives `proposal` its place in the log. */
export function entryAt(proposal: Proposal, index: number, term: number): Entry {
  const { type, data, size } = proposal;
  return { index, term, type, data, size: size + 2 + varintSize(index) + varintSize(term) };
}

/** Whether the entry changes the configuration when it is applied (§6). */
export function isConfChange(entry: Proposal): boolean {
  return entry.type === "confChange" || entry.type === "confChangeV2";
}

/** Bytes of payload in `entries`: what `maxInflightBytes` and `maxUncommittedSize` limit. */
export function payloadSize(entries: readonly Proposal[]): number {
  let sum = 0;
  for (let i = 0; i < entries.length; i++) sum += entries[i].data.length;
  return sum;
}

/** The number of bytes that `n` takes as a base-128 varint. */
export function varintSize(n: number): number {
  if (n < 128) return 1;
  if (n < 16_384) return 2;
  if (n < 2_097_152) return 3;
  let size = 4;
  for (let limit = 268_435_456; n >= limit; limit *= 128) size++;
  return size;
}

function typeSize(type: EntryType): number {
  return type === "normal" ? 0 : 2;
}

function dataSize(data: Bytes): number {
  return data.length === 0 ? 0 : 1 + varintSize(data.length) + data.length;
}
