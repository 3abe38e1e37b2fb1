/**
 * Sockets without TLS.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { formatAddress, type HostAndPort, parseAddress } from "./address.ts";
import type { Listener, Network, Socket } from "./socket.ts";

const READ_BYTES = 256 * 1024;

/** After an error that is not one connection's, accepting waits for so many milliseconds. */
const ACCEPT_PAUSE_MS = 100;

/** Sockets without TLS: whoever can reach a node is believed what it says. */
export function plainTcp(clock: Clock): Network {
  return { dial, listen: (at) => Promise.resolve(listen(at, clock)), close: () => {} };
}

async function dial(address: Address, _id: NodeId, signal: AbortSignal): Promise<Socket> {
  const parsed = parseAddress(address);
  if (E.isLeft(parsed)) throw new Error(parsed.left);
  return new TcpSocket(await Deno.connect({ ...parsed.right, signal }));
}

function listen(at: HostAndPort, clock: Clock): Either<string, Listener> {
  try {
    return E.right(new TcpListener(Deno.listen({ ...at }), clock));
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
}

class TcpSocket implements Socket {
  readonly remote: string;
  private readonly buffer = new Uint8Array(READ_BYTES);
  private isClosed = false;

  constructor(private readonly conn: Deno.TcpConn) {
    this.remote = conn.remoteAddr.hostname;
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
  }

  async read(): Promise<Option<Bytes>> {
    const length = await this.conn.read(this.buffer);
    return length === null ? O.none : O.some(this.buffer.subarray(0, length));
  }

  async write(bytes: Bytes): Promise<void> {
    let written = await this.conn.write(bytes);
    while (written < bytes.length) written += await this.conn.write(bytes.subarray(written));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.conn.close();
  }

  certifies(): boolean {
    return true;
  }
}

class TcpListener implements Listener {
  readonly address: Address;
  private isClosed = false;
  private done: Promise<void> = Promise.resolve();
  private wake: () => void = () => {};

  constructor(
    private readonly listener: Deno.TcpListener,
    private readonly clock: Clock,
  ) {
    this.address = formatAddress(listener.addr);
  }

  start(accept: (socket: Socket) => void): void {
    this.done = this.loop(accept);
  }

  close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.listener.close();
      this.wake();
    }
    return this.done;
  }

  // A connection that is reset before it is accepted fails here, and an iteration over the listener would end with it.
  private async loop(accept: (socket: Socket) => void): Promise<void> {
    while (!this.isClosed) {
      try {
        take(await this.listener.accept(), accept);
      } catch (error) {
        if (!this.isClosed && !isOfOneConnection(error)) await this.pause();
      }
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ACCEPT_PAUSE_MS, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

// Its options cannot be set any more if it was reset meanwhile.
function take(conn: Deno.TcpConn, accept: (socket: Socket) => void): void {
  let socket: Socket;
  try {
    socket = new TcpSocket(conn);
  } catch {
    return conn.close();
  }
  accept(socket);
}

function isOfOneConnection(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}
