/**
 * A network of which one can cut and slow down every link: a proxy in front of each node.
 *
 * Every node gives its peers the address of its proxy, and listens at another one, which only the proxy knows. Who calls
 * is read from the first frame of each connection, so that every link can be treated differently in each direction.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { type Identify, identifyCaller } from "./caller.ts";
import { Links } from "./links.ts";
import { Tunnel, type TunnelContext } from "./tunnel.ts";

/** What a network is made for. */
export interface NetworkOptions {
  /** Where each node really listens. */
  readonly targets: ReadonlyMap<NodeId, Address>;
  /** Time, for delays. */
  readonly clock: Clock;
  /** Who calls; if it is not given, what the transport over TCP says. */
  readonly identify?: Identify;
}

/** The network between the nodes of a cluster on this machine. */
export class ProxiedNetwork {
  readonly #listeners = new Map<NodeId, Deno.TcpListener>();
  readonly #accepting: Promise<void>[] = [];
  readonly #tunnels = new Set<Tunnel>();
  readonly #ended = new Set<Promise<void>>();
  readonly #targets: ReadonlyMap<NodeId, Address>;
  readonly #links: Links;
  readonly #context: TunnelContext;
  #lostBytes = 0;
  #closed: Promise<void> | undefined;

  /** Begins to listen for every node, on ports that are free. */
  constructor({ targets, clock, identify = identifyCaller }: NetworkOptions) {
    this.#targets = targets;
    this.#links = new Links((from, to) => this.#linkChanged(from, to));
    const lost = (bytes: number): void => void (this.#lostBytes += bytes);
    this.#context = { clock, links: this.#links, identify, lost };
    for (const id of targets.keys()) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      this.#listeners.set(id, listener);
      this.#accepting.push(this.#accept(listener, id));
    }
  }

  /** Where the peers of a node reach it. */
  addressOf(id: NodeId): Address {
    const listener = this.#listeners.get(id);
    if (listener === undefined) throw new Error(`Cannot find node ${id}: the network was made without it.`);
    return `127.0.0.1:${listener.addr.port}`;
  }

  /** The links, to cut them, slow them down, and make them good again. */
  get links(): Links {
    return this.#links;
  }

  /** How many bytes were lost so far. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /** Loses everything between a node on one side and a node on the other. */
  partition(side: readonly NodeId[], other: readonly NodeId[]): void {
    for (const a of side) {
      for (const b of other) {
        this.#links.set(a, b, { isCut: true });
        this.#links.set(b, a, { isCut: true });
      }
    }
  }

  /** Breaks the connections between two nodes; they may connect again at once. */
  disconnect(a: NodeId, b: NodeId): void {
    for (const tunnel of this.#between(a, b)) tunnel.close();
  }

  /** Makes every link good. */
  heal(): void {
    this.#links.clear();
  }

  /** Breaks every connection and stops listening. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    for (const listener of this.#listeners.values()) listener.close();
    await Promise.all(this.#accepting);
    for (const tunnel of this.#tunnels) tunnel.close();
    await Promise.all(this.#ended);
  }

  #linkChanged(from: NodeId, to: NodeId): void {
    for (const tunnel of this.#between(from, to)) tunnel.linkChanged();
  }

  #between(a: NodeId, b: NodeId): readonly Tunnel[] {
    return [...this.#tunnels].filter(({ from, to }) => (from === a && to === b) || (from === b && to === a));
  }

  async #accept(listener: Deno.TcpListener, to: NodeId): Promise<void> {
    for (;;) {
      try {
        const near = await listener.accept();
        const ended = this.#serve(near, to);
        this.#ended.add(ended);
        void ended.then(() => this.#ended.delete(ended));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        // A caller that is gone already is no reason to stop.
      }
    }
  }

  async #serve(near: Deno.TcpConn, to: NodeId): Promise<void> {
    const [hostname, port] = (this.#targets.get(to) ?? "").split(":");
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ hostname, port: Number(port) });
    } catch {
      near.close(); // the node does not run: its peers see what they would see without a proxy
      return;
    }
    const tunnel = new Tunnel(near, far, to, this.#context);
    this.#tunnels.add(tunnel);
    await tunnel.ended;
    this.#tunnels.delete(tunnel);
  }
}
