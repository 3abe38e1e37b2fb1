/**
 * What a test of transports needs of its surroundings: time that passes, and nodes that write down what reaches them.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import type { Clock } from "../../effects/clock/clock.ts";
import { systemClock } from "../../effects/clock/clock.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { LogFields, Logger } from "../../effects/logging/logger.ts";
import { seededRandom } from "../../effects/random/random.ts";
import type { Address, SnapshotReceiver } from "../../effects/storage/storage.ts";
import {
  type LinkConditions,
  type MemoryNetwork,
  memoryNetwork,
  type OpenTransport,
  type PeerIdentity,
  tcpTransport,
  type TcpTransportOptions,
  type Transport,
  type TransportHandler,
  type TransportLimits,
} from "../../effects/transport/mod.ts";

/** The cluster of all nodes in tests. */
export const CLUSTER = "0123456789abcdef";

/** Where transports live, and how their time passes. */
export interface World {
  /** Time. */
  readonly clock: Clock;
  /** A transport for the node `id`, at an address of its own. */
  transport(id: NodeId): Transport;
  /** Resolves when `condition` holds. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves with what `promise` does, while time passes. */
  wait<A>(promise: Promise<A>): Promise<A>;
  /** Removes what it leaves behind. */
  dispose?(): void;
}

/** A world with real sockets. */
export function tcpWorld(options: Partial<TcpTransportOptions> = {}): World {
  return {
    clock: systemClock,
    transport: () => tcpTransport({ listen: "127.0.0.1:0", ...options }),
    until: poll,
    wait: (promise) => promise,
  };
}

/** A world in memory. */
export interface MemoryWorld extends World {
  /** The network. */
  readonly network: MemoryNetwork;
  /** Time, which the test moves. */
  readonly clock: SimulatedClock;
}

/** A world in memory, in which `seed` determines what happens. */
export function memoryWorld(conditions: Partial<LinkConditions> = {}, seed = 1): MemoryWorld {
  const clock = new SimulatedClock();
  const network = memoryNetwork(clock, seededRandom(seed), conditions);
  return {
    clock,
    network,
    transport: (id) => network.transport(`node-${id}:1`),
    wait: (promise) => clock.waitFor(promise),
    async until(condition) {
      if (!await clock.runUntil(condition, 120_000)) throw new Error("What was waited for does not happen.");
    },
  };
}

/** A node that writes down what reaches it. */
export interface Member {
  /** The node. */
  readonly id: NodeId;
  /** Its transport. */
  readonly transport: OpenTransport;
  /** Where it is. */
  readonly address: Address;
  /** What it received, in order. */
  readonly received: PeerMessage[];
  /** How many messages came together, each time. */
  readonly batches: number[];
  /** Who is out of reach, in the order in which it was told. */
  readonly unreachable: NodeId[];
  /** What it logged. */
  readonly logged: Logged[];
  /** Whom it was asked to admit. */
  readonly asked: PeerIdentity[];
  /** Closes the connection that the last messages came on. */
  violate(reason: string): void;
}

/** An event in the log. */
export interface Logged {
  /** Its sentence. */
  readonly message: string;
  /** Its fields. */
  readonly fields: LogFields;
}

/** What is special about a node. */
export interface MemberOptions extends Partial<Pick<TransportHandler, "admit" | "request" | "offerSnapshot">> {
  /** Called with what it receives. */
  readonly receive?: TransportHandler["receive"];
  /** Called when a snapshot is complete. */
  readonly snapshotReceived?: TransportHandler["snapshotReceived"];
  /** Another cluster. */
  readonly cluster?: string;
  /** Another data folder. */
  readonly incarnation?: string;
  /** Another transport. */
  readonly transport?: Transport;
  /** Another clock. */
  readonly clock?: Clock;
  /** The address that it knows to be its own. */
  readonly address?: Address;
}

/** Starts a node. */
export async function start(world: World, id: NodeId, options: MemberOptions = {}): Promise<Member> {
  const notes = new Notes();
  const { admit = () => E.right(undefined) } = options;
  const handler: TransportHandler = {
    admit: (peer) => {
      notes.asked.push(peer);
      return admit(peer);
    },
    receive: (from, messages, violation) => {
      notes.batches.push(messages.length);
      notes.received.push(...messages);
      notes.violation = violation;
      options.receive?.(from, messages, violation);
    },
    request: options.request ?? ((_, payload) => Promise.resolve(payload)),
    offerSnapshot: options.offerSnapshot ?? (() => E.left("no snapshots here")),
    snapshotReceived: options.snapshotReceived ?? (() => {}),
    unreachable: (peer) => void notes.unreachable.push(peer),
  };
  const opened = await (options.transport ?? world.transport(id)).open({
    cluster: options.cluster ?? CLUSTER,
    id,
    incarnation: options.incarnation ?? id.toString(16).padStart(16, "0"),
    address: O.fromNullable(options.address),
    clock: options.clock ?? world.clock,
    random: seededRandom(id),
    logger: notes.logger,
  }, handler);
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const { received, batches, unreachable, logged, asked } = notes;
  const transport = opened.right;
  const violate = (reason: string) => notes.violation(reason);
  return { id, transport, address: transport.address, received, batches, unreachable, logged, asked, violate };
}

