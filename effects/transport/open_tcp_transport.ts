/**
 * A transport over TCP that is open.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import type { Address, SnapshotFile } from "../storage/storage.ts";
import type { Context } from "./context.ts";
import { InOrder } from "./in_order.ts";
import { Inbound } from "./inbound.ts";
import type { Introduction } from "./introduction.ts";
import { Link } from "./link.ts";
import { sendSnapshot } from "./snapshot_sender.ts";
import type { Listener, Network } from "./socket.ts";
import type { OpenTransport, PeerCounters } from "./transport.ts";

/** What was flushed before `close` has this long to be written. */
const GRACE_MS = 1_000;

/** An open transport over TCP. */
export class OpenTcpTransport implements OpenTransport {
  /** Where it listens. */
  readonly address: Address;
  private readonly inbound: Inbound;
  private readonly links = new Map<NodeId, Link>();
  private peers: ReadonlyMap<NodeId, Address> = new Map();
  private readonly closing = new AbortController();
  private readonly shipments = new InOrder();
  // The links that are being closed.
  private readonly endings = new Set<Promise<void>>();

  /** Takes connections from `listener`, and makes others on `network`. */
  constructor(
    private readonly context: Context,
    private readonly network: Network,
    private readonly listener: Listener,
  ) {
    this.address = listener.address;
    this.inbound = new Inbound(context, (peer) => this.called(peer));
    listener.start((socket) => this.inbound.accept(socket));
  }

  /** Keeps connections to these peers, and ends those with peers that were in the last list and are not in this one. */
  setPeers(addresses: ReadonlyMap<NodeId, Address>): void {
    if (this.closing.signal.aborted) return;
    for (const id of this.peers.keys()) if (!addresses.has(id)) this.drop(id);
    this.peers = new Map(addresses);
    for (const [id, address] of addresses) this.reach(id, address);
  }

  /** Queues a message on the link of `message.to`. */
  send(message: PeerMessage): void {
    const link = this.links.get(message.to);
    if (link !== undefined) return link.send(message);
    this.context.counters.of(message.to).dropped++;
    this.context.reachability.lost(message.to);
  }

  /** One write for each peer. */
  flush(): void {
    for (const link of this.links.values()) link.flush();
  }

  /** Asks on the link of `to`. */
  request(to: NodeId, payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>> {
    const link = this.links.get(to);
    return link === undefined ? Promise.resolve(O.none) : link.request(payload, signal);
  }

  /** Sends a snapshot on a connection of its own, one at a time to each peer. */
  sendSnapshot(message: InstallSnapshot, file: SnapshotFile, signal: AbortSignal): Promise<boolean> {
    const both = AbortSignal.any([signal, this.closing.signal]);
    return this.shipments.run(message.to, () => this.ship(message, file, both));
  }

  /** What was counted so far. */
  counters(): ReadonlyMap<NodeId, PeerCounters> {
    return this.context.counters.report(this.links);
  }

  /** Connections that were refused or closed because of what came on them. */
  violations(): number {
    return this.context.counters.violations;
  }

  /** Closes everything, and takes nothing more; what was flushed before is written first, if that does not take long. */
  async close(): Promise<void> {
    this.closing.abort();
    for (const link of this.links.values()) this.endLink(link, GRACE_MS);
    await Promise.all([this.inbound.close(), this.listener.close(), this.shipments.done(), ...this.endings]);
    this.network.close();
    this.context.reachability.stop();
  }

  private ship(message: InstallSnapshot, file: SnapshotFile, signal: AbortSignal): Promise<boolean> {
    const link = this.links.get(message.to);
    if (link === undefined) return Promise.resolve(false);
    const callee = { id: link.id, address: link.address, kind: "snapshot", network: this.network } as const;
    return sendSnapshot(this.context, callee, { message, file }, signal);
  }

  // A peer that is in no list can be answered where it says that it is.
  private called({ from, address, session }: Introduction): void {
    if (this.closing.signal.aborted) return;
    if (!this.peers.has(from) && O.isSome(address)) this.reach(from, address.value);
    this.links.get(from)?.wake(session);
  }

  private reach(id: NodeId, address: Address): void {
    if (id === this.context.local.id) return;
    const link = this.links.get(id);
    if (link === undefined) this.links.set(id, new Link(this.context, id, address, this.network));
    else link.move(address);
  }

  private drop(id: NodeId): void {
    const link = this.links.get(id);
    this.links.delete(id);
    this.inbound.end(id);
    if (link !== undefined) this.endLink(link, 0);
  }

  private endLink(link: Link, graceMs: number): void {
    const ending = link.close(graceMs).then(() => void this.endings.delete(ending));
    this.endings.add(ending);
  }
}
