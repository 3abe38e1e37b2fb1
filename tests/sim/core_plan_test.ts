/** Plans: what a seed decides. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { CALM } from "../../effects/sim/faults.ts";
import { EVENTS, makePlan } from "../../effects/sim/make_plan.ts";
import { PROFILE_NAMES, PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import { addTallies, emptyTally } from "../../effects/sim/tally.ts";
import { counterApp, proposals, shortPlan } from "./core_setup.ts";

Deno.test("a plan depends on nothing but its seed and what is asked for", () => {
  const options = { faults: PROFILES.chaos };
  assertEquals(makePlan(5, options), makePlan(5, options));
  assertNotEquals(makePlan(5, options).events, makePlan(6, options).events);
  const { nodes, clients, electionMs, leaseReads, ms } = makePlan(5, {
    ...options,
    nodes: 7,
    clients: 1,
    electionMs: 300,
    leaseReads: true,
    seconds: 10,
  });
  assertEquals([nodes, clients, electionMs, leaseReads, ms], [7, 1, 300, true, 10_000]);
});

Deno.test("seeds vary everything that a plan leaves open", () => {
  const plans = Array.from({ length: 60 }, (_, seed) => makePlan(seed, { faults: PROFILES.chaos }));
  const varied = (of: (plan: typeof plans[number]) => unknown): number => new Set(plans.map(of)).size;
  assertEquals(varied(({ nodes }) => nodes), 3);
  assertEquals(varied(({ electionMs }) => electionMs), 2);
  assertEquals(varied(({ leaseReads }) => leaseReads), 2);
  assertEquals(varied(({ compaction }) => compaction.entries), 5);
  assert(varied(({ heartbeatMs, electionMs }) => electionMs / heartbeatMs) === 2);
});

Deno.test("every fault of a profile is planned, at its rate, and no other", () => {
  for (const name of PROFILE_NAMES) {
    const faults = PROFILES[name];
    const events = Array.from({ length: 200 }, (_, seed) => makePlan(seed, { faults }).events).flat();
    for (const fault of EVENTS) {
      const count = events.filter(({ type }) => type === fault).length;
      const expected = 200 * faults[fault] * 0.9;
      assert(Math.abs(count - expected) <= 0.3 * expected, `${name}: ${count} ${fault} and not ${expected}`);
    }
  }
});

Deno.test("the profile chaos has every fault", () => {
  for (const name of EVENTS) assert(PROFILES.chaos[name] > 0, name);
});

Deno.test("events are in order, and another rate of one kind leaves the others as they are", () => {
  const { events } = makePlan(3, { faults: PROFILES.chaos });
  assertEquals(events, events.toSorted((a, b) => a.at - b.at));
  const fewer = makePlan(3, { faults: { ...PROFILES.chaos, crashes: 0 } }).events;
  assertEquals(fewer, events.filter(({ type }) => type !== "crashes"));
});

Deno.test("clocks differ no more than leases bear where leaders rely on them", () => {
  const drift = (leaseReads: boolean, seed: number): number => {
    return makePlan(seed, { faults: { ...CALM, clockDrift: 0.2 }, leaseReads }).faults.clockDrift;
  };
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  assert(seeds.every((seed) => drift(true, seed) === 0.05));
  assert(seeds.every((seed) => drift(false, seed) >= 0.2) && seeds.some((seed) => drift(false, seed) > 0.5));
});

Deno.test("a plan from which events were taken is a plan", async () => {
  const plan = shortPlan(11, PROFILES.chaos, 15);
  assert(plan.events.length > 4, `there are only ${plan.events.length}`);
  const hashes = new Set<string>();
  for (const events of [plan.events, plan.events.slice(0, 4), plan.events.slice(2), []]) {
    const { failure, hash } = await runPlan(counterApp, { ...plan, events }, { workload: proposals });
    assertEquals(failure, null);
    hashes.add(hash);
  }
  assertEquals(hashes.size, 4);
});

Deno.test("tallies add up", async () => {
  const { tally } = await runPlan(counterApp, shortPlan(2, PROFILES.chaos, 5), { workload: proposals });
  assertEquals(addTallies(emptyTally(), tally), tally);
  const twice = addTallies(tally, tally);
  assertEquals([twice.runs, twice.steps, twice.commits], [2, 2 * tally.steps, 2 * tally.commits]);
  assertEquals(twice.requests.answered, 2 * tally.requests.answered);
  assertEquals(twice.faults.loss, 2 * tally.faults.loss);
  assertEquals(twice.coverage["Tick follower"], 2 * (tally.coverage["Tick follower"] ?? 0));
});
