/**
 * A machine of a simulated cluster: a disk that forgets what was not synced, a store, and a node while it runs.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Clock } from "../../../effects/clock/clock.ts";
import type { SimulatedClock } from "../../../effects/clock/simulated_clock.ts";
import { type MemoryDisk, memoryDisk, type MemoryDiskOptions } from "../../../effects/disk/memory_disk.ts";
import {
  type KvAnswer,
  type KvCommand,
  type KvQuery,
  type KvReply,
  kvStateMachine,
  type MemoryStore,
  memoryStore,
} from "../../../effects/kv/mod.ts";
import type { RaftNode } from "../../../effects/node/raft_node.ts";
import type { NodeSettings } from "../../../effects/node/settings.ts";
import { startNode } from "../../../effects/node/start_node.ts";
import { type Random, seededRandom } from "../../../effects/random/random.ts";
import { fileStorage } from "../../../effects/storage/file_storage.ts";
import type { MemoryNetwork } from "../../../effects/transport/memory_network.ts";
import { ELECTION_MS, HEARTBEAT_MS } from "./numbers.ts";
import type { Witness } from "./witness.ts";

/** A node of RaftKV. */
export type KvNode = RaftNode<KvCommand, KvReply, KvQuery, KvAnswer>;

/** Settings that a test wants to be others. */
export type Wishes = Partial<NodeSettings<KvCommand, KvReply, KvQuery, KvAnswer>>;

/** What a machine is part of. */
export interface Surroundings {
  /** Time. */
  readonly clock: SimulatedClock;
  /** The way to the others. */
  readonly network: MemoryNetwork;
  /** Who sees everything. */
  readonly witness: Witness;
  /** The members. */
  readonly members: ReadonlyMap<number, string>;
  /** Whether stores survive, as one on a disk does. */
  readonly durable: boolean;
  /** Settings of every node. */
  readonly wishes: Wishes;
}

/** The size of a segment of the log: small, so that many of them are begun and removed. */
const SEGMENT_BYTES = 16_384;
/** Milliseconds that a sync takes at least and at most. */
const SYNC_MS = [5, 30] as const;
/** Milliseconds that a turn of a store takes at most. */
const TURN_MS = 10;

/** A machine. */
export class Host {
  /** Its disk. */
  disk: MemoryDisk;
  /** What its node replicates. */
  store: MemoryStore;
  readonly #random: Random;
  readonly #around: Surroundings;
  #running: O.Option<KvNode> = O.none;

  /** A machine with an empty disk, on which nothing runs. */
  constructor(readonly id: number, around: Surroundings, seed: number) {
    this.#around = around;
    this.#random = seededRandom(seed);
    this.disk = memoryDisk(this.#slow());
    this.store = this.#emptyStore();
  }

  /** The node, if it runs. */
  get running(): O.Option<KvNode> {
    return this.#running;
  }

  /** The node, which runs. */
  get node(): KvNode {
    if (O.isNone(this.#running)) throw new Error(`Node ${this.id} does not run.`);
    return this.#running.value;
  }

  /** Starts the node on what the machine holds. */
  async start(): Promise<void> {
    const { clock, network, witness, members, wishes } = this.#around;
    const node = await startNode({
      id: this.id,
      cluster: members,
      storage: fileStorage("data", { disk: this.disk, clock, segmentBytes: SEGMENT_BYTES }),
      transport: network.transport(`node-${this.id}`),
      stateMachine: witness.machine(this.id, kvStateMachine(this.store)),
      recorder: witness.recorder(this.id),
      clock,
      random: seededRandom(Math.floor(this.#random.next() * 2 ** 32)),
      electionMs: ELECTION_MS,
      heartbeatMs: HEARTBEAT_MS,
      ...wishes,
    });
    this.#running = O.some(node);
    void node.stopped.then((reason) => {
      if (reason.type !== "Closed") witness.object(`node ${this.id} stopped: ${JSON.stringify(reason)}`);
    });
  }

  /** The power goes off: what was not synced may be gone. Resolves when nothing of the node is left. */
  async crash(): Promise<void> {
    const { node } = this;
    this.#running = O.none;
    const left = this.disk.crash(this.#random, this.#slow());
    const store = this.#around.durable ? this.store.crash() : this.#emptyStore();
    await node.close({ handOver: false }); // what it writes now, it writes on the old disk
    this.disk = left;
    this.store = store;
  }

  // A turn of the store takes a while, so that a machine can crash in the middle of a sync, a copy or a restore.
  #emptyStore(): MemoryStore {
    const { clock, durable } = this.#around;
    const slow: Clock = {
      now: () => clock.now(),
      after: (ms, callback) => clock.after(ms, callback),
      soon: (callback) => void clock.after(this.#random.next() * TURN_MS, callback),
    };
    return memoryStore({ durable, clock: slow });
  }

  #slow(): MemoryDiskOptions {
    const [least, most] = SYNC_MS;
    const { clock } = this.#around;
    return {
      onSync: () =>
        new Promise((resolve) => void clock.after(least + this.#random.next() * (most - least), () => resolve())),
    };
  }
}
