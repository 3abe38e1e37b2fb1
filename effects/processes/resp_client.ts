/**
 * A small client for RESP, Redis' protocol: requests may follow each other without waiting, and each has a deadline.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { parseAddress } from "../transport/address.ts";
import { type Reply, ReplyReader } from "./resp_reply.ts";

/** What came of a request. */
export type RespOutcome =
  /** The server answered, perhaps with an error. */
  | { readonly type: "Reply"; readonly reply: Reply }
  /** The deadline passed. The connection is closed: a reply that comes now could not be told from the next one. */
  | { readonly type: "Timeout" }
  /** The connection ended before there was a reply. `sent` is false if the request never left. */
  | { readonly type: "Closed"; readonly sent: boolean };

interface Waiting {
  readonly answer: (outcome: RespOutcome) => void;
  readonly cancel: Cancel;
}

/** A connection to a server. */
export class RespClient {
  readonly #connection: Deno.TcpConn;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  readonly #reading: Promise<void>;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(connection: Deno.TcpConn, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#reading = this.#read();
  }

  /** Connects to host:port; on the left why not. */
  static async connect(address: Address, clock: Clock): Promise<Either<string, RespClient>> {
    const at = parseAddress(address);
    if (E.isLeft(at)) return E.left(`Cannot connect to ${address}: ${at.left}`);
    try {
      const connection = await Deno.connect({ ...at.right });
      connection.setNoDelay(true);
      return E.right(new RespClient(connection, clock));
    } catch (error) {
      return E.left(`Cannot connect to ${address}: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Whether nothing can be asked any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a request, and resolves with what comes of it within `timeoutMs`; it never rejects. */
  ask(words: readonly string[], timeoutMs: number): Promise<RespOutcome> {
    if (this.#isClosed) return Promise.resolve({ type: "Closed", sent: false });
    const { promise, resolve } = Promise.withResolvers<RespOutcome>();
    const cancel = this.#clock.after(timeoutMs, () => {
      resolve({ type: "Timeout" });
      this.#shut();
    });
    this.#waiting.push({ answer: resolve, cancel });
    const bytes = encode(words);
    this.#writing = this.#writing.then(() => this.#write(bytes));
    return promise;
  }

  /** Closes the connection; what waits for a reply is told so. */
  async close(): Promise<void> {
    this.#shut();
    await this.#reading;
    await this.#writing;
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    } catch {
      this.#shut();
    }
  }

  async #read(): Promise<void> {
    const reader = new ReplyReader();
    const buffer = new Uint8Array(65_536);
    try {
      for (
        let count = await this.#connection.read(buffer);
        count !== null;
        count = await this.#connection.read(buffer)
      ) {
        for (const reply of reader.push(buffer.subarray(0, count))) this.#answer(reply);
      }
    } catch {
      // A connection that breaks ends like one that is closed.
    }
    this.#shut();
  }

  #answer(reply: Reply): void {
    const waiting = this.#waiting.shift();
    waiting?.cancel();
    waiting?.answer({ type: "Reply", reply });
  }

  #shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
    for (const { answer, cancel } of this.#waiting.splice(0)) {
      cancel();
      answer({ type: "Closed", sent: true });
    }
  }
}

function encode(words: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = words.map((word) => `$${encoder.encode(word).length}\r\n${word}\r\n`);
  return encoder.encode(`*${words.length}\r\n${parts.join("")}`);
}
