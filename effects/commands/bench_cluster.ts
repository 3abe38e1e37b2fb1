/**
 * `bench-cluster`: how fast three node processes on this machine are, with durable writes.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Load, load } from "../bench/cluster_load.ts";
import { bringBack } from "../bench/follower_load.ts";
import { ProcessCluster } from "../processes/cluster.ts";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** What it can be told. */
export interface BenchClusterFlags {
  readonly clients: string;
  readonly operations: string;
  readonly seconds: string;
  readonly nodes: string;
  readonly store: string;
  readonly catchUp?: string;
  readonly snapshot?: string;
  readonly tls?: string;
  readonly json?: boolean;
}

/** One row of the result. */
interface Row extends Load {
  readonly operation: string;
  readonly clients: number;
}

/** Starts a cluster, measures every operation at every number of clients, and stops it. */
export async function benchCluster(flags: BenchClusterFlags, output: Output): Promise<ExitCode> {
  const clients = flags.clients.split(",").map(Number);
  const operations = flags.operations.split(",");
  const seconds = Number(flags.seconds);
  if (!clients.every((n) => Number.isInteger(n) && n > 0 && n <= 4096) || !(seconds > 0 && seconds <= 600)) {
    output.err("Cannot measure: --clients are whole numbers from 1 to 4096, --seconds a number up to 600.");
    return 2;
  }
  if (!operations.every((name) => name === "put" || name === "get")) {
    output.err("Cannot measure: --operations are put and get.");
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "raftfold-bench-" });
  const cluster = new ProcessCluster({
    nodes: Number(flags.nodes),
    folder,
    electionMs: 1_000,
    heartbeatMs: 100,
    flags: ["--store", flags.store, ...backlogFlags(flags), ...tlsFlags(flags)],
  });
  try {
    const started = await cluster.startAll();
    if (E.isLeft(started)) {
      output.err(started.left);
      return 1;
    }
    const leader = await cluster.leader({ timeoutMs: 30_000 });
    if (O.isNone(leader)) {
      output.err("Cannot measure: the nodes have not elected a leader within 30 s.");
      return 1;
    }
    const pids = cluster.ids.flatMap((id) => {
      const process = cluster.process(id);
      return O.isSome(process) ? [process.value.pid] : [];
    });
    if (flags.catchUp !== undefined || flags.snapshot !== undefined) {
      return await followerReturns(cluster, leader.value, flags, output);
    }
    const rows: Row[] = [];
    if (!flags.json) output.out("operation  clients      rate/s   p50 ms   p99 ms   CPU ms/1,000   failures");
    for (const operation of ["put", "get"] as const) {
      if (!operations.includes(operation)) continue;
      for (const count of clients) {
        const measured = await load({
          leader: cluster.place(leader.value).resp,
          clients: count,
          operation,
          seconds,
          valueBytes: 64,
          keys: 10_000,
          pids,
        });
        rows.push({ operation, clients: count, ...measured });
        if (!flags.json) output.out(line(operation, count, measured));
      }
    }
    if (flags.json) output.out(JSON.stringify({ nodes: cluster.ids.length, store: flags.store, rows }));
    return rows.some(({ failures }) => failures > 0) ? 1 : 0;
  } finally {
    await cluster.kill(...cluster.ids);
    await Deno.remove(folder, { recursive: true });
  }
}

/** By the log, all of it is kept; by a snapshot, hardly anything. */
function backlogFlags({ catchUp, snapshot }: BenchClusterFlags): readonly string[] {
  if (catchUp !== undefined) return ["--compact-entries", "10000000"];
  return snapshot === undefined ? [] : ["--compact-entries", "2000", "--keep-entries", "100"];
}

/** Certificates `ca.pem`, and for each node `N.pem` with its key `N.key`. */
function tlsFlags({ tls }: BenchClusterFlags): readonly string[] {
  if (tls === undefined) return [];
  return ["--tls-ca", `${tls}/ca.pem`, "--tls-cert", `${tls}/{id}.pem`, "--tls-key", `${tls}/{id}.key`];
}

async function followerReturns(
  cluster: ProcessCluster,
  leader: number,
  { catchUp, snapshot, json }: BenchClusterFlags,
  output: Output,
): Promise<ExitCode> {
  const entries = Number(catchUp ?? 0);
  const megabytes = Number(snapshot ?? 0);
  const backlog = snapshot === undefined
    ? { writes: entries, valueBytes: 64 }
    : { writes: Math.ceil(megabytes * 1e6 / 1_000), valueBytes: 1_000 };
  const returned = await bringBack(cluster, leader, backlog);
  const sent = snapshot === undefined ? [] : await snapshotsSent(cluster.place(leader).log);
  if (json) output.out(JSON.stringify({ ...backlog, ...returned, snapshots: sent }));
  else {
    const { seconds, elections, leaderMiB, followerMiB } = returned;
    output.out(
      `${backlog.writes.toLocaleString("en")} writes of ${backlog.valueBytes} bytes while a follower was down`,
    );
    output.out(
      `applied ${seconds.toFixed(2)} s after it was ready: ${
        Math.round(backlog.writes / seconds).toLocaleString("en")
      } entries/s`,
    );
    for (const { bytes, ms } of sent) {
      output.out(`snapshot of ${(bytes / 1e6).toFixed(0)} MB sent in ${ms} ms: ${(bytes / 1e3 / ms).toFixed(0)} MB/s`);
    }
    output.out(
      `memory above before: leader ${leaderMiB?.toFixed(0) ?? "?"} MiB, follower ${followerMiB?.toFixed(0) ?? "?"} MiB`,
    );
    output.out(`elections: ${elections}`);
  }
  return returned.elections === 0 ? 0 : 1;
}

/** What the leader's log says of snapshots that have arrived. */
async function snapshotsSent(log: string): Promise<readonly { readonly bytes: number; readonly ms: number }[]> {
  const lines = (await Deno.readTextFile(log)).split("\n").filter((line) => line.includes('"A snapshot was sent"'));
  return lines.map((line) => JSON.parse(line)).filter(({ arrived }) => arrived);
}

function line(operation: string, clients: number, { rate, p50, p99, cpu, failures }: Load): string {
  const columns = [
    operation.padEnd(9),
    `${clients}`.padStart(8),
    Math.round(rate).toLocaleString("en").padStart(11),
    p50.toFixed(2).padStart(8),
    p99.toFixed(2).padStart(8),
    (cpu === null ? "?" : cpu.toFixed(1)).padStart(14),
    `${failures}`.padStart(10),
  ];
  return columns.join(" ");
}
