/**
 * What was counted in runs.
 *
 * @module
 */
import type { FaultName } from "./faults.ts";
import type { Pair, Tally } from "./outcome.ts";

const NO_FAULTS: Readonly<Record<FaultName, number>> = {
  loss: 0,
  duplication: 0,
  reordering: 0,
  slowLinks: 0,
  partitions: 0,
  oneWayCuts: 0,
  partialCuts: 0,
  bridges: 0,
  freezes: 0,
  slowNodes: 0,
  clockDrift: 0,
  crashes: 0,
  lostWrites: 0,
  blackouts: 0,
  failedSyncs: 0,
  fullDisks: 0,
  flippedBits: 0,
  wipedDisks: 0,
  memberChanges: 0,
  transfers: 0,
  snapshots: 0,
  clientRetries: 0,
};

/** The names of everything that goes wrong and is counted. */
export const FAULT_NAMES: readonly FaultName[] = Object.keys(NO_FAULTS).filter(isFault);

/** Nothing was counted. */
export function emptyTally(): Tally {
  return {
    runs: 0,
    simulatedMs: 0,
    steps: 0,
    elections: 0,
    commits: 0,
    snapshotsRestored: 0,
    requests: { answered: 0, rejected: 0, unknown: 0 },
    faults: noFaults(),
    coverage: {},
  };
}

/** What was counted in the runs of `a` and in those of `b`. */
export function addTallies(a: Tally, b: Tally): Tally {
  const faults = noFaults();
  for (const name of FAULT_NAMES) faults[name] = a.faults[name] + b.faults[name];
  const coverage: Partial<Record<Pair, number>> = { ...a.coverage };
  for (const pair of pairsOf(b)) coverage[pair] = (coverage[pair] ?? 0) + (b.coverage[pair] ?? 0);
  return {
    runs: a.runs + b.runs,
    simulatedMs: a.simulatedMs + b.simulatedMs,
    steps: a.steps + b.steps,
    elections: a.elections + b.elections,
    commits: a.commits + b.commits,
    snapshotsRestored: a.snapshotsRestored + b.snapshotsRestored,
    requests: {
      answered: a.requests.answered + b.requests.answered,
      rejected: a.requests.rejected + b.requests.rejected,
      unknown: a.requests.unknown + b.requests.unknown,
    },
    faults,
    coverage,
  };
}

/** Counts nothing of each fault. */
export function noFaults(): Record<FaultName, number> {
  return { ...NO_FAULTS };
}

function pairsOf({ coverage }: Tally): readonly Pair[] {
  const isPair = (key: string): key is Pair => key in coverage;
  return Object.keys(coverage).filter(isPair);
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(NO_FAULTS, name);
}
