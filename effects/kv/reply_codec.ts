/**
 * Replies as bytes: what a leader sends back to the node that forwarded a command, and what a session remembers.
 *
 * ```text
 * reply     kind (1) · the rest by kind
 *   Written   bit 4 of the kind: written; bit 5: there is an old value, which reaches to the end
 *   Count     number
 *   Integer   number (8)
 *   Failed    reason (1)
 * ```
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Codec } from "../node/state_machine.ts";
import { Enumeration } from "../wire/enumeration.ts";
import { decode, type Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { Failed, KvReply } from "./command.ts";
import { MAX_COMMAND_LENGTH } from "./command_codec.ts";
import { readInt64, writeInt64 } from "./int64.ts";
import { Slab } from "../wire/slab.ts";

/** Replies as bytes. */
export const kvReplyCodec: Codec<KvReply> = { encode: encodeReply, decode: decodeReply };

const WRITTEN = 0;
const COUNT = 1;
const INTEGER = 2;
const FAILED = 3;
const CONDITION_HELD = 16;
const HAS_OLD = 32;

const REASONS = new Enumeration<Failed["reason"]>("reason", { NotAnInteger: 0, Overflow: 1, TooLong: 2 });

/** By far the most frequent replies. */
const ENCODED_WRITTEN = Uint8Array.of(WRITTEN | CONDITION_HELD);
const ENCODED_NOT_WRITTEN = Uint8Array.of(WRITTEN);

/** The longest encoded reply: a value, and what stands before it. */
const MAX_REPLY_LENGTH = MAX_COMMAND_LENGTH + 1;

const shared = new Writer(4096);
const encoded = new Slab();
const decoded = new Slab();

function encodeReply(reply: KvReply): Bytes {
  if (reply.type === "Written" && O.isNone(reply.old)) return reply.written ? ENCODED_WRITTEN : ENCODED_NOT_WRITTEN;
  const writer = shared;
  writer.reset();
  writeReply(writer, reply);
  return encoded.copy(writer.view());
}

function writeReply(writer: Writer, reply: KvReply): void {
  switch (reply.type) {
    case "Written":
      writer.u8(WRITTEN | (reply.written ? CONDITION_HELD : 0) | (O.isSome(reply.old) ? HAS_OLD : 0));
      if (O.isSome(reply.old)) writer.raw(reply.old.value);
      return;
    case "Count":
      writer.u8(COUNT);
      return writer.varint(reply.count);
    case "Integer":
      writer.u8(INTEGER);
      return writeInt64(writer, reply.value);
    case "Failed":
      writer.u8(FAILED);
      return REASONS.write(writer, reply.reason);
  }
}

function decodeReply(bytes: Bytes): Either<string, KvReply> {
  if (bytes.length > MAX_REPLY_LENGTH) return E.left(`Cannot read a reply of ${bytes.length} bytes: it is too long.`);
  const reply = decode(bytes, readReply);
  return E.isLeft(reply) ? E.left(reply.left.message) : reply;
}

function readReply(reader: Reader): KvReply {
  const first = reader.u8();
  switch (first) {
    case WRITTEN:
    case WRITTEN | CONDITION_HELD:
      return { type: "Written", written: first !== WRITTEN, old: O.none };
    case WRITTEN | HAS_OLD:
    case WRITTEN | CONDITION_HELD | HAS_OLD:
      return {
        type: "Written",
        written: (first & CONDITION_HELD) !== 0,
        old: O.some(decoded.copy(reader.remaining())),
      };
    case COUNT:
      return { type: "Count", count: reader.varint() };
    case INTEGER:
      return { type: "Integer", value: readInt64(reader) };
    case FAILED:
      return { type: "Failed", reason: REASONS.read(reader) };
    default:
      throw reader.failure(`${first} is no kind of reply`);
  }
}
