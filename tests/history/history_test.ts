/**
 * Histories are recorded as they happen, and are the same after they were written and read.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Clock } from "../../effects/clock/clock.ts";
import {
  decodeHistory,
  encodeHistory,
  HistoryRecorder,
  isDone,
  isOpen,
  type Operation,
} from "../../effects/history/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { ALL, generate } from "./generate.ts";

const REQUEST = { op: "put", key: "k", value: "v", expect: null } as const;

Deno.test("a request is open until it has an outcome, whose time is kept in nanoseconds", () => {
  const time = { now: 1.5 };
  const recorder = new HistoryRecorder(clockOf(time));
  const finish = recorder.call(7, REQUEST);
  const [open] = recorder.operations();
  assertEquals(open, { client: 7, ...REQUEST, call: 1_500_000, return: null, ok: null, output: null });
  assert(isOpen(open) && !isDone(open));
  time.now = 2;
  finish({ ok: true, output: "x" });
  const [done] = recorder.operations();
  assertEquals(done, { client: 7, ...REQUEST, call: 1_500_000, return: 2_000_000, ok: true, output: "x" });
  assert(isDone(done) && !isOpen(done));
});

Deno.test("an outcome that nobody knows has no time, and one that certainly failed is neither done nor open", () => {
  const recorder = new HistoryRecorder(clockOf({ now: 1 }));
  recorder.call(1, REQUEST)({ ok: null, output: null });
  recorder.call(1, REQUEST)({ ok: false, output: null });
  const [unknown, failed] = recorder.operations();
  assertEquals([unknown.return, failed.return], [null, 1_000_000]);
  assertEquals([isDone(unknown), isOpen(unknown), isDone(failed), isOpen(failed)], [false, true, false, false]);
});

Deno.test("operations are in the order of their calls, also when they end in another", () => {
  const recorder = new HistoryRecorder(clockOf({ now: 0 }));
  const [first, second] = [recorder.call(1, REQUEST), recorder.call(2, REQUEST)];
  second({ ok: true, output: null });
  first({ ok: true, output: null });
  assertEquals(recorder.operations().map(({ client }) => client), [1, 2]);
  assertEquals(recorder.size, 2);
});

Deno.test("a history is one JSON object a line, with its members in a fixed order", () => {
  const operation: Operation = { ok: true, output: null, return: 2, call: 1, ...REQUEST, client: 3 };
  assertEquals(
    encodeHistory([operation]),
    '{"client":3,"op":"put","key":"k","value":"v","expect":null,"call":1,"return":2,"ok":true,"output":null}\n',
  );
});

Deno.test("what is written is read again", () => {
  const history = generate({ clients: 3, operations: 200, keys: 4, names: ALL, unknown: 0.2 }, seededRandom(5));
  assertEquals(decodeHistory(encodeHistory(history)), E.right(history));
  assertEquals(decodeHistory(""), E.right([]));
});

Deno.test("numbers, booleans and members that are missing are understood", () => {
  const decoded = decodeHistory(
    '{"client":1,"op":"get","key":"k","call":1}\n\n' +
      '{"client":1,"op":"incr","key":"k","value":2,"call":1,"return":2,"ok":true,"output":7}\n' +
      '{"client":1,"op":"cas","key":"k","value":"b","expect":"a","call":1,"return":2,"ok":true,"output":false}\n' +
      '{"client":1,"op":"delete","key":"k","call":1,"return":2,"ok":true,"output":true}\n',
  );
  assert(E.isRight(decoded));
  const rows = decoded.right.map(({ op, value, return: end, ok, output }) => [op, value, end, ok, output]);
  assertEquals(rows, [
    ["get", null, null, null, null],
    ["incr", "2", 2, true, "7"],
    ["cas", "b", 2, true, "0"],
    ["delete", null, 2, true, "1"],
  ]);
});

const WRONG: readonly (readonly [line: string, message: string])[] = [
  ["{", "not JSON"],
  ["[]", "Invalid value"],
  ['{"client":1,"op":"push","key":"k","call":1}', '"push"'],
  ['{"client":"a","op":"get","key":"k","call":1}', '"a"'],
  ['{"client":1,"op":"get","key":"k","call":2,"return":1,"ok":true}', "returns before it is called"],
  ['{"client":1,"op":"get","key":"k","call":2,"ok":true}', "not when it was"],
  ['{"client":1,"op":"put","key":"k","call":2}', "put needs a value"],
  ['{"client":1,"op":"incr","key":"k","value":"x","call":2}', "no whole number"],
  ['{"client":1,"op":"incr","key":"k","call":2,"return":3,"ok":true,"output":"x"}', "no whole number"],
];

for (const [line, message] of WRONG) {
  Deno.test(`what is no operation is refused with its line: ${line}`, () => {
    const good = '{"client":1,"op":"get","key":"k","call":1}';
    const decoded = decodeHistory(`${good}\n\n${line}\n${good}`);
    assert(E.isLeft(decoded));
    assertEquals(decoded.left.line, 3);
    assertStringIncludes(decoded.left.message, message);
  });
}

function clockOf(time: { now: number }): Clock {
  return { now: () => time.now, after: () => () => {}, soon: () => {} };
}
