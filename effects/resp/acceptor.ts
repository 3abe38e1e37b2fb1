/**
 * The clients of a server: they come, are served, and go.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { systemClock } from "../clock/clock.ts";
import { silentLogger } from "../logging/logger.ts";
import { systemRandom } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import { type HostAndPort, joinAddress } from "./address.ts";
import { type Client, newClient } from "./client.ts";
import type { CommandTable } from "./command.ts";
import { Connection } from "./connection.ts";
import { newCounters, type RespCounters, type ServerContext } from "./context.ts";
import { Cursors } from "./cursors.ts";
import { Flusher } from "./flusher.ts";
import { DEFAULT_RESP_LIMITS } from "./limits.ts";
import type { RespServer, RespServerOptions } from "./options.ts";
import { closeSoftly, type Socket, writeAll } from "./socket.ts";
import { allCommands } from "./table.ts";

/** A connection that was accepted: a part of `Deno.TcpConn`. */
export interface AcceptedSocket extends Socket {
  /** Who is at the other end. */
  readonly remoteAddr: HostAndPort;
  /** Whether small writes leave at once. */
  setNoDelay(noDelay: boolean): void;
  /** Whether the system finds out that the other end is gone. */
  setKeepAlive(keepAlive: boolean): void;
}

/** What connections are accepted from: a part of `Deno.TcpListener`. */
export interface Listener {
  /** Where it listens. */
  readonly addr: HostAndPort;
  /** The next connection. */
  accept(): Promise<AcceptedSocket>;
  /** Stops listening; a waiting `accept` rejects. */
  close(): void;
}

const TOO_MANY = new TextEncoder().encode("-ERR max number of clients reached\r\n");
const MOST_TURNED_AWAY = 100; // that are being told at the same time
const PAUSE_MS = 20; // after a failed accept: it may be that no more files can be opened

/** Accepts connections and serves each of them. */
export class Acceptor implements RespServer {
  /** Where it listens. */
  readonly address: Address;
  readonly #listener: Listener;
  readonly #context: ServerContext;
  readonly #commands: CommandTable = allCommands();
  readonly #flusher: Flusher;
  readonly #clients = new Map<number, Client>();
  readonly #connections = new Set<Connection>();
  readonly #served = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #lastId = 0;
  #turnedAway = 0;
  #closing = false;
  #endPause: () => void = () => {};

  /** Begins to accept. */
  constructor(listener: Listener, options: RespServerOptions) {
    const limits = { ...DEFAULT_RESP_LIMITS, ...options.limits };
    const clock = options.clock ?? systemClock;
    this.address = joinAddress(listener.addr);
    this.#listener = listener;
    this.#flusher = new Flusher(clock);
    this.#context = {
      node: options.node,
      limits,
      clock,
      logger: options.logger ?? silentLogger,
      startedAt: clock.now(),
      port: listener.addr.port,
      password: options.password ?? (() => O.none),
      readOnlyDefault: options.readOnlyDefault ?? false,
      clientAddress: options.clientAddress ?? (() => O.none),
      info: options.info ?? (() => ({})),
      cursors: new Cursors(options.random ?? systemRandom, limits.maxCursors),
      clients: this.#clients,
      counters: newCounters(),
    };
    this.#accepting = this.#acceptAll();
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#connections.size;
  }

  /** What was counted since the start. */
  counters(): Readonly<RespCounters> {
    return { ...this.#context.counters };
  }

  /** Answers what was asked, and ends. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#endPause();
      this.#listener.close();
      for (const connection of this.#connections) connection.stop();
    }
    const { clock, limits } = this.#context;
    const cancel = clock.after(limits.closeTimeoutMs, () => this.#connections.forEach((one) => one.close()));
    await this.#accepting;
    while (this.#served.size > 0) await Promise.all(this.#served);
    cancel();
  }

  /** Not `for await`: that ends for good when a connection is reset before it is accepted. */
  async #acceptAll(): Promise<void> {
    while (!this.#closing) {
      try {
        const socket = await this.#listener.accept();
        if (this.#closing) socket.close();
        else this.#serve(socket);
      } catch (cause) {
        if (this.#closing) return;
        this.#context.logger.log("warn", "A connection could not be accepted.", { cause: String(cause) });
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#context.clock.after(PAUSE_MS, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #serve(socket: AcceptedSocket): void {
    const { counters, limits } = this.#context;
    counters.connectionsReceived++;
    const served = this.#connections.size < limits.maxConnections ? this.#welcome(socket) : this.#turnAway(socket);
    this.#served.add(served);
    served.finally(() => this.#served.delete(served));
  }

  async #welcome(socket: AcceptedSocket): Promise<void> {
    const connection = this.#connect(socket);
    if (O.isNone(connection)) return;
    const [client, served] = connection.value;
    this.#clients.set(client.id, client);
    this.#connections.add(served);
    await served.run();
    this.#connections.delete(served);
    this.#clients.delete(client.id);
  }

  #connect(socket: AcceptedSocket): Option<readonly [Client, Connection]> {
    const server = this.#context;
    try {
      socket.setNoDelay(true);
      socket.setKeepAlive(true);
      const client = newClient({
        id: ++this.#lastId,
        address: joinAddress(socket.remoteAddr),
        since: server.clock.now(),
        authenticated: O.isNone(server.password()),
        readOnly: server.readOnlyDefault,
      });
      const shared = { commands: this.#commands, flusher: this.#flusher };
      return O.some([client, new Connection(socket, { server, client }, shared)]);
    } catch (cause) { // it was reset meanwhile
      server.logger.log("debug", "A connection broke as it began.", { cause: String(cause) });
      socket.close();
      return O.none;
    }
  }

  /** Tells a client that there are too many. When very many come, they are not even told. */
  async #turnAway(socket: AcceptedSocket): Promise<void> {
    this.#context.counters.connectionsRejected++;
    let closed = false;
    const close = (): void => {
      if (!closed) socket.close();
      closed = true;
    };
    if (++this.#turnedAway <= MOST_TURNED_AWAY) {
      await writeAll(socket, TOO_MANY).catch(close);
      if (!closed) await closeSoftly(socket, this.#context.clock, close);
    }
    close();
    this.#turnedAway--;
  }
}
