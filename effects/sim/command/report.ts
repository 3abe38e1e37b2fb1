/**
 * What many runs have come to, as data and as a table.
 *
 * @module
 */
import { MESSAGE_TYPES, ROLES, whyUnreachable } from "../coverage.ts";
import type { FaultName } from "../faults.ts";
import type { Pair, Tally } from "../outcome.ts";
import { type FailedRun, tellFailure } from "../story.ts";
import { FAULT_NAMES } from "../tally.ts";

/** What came of many runs. */
export interface SimulationReport {
  /** Which seeds, as they are written on a command line. */
  readonly seeds: string;
  /** The profile of faults. */
  readonly profile: string;
  /** How many workers have run them. */
  readonly workers: number;
  /** How long it took. */
  readonly elapsedMs: number;
  /** The sums. */
  readonly tally: Tally;
  /** The runs that failed, in the order of their seeds. */
  readonly failures: readonly FailedRun[];
  /** Pairs of message and role that have to occur and did not. */
  readonly missing: readonly Pair[];
  /** Those that take a coincidence, and did not occur. */
  readonly rare: readonly Pair[];
  /** Those that have occurred, although it was said that they cannot. */
  readonly unexpected: readonly Pair[];
  /** Whether the runs were so many that nothing may be missing. */
  readonly complete: boolean;
}

/** Whether everything was as promised, and everything has occurred that has to, and nothing that cannot. */
export function isGood({ failures, missing, unexpected, complete }: SimulationReport): boolean {
  return failures.length === 0 && unexpected.length === 0 && (missing.length === 0 || !complete);
}

/** The report as a table, and the failures behind it. */
export function describeReport(report: SimulationReport): readonly string[] {
  return [
    ...table(report),
    "",
    ...matrix(report.tally),
    "",
    ...describeMissing(report),
    ...describeUnexpected(report),
    ...report.failures.flatMap(describeFailed),
  ];
}

/** The report as one object for programs. */
export function reportToJson(report: SimulationReport): unknown {
  return { good: isGood(report), ...report, hoursAnHour: hoursAnHour(report) };
}

/** A failed run in lines. */
export function describeFailed(run: FailedRun): readonly string[] {
  const [title, ...lines] = tellFailure(run);
  return ["", title, ...lines.map((line) => `  ${line}`)];
}

function table(report: SimulationReport): readonly string[] {
  const { tally, seeds, profile, workers, elapsedMs, failures } = report;
  const { answered, rejected, unknown } = tally.requests;
  const faults = FAULT_NAMES.map((name) => `${WORDS[name]}: ${figure(tally.faults[name])}`);
  const rows: readonly (readonly [string, string])[] = [
    ["runs", `${figure(tally.runs)}: seeds ${seeds}, profile ${profile}, ${workers} at a time`],
    [
      "simulated",
      `${(tally.simulatedMs / 3_600_000).toFixed(2)} hours in ${(elapsedMs / 1000).toFixed(1)} s: ` +
      `${figure(hoursAnHour(report))} hours an hour`,
    ],
    ["steps", `${figure(tally.steps)} of the reducer`],
    ...faults.map((fault, i): readonly [string, string] => [i === 0 ? "faults" : "", fault]),
    ["elections", figure(tally.elections)],
    ["commits", `${figure(tally.commits)} entries`],
    ["snapshots", `${figure(tally.snapshotsRestored)} taken over`],
    ["requests", `${figure(answered)} answered, ${figure(rejected)} rejected, ${figure(unknown)} unknown`],
    ["failures", failures.length === 0 ? "none" : `${figure(failures.length)} of ${figure(tally.runs)} runs`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(11)}${text}`);
}

/** How often a node of which role took which message; "-" where that cannot happen. */
function matrix({ coverage }: Tally): readonly string[] {
  const rows = MESSAGE_TYPES.map((type) =>
    ROLES.map((role) => {
      const count = coverage[`${type} ${role}`] ?? 0;
      return count === 0 && whyUnreachable(type, role) !== null ? "-" : figure(count);
    })
  );
  const width = 15;
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(25) + cells.map((cell) => cell.padStart(width)).join("");
  const named = MESSAGE_TYPES.flatMap((type, i) => rows[i].every((cell) => cell === "-") ? [] : [line(type, rows[i])]);
  return [line("message", ROLES), ...named];
}

function describeMissing({ missing, rare, complete }: SimulationReport): readonly string[] {
  const seen = rare.length === 0 ? [] : [`Not seen, and rare: ${describePairs(rare)}.`];
  if (missing.length === 0) return ["Every message that has to reach a node of a role has reached one.", ...seen];
  return [
    `Not seen: ${describePairs(missing)}.`,
    complete
      ? "So many runs have to show all of this: something keeps it from happening."
      : "That is no failure: fewer than 100 runs of the profile chaos and of the usual size need not show all of it.",
    ...seen,
  ];
}

/** What has occurred although it cannot, in a line; none if there is nothing. */
export function describeUnexpected({ unexpected }: SimulationReport): readonly string[] {
  if (unexpected.length === 0) return [];
  return [
    `Seen, although it cannot be: ${describePairs(unexpected)}. Either something is wrong, or what is said of it ` +
    "in effects/sim/coverage.ts.",
  ];
}

function describePairs(pairs: readonly Pair[]): string {
  const byMessage = Map.groupBy(pairs.map((pair) => pair.split(" ")), ([type]) => type);
  return [...byMessage].map(([type, roles]) => `${type} at a ${roles.map(([, role]) => role).join(", ")}`).join("; ");
}

function hoursAnHour({ tally, elapsedMs }: SimulationReport): number {
  return Math.round(tally.simulatedMs / Math.max(elapsedMs, 1));
}

const WORDS: Readonly<Record<FaultName, string>> = {
  loss: "messages lost",
  duplication: "messages twice",
  reordering: "messages overtaken",
  slowLinks: "slow ways",
  partitions: "partitions",
  oneWayCuts: "one-way cuts",
  partialCuts: "partial cuts",
  bridges: "bridges",
  freezes: "frozen nodes",
  slowNodes: "slow nodes",
  crashes: "crashes",
  blackouts: "blackouts",
  failedSyncs: "failed syncs",
  fullDisks: "full disks",
  flippedBits: "flipped bits",
  wipedDisks: "wiped disks",
  memberChanges: "changes of members",
  transfers: "transfers of leadership",
  clockDrift: "clocks of another rate",
  lostWrites: "crashes that lost or tore something",
  snapshots: "snapshots at bad moments",
  clientRetries: "requests sent twice",
};

function figure(number: number): string {
  return Math.round(number).toLocaleString("en");
}
