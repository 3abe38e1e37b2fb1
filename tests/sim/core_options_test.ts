/** What a plan and a simulation are asked for is checked before anything runs. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CALM, type Faults } from "../../effects/sim/faults.ts";
import { makePlan, type PlanOptions } from "../../effects/sim/make_plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { simulate, type SimulateOptions } from "../../effects/sim/simulate.ts";
import { counterApp } from "./core_setup.ts";

const SIZES: readonly (readonly [Partial<PlanOptions>, string])[] = [
  [{ seconds: -1 }, "Cannot use seconds: -1 is not a number from 0.1 to 86400."],
  [{ seconds: NaN }, "Cannot use seconds: NaN is not a number from 0.1 to 86400."],
  [{ seconds: Infinity }, "Cannot use seconds: Infinity is not a number from 0.1 to 86400."],
  [{ nodes: 0 }, "Cannot use nodes: 0 is not a whole number from 1 to 9."],
  [{ nodes: 2.5 }, "Cannot use nodes: 2.5 is not a whole number from 1 to 9."],
  [{ nodes: NaN }, "Cannot use nodes: NaN is not a whole number from 1 to 9."],
  [{ clients: 0 }, "Cannot use clients: 0 is not a whole number from 1 to 100."],
  [{ electionMs: 0 }, "Cannot use electionMs: 0 is not a number from 10 to 600000."],
];

const FAULTS: readonly (readonly [Partial<Faults>, string])[] = [
  [{ loss: 7 }, "Cannot use faults.loss: 7 is not a number from 0 to 1."],
  [{ loss: -1 }, "Cannot use faults.loss: -1 is not a number from 0 to 1."],
  [{ clientRetries: NaN }, "Cannot use faults.clientRetries: NaN is not a number from 0 to 1."],
  [{ crashes: -1 }, "Cannot use faults.crashes: -1 is not a number from 0 to 1000."],
  [{ crashes: Infinity }, "Cannot use faults.crashes: Infinity is not a number from 0 to 1000."],
  [{ clockDrift: 2 }, "Cannot use faults.clockDrift: 2 is not a number from 0 to 0.2."],
  [{ delayMs: [9, 1] }, "Cannot use faults.delayMs: [9,1] is not two numbers from 0 to 600000, the smaller one first."],
  [{ syncMs: [-1, 1] }, "Cannot use faults.syncMs: [-1,1] is not two numbers from 0 to 600000, the smaller one first."],
];

for (const [options, message] of SIZES) {
  Deno.test(`what cannot be used is named: ${message}`, async () => {
    assertThrows(() => makePlan(1, { faults: CALM, ...options }), RangeError, message);
    await assertRejects(() => simulate(counterApp, { seeds: 1, ...options }), RangeError, message);
  });
}

for (const [faults, message] of FAULTS) {
  Deno.test(`what cannot be used is named: ${message}`, async () => {
    assertThrows(() => makePlan(1, { faults: { ...CALM, ...faults } }), RangeError, message);
    await assertRejects(() => simulate(counterApp, { seeds: 1, faults }), RangeError, message);
  });
}

Deno.test("a seed that is none is refused", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 32]) {
    assertThrows(() => makePlan(seed, { faults: CALM }), RangeError, `Cannot use seed: ${seed} is not a whole number`);
  }
});

Deno.test("what no type keeps out is refused where there are none", async () => {
  const untyped: readonly (readonly [string, string])[] = [
    [`{ "seeds": 1, "faults": "nope" }`, 'Cannot use faults: "nope" is not one of calm, network, disk, crash'],
    [`{ "seeds": 1, "faults": "toString" }`, 'Cannot use faults: "toString" is not one of calm'],
    [`{ "seeds": 1, "faults": null }`, "Cannot use faults: null is not one of calm"],
    [`{ "seeds": 1, "faults": { "crashs": 3 } }`, 'Cannot use faults: "crashs" is not one of loss, duplication'],
    [`{ "seeds": 1, "leaseReads": "yes" }`, 'Cannot use leaseReads: "yes" is not true or false.'],
    [`{ "seeds": 1, "shrinkRuns": -1 }`, "Cannot use shrinkRuns: -1 is not a whole number from 0 to 1000000."],
    [`{ "seeds": "3" }`, "Cannot use these seeds"],
    [`{ "seeds": null }`, "Cannot use these seeds"],
    [`{}`, "Cannot use these seeds"],
  ];
  for (const [text, message] of untyped) {
    const options: SimulateOptions = JSON.parse(text);
    await assertRejects(() => simulate(counterApp, options), RangeError, message);
  }
});

Deno.test("every profile can be used, and what is at the border", () => {
  for (const faults of Object.values(PROFILES)) assertEquals(makePlan(1, { faults }).seed, 1);
  const faults = { ...CALM, loss: 1, clockDrift: 0.2, delayMs: [0, 0] as const };
  const plan = makePlan(0xffff_ffff, { faults, nodes: 9, clients: 100, seconds: 0.1, electionMs: 10 });
  assertEquals([plan.ms, plan.nodes, plan.clients], [100, 9, 100]);
});
