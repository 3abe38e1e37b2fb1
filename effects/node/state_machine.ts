/**
 * What is replicated: a deterministic state machine (§2), which every node feeds with the same commands in the same order.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";

/** Turns values into bytes and back. */
export interface Codec<A> {
  /** The bytes of `value`. */
  encode(value: A): Bytes;
  /** The value, or on the left why these bytes are none. The bytes must not be kept: they belong to a larger buffer. */
  decode(bytes: Bytes): Either<string, A>;
}

/** Committed commands, in order. */
export interface Batch<Command, Reply> {
  /** The commands; none where only bookkeeping is to be stored. */
  readonly commands: readonly Command[];
  /** The index of the last log entry that the batch covers. */
  readonly index: number;
  /**
   * What the shell keeps in the replicated state, as far as these commands, of which these are the replies, have changed
   * it. Only a durable machine calls this, once, and stores the records and the index in one transaction with the effects.
   */
  records(replies: readonly Reply[]): readonly SystemRecord[];
}

/** A part of the shell's replicated state (sessions, configuration, addresses): `value` null removes it. */
export interface SystemRecord {
  /** Its name, at most 64 characters. */
  readonly key: string;
  /** Opaque. */
  readonly value: Bytes | null;
}

/**
 * A replicated state machine. Commands change it, queries read it. `apply` must depend on nothing but the state and the
 * commands: no clock, no randomness. Where a method throws, the node stops: it can no longer know its state.
 */
export interface StateMachine<Command, Reply, Query = never, Answer = never> {
  /** How commands and replies travel and are stored. A reply is stored with the session of the client that asked. */
  readonly codec: { readonly command: Codec<Command>; readonly reply: Codec<Reply> };
  /** Applies commands and returns a reply for each. */
  apply(batch: Batch<Command, Reply>): readonly Reply[] | Promise<readonly Reply[]>;
  /** Reads the state; called when it is as new as the read demands. */
  query(query: Query): Answer | Promise<Answer>;
  /**
   * A consistent copy of the state as of this call, in chunks of at most 1 MiB. It is read while `apply` goes on, which
   * must not show in it: the first chunk is asked for at once, so a generator that begins with a copy is safe. It is read
   * to its end, or given up by `return`.
   */
  snapshot(): AsyncIterable<Bytes>;
  /**
   * Replaces the whole state by what `snapshot` of another node returned; a durable machine also stores `at`. A chunk is
   * valid until the next one is asked for: whoever keeps a part of it copies that.
   */
  restore(chunks: AsyncIterable<Bytes>, at: Restored): Promise<void>;
  /** Only a machine that keeps its state on a disk of its own. Others are restored from the newest snapshot and the log. */
  readonly durability?: Durability;
}

/** Where in the log a restored state stands. */
export interface Restored {
  /** The index of the last entry in it. */
  readonly index: number;
  /** All the system records as of then. */
  readonly records: readonly SystemRecord[];
}

/** What a machine with a disk of its own tells and does besides. */
export interface Durability {
  /** The index of the last batch in the state that was found when the machine was opened; 0 if it was new. */
  readonly index: number;
  /** The system records that were found. */
  readonly records: readonly SystemRecord[];
  /** Up to which index a crash of the machine loses nothing. */
  durable(): number;
  /** Makes everything that is applied durable without blocking, and resolves with the index. */
  sync(): Promise<number>;
}
