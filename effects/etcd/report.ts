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
  total: number;
  agree: number;
  excluded: number;
  disagree: number;
}

/** One line on which the reducer and the recording differ. */
export interface Disagreement {
  readonly file: string;
  readonly line: number;
  readonly run: string;
  readonly node: string;
  readonly what: "transition" | "ready" | "init";
  readonly input: unknown;
  readonly differences: readonly Difference[];
}

/** What has happened in the recorded runs. */
export interface Summary {
  runs: number;
  nodes: number;
  /** Nodes that became leader. */
  elected: number;
  /** Entries that nodes learned to be committed, counted on each node. */
  committed: number;
  /** Snapshots that were sent, and that replaced a log. */
  snapshotsSent: number;
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
  readonly transitions: Tally;
  readonly ready: Tally;
  readonly init: Tally;
  readonly exclusions: Map<RuleName, number>;
  readonly byKind: Map<RunKind, Tally>;
  /** The first disagreements. */
  readonly samples: Disagreement[];
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
