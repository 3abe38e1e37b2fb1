/**
 * The bytes of a configuration change in the log: protocol buffers, as etcd writes them.
 *
 * ```text
 * ConfChange   { 1: id, 2: type, 3: node id, 4: context }          always one change, transition "auto"
 * ConfChangeV2 { 1: transition, 2: repeated { 1: type, 2: node id }, 3: context }
 * ```
 *
 * A change of the second form without anything takes no bytes at all, so that it is never refused for its size.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Change, ChangeType, ConfChange, Transition } from "./conf_change.ts";
import { type Bytes, NO_BYTES, type Proposal, proposal } from "./entry.ts";

const TYPES: readonly ChangeType[] = ["addNode", "removeNode", "updateNode", "addLearnerNode"];
const TRANSITIONS: readonly Transition[] = ["auto", "jointImplicit", "jointExplicit"];

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Why bytes are not a configuration change. */
export type UnreadableConfChange = "CutShort" | "UnknownWireType" | "UnknownValue" | "NotAConfChange";

/**
 * Makes a proposal of `change`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { decodeConfChange, proposeConfChange } from "./conf_change_bytes.ts";
 * import { NO_BYTES } from "./entry.ts";
 *
 * const change = { transition: "auto", changes: [{ type: "addNode", id: 4 }], context: NO_BYTES } as const;
 * assertEquals(decodeConfChange(proposeConfChange(change)), E.right(change));
 * ```
 */
export function proposeConfChange(change: ConfChange): Proposal {
  const bytes: number[] = [];
  if (change.transition !== "auto") field(bytes, 1, TRANSITIONS.indexOf(change.transition));
  for (const { type, id } of change.changes) {
    const single: number[] = [];
    if (type !== "addNode") field(single, 1, TYPES.indexOf(type));
    if (id !== 0) field(single, 2, id);
    block(bytes, 2, single);
  }
  if (change.context.length > 0) block(bytes, 3, change.context);
  return proposal(bytes.length === 0 ? NO_BYTES : Uint8Array.from(bytes), "confChangeV2");
}

/** Reads the change that an entry of type `confChange` or `confChangeV2` holds. */
export function decodeConfChange(entry: Proposal): Either<UnreadableConfChange, ConfChange> {
  const fields = decodeFields(entry.data);
  if (E.isLeft(fields)) return fields;
  switch (entry.type) {
    case "confChange":
      return decodeSingle(fields.right);
    case "confChangeV2":
      return decodeV2(fields.right);
    case "normal":
    case "empty":
      return E.left("NotAConfChange");
  }
}

function decodeSingle(fields: readonly Field[]): Either<UnreadableConfChange, ConfChange> {
  let type = 0;
  let id = 0;
  let context = NO_BYTES;
  for (const { number, value, bytes } of fields) {
    if (number === 2) type = value;
    if (number === 3) id = value;
    if (number === 4) context = bytes;
  }
  if (type >= TYPES.length) return E.left("UnknownValue");
  return E.right({ transition: "auto", changes: [{ type: TYPES[type], id }], context });
}

function decodeV2(fields: readonly Field[]): Either<UnreadableConfChange, ConfChange> {
  let transition = 0;
  let context = NO_BYTES;
  const changes: Change[] = [];
  for (const { number, value, bytes } of fields) {
    if (number === 1) transition = value;
    if (number === 3) context = bytes;
    if (number !== 2) continue;
    const single = decodeFields(bytes);
    if (E.isLeft(single)) return single;
    let type = 0;
    let id = 0;
    for (const part of single.right) {
      if (part.number === 1) type = part.value;
      if (part.number === 2) id = part.value;
    }
    if (type >= TYPES.length) return E.left("UnknownValue");
    changes.push({ type: TYPES[type], id });
  }
  if (transition >= TRANSITIONS.length) return E.left("UnknownValue");
  return E.right({ transition: TRANSITIONS[transition], changes, context });
}

interface Field {
  readonly number: number;
  /** Of a varint; 0 for others. */
  readonly value: number;
  /** Of a length-delimited field; empty for others. */
  readonly bytes: Bytes;
}

function decodeFields(data: Bytes): Either<UnreadableConfChange, readonly Field[]> {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < data.length; scale *= 128) {
      const byte = data[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return NaN;
  };
  while (at < data.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (number === 0) return E.left("UnknownWireType");
    let value = 0;
    let bytes = NO_BYTES;
    switch (key % 8) {
      case VARINT:
        value = varint();
        break;
      case LENGTH_DELIMITED: {
        const length = varint();
        if (!(at + length <= data.length)) return E.left("CutShort");
        bytes = data.subarray(at, at + length);
        at += length;
        break;
      }
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      default:
        return E.left(Number.isNaN(key) ? "CutShort" : "UnknownWireType");
    }
    if (Number.isNaN(value) || at > data.length) return E.left("CutShort");
    fields.push({ number, value, bytes });
  }
  return E.right(fields);
}

function field(bytes: number[], number: number, value: number): void {
  bytes.push(number * 8 + VARINT);
  pushVarint(bytes, value);
}

function block(bytes: number[], number: number, content: ArrayLike<number>): void {
  bytes.push(number * 8 + LENGTH_DELIMITED);
  pushVarint(bytes, content.length);
  for (let i = 0; i < content.length; i++) bytes.push(content[i]);
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}
