/** Clusters of real nodes on simulated time, with disks and a network in memory. */
import * as O from "fp-ts/Option";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { RaftNode } from "../../effects/node/raft_node.ts";
import type { NodeSettings } from "../../effects/node/settings.ts";
import { startNode } from "../../effects/node/start_node.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { memoryStorage } from "../../effects/storage/memory_storage.ts";
import type { Storage } from "../../effects/storage/storage.ts";
import { type MemoryNetwork, memoryNetwork } from "../../effects/transport/memory_network.ts";
import { Counter } from "./counter.ts";

/** A node of a test. */
export type CounterNode = RaftNode<number, number, null, number>;

/** Settings that a test may want to be others. */
export type Wishes = Partial<NodeSettings<number, number, null, number>>;

/** A cluster of counters. */
export class Cluster {
  readonly clock = new SimulatedClock();
  readonly network: MemoryNetwork;
  readonly nodes = new Map<number, CounterNode>();
  readonly counters = new Map<number, Counter>();
  readonly storages = new Map<number, Storage>();
  readonly members: ReadonlyMap<number, string>;
  #seed: number;

  /** Nobody runs yet. */
  constructor(size: number, seed = 1) {
    this.#seed = seed;
    // Without a delay, a client that writes in a loop would keep the time from passing.
    this.network = memoryNetwork(this.clock, seededRandom(seed), { leastDelayMs: 0.2, mostDelayMs: 1 });
    this.members = new Map(Array.from({ length: size }, (_, i) => [i + 1, `node-${i + 1}`]));
  }

  /** A cluster of which every node runs. */
  static async started(size: number, wishes: Wishes = {}, seed = 1): Promise<Cluster> {
    const cluster = new Cluster(size, seed);
    for (const id of cluster.members.keys()) await cluster.start(id, wishes);
    return cluster;
  }

  /** Starts a node, or starts it again on the storage that it had. */
  async start(id: number, wishes: Wishes = {}): Promise<CounterNode> {
    const counter = new Counter();
    const storage = this.storages.get(id) ?? memoryStorage();
    this.storages.set(id, storage);
    this.counters.set(id, counter);
    const node = await this.clock.waitFor(startNode({
      id,
      cluster: this.members,
      storage,
      transport: this.network.transport(`node-${id}`),
      stateMachine: counter,
      clock: this.clock,
      random: seededRandom(this.#seed++ * 1_000 + id),
      ...wishes,
    }));
    this.nodes.set(id, node);
    return node;
  }

  /** Stops a node without handing over, as a crash does, but for what its storage makes of it. */
  async stop(id: number): Promise<void> {
    await this.clock.waitFor(this.node(id).close({ handOver: false }));
    this.nodes.delete(id);
  }

  /** The node. */
  node(id: number): CounterNode {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`Node ${id} does not run.`);
    return node;
  }

  /** The counter of a node. */
  counter(id: number): Counter {
    const counter = this.counters.get(id);
    if (counter === undefined) throw new Error(`There is no counter ${id}.`);
    return counter;
  }

  /** The leader that a majority of those which run follows, once there is one. */
  async leader(among: Iterable<number> = this.nodes.keys()): Promise<CounterNode> {
    const ids = [...among];
    const find = (): CounterNode | undefined => {
      const leaders = ids.map((id) => this.node(id)).filter((node) => node.status().role === "leader");
      return leaders.find((leader) => {
        const { id, term } = leader.status();
        const followers = ids.map((other) => this.node(other).status());
        return followers.filter((status) => status.term === term && O.isSome(status.lead) && status.lead.value === id)
              .length * 2 > ids.length;
      });
    };
    await this.clock.runUntil(() => find() !== undefined, 30_000);
    const leader = find();
    if (leader === undefined) throw new Error("No leader was elected within 30 s.");
    return leader;
  }

  /** Some node that does not lead. */
  async follower(): Promise<CounterNode> {
    const { id } = await this.leader();
    const follower = [...this.nodes.values()].find((node) => node.id !== id);
    if (follower === undefined) throw new Error("There is no follower.");
    return follower;
  }

  /** Cuts a node off from all others. */
  isolate(id: number): void {
    this.network.partition([[id], [...this.nodes.keys()].filter((other) => other !== id)]);
  }

  /** Waits, in simulated time. */
  waitFor<A>(promise: Promise<A>): Promise<A> {
    return this.clock.waitFor(promise);
  }

  /** Stops everything. */
  async close(): Promise<void> {
    const nodes = [...this.nodes.values()];
    await this.clock.waitFor(Promise.all(nodes.map((node) => node.close({ handOver: false }))));
  }
}

/** Runs `test` with a cluster, which is closed afterwards. */
export async function withCluster(
  size: number,
  wishes: Wishes,
  test: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const cluster = await Cluster.started(size, wishes);
  try {
    await test(cluster);
  } finally {
    await cluster.close();
  }
}
