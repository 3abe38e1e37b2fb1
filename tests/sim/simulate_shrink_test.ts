/** The search for a smaller plan, with runs that are stand-ins. */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { CALM } from "../../effects/sim/faults.ts";
import type { Plan, PlannedEvent } from "../../effects/sim/plan.ts";
import { shrinkPlan } from "../../effects/sim/shrink.ts";

function crash(at: number, node: number, forMs = 1600): PlannedEvent {
  return { type: "crashes", at, node, forMs };
}

/** Forty events in a minute, of which few matter. */
function large(): Plan {
  return {
    seed: 17,
    nodes: 5,
    clients: 4,
    ms: 60_000,
    electionMs: 300,
    heartbeatMs: 50,
    leaseReads: true,
    compaction: { entries: 100, keep: 10 },
    faults: { ...CALM, loss: 0.1, duplication: 0.1, reordering: 0.2, clientRetries: 0.3, clockDrift: 0.01 },
    events: Array.from({ length: 40 }, (_, i) => crash(1_000 * i, i % 5 + 1)),
  };
}

function crashesOf(plan: Plan, node: number): number {
  return plan.events.filter((event) => event.type === "crashes" && event.node === node).length;
}

Deno.test("of forty events only the two that are needed together are left, and nothing else", async () => {
  const fails = (plan: Plan) =>
    Promise.resolve([7_000, 29_000].every((at) => plan.events.some((event) => event.at === at)));
  const { plan, runs, minimal } = await shrinkPlan(large(), fails, { runs: 1_000 });
  assertEquals(plan.events.map(({ at }) => at), [7_000, 29_000]);
  assertEquals([plan.ms, plan.clients, plan.nodes, plan.leaseReads, minimal], [29_050, 1, 5, false, true]);
  assertEquals(plan.faults, { ...CALM, delayMs: [1, 1], syncMs: [1, 1] });
  assertLessOrEqual(runs, 100);
});

Deno.test("no event, node, client or fault that a smallest plan has can be taken away", async () => {
  const fails = (plan: Plan) =>
    Promise.resolve(
      crashesOf(plan, 2) >= 2 && crashesOf(plan, 3) >= 1 && plan.clients >= 2 && plan.faults.loss > 0 &&
        plan.faults.delayMs[1] > 1,
    );
  const { plan } = await shrinkPlan(large(), fails, { runs: 1_000 });
  assertEquals([plan.events.length, plan.nodes, plan.clients], [3, 3, 2]);
  assertEquals(plan.faults, { ...CALM, loss: 0.1, syncMs: [1, 1] });
  for (const i of plan.events.keys()) assert(!await fails({ ...plan, events: plan.events.toSpliced(i, 1) }));
});

Deno.test("what lasts is halved as long as it still fails, and events of nodes that are gone go with them", async () => {
  const needed = (event: PlannedEvent) => event.type === "crashes" && event.node === 1 && event.forMs >= 300;
  const { plan } = await shrinkPlan(large(), (plan) => Promise.resolve(plan.events.some(needed)), { runs: 1_000 });
  assertEquals([plan.nodes, plan.events.length], [1, 1]);
  assertEquals(plan.events.map((event) => "forMs" in event && event.forMs), [400]);
});

Deno.test("the first thing that is tried ends the run soon after it failed", async () => {
  const tried: Plan[] = [];
  const fails = (plan: Plan) => Promise.resolve(tried.push(plan) === 1);
  const { plan } = await shrinkPlan(large(), fails, { runs: 1_000, failedAt: 7_400 });
  assertEquals([plan.ms, plan.events.length], [7_450, 8]);
  assertEquals(tried[0], plan);
});

Deno.test("a run that failed only after its end is not cut to a longer one", async () => {
  const tried: number[] = [];
  await shrinkPlan(large(), ({ ms }) => Promise.resolve(tried.push(ms) < 0), { runs: 1_000, failedAt: 61_000 });
  assertLessOrEqual(Math.max(...tried), 60_000);
});

Deno.test("a search ends with its budget, and says that it did", async () => {
  let runs = 0;
  const fails = ({ events }: Plan) => Promise.resolve(++runs > 0 && events.length > 10);
  const shrunk = await shrinkPlan(large(), fails, { runs: 9 });
  assertEquals([runs, shrunk.runs, shrunk.minimal], [9, 9, false]);
  assertLessOrEqual(shrunk.plan.events.length, 20);
});

Deno.test("no plan that does not fail is run twice", async () => {
  const tried: string[] = [];
  const fails = (plan: Plan) => Promise.resolve(tried.push(JSON.stringify(plan)) > 0 && crashesOf(plan, 4) >= 3);
  await shrinkPlan(large(), fails, { runs: 1_000 });
  const good = tried.filter((text) => crashesOf(JSON.parse(text), 4) < 3);
  assertEquals(new Set(good).size, good.length);
});
