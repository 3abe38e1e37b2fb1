/**
 * Says what came of replaying recordings.
 *
 * @module
 */
import type { CutEnd, Difference } from "./replayer.ts";
import { describePlace } from "./record.ts";
import { type RunSummary, summaryToJson } from "./summary.ts";

/** What came of one recording. */
export interface Replayed {
  /** What it is called. */
  readonly name: string;
  /** What happened in it. */
  readonly summary: RunSummary;
  /** The first difference of each run that has one. */
  readonly differences: readonly Difference[];
  /** Where runs are cut. */
  readonly cuts: readonly CutEnd[];
}

/** One recording in a line, and what is remarkable about it in further ones. */
export function describeReplayed({ cuts, name, summary, differences }: Replayed): readonly string[] {
  const { nodes, runs, steps } = summary;
  const verdict = differences.length === 0 ? "as recorded" : "not as recorded";
  return [
    `${name}: node ${[...nodes].join(", ")}, ${many(runs, "run")}, ${many(steps, "step")}, ${verdict}`,
    ...notes(summary, cuts),
  ];
}

/** What happened in all of them, for people. */
export function describeSummary(summary: RunSummary, seconds: number): readonly string[] {
  const { firstTerm, lastTerm, campaigns, followings, faults } = summary;
  const rate = Math.round(summary.steps / Math.max(seconds, 0.001));
  const rows: readonly (readonly [string, string])[] = [
    ["runs", `${figure(summary.runs)}, of ${many(summary.nodes.size, "node")}`],
    ["steps", `${figure(summary.steps)} in ${seconds.toFixed(1)} s: ${figure(rate)} a second`],
    ["terms", Number.isFinite(firstTerm) ? `${figure(firstTerm)} to ${figure(lastTerm)}` : "none"],
    ["elections", `${figure(summary.elected)} won`],
    ...reasons("campaigns because of", campaigns),
    ...reasons("became follower because of", followings),
    ["commits", `${many(summary.committed, "entry", "entries")}, counted on every node`],
    ["configurations", `${many(summary.configurations, "change")} applied, counted on every node`],
    [
      "snapshots",
      `${figure(summary.snapshotsMade)} made, ${figure(summary.snapshotsSent)} sent, ` +
      `${figure(summary.snapshotsInstalled)} installed`,
    ],
    ["rejected", many(summary.rejected, "request")],
    ["refused", `${many(summary.refused, "input")} that no correct sender produces`],
    ...reasons("faults", faults),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ["", ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)];
}

/** Everything as one JSON object, for programs. */
export function replayedToJson(replayed: readonly Replayed[], total: RunSummary, seconds: number): unknown {
  return {
    recordings: replayed.map(({ cuts, name, summary, differences }) => {
      return { name, summary: summaryToJson(summary), differences, cuts };
    }),
    total: summaryToJson(total),
    differences: replayed.reduce((sum, { differences }) => sum + differences.length, 0),
    unfinished: unfinishedIn(replayed).length,
    seconds,
  };
}

/** The ends of runs that nobody has ended, where it is not known whether something was lost. */
export function unfinishedIn(replayed: readonly Replayed[]): readonly CutEnd[] {
  return replayed.flatMap(({ cuts }) => cuts.filter(({ whole }) => !whole));
}

/** Why a run without an end does not count as replayed, and what to do. */
export function describeUnfinished(cut: CutEnd): string {
  return `${
    describeCut(cut)
  }. Nobody has ended it: the node has crashed, or it still runs, or the end of the file was ` +
    "lost. If the file is as the node has left it, accept it with --unfinished; else copy it again.";
}

/** So many cuts are named, those at the end. */
const NAMED = 5;

function notes({ cut, gaps, leftOut, unreachable }: RunSummary, cuts: readonly CutEnd[]): readonly string[] {
  const lines: string[] = [];
  const unknown = cuts.filter(({ whole }) => !whole);
  const crashed = cut - unknown.length;
  if (crashed > 0) {
    lines.push(
      `  ${many(crashed, "run")} nobody has ended: the node has crashed, and was started again; nothing is missing`,
    );
  }
  if (unknown.length > 0) {
    const why = "the node has crashed, or it still runs, or the end of a file is missing";
    lines.push(`  ${many(unknown.length, "run")} nobody has ended: ${why}`);
  }
  if (unknown.length > NAMED) lines.push(`    ${many(unknown.length - NAMED, "earlier end")}; --json has all of them`);
  lines.push(...unknown.slice(-NAMED).map((cut) => `    ${describeCut(cut)}`));
  if (gaps > 0) lines.push(`  the recorder left out ${many(leftOut, "step")} in ${many(gaps, "place")}`);
  if (unreachable > 0) lines.push(`  ${many(unreachable, "step")} lie before the first state that is complete`);
  return lines;
}

function describeCut({ bytes, place, run, steps }: CutEnd): string {
  const what = run === 0
    ? "a run that was begun here holds nothing"
    : `run ${run} is read up to here, its step ${steps}`;
  const torn = bytes === 0 ? "" : `; ${many(bytes, "byte")} behind it are no whole record`;
  return `${describePlace(place)}: ${what}${torn}`;
}

/** A difference: in which step, what is known of it, and where the record is. */
export function describeDifference({ run, node, step, message, details, place }: Difference): readonly string[] {
  const what = message === null ? "" : ` (${message})`;
  return [`  run ${run} of node ${node}, step ${step}${what}: ${details}`, `    ${describePlace(place)}`];
}

function reasons(title: string, counts: ReadonlyMap<string, number>): readonly (readonly [string, string])[] {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([reason, count], i) => [i === 0 ? title : "", `${inWords(reason)}: ${figure(count)}`]);
}

/** "ElectionTimeout" as "election timeout". */
function inWords(reason: string): string {
  return reason.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
}

function many(count: number, one: string, more: string = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : more}`;
}

function figure(n: number): string {
  return n.toLocaleString("en");
}
