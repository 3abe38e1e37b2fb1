/**
 * `torture`: runs a cluster of node processes, does harm to it, and says whether it has kept its promises.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import { systemClock } from "../clock/clock.ts";
import type { ExitCode } from "../commands/judge.ts";
import { encodeHistory } from "../history/history.ts";
import { systemRandom } from "../random/random.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";
import { type TortureFlags, type TortureSettings, tortureSettings } from "./flags.ts";
import { describeReport, isGood, type TortureReport } from "./report.ts";
import { runTorture } from "./torture.ts";

const SIGNALS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];

/** Runs what `flags` say, and writes a table or one JSON object. */
export async function torture(flags: TortureFlags, output: Output): Promise<ExitCode> {
  const settings: Either<string, TortureSettings> = tortureSettings(flags, systemRandom);
  if (E.isLeft(settings)) {
    output.err(`error: ${settings.left}`);
    return 2;
  }
  const { right } = settings;
  const folder = flags.data ?? await Deno.makeTempDir({ prefix: "raftfold-torture-" });
  await Deno.mkdir(folder, { recursive: true });
  const report = await watched(right, folder, output);
  const file = isGood(report) && flags.history === undefined ? undefined : flags.history ?? `${folder}/history.jsonl`;
  if (file !== undefined) await Deno.writeTextFile(file, encodeHistory(report.history));
  if (flags.json) output.out(JSON.stringify(toJson(report, right, file)));
  else for (const line of lines(report, right, { folder, file })) output.out(line);
  if (flags.data === undefined && isGood(report)) await Deno.remove(folder, { recursive: true });
  return isGood(report) ? 0 : 1;
}

async function watched(settings: TortureSettings, folder: string, output: Output): Promise<TortureReport> {
  const progress = new Progress(output, settings.totalMs);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, abort); // no node may stay behind
  const options = { ...settings, cluster: { ...settings.cluster, folder }, clock: systemClock, signal: stop.signal };
  try {
    return await runTorture(options, (doneMs, requests) => progress.update(doneMs, requests));
  } finally {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, abort);
    progress.stop();
  }
}

function lines(
  report: TortureReport,
  { repeat }: TortureSettings,
  { folder, file }: { readonly folder: string; readonly file: string | undefined },
): readonly string[] {
  if (isGood(report)) return describeReport(report);
  return [
    ...describeReport(report),
    "",
    ...report.failures,
    "",
    `The history of this round is in ${file}; the data and the logs of the nodes are in ${folder}.`,
    `To repeat it: ${repeat}`,
  ];
}

function toJson({ history, ...report }: TortureReport, { repeat }: TortureSettings, file: string | undefined): unknown {
  return { good: isGood({ history, ...report }), ...report, history: file ?? null, repeat };
}
