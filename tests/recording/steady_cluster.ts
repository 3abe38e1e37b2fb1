/**
 * A cluster of bare reducers that replicates one proposal after the other without trouble, and the recordings of all its
 * nodes: as long as a benchmark needs them, and always the same.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  bootstrap,
  type Bytes,
  type ConfigurationIds,
  type Message,
  type Node,
  type NodeId,
  options,
  type Outbox,
  proposal,
  step,
} from "../../core/mod.ts";
import type { Clock } from "../../effects/clock/clock.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { Disk, DiskFile } from "../../effects/disk/disk.ts";
import type { Recorder } from "../../effects/node/recorder.ts";
import { fileRecorder, type FileRecorderOptions } from "../../effects/recording/file_recorder.ts";
import { type Random, seededRandom } from "../../effects/random/random.ts";

/** What a cluster does. */
export interface Steady {
  /** About how many steps all nodes take together. */
  readonly steps: number;
  /** How many nodes there are; three if it is not given. */
  readonly nodes?: number;
  /** How many bytes a proposal has; 64 if it is not given. */
  readonly bytes?: number;
  /** After so many proposals the logs are cut; 4,096 if it is not given. */
  readonly compactEvery?: number;
  /** How it is recorded. */
  readonly recorder?: Partial<FileRecorderOptions>;
}

/** The recording of a node: its segments, each in pieces. */
export interface Recorded {
  /** The node. */
  readonly id: NodeId;
  /** The segments. */
  readonly segments: readonly { readonly name: string; readonly chunks: readonly Bytes[] }[];
  /** How many steps it took. */
  readonly steps: number;
}

/** Lets a cluster live, and returns the recordings of its nodes. */
export async function steadyCluster(steady: Steady): Promise<readonly Recorded[]> {
  const cluster = new Cluster(steady);
  cluster.tell(1, { type: "Campaign" });
  for (let i = 1; cluster.steps < steady.steps; i++) cluster.propose(i);
  return await cluster.close();
}

/** A clock that calls back when it is told to. */
class ManualClock implements Clock {
  #now = 0;
  #callbacks: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(): () => void {
    return () => {};
  }

  soon(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Lets `ms` milliseconds pass. */
  pass(ms: number): void {
    this.#now += ms;
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback();
  }
}

/** A disk that keeps what is appended to each file, in pieces. */
class PiecesDisk {
  readonly files = new Map<string, Bytes[]>();
  readonly disk: Disk;

  constructor() {
    const memory = memoryDisk();
    this.disk = {
      makeFolder: (path) => memory.makeFolder(path),
      list: () => [...this.files.keys()],
      open: (path) => this.#open(path),
      rename: () => {},
      remove: (path) => void this.files.delete(path),
      syncFolder: () => {},
      lock: (path) => memory.lock(path),
    };
  }

  #open(path: string): DiskFile {
    const pieces = this.files.get(path) ?? [];
    this.files.set(path, pieces);
    return {
      size: () => pieces.reduce((sum, { length }) => sum + length, 0),
      read: () => 0,
      write: (bytes) => void pieces.push(bytes.slice()),
      sync: () => Promise.resolve(),
      truncate: () => {},
      close: () => {},
    };
  }
}

class Cluster {
  steps = 0;
  readonly #clock = new ManualClock();
  readonly #random: Random = seededRandom(1);
  readonly #ids: readonly NodeId[];
  readonly #nodes: Node[];
  readonly #counts: number[];
  readonly #disks: readonly PiecesDisk[];
  readonly #recorders: readonly Recorder[];
  readonly #bytes: number;
  readonly #compactEvery: number;

  constructor({ bytes = 64, compactEvery = 4096, nodes = 3, recorder }: Steady) {
    this.#bytes = bytes;
    this.#compactEvery = compactEvery;
    this.#ids = Array.from({ length: nodes }, (_, i) => i + 1);
    const settings = right(options({ maxSizePerMsg: 1 << 20, maxInflightMsgs: 256 }));
    this.#nodes = this.#ids.map((id) => right(bootstrap({ id, options: settings }, this.#ids)));
    this.#counts = this.#ids.map(() => 0);
    this.#disks = this.#ids.map(() => new PiecesDisk());
    this.#recorders = this.#disks.map(({ disk }) => fileRecorder({ disk, clock: this.#clock, ...recorder }));
    this.#recorders.forEach((recorder, i) => recorder.begin(this.#nodes[i], []));
  }

  /** Replicates the proposal number `i`; now and then all nodes tick, and cut their logs. */
  propose(i: number): void {
    const data = new Uint8Array(this.#bytes).fill(i & 255);
    this.tell(1, { type: "Propose", ticket: i, entries: [proposal(data)] });
    if (i % 8 === 0) this.#clock.pass(1);
    if (i % 64 === 0) { for (const id of this.#ids) this.tell(id, { type: "Tick", random: this.#random.next() }); }
    if (i % this.#compactEvery === 0) { for (const id of this.#ids) this.#compact(id); }
  }

  /** Tells a node something, and does whatever follows from it. */
  tell(id: NodeId, message: Message): void {
    const inbox: [id: NodeId, message: Message][] = [[id, message]];
    for (let at = 0; at < inbox.length; at++) {
      const [to, message] = inbox[at];
      const [after, outbox] = step(this.#nodes[to - 1], message);
      this.#nodes[to - 1] = after;
      this.#recorders[to - 1].folded(message, after, outbox);
      this.steps++;
      this.#counts[to - 1]++;
      deliver(outbox, to, inbox);
    }
  }

  async close(): Promise<readonly Recorded[]> {
    for (const recorder of this.#recorders) {
      let closed = false;
      void recorder.close().then(() => closed = true);
      while (!closed) {
        this.#clock.pass(0);
        await Promise.resolve();
      }
    }
    return this.#ids.map((id, i) => {
      const segments = [...this.#disks[i].files].map(([name, chunks]) => ({ name, chunks }));
      return { id, segments, steps: this.#counts[i] };
    });
  }

  #compact(id: NodeId): void {
    const { applied: index, configuration, log } = this.#nodes[id - 1];
    const { voters, votersOutgoing, learners, learnersNext, autoLeave } = configuration;
    const ids: ConfigurationIds = { voters, votersOutgoing, learners, learnersNext, autoLeave };
    this.tell(id, {
      type: "SnapshotAvailable",
      index,
      term: log.termAt(index),
      configuration: ids,
      data: Uint8Array.of(1),
    });
    this.tell(id, { type: "Compact", index: Math.max(0, index - 16) });
  }
}

function deliver(outbox: Outbox, self: NodeId, inbox: [NodeId, Message][]): void {
  for (const effect of outbox) {
    if (effect.type === "Send") inbox.push([effect.message.to, effect.message]);
    if (effect.type === "Persist") {
      for (const then of effect.then) inbox.push(["to" in then ? then.to : self, then]);
    }
    if (effect.type === "Apply") {
      const { index } = effect.entries[effect.entries.length - 1];
      inbox.push([self, { type: "Applied", index }]);
    }
  }
}

function right<A>(either: E.Either<unknown, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}
