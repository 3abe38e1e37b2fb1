import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  assertExplored,
  type Bounds,
  type Budget,
  BUDGETS,
  ExplorationFailure,
  explore,
  type ExploreProgress,
} from "../../effects/explore/mod.ts";
import { Fingerprints } from "../../effects/explore/fingerprints.ts";
import { PairTable, UNKNOWN } from "../../effects/explore/pair_table.ts";

// The number of distinct states, up to the numbers of the nodes, of small explorations that show one kind of event each.
const SMALL: readonly { readonly bounds: Bounds; readonly states: number }[] = [
  { bounds: { proposals: 0 }, states: 5_089 },
  { bounds: { terms: 1, proposals: 2, inFlight: 1 }, states: 11_303 },
  { bounds: { terms: 1, proposals: 0, duplicates: 1, crashes: 1, inFlight: 1 }, states: 8_126 },
  { bounds: { terms: 1, proposals: 0, beats: 1, checks: 1, unreachable: 1, inFlight: 1 }, states: 14_730 },
  { bounds: { terms: 1, proposals: 1, snapshots: 1, inFlight: 1 }, states: 5_064 },
  { bounds: { terms: 1, proposals: 0, reads: 1, inFlight: 1 }, states: 1_374 },
  { bounds: { terms: 1, proposals: 0, reads: 1, forwarding: true, inFlight: 1 }, states: 2_797 },
  { bounds: { terms: 2, proposals: 0, transfers: 1, inFlight: 1 }, states: 24_464 },
  { bounds: { nodes: 2, spares: 1, proposals: 0, changes: 1 }, states: 1_702 },
  { bounds: { nodes: 2, terms: 1, crashes: 1, delayedWrites: true, delayedApplies: true }, states: 6_208 },
  {
    bounds: { terms: 1, timeouts: 2, proposals: 0, options: { preVote: true, checkQuorum: true }, inFlight: 1 },
    states: 18_125,
  },
];

for (const { bounds, states } of SMALL) {
  Deno.test(`all is well in every state of ${JSON.stringify(bounds)}, and it has always as many`, async () => {
    const exploration = await explore(bounds);
    assertExplored(exploration, { states });
  });
}

Deno.test("nothing happens more often than it may", async () => {
  const bounds: Partial<Record<Budget, number>> = {
    ...{ proposals: 1, duplicates: 1, crashes: 1, beats: 1, reads: 1, transfers: 1, checks: 1, unreachable: 1 },
    ...{ snapshots: 1, changes: 1, drops: 1, timeouts: 2 },
  };
  const least = new Map<Budget, number>();
  const highest = { term: 0, inFlight: 0 };
  await explore({ nodes: 2, terms: 1, inFlight: 2, ...bounds }, {
    maxStates: 60_000,
    invariant: ({ left, nodes, messages }) => {
      for (const name of BUDGETS) least.set(name, Math.min(left[name], least.get(name) ?? Infinity));
      for (const { term } of nodes) highest.term = Math.max(highest.term, term);
      for (const { from, to } of messages) {
        const same = messages.filter((other) => other.from === from && other.to === to).length;
        highest.inFlight = Math.max(highest.inFlight, same);
      }
      return null;
    },
  });
  assertEquals(highest, { term: 1, inFlight: 2 });
  assertEquals([...least.values()], BUDGETS.map(() => 0));
});

Deno.test("goals are reached on the shortest way, and missing ones are a failure", async () => {
  const exploration = await explore({ proposals: 0 }, {
    goals: [
      {
        name: "two nodes campaign",
        holds: ({ nodes }) => nodes.filter(({ role }) => role === "candidate").length === 2,
      },
      { name: "pigs fly", holds: () => false },
    ],
  });
  const lengths = exploration.goals.map(({ name, trace }) => [name, trace === null ? null : trace.story.length]);
  assertEquals(lengths, [
    ["a leader is elected in term 1", 3],
    ["a leader is elected in term 2", 4],
    ["two nodes campaign", 2],
    ["pigs fly", null],
  ]);
  assertThrows(() => assertExplored(exploration), ExplorationFailure, "In no state it is true that pigs fly.");
});

Deno.test("an exploration that stops early says so", async () => {
  const seen: ExploreProgress[] = [];
  const exploration = await explore({ proposals: 2 }, { maxStates: 100_000, progress: (now) => void seen.push(now) });
  assertEquals([exploration.exhausted, exploration.counterexample], [false, null]);
  assertEquals(exploration.states, 100_000);
  assert(seen.length >= 3 && seen.every(({ frontier, states }) => frontier <= states));
  assertThrows(() => assertExplored(exploration), ExplorationFailure, "there are more");
  assertExplored(exploration, { partial: true });
  const narrow = await explore({ proposals: 2 }, { maxBytes: 2 ** 21 });
  assertEquals(narrow.exhausted, false);
});

Deno.test("an exploration looks at no more states than it may, and is whole if there are no more", async () => {
  const bounds: Bounds = { proposals: 0 };
  for (const maxStates of [1, 100, 5_088]) {
    const { states, exhausted } = await explore(bounds, { maxStates });
    assertEquals([states, exhausted], [maxStates, false]);
  }
  const { states, exhausted } = await explore(bounds, { maxStates: 5_089 });
  assertEquals([states, exhausted], [5_089, true]);
});

Deno.test("an unexpected number of states is a failure", async () => {
  const exploration = await explore({ nodes: 1, terms: 1, proposals: 0 });
  assertThrows(() => assertExplored(exploration, { states: 7 }), ExplorationFailure, "distinct states, and not 7");
});

Deno.test("a state takes at most 200 bytes, and collisions are improbable", async () => {
  const { bytesPerState, collisionProbability, states } = await explore({ terms: 2, proposals: 1 });
  assert(bytesPerState <= 200, `${bytesPerState} bytes`);
  assertEquals(collisionProbability, states ** 2 / 2 ** 65);
});

Deno.test("impossible bounds are an error", async () => {
  await assertRejects(() => explore({ nodes: 0 }), RangeError, "choose 1 to 9");
  await assertRejects(() => explore({ terms: 0 }), RangeError, "at least 1");
  await assertRejects(() => explore({ crashes: -1 }), RangeError, "crashes -1");
  await assertRejects(() => explore({ inFlight: 0 }), RangeError, "in flight");
  await assertRejects(() => explore({}, { maxStates: 0 }), RangeError, "maxStates 0");
  await assertRejects(() => explore({}, { maxBytes: NaN }), RangeError, "maxBytes NaN");
  await assertRejects(() => explore({ options: { electionTick: 1 } }), RangeError, "electionTick");
});

Deno.test("a set of fingerprints holds what was added, and nothing else", () => {
  const set = new Fingerprints();
  const words = new Int32Array(3);
  for (let i = 0; i < 300_000; i++) {
    words[i % 3] = i;
    assert(set.add(words, 3));
  }
  assertEquals([set.size, set.add(words, 3), set.add(words, 2)], [300_000, false, true]);
});

Deno.test("a table of pairs returns what was set", () => {
  const table = new PairTable();
  for (let i = 0; i < 5_000; i++) table.set(i % 71, i, i + 1);
  for (let i = 0; i < 5_000; i++) assertEquals(table.get(i % 71, i), i + 1);
  assertEquals([table.get(70, 0), table.size], [UNKNOWN, 5_000]);
});
