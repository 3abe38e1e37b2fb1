/**
 * A cluster of nodes in memory: what a transcript talks to.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  type ConfigurationIds,
  type Message,
  NO_MEMBERS,
  type NodeId,
  type Options,
  type PeerMessage,
  type Ticket,
} from "../../../core/mod.ts";
import { reasonText } from "../text/effect.ts";
import { peerMessageText } from "../text/message.ts";
import type { Trace } from "../text/trace.ts";
import { Driver, QUIETLY, type Showing, SHOWN } from "./driver.ts";
import { Invariants } from "./invariants.ts";
import { Network } from "./network.ts";
import { Server } from "./server.ts";

/** The nodes, and the network between them. */
export class Cluster {
  readonly network = new Network();
  /** The configuration with which the cluster has begun: the one as of index 0. */
  first: ConfigurationIds = NO_MEMBERS;
  readonly #servers = new Map<NodeId, Server>();
  readonly #invariants = new Invariants();
  readonly #driver: Driver;
  #tickets = 0;

  /** A cluster without nodes that prints to `trace`. */
  constructor(readonly trace: Trace) {
    this.#driver = new Driver(this.network, this.#invariants, trace);
  }

  /** The nodes in the order of their ids. */
  get servers(): readonly Server[] {
    return [...this.#servers.values()].sort((a, b) => a.id - b.id);
  }

  /** Node `id`, which must exist. */
  server(id: NodeId): Server {
    const server = this.#servers.get(id);
    if (server === undefined) throw new Error(`Cannot use node ${id}: it does not exist.`);
    return server;
  }

  /** Starts a new node. */
  add(id: NodeId, options: Options, configuration: ConfigurationIds): void {
    if (this.#servers.has(id)) throw new Error(`Cannot start node ${id}: it exists.`);
    this.#servers.set(id, new Server(id, options, configuration));
  }

  /** A number that no earlier request had. */
  ticket(): Ticket {
    return ++this.#tickets;
  }

  /** Hands a message to node `id`, and shows what comes of it. */
  hand(id: NodeId, message: Message): void {
    this.#hand(id, message, SHOWN);
  }

  /** Hands node `id` a tick, which is shown only if something comes of it, with a note which one it was. */
  tick(id: NodeId, random: number, note: string): void {
    this.#hand(id, { type: "Tick", random }, { ...QUIETLY, note });
  }

  /** Delivers messages that are off the network; a node that is down does not get its own. */
  deliver(messages: readonly PeerMessage[]): void {
    for (const message of messages) {
      if (this.#servers.get(message.to)?.running) this.hand(message.to, message);
      else this.trace.say(`${message.to} is down: ${peerMessageText(message)} from ${message.from} is lost`);
    }
  }

  /** Makes the oldest `count` writes of node `id` durable. */
  flush(id: NodeId, count: number): void {
    this.#driver.flush(this.server(id), count);
  }

  /** Lets the state machine of node `id` do what was handed to it; with `veto`, changes are applied as none. */
  apply(id: NodeId, veto: boolean): void {
    this.#driver.apply(this.server(id), veto);
  }

  /** Stops node `id`. */
  crash(id: NodeId): void {
    const lost = this.server(id).crash();
    const writes = lost === 1 ? "a write" : `${lost} writes`;
    this.trace.say(lost === 0 ? `${id} crashes` : `${id} crashes and loses ${writes}`);
  }

  /** Starts node `id` from its disk. */
  restart(id: NodeId): void {
    const server = this.server(id);
    if (server.running) throw new Error(`Cannot start node ${id}: it runs.`);
    const started = server.restart();
    if (E.isLeft(started)) this.trace.answer(`${id} cannot start: ${reasonText(started.left)}`);
    else this.#driver.begin(server, started.right);
  }

  /** Checks what must hold after every command. */
  check(): void {
    this.#invariants.matching(this.servers.map(({ node }) => node.log));
  }

  #hand(id: NodeId, message: Message, showing: Showing): void {
    const server = this.server(id);
    if (!server.running) throw new Error(`Cannot use node ${id}: it is down.`);
    this.#driver.hand(server, message, showing);
  }
}
