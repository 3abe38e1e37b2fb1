/**
 * The client's side of a session (thesis §6.3): numbers its commands, and sends a command again until its reply is known.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import { encodeEnvelope } from "../session/envelope.ts";
import { wait } from "../clock/wait.ts";
import type { ProposalRejected, ProposeError, RequestOptions, Session, WhyRejected } from "./raft_node.ts";

/** What a session needs of its node. */
export interface ClientSessionParts<Command, Reply> {
  /** Time. */
  readonly clock: Clock;
  /** Aborts when the node stops: nothing is tried again. */
  readonly stopping: AbortSignal;
  /** Milliseconds between two tries. */
  readonly retryMs: number;
  /** Milliseconds until a command is answered at the latest. */
  readonly timeoutMs: number;
  /** A rejection, with the leader as far as it is known. */
  readonly rejected: (reason: WhyRejected) => ProposalRejected;
  /** The bytes of a command. */
  readonly encode: (command: Command) => Bytes;
  /** Proposes the data of an entry. */
  readonly propose: (data: Bytes, options: RequestOptions) => Promise<Either<ProposeError, Reply>>;
}

/** A session that is open. Its commands go one after the other. */
export class ClientSession<Command, Reply> implements Session<Command, Reply> {
  readonly id: number;
  readonly #parts: ClientSessionParts<Command, Reply>;
  #sequence = 0;
  #acknowledged = 0;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** The session that the entry at index `id` has opened. */
  constructor(id: number, parts: ClientSessionParts<Command, Reply>) {
    this.id = id;
    this.#parts = parts;
  }

  propose(command: Command, options: RequestOptions = {}): Promise<Either<ProposeError, Reply>> {
    const sequence = ++this.#sequence;
    const { clock, encode, timeoutMs } = this.#parts;
    const deadline = clock.now() + (options.timeoutMs ?? timeoutMs);
    const encoded = encode(command);
    const before = this.#last;
    const result = this.#inTurn(before, options, deadline, () => this.#once(sequence, encoded, options, deadline));
    this.#last = before.then(() => result);
    return result;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#parts.propose(encodeEnvelope({ type: "Close", session: this.id }), {});
  }

  /** Proposes when the commands before are done; what does not come that far in time certainly has no effect. */
  async #inTurn(
    before: Promise<unknown>,
    { signal }: RequestOptions,
    deadline: number,
    propose: () => Promise<Either<ProposeError, Reply>>,
  ): Promise<Either<ProposeError, Reply>> {
    this.#waiting++;
    try {
      if (this.#waiting > 1 && !await this.#isTurn(before, signal, deadline)) {
        return E.left(this.#parts.rejected("Aborted"));
      }
      return await propose();
    } finally {
      this.#waiting--;
    }
  }

  /** Whether the commands before are done before the deadline, and before the caller gives up. */
  async #isTurn(before: Promise<unknown>, signal: AbortSignal | undefined, deadline: number): Promise<boolean> {
    const { clock } = this.#parts;
    const turn = new AbortController();
    void before.then(() => turn.abort());
    const signals = signal === undefined ? [turn.signal] : [turn.signal, signal];
    await wait(deadline - clock.now(), clock, AbortSignal.any(signals));
    return turn.signal.aborted;
  }

  async #once(
    sequence: number,
    command: Bytes,
    options: RequestOptions,
    deadline: number,
  ): Promise<Either<ProposeError, Reply>> {
    const { clock, propose, retryMs, stopping } = this.#parts;
    let perhaps = false; // whether an attempt may have had an effect
    for (;;) {
      const acknowledged = this.#acknowledged;
      const data = encodeEnvelope({ type: "InSession", session: this.id, sequence, acknowledged, command });
      const timeoutMs = Math.max(0, deadline - clock.now());
      const result = await propose(data, { ...options, timeoutMs });
      if (E.isRight(result)) {
        this.#acknowledged = sequence;
        return result;
      }
      const error = result.left;
      const final = error.type === "Rejected" && FINAL.has(error.reason);
      if (error.type !== "Rejected") perhaps = true;
      if (final && !perhaps) return result;
      if (final || clock.now() + retryMs >= deadline || options.signal?.aborted || stopping.aborted) {
        return perhaps && error.type === "Rejected" ? E.left({ type: "Timeout" }) : result;
      }
      await wait(retryMs, clock, stopping);
    }
  }
}

/** Trying again would change nothing. */
const FINAL: ReadonlySet<string> = new Set(["SessionExpired", "AlreadyAcknowledged", "TooLarge"]);
