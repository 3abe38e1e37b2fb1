/**
 * What the data of a normal log entry is: a client's command, by itself or within a session, or what keeps sessions.
 *
 * ```text
 * 0 command                                          applied as often as it is in the log
 * 1 nonce                                            opens a session, whose number is the index of this entry
 * 2 session, sequence, acknowledged, command         applied once for each session and sequence
 * 3 session                                          closes a session
 * 4 key, command                                     applied once for each key, as long as it is remembered
 * ```
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import { decode, type Reader } from "../wire/reader.ts";
import { Slab } from "../wire/slab.ts";
import type { WireError } from "../wire/wire_error.ts";
import { Writer } from "../wire/writer.ts";

/** A command without a session. */
export interface Plain extends Tagged<"Plain"> {
  /** The encoded command. */
  readonly command: Bytes;
}

/** Opens a session. */
export interface Open extends Tagged<"Open"> {
  /** Distinguishes the requests of two clients; it has no other meaning. */
  readonly nonce: Bytes;
}

/** A command of a session. */
export interface InSession extends Tagged<"InSession"> {
  /** The session. */
  readonly session: number;
  /** The number of the command in its session, from 1. */
  readonly sequence: number;
  /** Every reply up to this number has arrived: it need not be kept any longer. */
  readonly acknowledged: number;
  /** The encoded command. */
  readonly command: Bytes;
}

/** Closes a session. */
export interface Close extends Tagged<"Close"> {
  /** The session. */
  readonly session: number;
}

/** A command that a key makes harmless to repeat. */
export interface Keyed extends Tagged<"Keyed"> {
  /** The client's own name for the command. */
  readonly key: string;
  /** The encoded command. */
  readonly command: Bytes;
}

/** What an entry holds. */
export type Envelope = Plain | Open | InSession | Close | Keyed;

/** The data of the entry that holds `envelope`. */
export function encodeEnvelope(envelope: Envelope): Bytes {
  if (envelope.type === "Plain") return plain(envelope.command);
  const writer = new Writer();
  switch (envelope.type) {
    case "Open":
      writer.u8(1);
      writer.raw(envelope.nonce);
      break;
    case "InSession":
      writer.u8(2);
      writer.varint(envelope.session);
      writer.varint(envelope.sequence);
      writer.varint(envelope.acknowledged);
      writer.raw(envelope.command);
      break;
    case "Close":
      writer.u8(3);
      writer.varint(envelope.session);
      break;
    case "Keyed":
      writer.u8(4);
      writer.string(envelope.key);
      writer.raw(envelope.command);
      break;
  }
  return writer.copy();
}

/** What an entry's data holds; the parts are views of it. */
export function decodeEnvelope(data: Bytes): Either<string, Envelope> {
  if (data.length > 0 && data[0] === 0) return E.right({ type: "Plain", command: data.subarray(1) });
  return E.mapLeft(({ message }: WireError) => message)(decode(data, readOther));
}

function readOther(reader: Reader): Envelope {
  const kind = reader.u8();
  switch (kind) {
    case 1:
      return { type: "Open", nonce: reader.remaining() };
    case 2: {
      const [session, sequence, acknowledged] = [reader.varint(), reader.varint(), reader.varint()];
      return { type: "InSession", session, sequence, acknowledged, command: reader.remaining() };
    }
    case 3:
      return { type: "Close", session: reader.varint() };
    case 4: {
      const key = reader.string();
      return { type: "Keyed", key, command: reader.remaining() };
    }
    default:
      throw reader.failure(`this version knows entries of the kinds 0 to 4, not ${kind}`);
  }
}

/** Entries are forgotten in the order in which they were made, so they may share pieces of memory. */
const SLAB = new Slab();

function plain(command: Bytes): Bytes {
  const data = SLAB.allot(command.length + 1);
  data.set(command, 1);
  return data;
}
