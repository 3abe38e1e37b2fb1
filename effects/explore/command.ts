/**
 * `explore`: looks at every state that a small cluster can come to.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { denoDisk } from "../disk/deno_disk.ts";
import type { ExitCode } from "../commands/judge.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";
import { failureOf } from "./assert_explored.ts";
import type { Exploration } from "./exploration.ts";
import { explore as exploreStates } from "./explore.ts";
import { type ExploreFlags, readFlags, type Task } from "./flags.ts";
import { recordTrace } from "./record_trace.ts";
import { reportJson, reportLines } from "./report.ts";

/** Explores what `flags` say, and writes a table or one JSON object. */
export async function explore(flags: ExploreFlags, output: Output): Promise<ExitCode> {
  const task = readFlags(flags);
  if (E.isLeft(task)) {
    output.err(`error: ${task.left}`);
    return 2;
  }
  let exploration: Exploration;
  try {
    exploration = await watched(task.right, output);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    output.err(`error: ${error.message}`);
    return 2;
  }
  const why = whyBad(exploration, task.right);
  if (flags.json) output.out(JSON.stringify(reportJson(exploration, task.right.preset, why)));
  else for (const line of reportLines(exploration, task.right.preset, why)) output.out(line);
  const { counterexample } = exploration;
  if (flags.record !== undefined && counterexample !== null) {
    await Deno.mkdir(flags.record, { recursive: true });
    await recordTrace(counterexample, denoDisk(flags.record));
    if (!flags.json) output.out(`The recordings are in ${flags.record}: deno task replay ${flags.record}/1`);
  }
  return why === null ? 0 : 1;
}

function whyBad(exploration: Exploration, { preset, maxStates }: Task): string | null {
  const why = failureOf(exploration, maxStates !== undefined);
  if (why !== null || preset === null || preset.changedBy.length > 0 || preset.states === exploration.states) {
    return why;
  }
  return `There are ${exploration.states} distinct states, and not ${preset.states} as there should be.`;
}

async function watched({ bounds, symmetry, recovery, maxStates, preset }: Task, output: Output): Promise<Exploration> {
  const expected = maxStates ?? preset?.states ?? 1_000_000;
  const progress = new Progress(output, expected);
  try {
    return await exploreStates(bounds, {
      symmetry,
      recovery,
      maxStates,
      now: () => performance.now(),
      progress: ({ states }) => progress.update(Math.min(states, expected), states),
    });
  } finally {
    progress.stop();
  }
}
