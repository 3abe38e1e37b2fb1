/** Runs for the tests of the simulator itself: a counter, and clients that do no more than ask. */
import * as E from "fp-ts/Either";
import type { Random } from "../../effects/random/random.ts";
import type { App } from "../../effects/sim/app.ts";
import { CALM, type Faults } from "../../effects/sim/faults.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import type { Plan, PlannedEvent } from "../../effects/sim/plan.ts";
import type { SimWorld, Workload } from "../../effects/sim/workload.ts";
import { counter } from "../examples/counter.ts";

/** The counter. */
export const counterApp: App<number, number, null, number> = { machine: counter, command: () => 1, query: () => null };

/** A plan in which nothing happens but `events`. */
export function planOf(
  events: readonly PlannedEvent[],
  { seed = 1, seconds = 10, nodes = 3, clockDrift = 0 } = {},
): Plan {
  const faults = { ...CALM, clockDrift };
  const plan = makePlan(seed, { faults: CALM, seconds, nodes, clients: 2, electionMs: 500, leaseReads: false });
  return { ...plan, faults, events };
}

/** A plan with these faults, which is over soon. */
export function shortPlan(seed: number, faults: Partial<Faults>, seconds = 10): Plan {
  return makePlan(seed, { faults: { ...CALM, ...faults }, seconds });
}

/** Clients that propose at random nodes, and believe what they are told. */
export function proposals<Command, Reply, Query, Answer>(
  world: SimWorld<Command, Reply, Query, Answer>,
): Workload<Command, Reply, Query, Answer> {
  const told = { answered: 0, rejected: 0, unknown: 0 };
  const clients: Promise<void>[] = [];
  let over = false;
  return {
    start() {
      for (let i = 0; i < world.plan.clients; i++) clients.push(work(world.chance(`client ${i}`)));
      for (const client of clients) world.watch(client);
    },
    async settle() {
      over = true;
      await Promise.all(clients);
    },
    conclude: () => Promise.resolve(),
    told: () => told,
  };

  async function work(random: Random): Promise<void> {
    while (!over && !world.failed) {
      await world.sleep(random.next() * 200);
      const { running } = world;
      const node = running[Math.floor(random.next() * running.length)];
      const result = await node?.propose(world.app.command(random));
      if (result === undefined) continue;
      if (E.isRight(result)) told.answered++;
      else if (result.left.type === "Rejected") told.rejected++;
      else told.unknown++;
    }
  }
}
