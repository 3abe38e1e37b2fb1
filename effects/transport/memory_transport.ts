/**
 * An open transport on a network in memory.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import type { Address, SnapshotFile } from "../storage/storage.ts";
import { Counters } from "./counters.ts";
import { InOrder } from "./in_order.ts";
import type { ConnectionKind, Introduction } from "./introduction.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { MemoryLink } from "./memory_link.ts";
import type { MemoryFabric } from "./memory_fabric.ts";
import { sendSnapshotInMemory } from "./memory_snapshot.ts";
import { Reachability } from "./reachability.ts";
import type { LocalNode, OpenTransport, PeerCounters, TransportHandler } from "./transport.ts";

/** Who opens it. */
export interface MemoryMember {
  /** Where it listens. */
  readonly address: Address;
  /** This opening. */
  readonly session: string;
  /** The node. */
  readonly local: LocalNode;
  /** What takes what arrives. */
  readonly handler: TransportHandler;
}

/** A transport on a network in memory. */
export class OpenMemoryTransport implements OpenTransport {
  /** What is counted. */
  readonly count = new Counters();
  /** Which peers cannot be reached. */
  readonly reachability: Reachability;
  /** The snapshots of peers that are being completed. */
  readonly finishing = new Map<NodeId, Promise<void>>();
  private readonly links = new Map<NodeId, MemoryLink>();
  // The links of others to this node.
  private readonly inbound = new Map<NodeId, MemoryLink>();
  private readonly shipments = new InOrder();
  private peers: ReadonlyMap<NodeId, Address> = new Map();
  private readonly closing = new AbortController();

  /** Opens it on `network`. */
  constructor(private readonly network: MemoryFabric, private readonly member: MemoryMember) {
    this.reachability = new Reachability(network.clock, DEFAULT_LIMITS.unreachableEveryMs, (peer) => {
      member.handler.unreachable(peer);
    });
  }

  /** Where it listens. */
  get address(): Address {
    return this.member.address;
  }

  /** The node. */
  get id(): NodeId {
    return this.member.local.id;
  }

  /** What takes what arrives. */
  get handler(): TransportHandler {
    return this.member.handler;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.closing.signal.aborted;
  }

  /** Keeps links to these peers, and ends those with peers that were in the last list and are not in this one. */
  setPeers(addresses: ReadonlyMap<NodeId, Address>): void {
    if (this.closed) return;
    for (const id of this.peers.keys()) if (!addresses.has(id)) this.drop(id);
    this.peers = new Map(addresses);
    for (const [id, address] of addresses) this.reach(id, address);
  }

  /** Queues a message. */
  send(message: PeerMessage): void {
    const link = this.links.get(message.to);
    if (link !== undefined) return link.send(message);
    this.count.of(message.to).dropped++;
    this.reachability.lost(message.to);
  }

  /** What was queued leaves. */
  flush(): void {
    for (const link of this.links.values()) link.flush();
  }

  /** Asks a peer. */
  request(to: NodeId, payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>> {
    const link = this.links.get(to);
    return link === undefined ? Promise.resolve(O.none) : link.request(payload, signal);
  }

  /** Sends a snapshot, in simulated time. */
  sendSnapshot(message: InstallSnapshot, file: SnapshotFile, signal: AbortSignal): Promise<boolean> {
    const link = this.links.get(message.to);
    if (link === undefined) return Promise.resolve(false);
    const both = AbortSignal.any([signal, this.closing.signal]);
    return this.shipments.run(message.to, () => {
      return sendSnapshotInMemory(this.network, { from: this, link, message, file }, both);
    });
  }

  /** What was counted so far. */
  counters(): ReadonlyMap<NodeId, PeerCounters> {
    return this.count.report(this.links);
  }

  /** Connections that were refused or closed because of what came on them. */
  violations(): number {
    return this.count.violations;
  }

  /** Ends it: what is on its way is lost. */
  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closing.abort();
    this.reachability.stop();
    this.network.leave(this.address);
    for (const link of this.links.values()) link.close();
    for (const link of this.inbound.values()) link.hangUp();
    return Promise.resolve();
  }

  /** What this node says of itself to `to`. */
  introduce(to: NodeId, kind: ConnectionKind): Introduction {
    const { local: { cluster, id, incarnation, address }, session } = this.member;
    const own = O.isSome(address) ? address : O.some(this.address);
    return { kind, cluster, from: id, to, incarnation, session, address: own };
  }

  /** A peer has connected. One that is in no list can be answered where it says that it is. */
  called({ from, address }: Introduction, link: MemoryLink): void {
    this.inbound.set(from, link);
    if (!this.peers.has(from) && O.isSome(address)) this.reach(from, address.value);
    this.links.get(from)?.wake();
  }

  private reach(id: NodeId, address: Address): void {
    if (id === this.id) return;
    const link = this.links.get(id);
    if (link?.address === address) return;
    link?.close();
    this.links.set(id, new MemoryLink(this.network, this, { id, address }));
  }

  private drop(id: NodeId): void {
    this.links.get(id)?.close();
    this.links.delete(id);
    this.inbound.get(id)?.hangUp();
    this.inbound.delete(id);
  }
}
