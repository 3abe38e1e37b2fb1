/**
 * Accepts connections with TLS.
 *
 * @module
 */
import type { Socket as RawSocket } from "node:net";
import type { Server, TLSSocket } from "node:tls";
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Address } from "../storage/storage.ts";
import { formatAddress } from "./address.ts";
import type { Listener, Socket } from "./socket.ts";
import { TlsSocket } from "./tls_socket.ts";

/** What bounds handshakes, and who hears of those that fail. */
export interface TlsListenerOptions {
  /** Time. */
  readonly clock: Clock;
  /** Where events go. */
  readonly log: Logger;
  /** The time for a handshake. */
  readonly handshakeMs: number;
  /** The number of handshakes that may be under way. */
  readonly handshakes: number;
  /** A connection was refused. */
  readonly refused: () => void;
}

interface Stranger {
  readonly socket: RawSocket;
  readonly cancel: Cancel;
}

/** A server that listens. */
export class TlsListener implements Listener {
  /** Where it listens. */
  readonly address: Address;
  // The connections without a complete handshake by the address of their other end, the oldest first.
  private readonly strangers = new Map<string, Stranger>();

  /** Takes over `server`, which shows and demands certificates. */
  constructor(readonly server: Server, private readonly options: TlsListenerOptions) {
    this.address = addressOf(server);
    server.on("connection", (socket: RawSocket) => this.begin(socket));
    server.on("tlsClientError", (error: Error, socket: TLSSocket) => this.refused(error, socket));
    server.on("error", (error) => this.failed(error));
  }

  /** Hands over connections. */
  start(accept: (socket: Socket) => void): void {
    this.server.on("secureConnection", (socket: TLSSocket) => {
      this.forget(nameOf(socket));
      accept(new TlsSocket(socket));
    });
  }

  /** Stops listening. Resolves when every connection is closed, also those that were handed over. */
  close(): Promise<void> {
    for (const { socket } of this.strangers.values()) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private begin(socket: RawSocket): void {
    const { clock, handshakeMs, handshakes } = this.options;
    if (this.strangers.size >= handshakes) this.dropOldest();
    const name = nameOf(socket);
    this.strangers.set(name, { socket, cancel: clock.after(handshakeMs, () => socket.destroy()) });
    socket.once("close", () => this.forget(name));
  }

  private dropOldest(): void {
    for (const { socket } of this.strangers.values()) return void socket.destroy();
  }

  private forget(name: string): void {
    this.strangers.get(name)?.cancel();
    this.strangers.delete(name);
  }

  private refused(error: Error, socket: TLSSocket): void {
    this.options.refused();
    this.options.log.log("warn", "A connection was refused.", { peer: "unknown", reason: `TLS: ${error.message}` });
    socket.destroy();
  }

  private failed(error: Error): void {
    this.options.log.log("error", "Connections cannot be accepted.", { reason: error.message });
  }
}

function nameOf(socket: RawSocket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function addressOf(server: Server): Address {
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("Cannot tell where the server listens.");
  return formatAddress({ hostname: bound.address, port: bound.port });
}
