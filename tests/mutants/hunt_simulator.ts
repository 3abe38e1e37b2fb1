/**
 * Hunts by simulation.
 *
 * @module
 */
import { clientWorkload } from "../../effects/sim/clients/workload.ts";
import { kvApp } from "../../effects/sim/kv_app.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import type { Outcome } from "../../effects/sim/outcome.ts";
import type { Plan } from "../../effects/sim/plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import type { Found, Simulation } from "./detector.ts";

const nobody = { start: () => {}, settle: () => Promise.resolve(), conclude: () => Promise.resolve() };

/** Runs one seed after the other until a check objects. */
export async function hunt(simulation: Simulation): Promise<Found> {
  const { compaction, durable, events, faults, idle, most, plan, profile, twice } = simulation;
  const run = (plan: Plan): Promise<Outcome> =>
    runPlan(kvApp({ durable }), plan, { workload: idle === true ? () => nobody : clientWorkload });
  for (let seed = 1; seed <= most; seed++) {
    const drawn = makePlan(seed, { ...plan, faults: { ...PROFILES[profile], ...faults } });
    const made = { ...drawn, compaction: compaction ?? drawn.compaction, events: events ?? drawn.events };
    const { failure, hash } = await run(made);
    if (failure !== null) return { check: failure.check, sentence: failure.sentence, count: seed };
    if (twice !== true) continue;
    const again = await run(made);
    if (again.hash === hash) continue;
    return { check: "One seed is one run", sentence: `it was ${hash}, and then ${again.hash}`, count: seed };
  }
  return { check: null, sentence: "", count: most };
}