class Notes {
  readonly received: PeerMessage[] = [];
  readonly batches: number[] = [];
  readonly unreachable: NodeId[] = [];
  readonly logged: Logged[] = [];
  readonly asked: PeerIdentity[] = [];
  violation: (reason: string) => void = () => {};
  readonly logger: Logger = { log: (_, message, fields = {}) => void this.logged.push({ message, fields }) };
}

/** Starts nodes 1 to `count` that know each other, and waits until they are connected. */
export async function startCluster(world: World, count: number, options: MemberOptions = {}): Promise<Member[]> {
  const members: Member[] = [];
  for (let id = 1; id <= count; id++) members.push(await start(world, id, options));
  introduce(members);
  await connected(world, members);
  return members;
}

/** Tells every node where all of them are. */
export function introduce(members: readonly Member[]): void {
  const addresses = new Map(members.map(({ id, address }) => [id, address]));
  for (const { transport } of members) transport.setPeers(addresses);
}

/** Resolves when every node is connected with every other one. */
export async function connected(world: World, members: readonly Member[]): Promise<void> {
  await world.until(() => members.every((from) => members.every((to) => from === to || isConnected(from, to.id))));
}

/** Whether messages from a node to another one have a connection. */
export function isConnected({ transport }: Member, to: NodeId): boolean {
  return transport.counters().get(to)?.connected === true;
}

/** Closes the transports of nodes. */
export async function stop(world: World, ...members: readonly Member[]): Promise<void> {
  await world.wait(Promise.all(members.map(({ transport }) => transport.close())));
}

/** Sends messages, in one write. */
export function send({ transport }: Member, ...messages: readonly PeerMessage[]): void {
  for (const message of messages) transport.send(message);
  transport.flush();
}

/** A heartbeat; `commit` tells it from others. */
export function heartbeat(from: NodeId, to: NodeId, commit = 0): PeerMessage {
  return { type: "Heartbeat", from, to, term: 1, commit, read: O.none };
}

/** The number by which {@linkcode heartbeat}s differ. */
export function commitOf(message: PeerMessage): number {
  return message.type === "Heartbeat" ? message.commit : -1;
}

/** Bytes that can be told from others. */
export function bytesOf(length: number, seed = 0): Bytes {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + seed;
  return bytes;
}

/** A message with a snapshot at `index`. */
export function installSnapshot(from: NodeId, to: NodeId, index = 7): InstallSnapshot {
  const configuration = { voters: [1, 2], votersOutgoing: [], learners: [3], learnersNext: [], autoLeave: false };
  return { type: "InstallSnapshot", from, to, term: 2, snapshot: { index, term: 1, configuration, data: bytesOf(9) } };
}

/** A signal that nobody aborts. */
export function forever(): AbortSignal {
  return new AbortController().signal;
}

/** Bounds that make tests with real sockets short. */
export const QUICK: Partial<TransportLimits> = { firstBackoffMs: 5, longestBackoffMs: 20, refusedBackoffMs: 20 };

/** Keeps what it receives, and can be resumed. */
export class Inbox {
  /** The offsets at which a sender went on. */
  readonly offsets: number[] = [];
  /** How often reception was paused. */
  pauses = 0;
  /** How often it was finished. */
  finished = 0;
  /** How many bytes have arrived. */
  size = 0;
  private chunks: Bytes[] = [];

  /** `beforeWrite` is called with every position. */
  constructor(private readonly beforeWrite: (at: number) => void = () => {}) {}

  /** What has arrived. */
  get file(): Bytes {
    const file = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      file.set(chunk, at);
      at += chunk.length;
    }
    return file;
  }

  /** Replaces what has arrived. */
  put(file: Bytes): void {
    this.chunks = [file];
    this.size = file.length;
  }

  /** A receiver that goes on where the last one stopped. */
  offer(message: InstallSnapshot): Either<string, SnapshotReceiver> {
    this.offsets.push(this.size);
    return E.right({
      offset: this.size,
      write: (bytes) => {
        this.beforeWrite(this.size);
        this.chunks.push(bytes.slice());
        this.size += bytes.length;
      },
      finish: () => {
        this.finished++;
        return Promise.resolve(E.right(message.snapshot));
      },
      pause: () => void this.pauses++,
    });
  }
}

async function poll(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("What was waited for does not happen.");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
