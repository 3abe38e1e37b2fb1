/**
 * `bench-cluster`: how fast three node processes on this machine are, with durable writes.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Load, load } from "../bench/cluster_load.ts";
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
    flags: ["--store", flags.store],
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
