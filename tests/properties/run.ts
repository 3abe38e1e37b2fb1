/**
 * Runs schedules, and explains the one that fails.
 *
 * @module
 */
import fc from "fast-check";
import { AssertionError } from "@std/assert";
import type { Action } from "./action.ts";
import { type Check, Violation } from "./check.ts";
import { allChecks } from "./checks/mod.ts";
import { describeSetup, type Setup } from "./setup.ts";
import { setups } from "./setups.ts";
import { trace } from "./trace.ts";
import { World } from "./world.ts";

/** How much is tried. */
export interface Budget {
  readonly seed: number;
  readonly runs: number;
}

/** `runs` runs, always the same; `RAFTFOLD_RUNS` and `RAFTFOLD_SEED` in the environment ask for more, or for others. */
export function budget(runs: number): Budget {
  return { seed: fromEnvironment("RAFTFOLD_SEED") ?? 1, runs: fromEnvironment("RAFTFOLD_RUNS") ?? runs };
}

/** A cluster that goes through `actions` under all checks and the `further` ones. */
export function run(setup: Setup, actions: readonly Action[], further: readonly Check[] = []): World {
  const world = new World(setup, [...further, ...allChecks()]);
  for (const action of actions) world.act(action);
  return world;
}

/** Runs random schedules of random clusters under all checks. */
export function assertHolds(
  schedule: fc.Arbitrary<readonly Action[]>,
  budget: Budget,
  further: readonly Check[],
): void {
  assertAlways(schedule, budget, (setup, actions) => void run(setup, actions, further));
}

/** Lets `judge` have a look at random runs. One to which it objects is made as small as possible and told step by step. */
export function assertAlways(
  schedule: fc.Arbitrary<readonly Action[]>,
  { seed, runs }: Budget,
  judge: (setup: Setup, actions: readonly Action[]) => void,
): void {
  const details = fc.check(fc.property(setups, schedule, judge), { seed, numRuns: runs });
  if (!details.failed || details.counterexample === null) return;
  const { errorInstance: error, counterexample: [setup, actions] } = details;
  const what = error instanceof Violation || !(error instanceof Error) ? String(error) : error.stack ?? error.message;
  const again = `RAFTFOLD_SEED=${seed} RAFTFOLD_RUNS=${runs} finds it in run ${details.numRuns}.`;
  throw new AssertionError(`${what}\n\n${explain(setup, actions)}\n${again}`);
}

/** The run in words, up to where a check objects. */
export function explain(setup: Setup, actions: readonly Action[]): string {
  const lines = [`A cluster of ${describeSetup(setup)}:`];
  try {
    run(setup, actions, [trace(lines)]);
  } catch (error) {
    lines.push(String(error));
  }
  return lines.join("\n");
}

function fromEnvironment(name: string): number | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  const value = Deno.env.get(name);
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw new Error(`Cannot use ${name}: "${value}" is not a whole number.`);
  return Number(value);
}
