/**
 * `bench`: runs one workload of the speed protocol and prints what it took.
 *
 * @module
 */
import process from "node:process";
import { measure, type Stopwatch, WORKLOADS } from "../bench/workloads.ts";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

const MOST = 100_000_000;

/** Runs `workload` with `count` operations and writes one JSON object. */
export function bench(workload: string, count: string, output: Output): ExitCode {
  const names = Object.keys(WORKLOADS);
  if (!names.includes(workload)) {
    output.err(`error: Cannot run ${workload}: there is no such workload. Choose one of ${names.join(", ")}.`);
    return 2;
  }
  const operations = Number(count);
  if (!Number.isSafeInteger(operations) || operations < 64 || operations > MOST) {
    output.err(`error: Cannot run ${count} operations: name a whole number from 64 to ${MOST}.`);
    return 2;
  }
  output.out(JSON.stringify(measure(workload, operations, clock)));
  return 0;
}

const clock: Stopwatch = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  wall: () => performance.now() / 1000,
};
