/**
 * `replay`: goes through recorded runs as `conform` does, and says what has happened in them.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import { answering, type ExitCode, judge, type Judgement, type JudgeOptions } from "./judge.ts";
import { shippedRecordings } from "./recordings.ts";

/** Replays `files`, or the recordings of the repository, and sums them up. */
export function replay(files: readonly string[], options: JudgeOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const named = files.length > 0 ? files : await shippedRecordings();
    return await judge(named, options, output, summary);
  }, options);
}

function summary({ total, seconds }: Judgement): readonly string[] {
  const { transitions, ready, init } = total;
  const { runs, nodes, elected, committed, refused, snapshotsSent, snapshotsInstalled } = total.summary;
  const { campaigns, followings } = total.summary;
  const disagree = transitions.disagree + ready.disagree + init.disagree;
  const rate = Math.round(transitions.total / Math.max(seconds, 0.001));
  const rows: readonly (readonly [string, string])[] = [
    ["runs", `${figure(runs)}, with ${figure(nodes)} starts of nodes`],
    ["steps", `${figure(transitions.total)} in ${seconds.toFixed(1)} s: ${figure(rate)} a second`],
    ["elections", `${figure(elected)} won`],
    ...reasons("campaigns because of", campaigns),
    ...reasons("became follower because of", followings),
    ["commits", `${figure(committed)} entries, counted on every node`],
    ["snapshots", `${figure(snapshotsSent)} sent, ${figure(snapshotsInstalled)} installed`],
    ["refused", `${figure(refused)} inputs that no correct sender produces`],
    ["disagreements", figure(disagree)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ["", ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)];
}

function reasons(title: string, counts: ReadonlyMap<string, number>): readonly (readonly [string, string])[] {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([reason, count], i) => [i === 0 ? title : "", `${inWords(reason)}: ${figure(count)}`]);
}

/** "ElectionTimeout" as "election timeout". */
function inWords(reason: string): string {
  return reason.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
}

function figure(n: number): string {
  return n.toLocaleString("en");
}
