/**
 * The runs of a fork: those of its past go on, and nodes that start again begin new ones.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { ForkedStep, ForkedTimeline } from "../debugger/fork_timeline.ts";
import type { Timeline, TimelineRun } from "../debugger/timeline.ts";

/** The runs, and for each new step that tells a node something its run and its number in it. */
export interface ForkedRuns {
  /** The runs. */
  readonly runs: readonly TimelineRun[];
  /** Where the new steps are. */
  readonly positions: readonly { readonly run: number; readonly step: number }[];
}

/** A run that grows. */
interface Growing {
  readonly begun: Omit<TimelineRun, "last" | "end">;
  readonly end: TimelineRun["end"];
  last: number;
  steps: number;
}

/** The runs of a fork of `base`. */
export function forkedRuns(base: Timeline, { at, steps }: ForkedTimeline): ForkedRuns {
  const all: Growing[] = [];
  const newest = new Map<NodeId, Growing>();
  for (const run of base.runs) {
    if (run.first > at) continue;
    const growing = { begun: run, end: run.end, last: Math.min(run.last, at), steps: stepsUpTo(base, run, at) };
    all.push(growing);
    newest.set(run.node, growing);
  }
  const again = new Map<NodeId, ForkedStep>();
  const positions: { readonly run: number; readonly step: number }[] = [];
  for (const step of steps) {
    if (step.message === null) again.set(step.node, step);
    else {
      const known = again.has(step.node) ? undefined : newest.get(step.node);
      const number = at + positions.length + 1;
      const growing = known ??
        begin(base, number, step, again.get(step.node) ?? null, newest.get(step.node)?.begun.run);
      if (known === undefined) all.push(growing);
      newest.set(step.node, growing);
      again.delete(step.node);
      growing.last = number;
      positions.push({ run: growing.begun.run, step: ++growing.steps });
    }
  }
  return { runs: all.map(({ begun, end, last }) => ({ ...begun, end, last })), positions };
}

/** How many steps of its run a node has taken up to step `at`. */
function stepsUpTo(base: Timeline, run: TimelineRun, at: number): number {
  const { columns, nodes } = base;
  const lane = nodes.indexOf(run.node);
  for (let number = Math.min(run.last, at); number >= Math.max(1, run.first); number--) {
    if (columns.node[number - 1] === lane) return base.step(number).step;
  }
  return run.before;
}

/** A node starts again, and ends as it did in the run that the fork comes from. */
function begin(base: Timeline, number: number, first: ForkedStep, start: ForkedStep | null, before = 0): Growing {
  const { after: state, outbox } = start ?? { after: first.before, outbox: [] };
  const place = { file: "fork", at: number, unit: "line" } as const;
  const begun = { node: first.node, run: before + 1, before: 0, first: number, state, outbox, leftOut: 0, place };
  const end = base.runs.findLast(({ node }) => node === first.node)?.end ?? "cut";
  return { begun, end, last: number, steps: 0 };
}
