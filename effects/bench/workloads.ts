/**
 * Eight workloads by which the speed of Raft cores is compared: what is replicated, how much of it is timed, and a
 * checksum that every core must arrive at.
 *
 * @module
 */
import { type Message, type NodeId, type Proposal, proposal } from "../../core/mod.ts";
import { Cluster, type ClusterSettings } from "./cluster.ts";

const PAYLOADS = 1_024;
const PAYLOAD_BYTES = 64;
const BATCH = 64;
const WARM_UP = 50_000;

/** What a run has found. */
export interface Figures {
  readonly workload: string;
  /** Operations in the timed part. */
  readonly ops: number;
  /** CPU time of the whole process during the timed part, all threads. */
  readonly seconds: number;
  /** Inputs handed to nodes during the timed part. */
  readonly steps: number;
  readonly checksum: number;
  /** Elapsed seconds. */
  readonly wall: number;
}

/** Reads the clocks. */
export interface Stopwatch {
  /** CPU seconds that this process has used. */
  cpu(): number;
  /** Seconds on a monotonic clock. */
  wall(): number;
}

interface Workload {
  readonly voters: number;
  readonly only?: NodeId;
  /** Nodes tick. */
  readonly ticks?: boolean;
  /** Operations come in batches of 64. */
  readonly batched?: boolean;
  /** The log is kept whole, and only the end of the run is timed. */
  readonly long?: boolean;
  run(cluster: Cluster, from: number, to: number): void;
}

/** The workloads by name. */
export const WORKLOADS: Readonly<Record<string, Workload>> = {
  W1: { voters: 3, run: replicate },
  W2: { voters: 5, run: replicate },
  W3: { voters: 3, batched: true, run: pipeline },
  W4: { voters: 3, batched: true, run: batch },
  W5: { voters: 3, run: elections },
  W6: { voters: 5, ticks: true, run: heartbeats },
  W7: { voters: 3, only: 2, ticks: true, run: idle },
  W8: { voters: 3, long: true, run: replicate },
};

/** Runs `workload` with `count` operations, after a warm-up on a cluster that is thrown away. */
export function measure(name: string, count: number, clock: Stopwatch): Figures {
  const workload = WORKLOADS[name];
  const whole = (n: number): number => workload.batched ? n - (n % BATCH) : n;
  const settings = (compacts: boolean): ClusterSettings => ({
    voters: workload.voters,
    only: workload.only ?? 0,
    ticks: workload.ticks ?? false,
    compacts: compacts && workload.only === undefined,
  });
  warmUp(workload, elected(settings(true)), whole(WARM_UP));

  const ops = whole(count);
  const from = workload.long ? ops - Math.floor(ops / 10) : 0;
  const repetitions = workload.long ? Math.max(1, Math.floor(100_000 / ops)) : 1;
  const sum = { ops: 0, seconds: 0, steps: 0, checksum: 0, wall: 0 };
  for (let i = 0; i < repetitions; i++) {
    const cluster = elected(settings(!workload.long));
    workload.run(cluster, 0, from);
    const steps = cluster.steps;
    const wall = clock.wall();
    const cpu = clock.cpu();
    workload.run(cluster, from, ops);
    sum.seconds += clock.cpu() - cpu;
    sum.wall += clock.wall() - wall;
    sum.steps += cluster.steps - steps;
    sum.ops += ops - from;
    sum.checksum += checksum(cluster);
  }
  return { workload: name, ...sum };
}

const payloads: readonly Proposal[] = Array.from({ length: PAYLOADS }, (_, k) => {
  const bytes = new Uint8Array(PAYLOAD_BYTES);
  for (let j = 4; j < PAYLOAD_BYTES; j++) bytes[j] = k + j;
  new DataView(bytes.buffer).setUint32(0, Math.imul(k, 2654435761) >>> 0, true);
  return proposal(bytes);
});

const singles: readonly Message[] = payloads.map((payload): Message => propose([payload]));

const batches: readonly Message[] = Array.from(
  { length: PAYLOADS / BATCH },
  (_, i): Message => propose(payloads.slice(i * BATCH, (i + 1) * BATCH)),
);

function propose(entries: readonly Proposal[]): Message {
  return { type: "Propose", ticket: 0, entries };
}

// Optimizing compilers learn from what they have seen, and the first election passes before they begin to look. So that
// the election of the measured cluster does not undo what they have made, the leader is elected once more on the way.
function warmUp(workload: Workload, cluster: Cluster, count: number): void {
  if (workload.only !== undefined || workload.run === elections) return workload.run(cluster, 0, count);
  const part = BATCH * 16;
  workload.run(cluster, 0, part);
  const before = cluster.member(1).machine.index;
  elect(cluster, 2);
  elect(cluster, 1);
  workload.run(cluster, part + cluster.member(1).machine.index - before, count);
}

function replicate(cluster: Cluster, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    cluster.hand(1, singles[i % PAYLOADS]);
    cluster.drain();
    demandApplied(cluster, i + 2);
  }
}

function pipeline(cluster: Cluster, from: number, to: number): void {
  for (let i = from; i < to; i += BATCH) {
    for (let j = i; j < i + BATCH; j++) cluster.hand(1, singles[j % PAYLOADS]);
    cluster.drain();
    demandApplied(cluster, i + BATCH + 1);
  }
}

function batch(cluster: Cluster, from: number, to: number): void {
  for (let i = from; i < to; i += BATCH) {
    cluster.hand(1, batches[Math.floor((i % PAYLOADS) / BATCH)]);
    cluster.drain();
    demandApplied(cluster, i + BATCH + 1);
  }
}

function elections(cluster: Cluster, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    elect(cluster, ((i + 1) % 3) + 1);
    demandApplied(cluster, i + 2);
  }
}

// W6 and W7 have the same election timeouts in every run: what is drawn does not matter to them.
const tick: Message = { type: "Tick", random: 0.5 };

function heartbeats(cluster: Cluster, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    cluster.hand(1, tick);
    cluster.drain();
  }
}

function idle(cluster: Cluster, from: number, to: number): void {
  const heartbeat: Message = { type: "Heartbeat", from: 1, to: 2, term: 1, commit: 0, read: NO_READ };
  for (let i = from; i < to; i++) {
    if (i % 5 === 0) {
      cluster.hand(2, heartbeat);
      cluster.drain();
    }
    cluster.hand(2, tick);
    cluster.drain();
  }
}

const NO_READ: Extract<Message, { type: "Heartbeat" }>["read"] = { _tag: "None" };

function elected(settings: ClusterSettings): Cluster {
  const cluster = new Cluster(settings);
  if (settings.only !== 0) return cluster;
  elect(cluster, 1);
  demandApplied(cluster, 1);
  return cluster;
}

function elect(cluster: Cluster, id: NodeId): void {
  for (let attempt = 0; attempt < 10; attempt++) {
    cluster.hand(id, { type: "Campaign" });
    cluster.drain();
    if (cluster.member(id).node.role === "leader") return;
  }
  throw new Error(`Node ${id} did not win an election in ten campaigns.`);
}

function demandApplied(cluster: Cluster, index: number): void {
  for (const { id, machine } of cluster.members) {
    if (machine.index !== index) throw new Error(`Node ${id} has applied ${machine.index}, not ${index}.`);
  }
}

function checksum(cluster: Cluster): number {
  let sum = cluster.heartbeatResponses;
  for (const { node, machine } of cluster.members) sum += machine.index + node.term + node.commit + machine.value;
  return sum;
}
