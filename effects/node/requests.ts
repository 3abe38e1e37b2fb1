/**
 * What a node asks the leader for its clients, and the answers: a channel of its own beside Raft's messages, so that a
 * rejection comes back and a doubled frame has no effect.
 *
 * ```text
 * request    run, counter, kind, …            propose: term, proposals; read: nothing; transfer: to; members: changes
 * answer     kind, …                          appended: index, term; index; done: number; rejected: reason
 * ```
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, EntryId, NodeId, Proposal } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import { readProposal, writeProposal } from "../wire/entry.ts";
import { Enumeration } from "../wire/enumeration.ts";
import { REJECT_REASON_CODES } from "../wire/names.ts";
import { decode, type Reader } from "../wire/reader.ts";
import type { WireError } from "../wire/wire_error.ts";
import { Writer } from "../wire/writer.ts";
import type { MemberChanges, WhyRejected } from "./raft_node.ts";
import { readAddresses, writeAddresses } from "./system_state.ts";

/** Append these to your log. */
export interface ProposeRequest extends Tagged<"Propose"> {
  /** The term in which the receiver led when it was asked; in another one the request has come too late. */
  readonly term: number;
  /** In one run. */
  readonly proposals: readonly Proposal[];
}

/** From which index on may a read be served? */
export type ReadRequest = Tagged<"Read">;

/** Hand over: to this node, or to whichever is furthest. */
export interface TransferRequest extends Tagged<"Transfer"> {
  /** The node. */
  readonly to: Option<NodeId>;
}

/** Change the membership. */
export interface MembersRequest extends Tagged<"Members"> {
  /** What is to be true afterwards. */
  readonly changes: MemberChanges;
}

/** What a leader is asked. */
export type Request = ProposeRequest | ReadRequest | TransferRequest | MembersRequest;

/** What it answers where it did what it was asked: the position, the index, or the node that leads. */
export type Answer = EntryId;

/** By what a leader knows a request again. */
export interface RequestId {
  /** A random name of the run of the node that asks: it counts from 1 with every start. */
  readonly run: string;
  /** Counted by it. */
  readonly counter: number;
}

const REASONS: Enumeration<WhyRejected> = new Enumeration("reason of a rejection", {
  ...REJECT_REASON_CODES,
  Overloaded: 15,
  TooLarge: 16,
  Aborted: 17,
  Replaced: 18,
  SessionExpired: 19,
  AlreadyAcknowledged: 20,
  InvalidChange: 21,
});

/** The bytes of a request. */
export function encodeRequest({ run, counter }: RequestId, request: Request): Bytes {
  const writer = new Writer();
  writer.string(run);
  writer.varint(counter);
  switch (request.type) {
    case "Propose":
      writer.u8(0);
      writer.varint(request.term);
      writer.varint(request.proposals.length);
      for (const proposal of request.proposals) writeProposal(writer, proposal);
      break;
    case "Read":
      writer.u8(1);
      break;
    case "Transfer":
      writer.u8(2);
      writer.varint(O.isSome(request.to) ? request.to.value : 0);
      break;
    case "Members":
      writer.u8(3);
      writeChanges(writer, request.changes);
      break;
  }
  return writer.copy();
}

/** Reads a request. Proposals hold copies of their bytes. */
export function decodeRequest(bytes: Bytes): Either<string, readonly [RequestId, Request]> {
  return read(bytes, (reader) => {
    const id: RequestId = { run: reader.string(), counter: reader.varint() };
    return [id, readRequest(reader)] as const;
  });
}

/** The bytes of an answer. */
export function encodeAnswer(answer: Either<WhyRejected, Answer>): Bytes {
  const writer = new Writer();
  if (E.isLeft(answer)) {
    writer.u8(0);
    REASONS.write(writer, answer.left);
  } else {
    writer.u8(1);
    writer.varint(answer.right.index);
    writer.varint(answer.right.term);
  }
  return writer.copy();
}

/** Reads an answer. */
export function decodeAnswer(bytes: Bytes): Either<string, Either<WhyRejected, Answer>> {
  return read(bytes, (reader) => {
    if (reader.u8() === 1) return E.right({ index: reader.varint(), term: reader.varint() });
    return E.left(REASONS.read(reader));
  });
}

/** Which requests of its peers a node has seen: each is carried out once, whatever the network doubles. */
export class SeenRequests {
  readonly #runs = new Map<string, { highest: number; readonly seen: Set<number> }>();

  /** Whether the request is seen for the first time. Very old ones count as seen. */
  isFirst(from: NodeId, { run, counter }: RequestId): boolean {
    const window = this.#window(`${from}/${run}`);
    if (counter <= window.highest - WINDOW || window.seen.has(counter)) return false;
    window.seen.add(counter);
    if (counter > window.highest) window.highest = counter;
    if (window.seen.size > 2 * WINDOW) {
      for (const old of window.seen) if (old <= window.highest - WINDOW) window.seen.delete(old);
    }
    return true;
  }

  #window(run: string): { highest: number; readonly seen: Set<number> } {
    let window = this.#runs.get(run);
    if (window === undefined) {
      window = { highest: 0, seen: new Set() };
      this.#runs.set(run, window);
      for (const oldest of this.#runs.keys()) {
        if (this.#runs.size <= MOST_RUNS) break;
        this.#runs.delete(oldest);
      }
    }
    return window;
  }
}

const WINDOW = 4096;
const MOST_RUNS = 1024;

function readRequest(reader: Reader): Request {
  const kind = reader.u8();
  switch (kind) {
    case 0: {
      const term = reader.varint();
      const proposals: Proposal[] = [];
      for (let count = reader.count(); count > 0; count--) {
        const { type, data, size } = readProposal(reader);
        proposals.push({ type, data: data.slice(), size });
      }
      return { type: "Propose", term, proposals };
    }
    case 1:
      return { type: "Read" };
    case 2: {
      const to = reader.varint();
      return { type: "Transfer", to: to === 0 ? O.none : O.some(to) };
    }
    case 3:
      return { type: "Members", changes: readChanges(reader) };
    default:
      throw reader.failure(`an unknown request ${kind}`);
  }
}

function writeChanges(writer: Writer, { add, learners, promote = [], remove = [] }: MemberChanges): void {
  writeAddresses(writer, add ?? new Map());
  writeAddresses(writer, learners ?? new Map());
  for (const ids of [promote, remove]) {
    writer.varint(ids.length);
    for (const id of ids) writer.varint(id);
  }
}

function readChanges(reader: Reader): MemberChanges {
  const add = readAddresses(reader);
  const learners = readAddresses(reader);
  return { add, learners, promote: readIds(reader), remove: readIds(reader) };
}

function readIds(reader: Reader): readonly NodeId[] {
  return Array.from({ length: reader.count() }, () => reader.varint());
}

function read<A>(bytes: Bytes, from: (reader: Reader) => A): Either<string, A> {
  return E.mapLeft(({ message }: WireError) => message)(decode(bytes, from));
}
