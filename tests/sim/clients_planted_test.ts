/**
 * Bugs of applications, found in simulated clusters.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { clientWorkload } from "../../effects/sim/clients/workload.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import type { Failure } from "../../effects/sim/outcome.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import { type Bug, counterApp, PLANTED } from "./planted_counters.ts";

/** After so many runs a bug counts as not found. */
const RUNS = 12;

/** Which checks may find it first. */
const FOUND_BY: Readonly<Record<Bug, readonly string[]>> = {
  "a snapshot is added to what is there": ["Equal Replicas"],
  "a snapshot leaves out a part of the state": ["Equal Replicas"],
  "a snapshot is copied too late": ["Equal Replicas"],
  "replies depend on chance": ["Equal Replicas"],
  "the state depends on the time": ["Equal Replicas", "One Machine Alone"],
  "all nodes of a process share their state": ["Equal Replicas"],
  // A machine alone does the same: it shows where a node has restored a snapshot and a machine alone has not.
  "a query answers with what was there before": ["Equal Replicas", "One Machine Alone"],
  "a query changes the state": ["Equal Replicas"],
};

async function firstFailure(app: ReturnType<typeof counterApp>, runs = RUNS): Promise<Failure | null> {
  for (let seed = 1; seed <= runs; seed++) {
    const plan = makePlan(seed, { faults: PROFILES.crash, seconds: 15 });
    const { failure } = await runPlan(app, plan, { workload: clientWorkload });
    if (failure !== null) return failure;
  }
  return null;
}

for (const bug of Object.keys(PLANTED).filter((name): name is Bug => name in PLANTED)) {
  Deno.test(`it is found that ${bug}`, async () => {
    const failure = await firstFailure(counterApp(PLANTED[bug]));
    assert(failure !== null, `${bug}, and nobody has noticed in ${RUNS} runs`);
    assert(FOUND_BY[bug].includes(failure.check), `${failure.check}: ${failure.sentence}`);
  });
}

Deno.test("the counter without a bug survives", async () => {
  assertEquals(await firstFailure(counterApp(), 3), null);
});
