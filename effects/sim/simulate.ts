/**
 * Simulations in tests: real nodes with a state machine of one's own, on simulated time, under everything that goes wrong
 * in a cluster, in a few lines.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { simulate } from "./simulate.ts";
 * import { counter } from "../../tests/examples/counter.ts";
 *
 * Deno.test("the counter survives crashes and partitions", async () => {
 *   const app = { machine: counter, command: () => 1, query: () => null };
 *   const { faults } = await simulate(app, { seeds: 3, faults: "chaos", seconds: 5 });
 *   assert(faults.crashes > 0);
 * });
 * ```
 *
 * @module
 */
import type { Check } from "../invariants/check.ts";
import type { App } from "./app.ts";
import { clientWorkload } from "./clients/workload.ts";
import { RunRecording } from "./command/recording.ts";
import { CALM, type Faults } from "./faults.ts";
import { makePlan, type PlanOptions } from "./make_plan.ts";
import type { Failure, Outcome, Tally } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import { checkWhole, refuse } from "./plan_options.ts";
import { PROFILE_NAMES, type ProfileName, PROFILES } from "./profiles.ts";
import { runPlan } from "./run_plan.ts";
import { seedRanges, type Seeds, seedsIn } from "./seeds.ts";
import { shrinkPlan } from "./shrink.ts";
import { type FailedRun, type Smallest, tellFailure } from "./story.ts";
import { addTallies, emptyTally } from "./tally.ts";

/** Which simulations to run. */
export interface SimulateOptions extends Omit<PlanOptions, "faults"> {
  /** So many seeds, or a list or a range of them: each is one run, and the same run every time. */
  readonly seeds: Seeds;
  /** What goes wrong: a profile, or some faults where everything else is good; the profile chaos if it is not given. */
  readonly faults?: ProfileName | Partial<Faults>;
  /** Properties that have to hold besides: new ones for each run. */
  readonly checks?: () => readonly Check[];
  /** The most runs that the search for the smallest schedule that fails takes; 200 if it is not given, and with 0 there is none. */
  readonly shrinkRuns?: number;
  /**
   * A folder of this machine: when a run fails, it is run again with a recorder on each node, and the recordings are in
   * `seed-N` there, in a folder for each node. That takes the permission to write there. None if it is not given.
   */
  readonly recordings?: string;
}

/**
 * A simulation has failed. The message tells what was wrong, how to repeat it, and the smallest schedule that was found; or
 * that the run does not repeat itself.
 */
export class SimulationFailure extends Error {
  /** The name of the error. */
  override readonly name = "SimulationFailure";
  /** What came of the run of the seed. */
  readonly outcome: Outcome;
  /** The smallest plan that was found which fails in the same way: `runPlan` runs it again. */
  readonly plan: Plan;

  /** The run that came to `outcome` has failed, and so does `plan`. */
  constructor(message: string, outcome: Outcome, plan: Plan) {
    super(message);
    this.outcome = outcome;
    this.plan = plan;
  }
}

/**
 * Simulates clusters of `app`, one seed after the other, and returns what was counted in all of them. Throws a
 * {@linkcode SimulationFailure} as soon as one of them fails, and a `RangeError` where `options` ask for what cannot be.
 */
export async function simulate<Command, Reply, Query = never, Answer = never>(
  app: App<Command, Reply, Query, Answer>,
  options: SimulateOptions,
): Promise<Tally> {
  const run: Run = (plan, recording) => {
    const hooks = recording?.hooks<Command, Reply, Query, Answer>(clientWorkload) ?? { workload: clientWorkload };
    return runPlan(app, plan, { ...hooks, checks: options.checks?.() ?? [] });
  };
  const faults = faultsOf(options.faults);
  if (options.shrinkRuns !== undefined) checkWhole("shrinkRuns", options.shrinkRuns, { least: 0, most: 1_000_000 });
  let tally = emptyTally();
  for (const seed of seedsIn(seedRanges(options.seeds))) {
    const outcome = await run(makePlan(seed, { ...options, faults }));
    if (outcome.failure !== null) throw await explained(outcome, outcome.failure, options, run);
    tally = addTallies(tally, outcome.tally);
  }
  return tally;
}

/** Runs a plan, and records it if a recording is given. */
type Run = (plan: Plan, recording?: RunRecording) => Promise<Outcome>;

function faultsOf(faults: SimulateOptions["faults"] = "chaos"): Faults {
  if (typeof faults === "object" && faults !== null) return { ...CALM, ...faults };
  if (Object.hasOwn(PROFILES, faults)) return PROFILES[faults];
  return refuse("faults", faults, `one of ${PROFILE_NAMES.join(", ")}, and no collection of faults`);
}

async function explained(
  outcome: Outcome,
  failure: Failure,
  options: SimulateOptions,
  run: Run,
): Promise<SimulationFailure> {
  const { plan } = outcome;
  const runs = options.shrinkRuns ?? 200;
  const { hash, ...recorded } = await runAgain(plan, run, options.recordings);
  const unrepeatable = hash !== outcome.hash;
  const smallest = unrepeatable || runs === 0 ? null : await smallestPlan({ plan, failure }, run, runs);
  const repeat = `simulate(app, ${literal({ ...options, seeds: [plan.seed] })})`;
  const lines = tellFailure({ seed: plan.seed, failure, repeat, ...recorded, smallest, unrepeatable });
  return new SimulationFailure(lines.join("\n"), outcome, smallest?.plan ?? plan);
}

/** Runs a plan once more, and leaves the recordings of its nodes in `folder`, if there is one and that can be. */
async function runAgain(
  plan: Plan,
  run: Run,
  folder: string | undefined,
): Promise<{ readonly hash: string } & Pick<FailedRun, "recording" | "unrecorded">> {
  if (folder === undefined) return { hash: (await run(plan)).hash };
  const recording = new RunRecording();
  const { hash } = await run(plan, recording);
  const place = `${folder}/seed-${plan.seed}`;
  try {
    await recording.copyTo(place);
    return { hash, recording: place };
  } catch (error) { // what was wrong with the run is more important
    return { hash, unrecorded: error instanceof Error ? error.message : String(error) };
  }
}

/** The smallest plan that `runs` runs find which fails the same check as one that failed. */
export async function smallestPlan(
  { plan, failure }: { readonly plan: Plan; readonly failure: Failure },
  run: (plan: Plan) => Promise<Outcome>,
  runs: number,
): Promise<Smallest> {
  let smallest = failure;
  const shrunk = await shrinkPlan(plan, async (candidate) => {
    const { failure: again } = await run(candidate);
    if (again?.check !== failure.check) return false;
    smallest = again;
    return true;
  }, { runs, failedAt: failure.at });
  return { plan: shrunk.plan, failure: smallest, runs: shrunk.runs };
}

/** A value as it is written in a program. What cannot be written is a variable of the name of the member. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const written = members.map(([name, member]) => typeof member === "function" ? name : `${name}: ${literal(member)}`);
  return `{ ${written.join(", ")} }`;
}
