/**
 * Commands as bytes: what stands in the log.
 *
 * ```text
 * command        kind and family (1) · the rest by kind
 *   Set            condition and whether the old value is wanted (1) · key · value to the end
 *   SetMany        number of pairs · key, value of each
 *   Delete         number of keys · each key
 *   AppendValue    key · value to the end
 *   Increment      key · number (8)
 *   CompareAndSet  key · 0, or 1 and the expected value · value to the end
 * ```
 *
 * Keys, and values that do not reach to the end, stand behind their length. Equal commands have equal bytes, and nothing else
 * is accepted.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Codec } from "../node/state_machine.ts";
import { readOption, writeOption } from "../wire/option.ts";
import { decode, type Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { COLUMN_FAMILIES, type ColumnFamily, type KvCommand, type Pair, type Set } from "./command.ts";
import { readInt64, writeInt64 } from "./int64.ts";
import { Slab } from "../wire/slab.ts";

/** The longest encoded command, in bytes. A node's own limit is much lower; this one bounds what is looked at. */
export const MAX_COMMAND_LENGTH = 0x2000_0000;

/** Commands as bytes. `encode` throws where a number has more than 64 bits or a command is too long. */
export const kvCommandCodec: Codec<KvCommand> = { encode: encodeCommand, decode: decodeCommand };

const KINDS = ["Set", "SetMany", "Delete", "AppendValue", "Increment", "CompareAndSet"] as const;
const CONDITIONS = ["always", "ifAbsent", "ifPresent"] as const;
const KIND_BITS = 15;
const FAMILY_SHIFT = 4;
const CONDITION_BITS = 3;
const RETURN_OLD = 4;

/** A larger buffer than this one is not kept for the next command. */
const KEPT_CAPACITY = 1 << 20;

let shared = new Writer(4096);

/** What is encoded goes into the log, what is decoded into the store, each as long as what comes before and after it. */
const encoded = new Slab();
const decoded = new Slab();

function encodeCommand(command: KvCommand): Bytes {
  const writer = shared;
  writer.reset();
  writer.u8(KINDS.indexOf(command.type) | (COLUMN_FAMILIES.indexOf(command.cf) << FAMILY_SHIFT));
  writeRest(writer, command);
  if (writer.length > KEPT_CAPACITY) shared = new Writer(4096);
  if (writer.length > MAX_COMMAND_LENGTH) throw new RangeError(`Cannot encode a command of ${writer.length} bytes.`);
  return encoded.copy(writer.view());
}

function writeRest(writer: Writer, command: KvCommand): void {
  switch (command.type) {
    case "Set":
      writer.u8(CONDITIONS.indexOf(command.condition) | (command.returnOld ? RETURN_OLD : 0));
      writer.bytes(command.key);
      return writer.raw(command.value);
    case "SetMany":
      writer.varint(command.pairs.length);
      for (const { key, value } of command.pairs) {
        writer.bytes(key);
        writer.bytes(value);
      }
      return;
    case "Delete":
      writer.varint(command.keys.length);
      for (const key of command.keys) writer.bytes(key);
      return;
    case "AppendValue":
      writer.bytes(command.key);
      return writer.raw(command.value);
    case "Increment":
      writer.bytes(command.key);
      return writeInt64(writer, command.by);
    case "CompareAndSet":
      writer.bytes(command.key);
      writeOption(writer, command.expected, (writer, value) => writer.bytes(value));
      return writer.raw(command.value);
  }
}

function decodeCommand(bytes: Bytes): Either<string, KvCommand> {
  if (bytes.length > MAX_COMMAND_LENGTH) {
    return E.left(`Cannot read a command of ${bytes.length} bytes: it is too long.`);
  }
  // One copy for all of it, since what is read are views and the bytes are somebody else's.
  const command = decode(decoded.copy(bytes), readCommand);
  return E.isLeft(command) ? E.left(command.left.message) : command;
}

function readCommand(reader: Reader): KvCommand {
  const first = reader.u8();
  const cf = COLUMN_FAMILIES.at(first >> FAMILY_SHIFT);
  const type = KINDS.at(first & KIND_BITS);
  if (cf === undefined || type === undefined) throw reader.failure(`${first} is no kind of command`);
  switch (type) {
    case "Set":
      return readSet(reader, cf);
    case "SetMany":
      return { type, cf, pairs: Array.from({ length: reader.count(2) }, () => readPair(reader)) };
    case "Delete":
      return { type, cf, keys: Array.from({ length: reader.count() }, () => reader.bytes()) };
    case "AppendValue":
      return { type, cf, key: reader.bytes(), value: reader.remaining() };
    case "Increment":
      return { type, cf, key: reader.bytes(), by: readInt64(reader) };
    case "CompareAndSet":
      return { type, cf, key: reader.bytes(), expected: readOption(reader, readBytes), value: reader.remaining() };
  }
}

function readSet(reader: Reader, cf: ColumnFamily): Set {
  const flags = reader.u8();
  const condition = CONDITIONS.at(flags & CONDITION_BITS);
  if (condition === undefined || flags > (RETURN_OLD | CONDITION_BITS)) {
    throw reader.failure(`${flags} is no condition`);
  }
  const returnOld = (flags & RETURN_OLD) !== 0;
  return { type: "Set", cf, key: reader.bytes(), value: reader.remaining(), condition, returnOld };
}

function readPair(reader: Reader): Pair {
  return { key: reader.bytes(), value: reader.bytes() };
}

function readBytes(reader: Reader): Bytes {
  return reader.bytes();
}
