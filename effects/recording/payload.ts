/**
 * What a recording keeps of the payloads of entries: everything, their length and hash, or their length only.
 *
 * Only commands are payloads. A configuration change is read by the reducer, so that it is always kept whole. In the place
 * of a payload that is left out stands a short note when it is written, and a {@linkcode LeftOut} of the same length when
 * it is read: sizes and limits come out as they were.
 *
 * ```text
 * note   length · hash (8), or nothing
 * ```
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, Entry, Proposal } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import { decode } from "../wire/reader.ts";
import type { Reader } from "../wire/reader.ts";
import { WireError } from "../wire/wire_error.ts";
import { Writer } from "../wire/writer.ts";
import * as E from "fp-ts/Either";
import { type Hash, Hasher } from "./hash.ts";

/** What is kept of payloads. */
export type Payloads = "full" | "hash" | "none";

/** Zeros in the place of a payload that was not recorded. All of them share their memory. */
export class LeftOut extends Uint8Array {
  /** The hash of what was left out, where that is known. */
  readonly of: Option<Hash>;

  /** A part of it is zeros like any others. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  /** Stands for `length` bytes. */
  constructor(length: number, of: Option<Hash>) {
    super(zeros(length), 0, length);
    this.of = of;
  }
}

/** The most bytes that a note can stand for; a damaged one must not ask for more memory than that. */
const LONGEST = 1 << 30;

let shared = new ArrayBuffer(1024);

function zeros(length: number): ArrayBuffer {
  if (length > shared.byteLength) shared = new ArrayBuffer(Math.max(length, 2 * shared.byteLength));
  return shared;
}

/** Whether what it holds is a payload, which may be left out. */
export function hasPayload({ type, data }: Proposal): boolean {
  return type === "normal" && data.length > 0;
}

/** The hash of a payload. */
export function payloadHash(data: Bytes, hasher: Hasher = new Hasher()): Hash {
  if (data instanceof LeftOut && O.isSome(data.of)) return data.of.value;
  hasher.reset();
  hasher.bytes(data);
  return hasher.hash();
}

/** Puts notes in the place of payloads. */
export class Notes {
  private readonly writer = new Writer(1 << 12);
  private readonly hasher = new Hasher();

  /** For a recording that keeps `payloads`. */
  constructor(private readonly payloads: Payloads) {}

  /** The message as it is recorded; valid until the next call. */
  message(message: Message): Message {
    if (this.payloads === "full") return message;
    switch (message.type) {
      case "Append":
        return { ...message, entries: this.all(message.entries) };
      case "Propose":
      case "ForwardedPropose":
        return { ...message, entries: this.all(message.entries) };
      default: // no other message has entries
        return message;
    }
  }

  /** The entries as they are recorded; valid until the next call. */
  entries(entries: readonly Entry[]): readonly Entry[] {
    return this.payloads === "full" ? entries : this.all(entries);
  }

  private all<A extends Proposal>(entries: readonly A[]): readonly A[] {
    this.writer.reset();
    return entries.map((entry) => hasPayload(entry) ? { ...entry, data: this.note(entry.data) } : entry);
  }

  private note(data: Bytes): Bytes {
    const { hasher, writer } = this;
    const at = writer.length;
    writer.varint(data.length);
    if (this.payloads === "hash") {
      const { high, low } = payloadHash(data, hasher);
      writer.u32(high);
      writer.u32(low);
    }
    return writer.view(at);
  }
}

/** The message that was recorded, with zeros for what was left out. `reader` makes the error. */
export function withLeftOut(message: Message, payloads: Payloads, reader: Reader): Message {
  if (payloads === "full") return message;
  switch (message.type) {
    case "Append":
      return { ...message, entries: entriesLeftOut(message.entries, payloads, reader) };
    case "Propose":
    case "ForwardedPropose":
      return { ...message, entries: message.entries.map((entry) => leftOut(entry, payloads, reader)) };
    default:
      return message;
  }
}

/** The entries that were recorded, with zeros for what was left out. */
export function entriesLeftOut(entries: readonly Entry[], payloads: Payloads, reader: Reader): readonly Entry[] {
  return payloads === "full" ? entries : entries.map((entry) => leftOut(entry, payloads, reader));
}

function leftOut<A extends Proposal>(entry: A, payloads: Payloads, reader: Reader): A {
  if (!hasPayload(entry)) return entry;
  const data = decode(entry.data, (note) => readNote(note, payloads));
  if (E.isLeft(data)) throw reader.failure(`a payload that was left out is not described (${data.left.message})`);
  return { ...entry, data: data.right };
}

function readNote(reader: Reader, payloads: Payloads): LeftOut {
  const length = reader.varint();
  if (length === 0 || length > LONGEST) throw new WireError(`${length} bytes are no payload`);
  return new LeftOut(length, payloads === "hash" ? O.some({ high: reader.u32(), low: reader.u32() }) : O.none);
}
