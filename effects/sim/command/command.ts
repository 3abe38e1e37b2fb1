/**
 * `simulate`: runs seed after seed on all cores, and says whether every promise was kept.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type Clock, systemClock } from "../../clock/clock.ts";
import type { ExitCode } from "../../commands/judge.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { missingPairs, unexpectedPairs } from "../coverage.ts";
import { countSeeds, describeSeeds, MOST_SEED, type SeedRange, seedsIn } from "../seeds.ts";
import { examine } from "./examine.ts";
import { type SimulateFlags, type SimulateSettings, simulateSettings } from "./flags.ts";
import { runSeeds } from "./pool.ts";
import {
  describeFailed,
  describeReport,
  describeUnexpected,
  isGood,
  reportToJson,
  type SimulationReport,
} from "./report.ts";
import { loadSubject } from "./subject.ts";
import { Sums } from "./sums.ts";
import { writeHistory } from "./write_history.ts";

/** What tests put in the place of the real thing. */
export interface Seam {
  /** The module that exports what is simulated; RaftKV if it is not given. */
  readonly subject?: string;
  /** Time. */
  readonly clock?: Clock;
}

/** So many runs of the profile chaos show everything that can occur. */
const ENOUGH = 100;

/** Runs what `flags` say, and writes a table, one JSON object or histories. */
export async function simulate(flags: SimulateFlags, output: Output, seam: Seam = {}): Promise<ExitCode> {
  const settings = simulateSettings(flags, navigator.hardwareConcurrency);
  if (E.isLeft(settings)) {
    output.err(`error: ${settings.left}`);
    return 2;
  }
  try {
    return await run(settings.right, output, seam);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotADirectory)) throw error;
    output.err(`error: Cannot write: ${error.message}. Name another folder or file.`);
    return 2;
  }
}

async function run(settings: SimulateSettings, output: Output, seam: Seam): Promise<ExitCode> {
  const { clock = systemClock } = seam;
  const began = clock.now();
  const sums = await runAll(settings, output, seam);
  const elapsedMs = clock.now() - began;
  const failures = sums.failed.length === 0 ? [] : await examine(sums.failed, {
    subject: await loadSubject(seam.subject ?? null),
    settings,
    folder: settings.record ?? await Deno.makeTempDir({ prefix: "raftfold-simulate-" }),
    output,
  });
  const { profile, workers, plan, histories, json } = settings;
  const report: SimulationReport = {
    seeds: describeSeeds(sums.ranges),
    profile,
    workers,
    elapsedMs: Math.round(elapsedMs),
    tally: sums.tally,
    failures,
    ...missingPairs(sums.tally.coverage),
    unexpected: unexpectedPairs(sums.tally.coverage),
    complete: profile === "chaos" && sums.tally.runs >= ENOUGH && isUsual(plan),
  };
  if (json) output.out(JSON.stringify(reportToJson(report)));
  else if (histories?.type === "Lines") {
    [...describeUnexpected(report), ...failures.flatMap(describeFailed)].forEach(output.err);
  } else describeReport(report).forEach(output.out);
  return isGood(report) ? 0 : 1;
}

/** Whether the runs are of the usual size. */
function isUsual({ nodes, clients, seconds }: SimulateSettings["plan"]): boolean {
  return nodes === undefined && clients === undefined && seconds === undefined;
}

async function runAll(
  settings: SimulateSettings,
  output: Output,
  { subject, clock = systemClock }: Seam,
): Promise<Sums> {
  const { ranges, forMs, workers, plan, histories } = settings;
  const sums = new Sums();
  const progress = new Progress(output, forMs ?? countSeeds(ranges));
  const began = clock.now();
  let stopped = false;
  const stop = (): void => void (stopped = true);
  Deno.addSignalListener("SIGINT", stop); // the table says what was found until then
  try {
    await runSeeds({
      workers: forMs === null ? Math.min(workers, countSeeds(ranges)) : workers,
      job: { subject: subject ?? null, plan, histories: histories !== null },
      seeds: forMs === null ? seedsIn(ranges) : seedsFrom(ranges),
      goesOn: () => !stopped && (forMs === null || clock.now() - began < forMs),
      async take(result) {
        sums.add(result);
        if (histories !== null) await writeHistory(histories, result, output);
        const { runs } = sums.tally;
        await progress.update(forMs === null ? runs : Math.min(forMs, clock.now() - began), runs);
      },
    });
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
    progress.stop();
  }
  return sums;
}

/** The seeds, and all that follow the greatest of them. */
function* seedsFrom(ranges: readonly SeedRange[]): Generator<number> {
  yield* seedsIn(ranges);
  yield* seedsIn([{ from: Math.max(...ranges.map(({ to }) => to)) + 1, to: MOST_SEED }]);
}
