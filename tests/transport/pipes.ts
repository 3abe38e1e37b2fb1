/**
 * Sockets that are pipes in memory, so that everything above the sockets runs on a simulated clock, and a test can hold a
 * reader back, break a connection, or be the other end itself.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { Address } from "../../effects/storage/storage.ts";
import { newContext } from "../../effects/transport/context.ts";
import { DEFAULT_LIMITS, type TransportLimits } from "../../effects/transport/limits.ts";
import { OpenTcpTransport } from "../../effects/transport/open_tcp_transport.ts";
import { formatAddress, type HostAndPort } from "../../effects/transport/address.ts";
import type { Listener, Network, Socket } from "../../effects/transport/socket.ts";
import type { Transport } from "../../effects/transport/mod.ts";
import type { World } from "./world.ts";

/** One end of a pipe. */
export class Pipe implements Socket {
  /** The other end. */
  readonly remote = "pipe";
  /** Where the call went that made it. */
  address = "";
  /** How often was written. */
  writes = 0;
  /** While true, what is written does not get anywhere, and writes wait. */
  isHeld = false;
  /** Whose certificate the other end has; none if there is no TLS. */
  certificate: Option<NodeId> = O.none;
  private other: Pipe | null = null;
  private readonly chunks: Bytes[] = [];
  private isClosed = false;
  private reading: (() => void) | null = null;
  private released: (() => void)[] = [];

  /** Two ends. */
  static pair(): readonly [Pipe, Pipe] {
    const [a, b] = [new Pipe(), new Pipe()];
    a.other = b;
    b.other = a;
    return [a, b];
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.isClosed;
  }

  /** The next bytes. */
  async read(): Promise<Option<Bytes>> {
    while (this.chunks.length === 0 && !this.isClosed) await new Promise<void>((resolve) => this.reading = resolve);
    return O.fromNullable(this.chunks.shift());
  }

  /** Sends bytes. */
  async write(bytes: Bytes): Promise<void> {
    this.writes++;
    while (this.isHeld && !this.isClosed) await new Promise<void>((resolve) => this.released.push(resolve));
    if (this.isClosed || this.other === null) throw new Error("the pipe is broken");
    this.other.chunks.push(bytes.slice());
    this.other.wake();
  }

  /** Holds the other end back. */
  holdOther(): void {
    if (this.other !== null) this.other.isHeld = true;
  }

  /** Lets go of what was held. */
  release(): void {
    this.isHeld = false;
    for (const resolve of this.released.splice(0)) resolve();
  }

  /** Closes both ends. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.release();
    this.wake();
    this.other?.close();
  }

  /** What a certificate says. */
  certifies(id: NodeId): boolean {
    return O.isNone(this.certificate) || this.certificate.value === id;
  }

  private wake(): void {
    this.reading?.();
    this.reading = null;
  }
}

/** A network of pipes. */
export class PipeNetwork implements Network {
  /** Every call, with the time at which it was made. */
  readonly calls: { readonly address: Address; readonly at: number }[] = [];
  /** The calling ends of all pipes, the newest last. */
  readonly pipes: Pipe[] = [];
  /** Calls to these are neither answered nor refused. */
  readonly silent = new Set<Address>();
  /** What the certificate of the next caller says, and that of who is called; none without TLS. */
  certificates: { readonly caller: Option<NodeId>; readonly callee: Option<NodeId> } = {
    caller: O.none,
    callee: O.none,
  };
  private readonly listeners = new Map<Address, (socket: Socket) => void>();

  /** Tells the time of calls by `clock`. */
  constructor(private readonly clock: SimulatedClock) {}

  /** Connects. */
  dial(address: Address, _id: NodeId, signal: AbortSignal): Promise<Socket> {
    this.calls.push({ address, at: this.clock.now() });
    if (this.silent.has(address)) {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    }
    const accept = this.listeners.get(address);
    if (accept === undefined) return Promise.reject(new Error("nobody is there"));
    const [near, far] = Pipe.pair();
    near.certificate = this.certificates.callee;
    far.certificate = this.certificates.caller;
    near.address = address;
    this.pipes.push(near);
    accept(far);
    return Promise.resolve(near);
  }

  /** Listens. */
  listen(at: HostAndPort): Promise<Either<string, Listener>> {
    const address = formatAddress(at);
    return Promise.resolve(E.right(this.listenAt(address, () => {})));
  }

  /** Listens, and hands over sockets. */
  listenAt(address: Address, accept: (socket: Socket) => void): Listener {
    this.listeners.set(address, accept);
    return {
      address,
      start: (accept) => void this.listeners.set(address, accept),
      close: () => Promise.resolve(void this.listeners.delete(address)),
    };
  }

  /** Nothing is kept. */
  close(): void {}
}

/** A world of pipes. */
export interface PipeWorld extends World {
  /** The network. */
  readonly network: PipeNetwork;
  /** Time, which the test moves. */
  readonly clock: SimulatedClock;
}

/** A world in which everything is real but sockets and time. */
export function pipeWorld(options: Partial<TransportLimits> = {}): PipeWorld {
  const clock = new SimulatedClock();
  const network = new PipeNetwork(clock);
  const limits = { ...DEFAULT_LIMITS, ...options };
  return {
    clock,
    network,
    transport: (id) => pipeTransport(network, limits, `node-${id}:1`),
    wait: (promise) => clock.waitFor(promise),
    async until(condition) {
      if (!await clock.runUntil(condition, 300_000)) throw new Error("What was waited for does not happen.");
    },
  };
}

function pipeTransport(network: PipeNetwork, limits: TransportLimits, address: Address): Transport {
  return {
    open: (local, handler) => {
      const own = O.isSome(local.address) ? local.address : O.some(address);
      const context = { ...newContext(local, handler, limits), address: own };
      const listener = network.listenAt(address, () => {});
      return Promise.resolve(E.right(new OpenTcpTransport(context, network, listener)));
    },
  };
}
