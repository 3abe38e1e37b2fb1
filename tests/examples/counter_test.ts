/** How to simulate a state machine of one's own, and what is said when it is wrong. */
import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import * as t from "io-ts";
import { simulate, SimulationFailure } from "../../effects/sim/simulate.ts";
import { jsonCodec, type StateMachine } from "../../mod.ts";
import { testsThatNeed } from "../permissions.ts";
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

testsThatNeed("read")("the mistake is found with the options of the README, and told as it is told there", async () => {
  const app = { machine: wrongCounter, command: () => 1, query: () => null };
  const { message, outcome, plan } = await assertRejects(
    () => simulate(app, { seeds: 10, faults: "chaos", seconds: 20 }),
    SimulationFailure,
  );
  const [story] = message.split("What happened last in it:");
  for (const page of ["README.md", "docs/simulation.md"]) assertStringIncludes(await Deno.readTextFile(page), story);
  assertLess(plan.events.length, outcome.plan.events.length);
  const again = await assertRejects(
    () => simulate(app, { seeds: [outcome.plan.seed], faults: "chaos", seconds: 20, shrinkRuns: 0 }),
    SimulationFailure,
  );
  assertEquals(again.outcome.hash, outcome.hash);
});
