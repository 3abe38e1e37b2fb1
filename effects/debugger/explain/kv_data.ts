/**
 * What the data of an entry says, where it is a command of RaftKV; data of other programs is not recognized.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import type { KvCommand, Pair, Set } from "../../kv/command.ts";
import { kvCommandCodec } from "../../kv/command_codec.ts";
import { decodeEnvelope, type Envelope } from "../../session/envelope.ts";
import { many } from "../words.ts";

/** So many bytes of a key or a value are shown. */
const SHOWN_BYTES = 32;
/** So many keys or pairs of one command are shown. */
const SHOWN_KEYS = 3;
/** The length of what makes two requests for a new session different. */
const NONCE_LENGTH = 8;
/** The length of the number that a simulation gives each command. */
const NUMBER_LENGTH = 4;
/** How many kinds of commands there are; the first byte of one in the default family is less. */
const KINDS = 6;

/**
 * The command of RaftKV that `data` holds, and for whom; null if it plainly is none.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeEnvelope } from "../../session/envelope.ts";
 * import { kvCommandCodec } from "../../kv/command_codec.ts";
 * import { describeKvData } from "./kv_data.ts";
 *
 * const [key, value] = ["a", "1"].map((text) => new TextEncoder().encode(text));
 * const command = kvCommandCodec.encode({ type: "Set", cf: "default", key, value, condition: "always", returnOld: false });
 * const data = encodeEnvelope({ type: "InSession", session: 7, sequence: 3, acknowledged: 2, command });
 * assertEquals(describeKvData(data), 'put "a" = "1" for session 7, request 3');
 * assertEquals(describeKvData(new TextEncoder().encode("hello")), null);
 * ```
 */
export function describeKvData(data: Bytes): string | null {
  const envelope = envelopeOf(data);
  switch (envelope?.type) {
    case undefined:
      return null;
    case "Open":
      return "open a session, whose number is the index";
    case "Close":
      return `close session ${envelope.session}`;
    case "Plain":
      return commandOf(envelope.command);
    case "InSession":
    case "Keyed": {
      const command = commandOf(envelope.command);
      return command === null ? null : `${command} for ${forWhom(envelope)}`;
    }
  }
}

/** The request of a client that `data` holds: the same one is applied once only. Null if it may be applied as often as it is there. */
export function kvRequestIn(data: Bytes): string | null {
  const envelope = envelopeOf(data);
  if (envelope === null || commandIn(envelope) === null) return null;
  switch (envelope.type) {
    case "InSession":
      return `request ${envelope.sequence} of session ${envelope.session}`;
    case "Keyed":
      return `the request with key ${quoted(new TextEncoder().encode(envelope.key))}`;
    default: // nothing tells two of them from each other
      return null;
  }
}

/** Bytes in a sentence: text in quotes, what cannot be printed by its number; the beginning of them if they are many. */
export function quoted(bytes: Bytes): string {
  const cut = bytes.length > SHOWN_BYTES;
  const begin = bytes.subarray(0, SHOWN_BYTES);
  // A sign that is cut in two is left out.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(begin, { stream: cut });
  const signs = text.includes("\u{fffd}") ? [...begin].map(byteShown) : [...text].map(signShown);
  return `"${signs.join("")}${cut ? "…" : ""}"${cut ? ` (${many(bytes.length, "byte")})` : ""}`;
}

function byteShown(byte: number): string {
  return byte < 0x80 ? signShown(String.fromCharCode(byte)) : hexadecimal(byte);
}

/** Signs that do not show, or that change how those beside them show, stand by their number. */
function signShown(sign: string): string {
  if (sign === '"' || sign === "\\") return `\\${sign}`;
  if (sign === " " || !/[\p{C}\p{Z}]/u.test(sign)) return sign;
  if (sign === "\n") return "\\n";
  const code = sign.codePointAt(0) ?? 0;
  return code < 0x80 ? hexadecimal(code) : `\\u{${code.toString(16)}}`;
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** What an entry of a node of RaftKV can hold; null for numbers that no node gives away. */
function envelopeOf(data: Bytes): Envelope | null {
  const read = decodeEnvelope(data);
  if (E.isLeft(read)) return null;
  const envelope = read.right;
  switch (envelope.type) {
    case "Open":
      return envelope.nonce.length === NONCE_LENGTH ? envelope : null;
    case "Close":
      return envelope.session > 0 ? envelope : null;
    case "InSession": {
      const { acknowledged, sequence, session } = envelope;
      return session > 0 && sequence > acknowledged ? envelope : null;
    }
    case "Plain":
    case "Keyed":
      return envelope;
  }
}

function commandIn(envelope: Envelope): string | null {
  return "command" in envelope ? commandOf(envelope.command) : null;
}

function forWhom(envelope: Extract<Envelope, { readonly type: "InSession" | "Keyed" }>): string {
  return envelope.type === "InSession"
    ? `session ${envelope.session}, request ${envelope.sequence}`
    : `the request with key ${quoted(new TextEncoder().encode(envelope.key))}`;
}

function commandOf(bytes: Bytes): string | null {
  const command = numbered(bytes) ?? read(bytes);
  if (command === null) return null;
  return `${describeCommand(command)}${command.cf === "default" ? "" : ` in family ${command.cf}`}`;
}

/**
 * A command of a simulation, which has put its number before it. Read as it stands, it could be one as well, about a key or
 * with a value that begins with a sign that nobody can type.
 */
function numbered(bytes: Bytes): KvCommand | null {
  return bytes.length > NUMBER_LENGTH && bytes[NUMBER_LENGTH] < KINDS ? read(bytes.subarray(NUMBER_LENGTH)) : null;
}

function read(bytes: Bytes): KvCommand | null {
  const command = kvCommandCodec.decode(bytes);
  return E.isRight(command) && hasKeys(command.right) ? command.right : null;
}

/** Whether it is about any key: bytes of other programs, zeros above all, are readable as commands that are about none. */
function hasKeys(command: KvCommand): boolean {
  switch (command.type) {
    case "SetMany":
      return command.pairs.length > 0 && command.pairs.every(({ key }) => key.length > 0);
    case "Delete":
      return command.keys.length > 0 && command.keys.every((key) => key.length > 0);
    default:
      return command.key.length > 0;
  }
}

function describeCommand(command: KvCommand): string {
  switch (command.type) {
    case "Set":
      return `put ${pair(command)}${condition(command)}`;
    case "SetMany":
      return `put ${some(command.pairs.map(pair))}`;
    case "Delete":
      return `delete ${some(command.keys.map(quoted))}`;
    case "AppendValue":
      return `append ${quoted(command.value)} to ${quoted(command.key)}`;
    case "Increment":
      return `add ${command.by} to ${quoted(command.key)}`;
    case "CompareAndSet": {
      const expected = O.isSome(command.expected) ? `it is ${quoted(command.expected.value)}` : "there is none";
      return `put ${pair(command)} if ${expected}`;
    }
  }
}

function condition({ condition }: Set): string {
  return condition === "always" ? "" : condition === "ifAbsent" ? " if there is none" : " if there is one";
}

function pair({ key, value }: Pair): string {
  return `${quoted(key)} = ${quoted(value)}`;
}

function some(list: readonly string[]): string {
  const rest = list.length - SHOWN_KEYS;
  return `${list.slice(0, SHOWN_KEYS).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
