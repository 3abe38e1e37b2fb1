/** How to simulate a state machine of one's own, and what is said when it is wrong. */
import { assert, assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import * as t from "io-ts";
import { simulate, SimulationFailure } from "../../effects/sim/simulate.ts";
import { jsonCodec, type StateMachine } from "../../mod.ts";
import { counter } from "./counter.ts";

Deno.test("the counter keeps its promises, whatever goes wrong", async () => {
  const app = { machine: counter, command: () => 1, query: () => null };
  const { faults } = await simulate(app, { seeds: 5, faults: "chaos", seconds: 10 });
  assert(faults.crashes > 0 && faults.partitions > 0);
});

/** The counter with a mistake: what is restored is added to what was there before. */
function wrongCounter(): StateMachine<number, number, null, number> {
  let value = 0;
  return {
    codec: { command: jsonCodec(t.number), reply: jsonCodec(t.number) },
    apply: ({ commands }) => commands.map((by) => value += by),
    query: () => value,
    async *snapshot() {
      yield new TextEncoder().encode(`${value}`);
    },
    async restore(chunks) {
      for await (const chunk of chunks) value += Number(new TextDecoder().decode(chunk));
    },
  };
}

Deno.test("a mistake that only a node shows which was left behind is found, and told with the smallest schedule", async () => {
  const app = { machine: wrongCounter, command: () => 1, query: () => null };
  const failure = await assertRejects(
    () => simulate(app, { seeds: 50, faults: { partitions: 12 }, seconds: 20, shrinkRuns: 30 }),
    SimulationFailure,
  );
  const { message, outcome, plan } = failure;
  assertMatch(message, /^Seed \d+: At [\d.]+ s "Equal Replicas" was violated: node \d replies .+$/m);
  assertMatch(message, /^To repeat it: simulate\(app, \{ seeds: \[\d+\], faults: \{ partitions: 12 \}, seconds: 20,/m);
  assertMatch(message, /^The smallest schedule that \d+ runs have found:$/m);
  assertMatch(message, /^ {2}at [\d.]+ s \{.+\} and \{.+\} do not reach each other for [\d.]+ s$/m);
  assertMatch(message, /^What happened last in it:\n {2}[\d.]+ s {2}/m);
  assertLess(plan.events.length, outcome.plan.events.length);
  const { seed } = outcome.plan;
  const again = await assertRejects(
    () => simulate(app, { seeds: [seed], faults: { partitions: 12 }, seconds: 20, shrinkRuns: 0 }),
    SimulationFailure,
  );
  assertEquals(again.outcome.hash, outcome.hash);
});
