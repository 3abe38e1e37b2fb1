/**
 * One connection between two nodes, with a network in between that can fail.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Identify } from "./caller.ts";
import type { Link, Links } from "./links.ts";

/** What a tunnel works with. */
export interface TunnelContext {
  /** Time, for delays. */
  readonly clock: Clock;
  /** How the network is. */
  readonly links: Links;
  /** Who calls. */
  readonly identify: Identify;
  /** Is told of bytes that were lost. */
  readonly lost: (bytes: number) => void;
}

/** At most so much arrives at once: a link with a delay is also a slow one. */
const CHUNK = 16_384;

/** The bytes from the one who calls, or those from the one who is called. */
type Direction = "forth" | "back";

/** Carries bytes from a caller to the node that it calls, and back. */
export class Tunnel {
  /** The node that is called. */
  readonly to: NodeId;
  /** Resolves when both sides are closed. */
  readonly ended: Promise<void>;
  readonly #context: TunnelContext;
  readonly #near: Deno.TcpConn;
  readonly #far: Deno.TcpConn;
  readonly #delayed = new Set<() => void>();
  // Where something was lost, nothing that comes afterwards makes sense to whoever reads it.
  readonly #holes = new Set<Direction>();
  #from: NodeId = 0;
  #isClosed = false;

  /** Connects `near`, the side of a caller, to `far`, the node `to`. */
  constructor(near: Deno.TcpConn, far: Deno.TcpConn, to: NodeId, context: TunnelContext) {
    this.#near = near;
    this.#far = far;
    this.to = to;
    this.#context = context;
    near.setNoDelay(true);
    far.setNoDelay(true);
    this.ended = this.#run();
  }

  /** The node that calls; 0 if it has not said that yet. */
  get from(): NodeId {
    return this.#from;
  }

  /** A link has changed: a connection on which something was lost ends when the network would carry it on. */
  linkChanged(): void {
    for (const direction of this.#holes) if (!this.#link(direction).isCut) this.close();
  }

  /** Ends the connection on both sides. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#near.close();
    this.#far.close();
    for (const goOn of this.#delayed) goOn();
  }

  async #run(): Promise<void> {
    await Promise.all([this.#attempt(() => this.#forth()), this.#attempt(() => this.#carry("back"))]);
  }

  /** Does one half of the work; when that is over, so is the other half. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      // A connection that breaks ends like one that is closed.
    }
    this.close();
  }

  async #forth(): Promise<void> {
    const first = await this.#introduction();
    if (first === undefined) return;
    await this.#pass(first, "forth");
    await this.#carry("forth");
  }

  /** The first bytes, up to where they tell who calls; undefined if it is closed before. */
  async #introduction(): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(CHUNK);
    for (let filled = 0; filled < CHUNK;) {
      const count = await this.#near.read(buffer.subarray(filled));
      if (count === null) return undefined;
      filled += count;
      const from = this.#context.identify(buffer.subarray(0, filled));
      if (from === undefined) continue;
      this.#from = from;
      return buffer.subarray(0, filled);
    }
    return buffer;
  }

  async #carry(direction: Direction): Promise<void> {
    const source = direction === "forth" ? this.#near : this.#far;
    const buffer = new Uint8Array(CHUNK);
    for (let count = await source.read(buffer); count !== null; count = await source.read(buffer)) {
      await this.#pass(buffer.subarray(0, count), direction);
    }
  }

  /** Passes bytes on when the link is done with them, or loses them. */
  async #pass(bytes: Uint8Array, direction: Direction): Promise<void> {
    const { delayMs } = this.#link(direction);
    if (delayMs > 0) await this.#delay(delayMs);
    if (this.#link(direction).isCut) this.#holes.add(direction);
    if (this.#holes.has(direction)) return this.#context.lost(bytes.length);
    const target = direction === "forth" ? this.#far : this.#near;
    for (let at = 0; at < bytes.length;) at += await target.write(bytes.subarray(at));
  }

  #link(direction: Direction): Link {
    const { links } = this.#context;
    return direction === "forth" ? links.get(this.#from, this.to) : links.get(this.to, this.#from);
  }

  #delay(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#context.clock.after(ms, resolve);
    const goOn = (): void => {
      cancel();
      resolve();
    };
    this.#delayed.add(goOn);
    return promise.finally(() => this.#delayed.delete(goOn));
  }
}
