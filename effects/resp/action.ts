/**
 * What a request asks of the node: found out without doing it, so that the requests of one connection can be brought into
 * an order that lets many of them run at once.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import type { KvCommand, KvReply, Pair } from "../kv/command.ts";
import type { KvAnswer, KvQuery } from "../kv/query.ts";
import type { Reply } from "./reply.ts";

/** The reply is known already. */
export interface Answer extends Tagged<"Answer"> {
  /** It. */
  readonly reply: Reply;
}

/** Reads the values of keys. Neighbours of this kind become one read. */
export interface ReadKeys extends Tagged<"ReadKeys"> {
  /** The keys. */
  readonly keys: readonly Bytes[];
  /** Whether what this node has applied will do. */
  readonly stale: boolean;
  /** The reply to these values. */
  readonly reply: (values: readonly Option<Bytes>[]) => Reply;
}

/** Reads something else. */
export interface Ask extends Tagged<"Ask"> {
  /** The query. */
  readonly query: KvQuery;
  /** Whether what this node has applied will do. */
  readonly stale: boolean;
  /** The reply to this answer. */
  readonly reply: (answer: KvAnswer) => Reply;
}

/** Stores a value, on no condition; the reply is OK. Neighbours of this kind become one proposal. */
export interface Put extends Tagged<"Put"> {
  /** What is stored. */
  readonly pair: Pair;
}

/** Changes something else. */
export interface Change extends Tagged<"Change"> {
  /** The command. */
  readonly command: KvCommand;
  /** The reply to this reply of the state machine. */
  readonly reply: (reply: KvReply) => Reply;
}

/** Something that takes its time, and that nothing else on the connection runs beside. */
export interface Work extends Tagged<"Work"> {
  /** Does it. */
  readonly run: () => Promise<Reply>;
}

/** The connection ends behind this reply, if there is one. */
export interface Goodbye extends Tagged<"Goodbye"> {
  /** The last reply. */
  readonly reply: Option<Reply>;
}

/** What a request asks for. */
export type Action = Answer | ReadKeys | Ask | Put | Change | Work | Goodbye;

/** The action that gives this reply. */
export function answer(reply: Reply): Action {
  return { type: "Answer", reply };
}
