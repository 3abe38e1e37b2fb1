/**
 * The checker accepts what is linearizable, refuses what is not, agrees with the definition on small histories, and is
 * done in seconds with large ones.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  checkLinearizable,
  type NotLinearizable,
  type Operation,
  OPERATION_NAMES,
  type OperationName,
  type Verdict,
} from "../../effects/history/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { ALL, below, generate, type Shape } from "./generate.ts";
import { canBeOrdered } from "./oracle.ts";

type Times = readonly [call: number, end: number | null];

function operation(client: number, op: OperationName, [call, end]: Times, rest: Partial<Operation> = {}): Operation {
  const ok = end === null ? null : true;
  return { client, op, key: "k", value: null, expect: null, call, return: end, ok, output: null, ...rest };
}

const put = (client: number, value: string, times: Times): Operation => operation(client, "put", times, { value });
const get = (client: number, output: string | null, times: Times): Operation =>
  operation(client, "get", times, { output });
const cas = (
  client: number,
  change: readonly [from: string | null, to: string],
  output: string,
  times: Times,
): Operation => operation(client, "cas", times, { expect: change[0], value: change[1], output });

const GOOD: Record<string, readonly Operation[]> = {
  "nothing": [],
  "a read of a key that was never written": [get(1, null, [0, 1])],
  "a read of what was written": [put(1, "a", [0, 1]), get(2, "a", [2, 3])],
  "a read during a write finds the value before": [put(1, "a", [0, 9]), get(2, null, [1, 2])],
  "a read during a write finds the value after": [put(1, "a", [0, 9]), get(2, "a", [1, 2])],
  "two reads during a write find first the value before, then the one after": [
    put(1, "a", [0, 9]),
    get(2, null, [1, 2]),
    get(2, "a", [3, 4]),
  ],
  "an operation that is called at the instant of a return counts as concurrent": [
    put(1, "a", [0, 5]),
    get(2, null, [5, 6]),
  ],
  "a write without an outcome that never happened": [
    put(1, "a", [0, null]),
    get(2, null, [1, 2]),
    get(2, null, [8, 9]),
  ],
  "a write without an outcome that happened much later": [
    put(1, "a", [0, null]),
    get(2, null, [1, 2]),
    put(2, "b", [3, 4]),
    get(2, "b", [5, 6]),
    get(2, "a", [7, 8]),
  ],
  "a write that certainly failed is not there": [{ ...put(1, "a", [0, 1]), ok: false }, get(2, null, [2, 3])],
  "of two writes without an outcome, the later happened before the earlier": [
    put(1, "a", [0, null]),
    put(2, "b", [1, null]),
    get(3, "b", [2, 3]),
    get(3, "a", [4, 5]),
  ],
  "a cas that took place during another": [cas(1, [null, "a"], "1", [0, 9]), cas(2, ["a", "b"], "1", [1, 2])],
  "a cas whose answer says that it stored, without saying so": [
    operation(1, "cas", [0, 1], { value: "a" }),
    get(1, "a", [2, 3]),
  ],
  "a cas without an outcome that explains what is read": [
    put(1, "a", [0, 1]),
    operation(2, "cas", [2, null], { expect: "a", value: "b" }),
    get(1, "b", [3, 4]),
  ],
  "two without an outcome, of which the second needs the first": [
    put(1, "a", [0, null]),
    operation(2, "cas", [0, null], { expect: "a", value: "b" }),
    get(3, "b", [1, 2]),
  ],
  "appends in an order that only the lengths tell": [
    operation(1, "append", [0, 9], { value: "aa", output: "3" }),
    operation(2, "append", [1, 8], { value: "b", output: "1" }),
    get(3, "baa", [10, 11]),
  ],
  "a length is counted in bytes": [operation(1, "append", [0, 1], { value: "é€🦕", output: "9" })],
  "an append without an outcome between two others": [
    operation(1, "append", [0, 1], { value: "a", output: "1" }),
    operation(2, "append", [2, null], { value: "b" }),
    operation(1, "append", [3, 4], { value: "c", output: "3" }),
    get(1, "abc", [5, 6]),
  ],
  "deletes": [
    operation(1, "delete", [0, 1], { output: "0" }),
    put(1, "a", [2, 3]),
    operation(1, "delete", [4, 5], { output: "1" }),
    get(1, null, [6, 7]),
  ],
  "a delete without an outcome": [put(1, "a", [0, 1]), operation(2, "delete", [2, null]), get(1, null, [3, 4])],
  "increments, one of them without an outcome": [
    operation(1, "incr", [0, 1], { value: "5", output: "5" }),
    operation(2, "incr", [2, null], { value: "1" }),
    operation(1, "incr", [3, 4], { output: "7" }),
    operation(1, "incr", [5, 6], { value: "-9", output: "-2" }),
  ],
  "an increment of a key that was deleted": [
    put(1, "41", [0, 1]),
    operation(2, "delete", [2, null]),
    operation(1, "incr", [3, 4], { output: "1" }),
  ],
};

const BAD: Record<string, readonly Operation[]> = {
  "a stale read": [put(1, "a", [0, 1]), put(2, "b", [2, 3]), get(3, "a", [4, 5])],
  "a lost write": [put(1, "a", [0, 1]), get(2, null, [2, 3])],
  "a read of what was never written": [put(1, "a", [0, 1]), get(2, "c", [2, 3])],
  "a read of what certainly failed": [{ ...put(1, "a", [0, 1]), ok: false }, get(2, "a", [2, 3])],
  "a read of what is written later": [get(2, "a", [0, 1]), put(1, "a", [2, 3])],
  "a read of what is written later without an outcome": [get(2, "a", [0, 1]), put(1, "a", [2, null])],
  "a value that comes and goes and comes again": [
    put(1, "a", [0, 99]),
    get(2, "a", [1, 2]),
    get(2, null, [3, 4]),
    get(2, "a", [5, 6]),
  ],
  "two reads that disagree on the order of two writes": [
    put(1, "a", [0, 99]),
    put(2, "b", [0, 99]),
    get(3, "a", [1, 2]),
    get(3, "b", [3, 4]),
    get(4, "b", [1, 2]),
    get(4, "a", [5, 6]),
  ],
  "an append that was applied twice": [
    operation(1, "append", [0, null], { value: "a" }),
    get(2, "aa", [1, 2]),
  ],
  "an increment that was applied twice": [
    operation(1, "incr", [0, 1], { output: "1" }),
    operation(1, "incr", [2, 3], { output: "3" }),
  ],
  "a write without an outcome that was applied twice": [
    put(1, "a", [0, null]),
    get(2, "a", [1, 2]),
    put(2, "b", [3, 4]),
    get(2, "b", [5, 6]),
    get(2, "a", [7, 8]),
    operation(2, "delete", [9, 10], { output: "1" }),
    get(2, "a", [11, 12]),
  ],
  "two cas that have both found the same": [
    put(1, "a", [0, 1]),
    cas(1, ["a", "b"], "1", [2, 9]),
    cas(2, ["a", "c"], "1", [3, 8]),
  ],
  "two cas in the wrong order": [cas(1, ["a", "b"], "1", [0, 1]), cas(2, [null, "a"], "1", [2, 3])],
  "a cas that has not found what was there": [put(1, "a", [0, 1]), cas(2, ["a", "b"], "0", [2, 3])],
  "a delete that has not found what was there": [put(1, "a", [0, 1]), operation(2, "delete", [2, 3], { output: "0" })],
  "a delete that has found what was not there": [operation(2, "delete", [2, 3], { output: "1" })],
  "a length that nothing explains": [operation(1, "append", [0, 1], { value: "a", output: "2" })],
  "an increment of what is no number": [put(1, "a", [0, 1]), operation(1, "incr", [2, 3], { output: "1" })],
};

for (const [name, history] of Object.entries(GOOD)) {
  Deno.test(`linearizable: ${name}`, () => {
    assertEquals(checkLinearizable(history).type, "Linearizable");
    assert(canBeOrdered(history), "the definition says otherwise");
  });
}

for (const [name, history] of Object.entries(BAD)) {
  Deno.test(`not linearizable: ${name}`, () => {
    assertEquals(checkLinearizable(history).type, "NotLinearizable");
    assert(!canBeOrdered(history), "the definition says otherwise");
  });
}

Deno.test("on small histories the checker agrees with the definition", () => {
  const tally = { good: 0, bad: 0 };
  const property = fc.property(fc.integer(), fc.integer({ min: 0, max: 3 }), (seed, mutations) => {
    const random = seededRandom(seed);
    const names = random.next() < 0.3 ? (["incr", "incr", "get", "delete"] as const) : ALL;
    const values = random.next() < 0.5 ? 2 : undefined;
    const shape: Shape = { clients: 4, operations: 7, keys: 1, names, unknown: 0.25, values };
    const history = mutate(generate(shape, random), mutations, names, seed);
    const expected = canBeOrdered(history);
    const verdict = checkLinearizable(history);
    tally[expected ? "good" : "bad"]++;
    assertEquals(verdict.type, expected ? "Linearizable" : "NotLinearizable");
    if (verdict.type === "NotLinearizable") {
      // What is shown is enough by itself: nobody needs the rest to see it.
      assert(!canBeOrdered(verdict.counterexample.operations), verdict.counterexample.story.join("\n"));
    }
  });
  fc.assert(property, { numRuns: 3_000, seed: 20_240_601 });
  assert(tally.good > 500 && tally.bad > 500, `both occur: ${JSON.stringify(tally)}`);
});

Deno.test("histories of a real store are accepted, whatever was lost in them", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const names = seed % 3 === 0
      ? (["incr", "get", "delete"] as const)
      : seed % 3 === 1
      ? ALL
      : OPERATION_NAMES.slice(0, 5);
    const shape = { clients: 2 + seed % 7, operations: 400, keys: 3, names, unknown: (seed % 5) * 0.05 };
    assertEquals(checkLinearizable(generate(shape, random)).type, "Linearizable", `seed ${seed}`);
  }
});

Deno.test("a stale read among thousands of operations is found and told in a few lines", () => {
  const shape = { clients: 8, operations: 4_000, keys: 2, names: ALL, unknown: 0.02 };
  for (let seed = 1; seed <= 5; seed++) {
    const { history, stale } = withStaleRead(generate(shape, seededRandom(seed)));
    const { counterexample } = notLinearizable(checkLinearizable(history));
    assertEquals(counterexample.key, stale.key);
    assert(counterexample.operations.includes(stale), counterexample.story.join("\n"));
    assertLess(counterexample.operations.length, 12, counterexample.story.join("\n"));
  }
});

Deno.test("a counterexample tells who did what, when, and what could have been", () => {
  const noise = [get(4, null, [0, 1]), put(4, "x", [2, 3]), get(4, "x", [4, 5])];
  const history = [
    ...noise,
    put(1, "a", [10, 12]),
    put(2, "b", [13, 15]),
    get(3, "a", [16, 18]),
    get(4, "b", [20, 21]),
  ];
  const { counterexample } = notLinearizable(checkLinearizable(history));
  assertEquals(counterexample.story, [
    'Key "k" is not linearizable. These 3 operations cannot be put into any order:',
    '  0 – 2  client 1  put "a" → done',
    '  3 – 5  client 2  put "b" → done',
    '  6 – 8  client 3  get → "a"',
    'When client 3 was told "a", the key can only have been "b".',
    "The 4 other operations on the key do not help, whatever came of them.",
  ]);
});

Deno.test("a counterexample counts in milliseconds where the times are nanoseconds, and cuts long values", () => {
  const long = "a".repeat(500);
  const history = [put(1, long, [1e9, 1.0015e9]), get(3, null, [1.01e9, 1.0101e9])];
  const { story } = notLinearizable(checkLinearizable(history)).counterexample;
  assertStringIncludes(story[1], "0.000 ms – 1.500 ms  client 1  put");
  assertStringIncludes(story[2], "10.000 ms – 10.100 ms  client 3  get → not there");
  assert(story.every((line) => line.length < 250));
});

Deno.test("every kind of operation and answer can be told", () => {
  const others: readonly Operation[] = [
    operation(1, "append", [0, 1], { value: "a", output: "5" }),
    operation(1, "append", [0, 1], { value: "a", output: "0" }),
    operation(1, "delete", [0, 1], { output: "1" }),
    cas(1, ["x", "y"], "1", [0, 1]),
    operation(1, "incr", [0, 1], { output: "7" }),
  ];
  const told = others.map((one) =>
    notLinearizable(checkLinearizable([one])).counterexample.story[1].split("client 1  ")[1]
  );
  assertEquals(told, [
    'append "a" → 5 bytes',
    'append "a" → 0 bytes',
    "delete → done",
    'cas from "x" to "y" → done',
    "incr by 1 → 7",
  ]);
});

Deno.test("a check that comes to its limit says so, which is no success", () => {
  const history = generate({ clients: 4, operations: 200, keys: 2, names: ALL, unknown: 0 }, seededRandom(1));
  const verdict = checkLinearizable(history, { stepLimit: 10 });
  assertEquals(verdict.type, "GaveUp");
  assertEquals(verdict.type === "GaveUp" && verdict.keys, ["k0", "k1"]);
});

Deno.test("a key that is not linearizable counts more than one that is not clear", () => {
  const unclear = generate({ clients: 4, operations: 200, keys: 1, names: ALL, unknown: 0 }, seededRandom(1));
  const bad = BAD["a lost write"].map((one) => ({ ...one, key: "bad" }));
  assertEquals(checkLinearizable([...unclear, ...bad], { stepLimit: 10 }).type, "NotLinearizable");
});

Deno.test("the order in which a history is written down does not matter", () => {
  const history = generate({ clients: 4, operations: 300, keys: 2, names: ALL, unknown: 0.1 }, seededRandom(7));
  assertEquals(checkLinearizable(history.toReversed()).type, "Linearizable");
});

Deno.test("a hundred thousand operations of sixteen clients on fifty keys need few steps", () => {
  const shape = { clients: 16, operations: 100_000, keys: 50, names: ALL, unknown: 0.01 };
  const verdict = checkLinearizable(generate(shape, seededRandom(1)));
  assertEquals(verdict.type, "Linearizable");
  assertLess(verdict.steps, 1_000_000);
});

Deno.test("a key that sixteen clients fight for is checked too", () => {
  const shape = { clients: 16, operations: 5_000, keys: 1, names: ALL, unknown: 0.005 };
  const verdict = checkLinearizable(generate(shape, seededRandom(3)));
  assertEquals(verdict.type, "Linearizable");
});

function notLinearizable(verdict: Verdict): NotLinearizable {
  assert(verdict.type === "NotLinearizable", verdict.type);
  return verdict;
}

/** Changes some answers, which may or may not make the history impossible. */
function mutate(
  history: readonly Operation[],
  mutations: number,
  names: readonly OperationName[],
  seed: number,
): readonly Operation[] {
  const random = seededRandom(seed + 1);
  const changed = history.slice();
  for (let i = 0; i < mutations; i++) {
    const at = below(random, changed.length);
    const other = changed[below(random, changed.length)];
    const one = changed[at];
    if (one.ok !== true) continue;
    const choice = random.next();
    if (choice < 0.1) changed[at] = { ...one, ok: false };
    else if (choice < 0.2) changed[at] = { ...one, ok: null, return: null, output: null };
    else if (one.op === "get") changed[at] = { ...one, output: choice < 0.3 ? null : other.value ?? other.output };
    else if (one.op === "cas" || one.op === "delete") changed[at] = { ...one, output: one.output === "0" ? "1" : "0" };
    else if (one.op === "append" || one.op === "incr") changed[at] = { ...one, output: String(below(random, 6)) };
    else if (names.includes("put")) changed[at] = { ...one, value: other.value ?? "other" };
  }
  return changed;
}

/** Makes a late read return what an early one of the same key has. */
function withStaleRead(
  history: readonly Operation[],
): { readonly history: readonly Operation[]; readonly stale: Operation } {
  const early = history.find(({ op, ok, output }) => op === "get" && ok === true && output !== null);
  const late = history.findLast(({ op, key, ok }) => op === "get" && key === early?.key && ok === true);
  assert(early !== undefined && late !== undefined && early.output !== late.output);
  const stale = { ...late, output: early.output };
  return { history: history.map((one) => one === late ? stale : one), stale };
}
