/**
 * How two ends of a connection introduce themselves: which versions, which cluster, which node, which data folder.
 *
 * ```text
 * introduction   announcement (12) · kind · cluster · from · to · incarnation · session · [address]
 * ```
 *
 * What follows the announcement is written so that the oldest version in it can be read by, and a later version may add
 * fields at the end, which an older node does not look at. So a node can name a version that it cannot read.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Address, Incarnation } from "../storage/storage.ts";
import {
  agreeOn,
  ANNOUNCEMENT,
  Enumeration,
  type Format,
  FORMATS,
  type Reader,
  readOption,
  writeAnnouncement,
  writeOption,
  type Writer,
} from "../wire/mod.ts";
import { parseAddress } from "./address.ts";
import type { PeerIdentity } from "./transport.ts";

/** What a connection is for: messages and requests, or one snapshot. */
export type ConnectionKind = "messages" | "snapshot";

/** What one end says of itself. */
export interface Introduction {
  /** What the connection is for. */
  readonly kind: ConnectionKind;
  /** Its cluster. */
  readonly cluster: string;
  /** Itself. */
  readonly from: NodeId;
  /** Whom it believes to talk to. */
  readonly to: NodeId;
  /** Its data folder. */
  readonly incarnation: Incarnation;
  /** Its process: 16 hexadecimal digits that are different after every start. */
  readonly session: string;
  /** Where it can be reached. */
  readonly address: Option<Address>;
}

/** The other end speaks no version of the protocol that is known here. */
export interface Foreign {
  /** Which ones it speaks, in a sentence. */
  readonly foreign: string;
}

const KINDS = new Enumeration<ConnectionKind>("kind of connection", { messages: 1, snapshot: 2 });
const DIGITS = /^[0-9a-f]{16}$/;

/** Writes an introduction. */
export function writeIntroduction(
  writer: Writer,
  introduction: Introduction,
  format: Format = FORMATS.handshake,
): void {
  writeAnnouncement(writer, "handshake", format);
  KINDS.write(writer, introduction.kind);
  writer.string(introduction.cluster);
  writer.varint(introduction.from);
  writer.varint(introduction.to);
  writer.string(introduction.incarnation);
  writer.string(introduction.session);
  writeOption(writer, introduction.address, (writer, address) => writer.string(address));
}

/** Reads an introduction, if it is in a version that is known. */
export function readIntroduction(reader: Reader, format: Format = FORMATS.handshake): Introduction | Foreign {
  const agreed = agreeOn(reader.raw(ANNOUNCEMENT), "handshake", format);
  if (E.isLeft(agreed) && agreed.left.type === "OtherFormat") throw reader.failure("this is another protocol");
  const introduction = E.isLeft(agreed) ? { foreign: agreed.left.message } : readRest(reader); // so far there is one version
  reader.remaining();
  return introduction;
}

/**
 * Whether `mine` and `theirs` belong together; on the left is why not, in a sentence that both operators can use.
 */
export function match(mine: Introduction, theirs: Introduction | Foreign): Either<string, void> {
  if ("foreign" in theirs) {
    return E.left(`Node ${mine.from} says: ${theirs.foreign}`);
  }
  if (theirs.cluster !== mine.cluster) {
    return E.left(
      `Node ${theirs.from} belongs to cluster ${theirs.cluster}, node ${mine.from} to ${mine.cluster}: they were first ` +
        "started with different lists of members.",
    );
  }
  if (theirs.to !== mine.from) {
    return E.left(`Node ${theirs.to} was called, but here is node ${mine.from}: check the addresses of the members.`);
  }
  if (theirs.from === mine.from) {
    return E.left(`Another node calls itself ${mine.from} too: every node needs a number of its own.`);
  }
  if (theirs.from !== mine.to) {
    return E.left(`Node ${mine.to} was called, but node ${theirs.from} answered: check the addresses of the members.`);
  }
  if (theirs.kind !== mine.kind) return E.left(`Node ${theirs.from} answers for another kind of connection.`);
  return E.right(undefined);
}

/** Who a peer is, as the handler wants to know it. */
export function identity({ from, incarnation, address }: Introduction): PeerIdentity {
  return { id: from, incarnation, address };
}

function readRest(reader: Reader): Introduction {
  return {
    kind: KINDS.read(reader),
    cluster: readDigits(reader),
    from: readId(reader),
    to: readId(reader),
    incarnation: readDigits(reader),
    session: readDigits(reader),
    address: readOption(reader, readAddress),
  };
}

function readDigits(reader: Reader): string {
  const digits = reader.string();
  if (!DIGITS.test(digits)) throw reader.failure("16 hexadecimal digits are missing");
  return digits;
}

function readId(reader: Reader): NodeId {
  const id = reader.varint();
  if (id === 0) throw reader.failure("0 is no node");
  return id;
}

function readAddress(reader: Reader): Address {
  const address = reader.string();
  if (E.isLeft(parseAddress(address))) throw reader.failure("an address is not host:port");
  return address;
}
