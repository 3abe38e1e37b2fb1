/** A run of a simulation: the same every time, and over as soon as something is wrong. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { violated } from "../../effects/invariants/check.ts";
import type { Recorder } from "../../effects/node/recorder.ts";
import type { App } from "../../effects/sim/app.ts";
import type { Outcome } from "../../effects/sim/outcome.ts";
import type { PlannedEvent } from "../../effects/sim/plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import type { RunHooks, SimWorld } from "../../effects/sim/workload.ts";
import { testsThatNeed } from "../permissions.ts";
import { counterApp, planOf, proposals, shortPlan } from "./core_setup.ts";

/** The hash of the run of seed 7. It is another one whenever anything that happens in such a run is another. */
const PINNED = "7daaffbdbd3a8c93";

/** The same, and the whole state after every step with it. */
const PINNED_FULL = "d604f325d8bb694d";

const chaos = shortPlan(7, PROFILES.chaos, 15);

function run(hooks: RunHooks<number, number, null, number> = {}): Promise<Outcome> {
  return runPlan(counterApp, planOf([], { seconds: 3 }), { workload: proposals, ...hooks });
}

function sentenceOf({ failure }: Outcome): string {
  return failure === null ? "" : `${failure.check}: ${failure.sentence}`;
}

Deno.test("a seed is one run, to the byte", async () => {
  const first = await runPlan(counterApp, chaos, { workload: proposals });
  const second = await runPlan(counterApp, chaos, { workload: proposals });
  assertEquals(first, second);
  assertEquals(first.failure, null);
  assertEquals(first.hash, PINNED);
});

testsThatNeed("read", "run", "env")("a seed is the same run in another process", async () => {
  const code = `
    import { runPlan } from "${new URL("../../effects/sim/run_plan.ts", import.meta.url)}";
    import type { PlannedEvent } from "../../effects/sim/plan.ts";
import { PROFILES } from "${new URL("../../effects/sim/profiles.ts", import.meta.url)}";
    import { counterApp, proposals, shortPlan } from "${new URL("./core_setup.ts", import.meta.url)}";
    const { hash } = await runPlan(counterApp, shortPlan(7, PROFILES.chaos, 15), { workload: proposals });
    console.log(hash);`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--config", config, `data:application/typescript,${encodeURIComponent(code)}`],
  });
  const { stdout, stderr } = await command.output();
  assertEquals(new TextDecoder().decode(stdout).trim(), PINNED, new TextDecoder().decode(stderr));
});

Deno.test("another seed is another run", async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 3; seed++) {
    hashes.add((await runPlan(counterApp, planOf([], { seed, seconds: 2 }), { workload: proposals })).hash);
  }
  assertEquals(hashes.size, 3);
});

Deno.test("the hash can cover the whole state after every step", async () => {
  const [cheap, full, again] = [await run(), await run({ fullTrace: true }), await run({ fullTrace: true })];
  assertNotEquals(cheap.hash, full.hash);
  assertEquals(full.hash, again.hash);
  assertEquals(cheap.tally, full.tally);
});

Deno.test("a seed is one run, to the last bit of every state", async () => {
  assertEquals((await runPlan(counterApp, chaos, { workload: proposals, fullTrace: true })).hash, PINNED_FULL);
});

Deno.test("more requests in a node than its clients can have are a failure", async () => {
  const many = (world: SimWorld<number, number, null, number>): void => {
    for (let i = 0; i < 200; i++) void world.running[0]?.propose(1);
  };
  const outcome = await run({ workload: (world) => ({ ...proposals(world), start: many }) });
  assertEquals(
    sentenceOf(outcome),
    "Every queue has an end: 1 holds 200 requests that wait, and at most 28 are allowed",
  );
});

Deno.test("a snapshot that cannot be made is a failure, unless the node stops or was harmed", async () => {
  let calls = 0;
  const app: App<number, number, null, number> = {
    ...counterApp,
    machine: (machinery) => ({
      ...counterApp.machine(machinery),
      durability: {
        index: 0,
        records: [],
        durable: () => 0,
        sync: () => {
          calls++;
          return Promise.reject(new Error("it was dropped"));
        },
      },
    }),
  };
  const seen = async (events: readonly PlannedEvent[]): Promise<string> => {
    const plan = { ...planOf(events, { seconds: 4 }), compaction: { entries: 100_000, keep: 1_000 } };
    return sentenceOf(await runPlan(app, plan, { workload: proposals }));
  };
  assertStringIncludes(await seen([{ type: "snapshots", at: 2_500, node: 2 }]), "it was dropped");
  assertEquals(calls, 1);
  assertEquals(await seen([{ type: "fullDisks", at: 2_500, node: 2, forMs: 1_000 }]), "");
  assertEquals(calls, 2);
  const crash: PlannedEvent = { type: "blackouts", at: 2_500, forMs: 500 };
  assertEquals(await seen([{ type: "snapshots", at: 2_500, node: 2 }, crash]), "");
});

