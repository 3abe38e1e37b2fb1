/**
 * A simulated cluster of RaftKV, as TinyKV's tests have one: stores that share a network, and a scheduler that knows who
 * leads.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as O from "fp-ts/Option";
import { SimulatedClock } from "../../../effects/clock/simulated_clock.ts";
import { type Random, seededRandom } from "../../../effects/random/random.ts";
import { type MemoryNetwork, memoryNetwork } from "../../../effects/transport/memory_network.ts";
import { Host, type KvNode, type Wishes } from "./host.ts";
import { HEARTBEAT_MS } from "./numbers.ts";
import { Witness } from "./witness.ts";

/** What a cluster is made of. */
export interface Setup {
  /** How many nodes. */
  readonly size: number;
  /** What all chance comes from. */
  readonly seed: number;
  /** Whether stores survive a crash; volatile ones begin with the newest snapshot and the log. */
  readonly durable?: boolean;
  /** Settings of every node. */
  readonly wishes?: Wishes;
}

/** Milliseconds that a message is on its way. */
const DELAY = { leastDelayMs: 5, mostDelayMs: 35 };

/** A cluster. */
export class World {
  readonly clock = new SimulatedClock();
  readonly witness = new Witness();
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly hosts: readonly Host[];
  readonly #down = new Set<number>();
  #leader: O.Option<number> = O.none;
  #closed = false;

  /** Nobody runs yet. */
  constructor({ size, seed, durable = false, wishes = {} }: Setup) {
    this.random = seededRandom(seed * 7_919);
    this.network = memoryNetwork(this.clock, seededRandom(seed * 7_919 + 1), DELAY);
    this.network.setFilter((from) => !this.#down.has(from));
    const members = new Map(Array.from({ length: size }, (_, i) => [i + 1, `node-${i + 1}`]));
    const { clock, network, witness } = this;
    const around = { clock, network, witness, members, durable, wishes };
    this.hosts = [...members.keys()].map((id) => new Host(id, around, seed * 7_919 + 1 + id));
    this.#schedule();
  }

  /** Runs `test` with a cluster of which every node runs, and closes it. */
  static async run(setup: Setup, test: (world: World) => Promise<void>): Promise<void> {
    const world = new World(setup);
    await world.wait(Promise.all(world.hosts.map((host) => host.start())));
    await world.wait(test(world));
    world.witness.checkTold();
    await world.wait(world.#close());
  }

  /** The nodes that run. */
  get running(): readonly KvNode[] {
    return this.hosts.flatMap(({ running }) => O.isSome(running) ? [running.value] : []);
  }

  /** The numbers of all nodes. */
  get ids(): readonly number[] {
    return this.hosts.map(({ id }) => id);
  }

  /** The machine of a node. */
  host(id: number): Host {
    return this.hosts[id - 1];
  }

  /** Who leads, as the scheduler knows from the leaders' heartbeats. */
  get leader(): O.Option<number> {
    return this.#leader;
  }

  /** Waits for so many simulated milliseconds. Only for what `wait` or a client waits for. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, () => resolve()));
  }

  /** Lets time pass until `promise` is settled, and as long as nothing is wrong. */
  async wait<A>(promise: Promise<A>, ms = 600_000): Promise<A> {
    let done = false;
    const settle = (): void => void (done = true);
    promise.then(settle, settle);
    const { violations } = this.witness;
    await this.clock.runUntil(() => done || violations.length > 0, ms);
    assert(violations.length === 0, `at ${this.clock.now()} ms: ${violations.join("; ")}`);
    assert(done, `it is not done after ${ms} ms`);
    return await promise;
  }

  /** What goes on beside the test: if it fails, the test does so at once. */
  watched<A>(work: Promise<A>): Promise<A> {
    work.catch((error) => this.witness.object(error instanceof Error ? error.message : String(error)));
    return work;
  }

  /** The power of these machines goes off. */
  async crash(ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#down.add(id); // what leaves after this moment does not leave
    await Promise.all(ids.map((id) => this.host(id).crash()));
    for (const id of ids) this.#down.delete(id);
  }

  /** These nodes start on what their machines hold. */
  async start(ids: readonly number[]): Promise<void> {
    await Promise.all(ids.map((id) => this.host(id).start()));
  }

  async #close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.running.map((node) => node.close({ handOver: false })));
  }

  #schedule(): void {
    if (this.#closed) return;
    const leaders = this.running.map((node) => node.status()).filter(({ role }) => role === "leader");
    const newest = leaders.reduce((newest, { term }) => Math.max(newest, term), 0);
    const leader = leaders.find(({ term }) => term === newest);
    if (leader !== undefined) this.#leader = O.some(leader.id);
    this.clock.after(HEARTBEAT_MS, () => this.#schedule());
  }
}
