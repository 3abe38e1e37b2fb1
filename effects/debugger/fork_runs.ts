/**
 * The runs of nodes in another future: what a recording of it would hold.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Node } from "../../core/node.ts";
import { pushTo } from "./push_to.ts";
import type { ForkedTimeline } from "./forked.ts";
import { type Input, type Run, runOf } from "./run.ts";
import type { Timeline } from "./timeline.ts";

/** A run while it is put together. */
interface Growing {
  readonly node: Node;
  readonly before: number;
  readonly applies: number;
  readonly began: number | null;
  readonly inputs: Input[];
}

/** So late are times that say the day. */
const EPOCH_TIMES = 1e11;

/** The runs of each node: the past, and the future that `fork` found. */
export function runsOfFork(timeline: Timeline, fork: ForkedTimeline): ReadonlyMap<NodeId, readonly Run[]> {
  const runs = new Map<NodeId, Growing[]>();
  let now = timeline.length === 0 ? null : timeline.step(1).at;
  const past = timeline.runs.filter(({ first, node }, i) => {
    return (first > 0 && first <= fork.at) || timeline.runs.findIndex((run) => run.node === node) === i;
  });
  for (const { before, first, node, outbox, state } of past) {
    const apply = outbox.find((effect) => effect.type === "Apply");
    const began = first === 0 ? now : timeline.step(first).at;
    pushTo(runs, node, { node: state, before, applies: apply?.entries.at(-1)?.index ?? 0, began, inputs: [] });
  }
  const firsts = new Map(past.map((run) => [run.first, run]));
  const current = new Map<NodeId, number>();
  const tell = (node: NodeId, message: Input["message"]): void => {
    const run = runs.get(node)?.[current.get(node) ?? 0];
    run?.inputs.push({ message, ms: Math.max(0, Math.round((now ?? 0) - (run.began ?? now ?? 0))) });
  };
  for (let number = 1; number <= fork.at; number++) {
    const { at, message, node } = timeline.step(number);
    now = at ?? now;
    const run = firsts.get(number);
    if (run !== undefined) current.set(node, (runs.get(node) ?? []).findIndex((one) => one.node === run.state));
    tell(node, message);
  }
  for (const { after, message, node, recorded } of fork.steps) {
    if (recorded !== null) now = timeline.step(recorded).at ?? now;
    if (message !== null) tell(node, message);
    else {
      pushTo(runs, node, { node: after, before: 0, applies: appliedBy(after), began: now, inputs: [] });
      current.set(node, (runs.get(node)?.length ?? 1) - 1);
    }
  }
  return new Map([...runs].map(([id, mine]) => [id, mine.map((run, i) => finished(run, i, i + 1 < mine.length))]));
}

/** Up to where a start applies the log; 0 if it does not. */
function appliedBy({ applied, commit }: Node): number {
  return commit > applied ? commit : 0;
}

function finished({ applies, before, began, inputs, node }: Growing, i: number, again: boolean): Run {
  const time = began !== null && began > EPOCH_TIMES ? O.some(new Date(began).toISOString()) : O.none;
  const run = runOf(node, [], { sequence: i + 1, run: i + 1, began: time });
  return { ...run, applies, before, inputs, ended: !again };
}
