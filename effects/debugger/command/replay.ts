/**
 * `replay`: replays recordings of nodes, compares every step, and says what has happened in them.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { type OpenRecording, openRecordings } from "../../recording/read_folder.ts";
import {
  describeDifference,
  describeReplayed,
  describeSummary,
  describeUnfinished,
  type Replayed,
  replayedToJson,
  unfinishedIn,
} from "../../recording/report.ts";
import { addSummary, emptySummary, type RunSummary } from "../../recording/summary.ts";
import type { Output } from "../../terminal/output.ts";
import type { Reducer } from "../run.ts";
import { inWords, many } from "../words.ts";
import {
  describeWrongStep,
  DetailedReplay,
  withExpected,
  withGuess,
  type WrongStep,
  wrongStepToJson,
} from "../wrong_step.ts";
import { answering, type CommandOptions, loadReducer, withProgress } from "./common.ts";

/** How to replay recordings. */
export interface ReplayRecordingsOptions extends CommandOptions {
  /** Another reducer than the core's. */
  readonly step?: Reducer | undefined;
  /** A module whose `step` is the reducer. */
  readonly with?: string;
  /** Whether it is right that the end of a run is missing: the node has crashed, or still runs. */
  readonly unfinished?: boolean;
}

/** What came of one recording, and what exactly is wrong with it. */
interface DetailedReplayed extends Replayed {
  readonly wrong: readonly WrongStep[];
}

/**
 * Replays the recordings at `paths`. 0: all steps came out as recorded; 1: one did not, or a run has no end and may have lost
 * it; 2: something cannot be read.
 */
export function replayRecordings(
  paths: readonly string[],
  options: ReplayRecordingsOptions,
  output: Output,
): Promise<ExitCode> {
  return answering(output, async () => {
    const say = (line: string): void => void (options.json || output.out(line));
    const step = options.with === undefined ? options.step : await loadReducer(options.with);
    const began = performance.now();
    const { replayed, total } = await replayAll(await openRecordings(paths), step, output, say);
    const seconds = (performance.now() - began) / 1000;
    if (options.json) output.out(JSON.stringify(replayedToJson(replayed.map(withDetails), total, seconds)));
    for (const line of describeSummary(total, seconds)) say(line);
    const unfinished = options.unfinished ? [] : unfinishedIn(replayed);
    for (const cut of unfinished) output.err(`error: ${describeUnfinished(cut)}`);
    return unfinished.length > 0 || replayed.some(({ differences }) => differences.length > 0) ? 1 : 0;
  }, options);
}

async function replayAll(
  recordings: readonly OpenRecording[],
  step: Reducer | undefined,
  output: Output,
  say: (line: string) => void,
): Promise<{ readonly replayed: readonly DetailedReplayed[]; readonly total: RunSummary }> {
  const total = emptySummary();
  const replayed: DetailedReplayed[] = [];
  await withProgress(recordings, output, async (progress, count) => {
    for (const { name, records } of recordings) {
      const replay = new DetailedReplay(step);
      for await (const some of records(count)) {
        for (const placed of some) replay.take(placed);
        await progress.update(count.bytes, total.steps + replay.summary.steps);
      }
      const { cuts, summary } = replay;
      addSummary(total, summary);
      const wrong: WrongStep[] = [];
      for (const one of replay.wrong) {
        wrong.push(withGuess(step === undefined ? one : await withExpected(one, records())));
      }
      const one = { name, summary, differences: wrong.map(({ difference }) => difference), cuts, wrong };
      replayed.push(one);
      progress.makeRoom();
      for (const line of describeReplayed(one)) say(line);
      if (recordings.length > 1) { for (const line of happened(summary)) say(`  ${line}`); }
      for (const step of wrong) {
        for (const line of describeDifference(step.difference)) say(line);
        for (const line of describeWrongStep(step)) say(`    ${line}`);
      }
    }
  });
  return { replayed, total };
}

/** What happened in one recording of several, in two lines at most. */
function happened(summary: RunSummary): readonly string[] {
  const { firstTerm, lastTerm, elected, committed, snapshotsMade, snapshotsSent, snapshotsInstalled } = summary;
  const terms = Number.isFinite(firstTerm) ? `terms ${firstTerm} to ${lastTerm}` : "no term";
  const parts = [terms, `${many(elected, "election")} won`, `${many(committed, "entry", "entries")} committed`];
  if (snapshotsMade + snapshotsSent + snapshotsInstalled > 0) {
    parts.push(`snapshots: ${snapshotsMade} made, ${snapshotsSent} sent, ${snapshotsInstalled} installed`);
  }
  const reasons = [
    ...counted("campaigned because of", summary.campaigns),
    ...counted("followed because of", summary.followings),
    ...counted("faults:", summary.faults),
  ];
  return [parts.join(", "), ...(reasons.length > 0 ? [reasons.join("; ")] : [])];
}

function counted(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  if (counts.size === 0) return [];
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return [`${title} ${sorted.map(([reason, count]) => `${inWords(reason)} (${count})`).join(", ")}`];
}

function withDetails({ cuts, name, summary, wrong }: DetailedReplayed): Replayed {
  return { name, summary, cuts, differences: wrong.map(wrongStepToJson) };
}
