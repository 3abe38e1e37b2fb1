/**
 * A client of a torture: asks one thing after the other, wherever somebody answers, and keeps the history.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Clock } from "../clock/clock.ts";
import type { HistoryRecorder } from "../history/history.ts";
import type { Outcome, Request } from "../history/operation.ts";
import { RespClient } from "../processes/resp_client.ts";
import type { Random } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import { pause } from "./pause.ts";
import { outcomeOf, wordsOf } from "./workload.ts";

/** What a client works with. */
export interface ClientOptions {
  /** Its number. */
  readonly client: number;
  /** Where the nodes are. */
  readonly addresses: readonly Address[];
  /** Milliseconds until it gives a request up. */
  readonly timeoutMs: number;
  /** Milliseconds that it thinks between two requests, on average. */
  readonly thinkMs: number;
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
  /** Keeps the history. */
  readonly history: HistoryRecorder;
}

/** So often it goes to another node, though it need not. */
const RESTLESS = 0.05;

/** A client. It has one connection at a time. */
export class TortureClient {
  readonly #options: ClientOptions;
  #at: number;
  #connection: RespClient | undefined;

  /** A client without a connection. */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#at = Math.floor(options.random.next() * options.addresses.length);
  }

  /** Makes requests, each drawn by `next`, until `signal` aborts; `learn` is told what came of each. */
  async run(
    next: () => Request,
    learn: (request: Request, outcome: Outcome) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, random, thinkMs } = this.#options;
    while (!signal.aborted) {
      const request = next();
      const outcome = await this.ask(request);
      if (outcome !== undefined) learn(request, outcome);
      if (outcome?.ok !== true || random.next() < RESTLESS) await this.#move();
      await pause(clock, random.next() * 2 * thinkMs, signal);
    }
    await this.close();
  }

  /** Makes a request, and keeps it in the history; undefined if there was no node to ask. */
  async ask(request: Request): Promise<Outcome | undefined> {
    const { client, history, timeoutMs } = this.#options;
    const connection = await this.#connect();
    if (connection === undefined) return undefined;
    const finish = history.call(client, request);
    const outcome = outcomeOf(request, await connection.ask(wordsOf(request), timeoutMs));
    finish(outcome);
    return outcome;
  }

  /** Makes a request until it was carried out, on one node after the other; undefined if `signal` aborts before. */
  async insist(request: Request, signal: AbortSignal): Promise<Outcome | undefined> {
    const { clock, thinkMs } = this.#options;
    while (!signal.aborted) {
      const outcome = await this.ask(request);
      if (outcome?.ok === true) return outcome;
      await this.#move();
      await pause(clock, thinkMs, signal);
    }
    return undefined;
  }

  /** Closes its connection. */
  async close(): Promise<void> {
    await this.#connection?.close();
    this.#connection = undefined;
  }

  async #connect(): Promise<RespClient | undefined> {
    if (this.#connection?.isClosed) await this.close();
    if (this.#connection !== undefined) return this.#connection;
    const connected = await RespClient.connect(this.#options.addresses[this.#at], this.#options.clock);
    if (E.isRight(connected)) this.#connection = connected.right;
    return this.#connection;
  }

  async #move(): Promise<void> {
    const { addresses, random } = this.#options;
    const others = Math.max(1, addresses.length - 1);
    this.#at = (this.#at + 1 + Math.floor(random.next() * others)) % addresses.length;
    await this.close();
  }
}
