/**
 * `failover`: kills the leader of a cluster of node processes time and again, and says how long it takes to write again.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import { systemClock } from "../clock/clock.ts";
import type { ExitCode } from "../commands/judge.ts";
import { ProcessCluster } from "../processes/cluster.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";
import { type Failover, measureFailover } from "./failover.ts";
import { wholeNumber } from "./numbers.ts";

/** The options as they are written, by their long names. */
export interface FailoverFlags {
  /** How often the leader is killed. */
  readonly times?: string;
  /** How many nodes there are. */
  readonly nodes?: string;
  /** Their election timeout. */
  readonly electionMs?: string;
  /** Whether to write one JSON object. */
  readonly json?: boolean;
  /** The program that serves instead of this one, for tests: its words. */
  readonly program?: readonly string[];
}

/** What is promised: so many election timeouts, as the median. */
const PROMISED = 2;
const HEARTBEATS = 10;
const PATIENCE = 30;

interface Settings {
  readonly times: number;
  readonly nodes: number;
  readonly electionMs: number;
}

/** Measures what `flags` say; the exit code is 1 if the median is above two election timeouts. */
export async function failover(flags: FailoverFlags, output: Output): Promise<ExitCode> {
  const settings = settingsOf(flags);
  if (E.isLeft(settings)) {
    output.err(`error: ${settings.left}`);
    return 2;
  }
  const measured = await measure(settings.right, flags, output);
  if (E.isLeft(measured)) {
    output.err(`error: ${measured.left}`);
    return 1;
  }
  const { right } = measured;
  const isKept = right.median <= PROMISED;
  if (flags.json) output.out(JSON.stringify({ good: isKept, ...settings.right, ...right }));
  else for (const line of describe(right, settings.right)) output.out(line);
  return isKept ? 0 : 1;
}

function settingsOf(flags: FailoverFlags): Either<string, Settings> {
  const times = wholeNumber("--times", flags.times ?? "10", { least: 1, most: 1_000 });
  const nodes = wholeNumber("--nodes", flags.nodes ?? "3", { least: 3, most: 9 });
  const electionMs = wholeNumber("--election-ms", flags.electionMs ?? "1000", { least: 100, most: 60_000 });
  if (E.isLeft(times)) return times;
  if (E.isLeft(nodes)) return nodes;
  if (E.isLeft(electionMs)) return electionMs;
  return E.right({ times: times.right, nodes: nodes.right, electionMs: electionMs.right });
}

async function measure(
  { times, nodes, electionMs }: Settings,
  { program }: FailoverFlags,
  output: Output,
): Promise<Either<string, Failover>> {
  const folder = await Deno.makeTempDir({ prefix: "raftfold-failover-" });
  const heartbeatMs = Math.floor(electionMs / HEARTBEATS);
  const cluster = new ProcessCluster({ nodes, folder, electionMs, heartbeatMs, program });
  const progress = new Progress(output, times);
  try {
    const started = await cluster.startAll();
    if (E.isLeft(started)) return started;
    const boundMs = PATIENCE * electionMs;
    const watch = (done: number): Promise<void> => progress.update(done, done);
    return await measureFailover({ cluster, electionMs, times, boundMs, clock: systemClock, watch });
  } finally {
    progress.stop();
    await cluster.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function describe({ waits, medianMs, median }: Failover, { times, nodes, electionMs }: Settings): readonly string[] {
  return [
    `run       ${times} times the leader of ${nodes} nodes was killed; election timeout ${electionMs} ms`,
    `waits     ${waits.map((wait) => wait.toFixed(0)).join(", ")} ms until a write was acknowledged`,
    `median    ${medianMs.toFixed(0)} ms: ${median.toFixed(2)} election timeouts; ${PROMISED} are promised`,
  ];
}
