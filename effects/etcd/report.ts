/**
 * What judging recordings has come to.
 *
 * @module
 */
import type { RoleChanged } from "../../core/mod.ts";
import type { Difference } from "./difference.ts";
import { ALLOWED, type RuleName } from "./exclusions.ts";
import type { RunKind } from "./recorded.ts";

/** How many lines of a kind were judged, and how. */
export interface Tally {
  /** Lines that were judged. */
  total: number;
  /** Lines on which the reducer does what was recorded. */
  agree: number;
  /** Lines that a named rule leaves out. */
  excluded: number;
  /** Lines on which the two differ. */
  disagree: number;
}

/** One line on which the reducer and the recording differ. */
export interface Disagreement {
  /** The name of the file. */
  readonly file: string;
  /** The number of the line, from 1. */
  readonly line: number;
  /** The name of the run. */
  readonly run: string;
  /** The key of the node within the run. */
  readonly node: string;
  /** What was judged. */
  readonly what: "transition" | "ready" | "init";
  /** The input, as recorded. */
  readonly input: unknown;
  /** The members that differ. */
  readonly differences: readonly Difference[];
}

/** What has happened in the recorded runs. */
export interface Summary {
  /** Recorded runs. */
  runs: number;
  /** Nodes, each start counted. */
  nodes: number;
  /** Nodes that became leader. */
  elected: number;
  /** Entries that nodes learned to be committed, counted on each node. */
  committed: number;
  /** Snapshots that were sent. */
  snapshotsSent: number;
  /** Snapshots that replaced a log. */
  snapshotsInstalled: number;
  /** Inputs that were refused, as recorded. */
  refused: number;
  /** Why campaigns began: by the reason of the role change. */
  readonly campaigns: Map<RoleChanged["reason"]["type"], number>;
  /** Why nodes gave up a role or changed their leader. */
  readonly followings: Map<RoleChanged["reason"]["type"], number>;
}

/** All that is counted. It is changed in place, line by line. */
export interface Report {
  /** Transition lines. */
  readonly transitions: Tally;
  /** Ready lines. */
  readonly ready: Tally;
  /** Load lines that show a start. */
  readonly init: Tally;
  /** How many lines each rule left out. */
  readonly exclusions: Map<RuleName, number>;
  /** Transition lines by the kind of their run. */
  readonly byKind: Map<RunKind, Tally>;
  /** The first disagreements. */
  readonly samples: Disagreement[];
  /** What has happened in the runs. */
  readonly summary: Summary;
}

/** Of how many disagreements the details are kept. */
export const SAMPLES = 20;

/** A report of nothing. */
export function emptyReport(): Report {
  return {
    transitions: emptyTally(),
    ready: emptyTally(),
    init: emptyTally(),
    exclusions: new Map(),
    byKind: new Map(),
    samples: [],
    summary: {
      runs: 0,
      nodes: 0,
      elected: 0,
      committed: 0,
      snapshotsSent: 0,
      snapshotsInstalled: 0,
      refused: 0,
      campaigns: new Map(),
      followings: new Map(),
    },
  };
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { total: 0, agree: 0, excluded: 0, disagree: 0 };
}

/** Adds `part` to `whole`. */
export function addReport(whole: Report, part: Report): void {
  addTally(whole.transitions, part.transitions);
  addTally(whole.ready, part.ready);
  addTally(whole.init, part.init);
  for (const [rule, count] of part.exclusions) countIn(whole.exclusions, rule, count);
  for (const [kind, tally] of part.byKind) addTally(tallyOf(whole, kind), tally);
  whole.samples.push(...part.samples.slice(0, SAMPLES - whole.samples.length));
  const { summary } = whole;
  summary.runs += part.summary.runs;
  summary.nodes += part.summary.nodes;
  summary.elected += part.summary.elected;
  summary.committed += part.summary.committed;
  summary.snapshotsSent += part.summary.snapshotsSent;
  summary.snapshotsInstalled += part.summary.snapshotsInstalled;
  summary.refused += part.summary.refused;
  for (const [reason, count] of part.summary.campaigns) countIn(summary.campaigns, reason, count);
  for (const [reason, count] of part.summary.followings) countIn(summary.followings, reason, count);
}

/** The tally of the transitions in runs of `kind`. */
export function tallyOf({ byKind }: Report, kind: RunKind): Tally {
  let tally = byKind.get(kind);
  if (tally === undefined) byKind.set(kind, tally = emptyTally());
  return tally;
}

/** Adds to one of the counts in `counts`. */
export function countIn<K>(counts: Map<K, number>, key: K, count = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The kinds of runs in which more is excluded than may be, each with a sentence. */
export function excesses({ byKind }: Report): readonly string[] {
  return [...byKind].flatMap(([kind, { total, excluded }]) =>
    excluded <= ALLOWED[kind] * total ? [] : [
      `${excluded} of ${total} transitions of ${kind} runs are excluded; at most ${ALLOWED[kind] * 100} % may be.`,
    ]
  );
}

/** Whether nothing differs and no more is excluded than may be. */
export function isGood(report: Report): boolean {
  const { transitions, ready, init } = report;
  return transitions.disagree + ready.disagree + init.disagree === 0 && excesses(report).length === 0;
}

function addTally(whole: Tally, part: Tally): void {
  whole.total += part.total;
  whole.agree += part.agree;
  whole.excluded += part.excluded;
  whole.disagree += part.disagree;
}
