/** Plans and failures as sentences. */
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  MESSAGE_TYPES,
  missingPairs,
  ROLES,
  unexpectedPairs,
  whyRare,
  whyUnreachable,
} from "../../effects/sim/coverage.ts";
import { parseSeeds } from "../../effects/sim/command/seed_list.ts";
import { CALM } from "../../effects/sim/faults.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import type { Pair } from "../../effects/sim/outcome.ts";
import type { Plan } from "../../effects/sim/plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import { countSeeds, describeSeeds, seedRanges, seedsIn } from "../../effects/sim/seeds.ts";
import { simulate, SimulationFailure } from "../../effects/sim/simulate.ts";
import { describePlan, tellFailure } from "../../effects/sim/story.ts";
import { counter } from "../examples/counter.ts";

const PLAN: Plan = {
  seed: 17,
  nodes: 3,
  clients: 1,
  ms: 4_000,
  electionMs: 500,
  heartbeatMs: 50,
  leaseReads: true,
  compaction: { entries: 20, keep: 5 },
  faults: { ...CALM, loss: 0.025, clockDrift: 0.05, syncMs: [2, 2] },
  events: [
    { type: "slowLinks", at: 100, node: 1, delayMs: 300, forMs: 800 },
    { type: "partitions", at: 200, mask: 0b101, forMs: 1_000 },
    { type: "oneWayCuts", at: 300, from: 1, to: "leader", forMs: 1_500 },
    { type: "partialCuts", at: 400, pairs: [[1, 2], [2, 3]], forMs: 800 },
    { type: "bridges", at: 500, bridge: 2, mask: 0b001, forMs: 800 },
    { type: "freezes", at: 600, node: "leader", forMs: 45 },
    { type: "slowNodes", at: 700, node: 3, delayMs: 20, forMs: 800 },
    { type: "crashes", at: 3_200, node: 2, forMs: 800 },
    { type: "blackouts", at: 3_300, forMs: 800 },
    { type: "failedSyncs", at: 3_400, node: 2, forMs: 800 },
    { type: "fullDisks", at: 3_500, node: 2, forMs: 800 },
    { type: "flippedBits", at: 3_600, node: 2, where: 0.5, forMs: 800 },
    { type: "wipedDisks", at: 3_700, node: 2, forMs: 800 },
    { type: "memberChanges", at: 3_800, node: 2, change: "remove" },
    { type: "memberChanges", at: 3_810, node: 2, change: "demote" },
    { type: "memberChanges", at: 3_820, node: 2, change: "swap" },
    { type: "memberChanges", at: 3_830, node: 2, change: "add" },
    { type: "transfers", at: 3_900, to: 3 },
    { type: "snapshots", at: 3_999, node: "leader" },
  ],
};

Deno.test("a plan is its size, what holds all the time, and a sentence for each event", () => {
  assertEquals(describePlan(PLAN), [
    "3 nodes, 1 client, 4 s, leaders answer reads by their lease",
    "2.5 % of all messages are lost",
    "5 % is what the rates of clocks differ by, at the most",
    "messages take 1 to 5 ms, syncs 2 ms; chance comes from seed 17",
    "at 0.1 s messages from and to node 1 take up to 300 ms longer for 0.8 s",
    "at 0.2 s {1, 3} and {2} do not reach each other for 1 s",
    "at 0.3 s messages from node 1 to the leader are lost for 1.5 s",
    "at 0.4 s the pairs 1-2, 2-3 do not reach each other for 0.8 s",
    "at 0.5 s only node 2 reaches all others: {1} and {2, 3} do not reach each other for 0.8 s",
    "at 0.6 s the leader stands still for 0.045 s",
    "at 0.7 s node 3 takes up to 20 ms longer for everything for 0.8 s",
    "at 3.2 s node 2 loses power for 0.8 s",
    "at 3.3 s all nodes lose power for 0.8 s",
    "at 3.4 s the next sync of node 2 fails, which starts again after 0.8 s",
    "at 3.5 s the disk of node 2 is full for 0.8 s",
    "at 3.6 s node 2 loses power for 0.8 s, and a bit on its disk flips",
    "at 3.7 s node 2 loses its disk, and another one takes its place after 0.8 s",
    "at 3.8 s node 2 is removed from the cluster",
    "at 3.81 s node 2 becomes a learner",
    "at 3.82 s node 2 is replaced by another node",
    "at 3.83 s another node joins the cluster",
    "at 3.9 s the leadership is handed to node 3",
    "at 3.999 s the leader makes a snapshot and cuts its log",
  ]);
});

Deno.test("every event of a plan that a seed makes has its sentence", () => {
  const plan = makePlan(1, { faults: PROFILES.chaos, seconds: 600 });
  for (const line of describePlan(plan).slice(-plan.events.length)) {
    assertMatch(line, /^at [\d.]+ s (?!.*undefined).+$/);
  }
});

