/**
 * Clusters on simulated time: the nodes of production with a state machine of one's own, on clocks, disks and a network on
 * which everything goes wrong, in the same way for the same seed.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { counter } from "../../tests/examples/counter.ts";
 * import { simulate } from "./mod.ts";
 *
 * const app = { machine: counter, command: () => 1, query: () => null };
 * const { requests } = await simulate(app, { seeds: [1], faults: { crashes: 10 }, seconds: 5 });
 * assert(requests.answered > 0);
 * ```
 *
 * @module
 */
export type { App, Machinery } from "./app.ts";
export { type Judgement, JUDGEMENTS } from "./clients/judgement.ts";
export { kvHistory, withoutCounters } from "./clients/kv_history.ts";
export type { Asked, ClientOperation, Manner, Read, Seen, Told, Write } from "./clients/operation.ts";
export { toPorcupine } from "./clients/porcupine.ts";
export { type ClientWorkload, clientWorkload } from "./clients/workload.ts";
export { missingPairs, unexpectedPairs, whyRare, whyUnreachable } from "./coverage.ts";
export { CALM, type FaultName, type Faults } from "./faults.ts";
export { type KvApp, kvApp, type KvAppOptions } from "./kv_app.ts";
export { makePlan, type PlanOptions } from "./make_plan.ts";
export type { Failure, Outcome, Pair, Tally } from "./outcome.ts";
export type { Plan, PlannedEvent, Target } from "./plan.ts";
export { PROFILE_NAMES, type ProfileName, PROFILES } from "./profiles.ts";
export { runPlan } from "./run_plan.ts";
export type { SeedRange, Seeds } from "./seeds.ts";
export { type Fails, type ShrinkBudget, shrinkPlan, type Shrunk } from "./shrink.ts";
export { simulate, type SimulateOptions, SimulationFailure, smallestPlan } from "./simulate.ts";
export { describePlan, type FailedRun, type Smallest, tellFailure } from "./story.ts";
export { addTallies, emptyTally } from "./tally.ts";
export type { RunHooks, SimHost, SimWorld, Workload, WorkloadMaker } from "./workload.ts";
