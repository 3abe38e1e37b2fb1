/**
 * Writes down what clients ask for and are told, while they work.
 *
 * @module
 */
import type { Clock } from "../../clock/clock.ts";
import type { NodeId } from "../../../core/entry.ts";
import type { ClientOperation, Manner, Read, Seen, Told, Write } from "./operation.ts";

/** A write that is under way. It may be answered several times; the first answer ends it. */
export interface WriteCall<Reply> {
  /** Its number. */
  readonly number: number;
  /** An answer has come. */
  answered(told: Told<Reply>): void;
  /** There will be no answer any more: nothing was done for certain, or nobody knows. */
  over(ok: false | null): void;
}

/** A read that is under way. */
export interface ReadCall<Answer> {
  /** The answer has come, or there will be none. */
  over(seen: Seen<Answer> | null): void;
}

/** How a command is proposed. */
export type Way = Pick<Write<unknown, unknown>, "client" | "manner" | "session">;

/** Hears of every operation when it is called, and whenever there is an answer. */
export interface Listener<Command, Reply, Query, Answer> {
  /** It is called. */
  called(operation: ClientOperation<Command, Reply, Query, Answer>): void;
  /** There is an answer; `first` unless it was answered before. */
  answered(operation: ClientOperation<Command, Reply, Query, Answer>, first: boolean): void;
}

/** The operations of a run, in the order in which they were called. */
export class Ledger<Command, Reply, Query, Answer> {
  readonly #clock: Clock;
  readonly #operations: ClientOperation<Command, Reply, Query, Answer>[] = [];
  readonly #listener: Listener<Command, Reply, Query, Answer>;
  #last = 0;

  /** Nothing was asked yet; instants come from `clock`. */
  constructor(clock: Clock, listener: Listener<Command, Reply, Query, Answer>) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** All operations; of each one the newest that is known. */
  get operations(): readonly ClientOperation<Command, Reply, Query, Answer>[] {
    return this.#operations;
  }

  /** Requests by what came of them. */
  counts(): { readonly answered: number; readonly rejected: number; readonly unknown: number } {
    const counts = { answered: 0, rejected: 0, unknown: 0 };
    for (const { ok } of this.#operations) counts[ok === null ? "unknown" : ok ? "answered" : "rejected"]++;
    return counts;
  }

  /** A client wants `command` to be carried out. */
  write({ client, manner, session }: Way, command: Command): WriteCall<Reply> {
    const replies: Told<Reply>[] = [];
    const [number, call] = [this.#operations.length + 1, this.#instant()];
    const asked = { type: "Write", number, client, manner, session, command, call, replies } as const;
    const set = (ok: boolean | null, end: number | null) =>
      this.#operations[number - 1] = { ...asked, ok, return: end };
    this.#listener.called(set(null, null));
    return {
      number,
      answered: (told) => {
        const first = replies.push(told) === 1;
        this.#listener.answered(first ? set(true, this.#instant()) : this.#operations[number - 1], first);
      },
      over: (ok) => {
        if (replies.length === 0 && ok === false) set(false, this.#instant());
      },
    };
  }

  /** A client asks `node`. */
  read(client: number, node: NodeId, query: Query): ReadCall<Answer> {
    const [number, call] = [this.#operations.length + 1, this.#instant()];
    const asked = { type: "Read", number, client, node, query, call } as const;
    const set = (read: Pick<Read<Query, Answer>, "ok" | "return" | "seen">) =>
      this.#operations[number - 1] = { ...asked, ...read };
    this.#listener.called(set({ ok: null, return: null, seen: null }));
    return {
      over: (seen) => {
        const operation = set({ ok: seen !== null, return: this.#instant(), seen });
        if (seen !== null) this.#listener.answered(operation, true);
      },
    };
  }

  /** Nanoseconds, and later than every instant before. */
  #instant(): number {
    return this.#last = Math.max(this.#last + 1, Math.round(this.#clock.now() * 1e6));
  }
}

/** All manners. */
export const MANNERS: readonly Manner[] = ["plain", "keyed", "session"];