Deno.test("of a long story only the end is told, and the sentence of the smallest schedule only where it is another one", () => {
  const story = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const failure = { check: "Log Matching", sentence: "they differ", at: 3_210, story };
  const alone = tellFailure({ seed: 17, failure, repeat: "do it", smallest: null });
  assertEquals(alone.slice(0, 3), [
    'Seed 17: At 3.21 s "Log Matching" was violated: they differ.',
    "To repeat it: do it",
    "What happened last:",
  ]);
  assertEquals([alone.length, alone.at(-1)], [28, "  line 99"]);
  const smaller = { ...failure, sentence: "they still differ", at: 100, story: [] };
  const told = tellFailure({
    seed: 17,
    failure,
    repeat: "do it",
    recording: "r",
    smallest: { plan: PLAN, failure: smaller, runs: 5 },
  });
  assertEquals(told[2], "The recording: deno task replay r --unfinished");
  assertEquals(told[3], "The smallest schedule that 5 runs have found:");
  assertEquals(told.at(-1), 'How it fails: At 0.1 s "Log Matching" was violated: they still differ.');
});

Deno.test("a run that is another one each time is told without a line that repeats it and without a schedule", async () => {
  let drawn = 0; // as from Math.random
  const app = { machine: () => ({ ...counter(), query: () => drawn++ }), command: () => 1, query: () => null };
  const { message } = await assertRejects(() => simulate(app, { seeds: [1], seconds: 5 }), SimulationFailure);
  assertMatch(
    message,
    /^Seed 1: At .* was violated: .*\nIt does not repeat itself: .* takes the time or chance from else/,
  );
  assertEquals([message.includes("To repeat it"), message.includes("The smallest schedule")], [false, false]);
});

Deno.test("the story says when, and by which clients, it is tried whether the cluster has recovered", async () => {
  const plan = makePlan(1, { faults: CALM, seconds: 1, nodes: 2, clients: 4 });
  const { failure } = await runPlan({ machine: counter, command: () => 1, judge: () => "it is wrong" }, plan);
  const line = failure?.story.find((line) => line.includes("Every"));
  assertMatch(line ?? "", /^\d\.\d+ s {2}Every node is asked to write and to read, by clients 8 to 13\.$/);
});

Deno.test("seeds are a number, a list or a range, and are written as on a command line", () => {
  assertEquals([...seedsIn(seedRanges(3))], [1, 2, 3]);
  assertEquals([...seedsIn(seedRanges([7, 3]))], [7, 3]);
  assertEquals([...seedsIn(seedRanges({ from: 9, to: 11 }))], [9, 10, 11]);
  const ranges = parseSeeds("1..10, 17,0..0");
  assertEquals(E.isRight(ranges) && [describeSeeds(ranges.right), countSeeds(ranges.right)], ["1..10,17,0", 12]);
});

Deno.test("seeds that cannot be used are refused before anything runs", async () => {
  for (const seeds of [0, 1.5, -1, [], [-1], [2 ** 32], { from: 3, to: 2 }]) {
    assertThrows(
      () => seedRanges(seeds),
      RangeError,
      "Cannot use these seeds: give a number of seeds, a list, or a range",
    );
  }
  let message = "";
  await simulate({ machine: counter, command: () => 1 }, { seeds: 0 }).catch((error) => message = error.message);
  assertMatch(message, /^Cannot use these seeds/);
});

Deno.test("what has to occur, what takes a coincidence and what cannot occur are told apart, with reasons", () => {
  const { missing, rare } = missingPairs({});
  const never = MESSAGE_TYPES.flatMap((type) => ROLES.filter((role) => whyUnreachable(type, role) !== null));
  assertEquals(missing.length + rare.length + never.length, MESSAGE_TYPES.length * ROLES.length);
  const seen = (pairs: readonly Pair[]): Partial<Record<Pair, number>> =>
    Object.fromEntries(pairs.map((pair) => [pair, 1]));
  assertEquals(missingPairs(seen([...missing, ...rare])), { missing: [], rare: [] });
  assertEquals(missingPairs(seen(missing.slice(1))), { missing: [missing[0]], rare });
  assertEquals(missingPairs({ ...seen(missing), [missing[0]]: 0 }).missing, [missing[0]]);
  assertEquals(unexpectedPairs(seen([...missing, ...rare])), []);
  assertEquals(unexpectedPairs({ "Beat leader": 2, "Propose candidate": 1, "ForgetLeader follower": 0 }), [
    "Beat leader",
    "Propose candidate",
  ]);
  assertEquals([whyUnreachable("Tick", "leader"), whyRare("Tick", "leader")], [null, null]);
  assertMatch(whyUnreachable("ForwardedPropose", "leader") ?? "", /forward/);
  assertMatch(whyRare("InstallSnapshot", "leader") ?? "", /snapshot/);
  assertEquals(whyRare("ForwardedPropose", "leader"), null);
});