Deno.test("a run counts what happened in it", async () => {
  const { failure, tally } = await run();
  assertEquals(failure, null);
  assertEquals([tally.runs, tally.elections], [1, 1]);
  assert(tally.requests.answered > 20 && tally.commits > tally.requests.answered);
  assert(tally.steps > 500 && tally.simulatedMs > 3_000);
  assert((tally.coverage["Append follower"] ?? 0) > tally.commits);
  assertEquals(tally.coverage["Append leader"], undefined);
});

Deno.test("a run is over when a check objects, and tells what happened before", async () => {
  const outcome = await run({
    checks: [{
      name: "Nobody leads",
      stepped: ({ after }) => after.role === "leader" && violated("Nobody leads", `node ${after.id} does`),
    }],
  });
  const { failure, tally } = outcome;
  assertStringIncludes(sentenceOf(outcome), "Nobody leads: node ");
  assert(failure !== null && failure.at < 2_000 && tally.simulatedMs < 4_000);
  assert(failure.story.some((line) => line.includes("ElectionWon")), failure.story.join("\n"));
});

Deno.test("a check that breaks is a failure of the run, not of the node", async () => {
  const broken = { name: "It breaks", started: () => JSON.parse("{") };
  assertStringIncludes(sentenceOf(await run({ checks: [broken] })), "It breaks: SyntaxError");
});

Deno.test("a node that stops for no reason that a fault explains is a failure", async () => {
  const app: App<number, number, null, number> = {
    ...counterApp,
    machine: () => ({ ...counterApp.machine(NO_MACHINERY), apply: () => JSON.parse("{") }),
  };
  const outcome = await runPlan(app, planOf([], { seconds: 3 }), { workload: proposals });
  assertStringIncludes(sentenceOf(outcome), "Nodes go on: node ");
  assertStringIncludes(sentenceOf(outcome), "StateMachineFailed");
});

Deno.test("a rejection that nobody handles is a failure", async () => {
  const outcome = await run({
    workload: (world) => ({
      ...proposals(world),
      start: () => void Promise.reject(new Error("nobody listens")),
    }),
  });
  assertStringIncludes(sentenceOf(outcome), "nobody listens");
});

Deno.test("a workload that throws, objects or never settles is a failure", async () => {
  const conclude = await run({
    workload: (world) => ({ ...proposals(world), conclude: async () => await violated("Judge", "it is wrong") }),
  });
  assertEquals(sentenceOf(conclude), "Judge: it is wrong");
  const fails = await run({
    workload: (world) => ({ ...proposals(world), start: () => world.fail("Client", "it was told a lie") }),
  });
  assertEquals(sentenceOf(fails), "Client: it was told a lie");
  const never = await run({
    workload: (world) => ({ ...proposals(world), settle: () => new Promise(() => {}) }),
  });
  assertStringIncludes(sentenceOf(never), "it is not so that every request is answered");
});

Deno.test("a workload wraps the machine of each start of each node", async () => {
  const wrapped: number[] = [];
  const plan = planOf([{ type: "crashes", at: 1_500, node: 2, forMs: 200 }], { seconds: 3 });
  const { failure } = await runPlan(counterApp, plan, {
    workload: (world) => ({ ...proposals(world), machine: (id, machine) => (wrapped.push(id), machine) }),
  });
  assertEquals(failure, null);
  assertEquals(wrapped, [1, 2, 3, 2]);
});

Deno.test("a recorder takes the inputs of the node that it is for, and is closed", async () => {
  const seen = { begun: 0, folded: 0, closed: 0 };
  const recorder: Recorder = {
    begin: () => void seen.begun++,
    folded: () => void seen.folded++,
    close: async () => void await seen.closed++,
  };
  const { tally } = await run({ recorder: (id) => id === 2 ? recorder : undefined });
  assertEquals([seen.begun, seen.closed], [1, 1]);
  assert(seen.folded > 100 && seen.folded < tally.steps);
});

const NO_MACHINERY = {
  clock: { now: () => 0, after: () => () => {}, soon: () => {} },
  random: { next: () => 0, bytes: () => new Uint8Array() },
};
