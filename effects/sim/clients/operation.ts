/**
 * What clients of a simulation have asked for and were told.
 *
 * @module
 */
import type { Bytes, NodeId } from "../../../core/entry.ts";

/**
 * How a client's writes are made safe to repeat: not at all, so each is proposed once; by a key; or by a session.
 */
export type Manner = "plain" | "keyed" | "session";

/** What every operation has. Instants are nanoseconds of simulated time, and no two are the same. */
export interface Asked {
  /** Its number, from 1; no other operation of the run has it. */
  readonly number: number;
  /** Who has asked. */
  readonly client: number;
  /** When it was called. */
  readonly call: number;
  /** When it was over; null as long as nobody knows how it ended. */
  readonly return: number | null;
  /** Whether it was carried out. False: it certainly had no effect. Null: nobody knows. */
  readonly ok: boolean | null;
}

/** A command. */
export interface Write<Command, Reply> extends Asked {
  /** The kind of operation. */
  readonly type: "Write";
  /** How it was proposed. */
  readonly manner: Manner;
  /** Its session, and its place in it from 1; null outside of a session. */
  readonly session: { readonly name: string; readonly sequence: number } | null;
  /** The command. */
  readonly command: Command;
  /** What each answer to it said, also those that came after the first one. */
  readonly replies: readonly Told<Reply>[];
}

/** A reply as a client has it. */
export interface Told<Reply> {
  /** The node that has answered. */
  readonly node: NodeId;
  /** The reply. */
  readonly reply: Reply;
  /** The reply as bytes. */
  readonly bytes: Bytes;
}

/** A query. */
export interface Read<Query, Answer> extends Asked {
  /** The kind of operation. */
  readonly type: "Read";
  /** The node that was asked. */
  readonly node: NodeId;
  /** The query. */
  readonly query: Query;
  /** What its state machine has seen; null if it was not answered. */
  readonly seen: Seen<Answer> | null;
}

/** An answer, and how many commands the state machine had applied when it gave it: at the least and at the most. */
export interface Seen<Answer> {
  /** The answer. */
  readonly answer: Answer;
  /** At the least. */
  readonly from: number;
  /** At the most; more only where it answered while it was at work. */
  readonly to: number;
}

/** An operation. */
export type ClientOperation<Command, Reply, Query, Answer> = Write<Command, Reply> | Read<Query, Answer>;
