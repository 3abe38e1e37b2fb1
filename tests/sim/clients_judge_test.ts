/**
 * The judges of what clients were told, on histories that are written by hand.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { judgeAlone } from "../../effects/sim/clients/judge_alone.ts";
import { Order } from "../../effects/sim/clients/judge_order.ts";
import type { Judgement } from "../../effects/sim/clients/judgement.ts";
import { judgeTold } from "../../effects/sim/clients/judge_told.ts";
import type { ClientOperation, Read, Write } from "../../effects/sim/clients/operation.ts";
import { Sequence } from "../../effects/sim/clients/sequence.ts";
import { counter } from "../examples/counter.ts";

type Operation = ClientOperation<number, number, null, number>;
type Span = readonly [call: number, end: number | null];

const encode = counter().codec.reply.encode;

/** Operation `number` adds itself; it was answered with `sum`, or never if that is null. */
function write(
  number: number,
  [call, end]: Span,
  sum: number | null,
  session: string | null = null,
): Write<number, number> {
  return {
    type: "Write",
    number,
    client: number,
    manner: session === null ? "plain" : "session",
    session: session === null ? null : { name: session, sequence: number },
    command: number,
    call,
    return: end,
    ok: sum === null ? null : true,
    replies: sum === null ? [] : [{ node: 1, reply: sum, bytes: encode(sum) }],
  };
}

function read(number: number, [call, end]: Span, answer: number, from: number, to = from): Read<null, number> {
  const seen = { answer, from, to };
  return { type: "Read", number, client: number, node: 2, query: null, call, return: end, ok: true, seen };
}

interface Judged {
  readonly sequence: Sequence<number>;
  readonly objections: [Judgement, string][];
  readonly object: (check: Judgement, sentence: string) => void;
}

/** A sequence in which these operations were applied, in order. */
function applied(...numbers: readonly number[]): Judged {
  const objections: [Judgement, string][] = [];
  const object = (check: Judgement, sentence: string): void => void objections.push([check, sentence]);
  const sequence = new Sequence<number>(object);
  let sum = 0;
  for (const [count, operation] of numbers.entries()) {
    sum += operation;
    sequence.apply(count, { operation, command: operation, reply: encode(sum), by: 1 });
  }
  return { sequence, objections, object };
}

function order(operations: readonly Operation[], ...numbers: readonly number[]): readonly [Judgement, string][] {
  const { sequence, objections, object } = applied(...numbers);
  const order = new Order<number, number, null, number>(sequence, object);
  const instants = operations.flatMap((operation) => [
    { at: operation.call, happens: () => order.called(operation) },
    { at: operation.return ?? Infinity, happens: () => operation.ok === true && order.answered(operation) },
  ]);
  for (const { happens } of instants.sort((a, b) => a.at - b.at)) happens();
  order.end(operations);
  return objections;
}

function told(operations: readonly Operation[], ...numbers: readonly number[]): readonly [Judgement, string][] {
  const { sequence, objections, object } = applied(...numbers);
  judgeTold(operations, sequence, object);
  return objections;
}

Deno.test("operations that overlap may be in any order", () => {
  const overlapping = [write(1, [0, 30], 3), write(2, [10, 20], 2), read(3, [5, 40], 0, 0)];
  assertEquals(order(overlapping, 2, 1), []);
});

Deno.test("a command that was answered comes before those that were called later", () => {
  const [[check, sentence]] = order([write(1, [0, 10], 3), write(2, [20, 30], 2)], 2, 1);
  assertEquals(check, "Real-Time Order");
  assertEquals(
    sentence,
    "operation 2 (client 2: 2) is command 1, although operation 1 (client 1: 1) was answered as command 2 before it was called",
  );
});

Deno.test("this also holds for commands whose reply nobody has heard", () => {
  assertEquals(order([write(1, [0, 10], 3), write(2, [20, null], null)], 2, 1)[0][0], "Real-Time Order");
});

Deno.test("a command without a reply pushes nothing behind it", () => {
  assertEquals(order([write(1, [0, null], null), write(2, [20, 30], 2)], 2, 1), []);
});

Deno.test("a read sees what was answered before it was called", () => {
  const [[check, sentence]] = order([write(1, [0, 10], 1), read(2, [20, 30], 0, 0)], 1);
  assertEquals(check, "Real-Time Order");
  assertEquals(sentence.includes("was answered behind 0 commands"), true);
});

Deno.test("a read sees what an earlier read has seen", () => {
  const reads = [write(1, [0, 100], 1), read(2, [10, 20], 1, 1), read(3, [30, 40], 0, 0)];
  assertEquals(order(reads, 1)[0][0], "Real-Time Order");
});

Deno.test("a command comes behind everything that a read has seen before it was called", () => {
  const operations = [write(1, [0, null], null), read(2, [10, 20], 1, 1), write(3, [30, 40], 3)];
  assertEquals(order(operations, 3, 1)[0][0], "Real-Time Order");
});

Deno.test("where a machine was at work when it answered, it may have seen the state before or after", () => {
  assertEquals(order([write(1, [0, 10], 1), read(2, [20, 30], 1, 0, 1)], 1), []);
  assertEquals(order([write(1, [0, 100], 1), read(2, [20, 30], 1, 0, 1), read(3, [40, 50], 0, 0)], 1), []);
});

Deno.test("the commands of a session are applied in the order of the calls, and those of others are not looked at", () => {
  const both = [write(1, [0, 40], 3, "a"), write(2, [10, 30], 2, "a")];
  assertEquals(order(both, 2, 1)[0][0], "Session Order");
  assertEquals(order([both[0], write(2, [10, 30], 2, "b")], 2, 1), []);
});

Deno.test("a reply is that of the command, however often it is told", () => {
  const [first] = [write(1, [0, 10], 1)];
  const again = { ...first, replies: [...first.replies, { node: 3, reply: 9, bytes: encode(9) }] };
  assertEquals(told([first], 1), []);
  assertEquals(told([again], 1), [[
    "Right Replies",
    "node 3 has replied 9 to operation 1 (client 1: 1), the state machines another reply",
  ]]);
});

Deno.test("what was acknowledged is applied", () => {
  assertEquals(told([write(1, [0, 10], 1)])[0][0], "Lasting Writes");
});

Deno.test("what was rejected is not applied, and what nobody knows may be", () => {
  const rejected = { ...write(1, [0, 10], null), ok: false };
  assertEquals(told([rejected], 1)[0][0], "No Effect");
  assertEquals(told([rejected]), []);
  assertEquals(told([write(1, [0, null], null)], 1), []);
  assertEquals(told([write(1, [0, null], null)]), []);
});

Deno.test("a machine alone gives the same replies and answers", async () => {
  const { sequence: { commands }, object, objections } = applied(1, 2);
  await judgeAlone(
    counter(),
    commands,
    [read(3, [0, 1], 0, 0), read(4, [2, 3], 3, 2), read(5, [4, 5], 3, 1, 2)],
    object,
  );
  assertEquals(objections, []);
});

Deno.test("a reply or an answer that a machine alone does not give is objected to", async () => {
  const { sequence: { commands }, object, objections } = applied(1, 2);
  await judgeAlone(counter(), [commands[0], { ...commands[1], reply: encode(4) }], [read(3, [0, 1], 2, 1)], object);
  assertEquals(objections, [
    [
      "One Machine Alone",
      "operation 3 (client 3 reads null on node 2) was answered 2 behind 1 commands, a machine alone answers 1",
    ],
    ["One Machine Alone", 'node 1 replied "4" to command 2, 2, a machine alone "3"'],
  ]);
});

Deno.test("an answer that is right at no moment of a time is objected to once", async () => {
  const { sequence: { commands }, object, objections } = applied(1, 2);
  await judgeAlone(counter(), commands, [read(3, [0, 1], 7, 0, 2)], object);
  assertEquals(objections.map(([check]) => check), ["One Machine Alone"]);
});

Deno.test("all replicas apply the same commands with the same replies, and none is left out", () => {
  const { sequence, objections } = applied(1, 2);
  const second = sequence.commands[1];
  sequence.apply(1, { ...second, by: 2 });
  assertEquals(objections, []);
  sequence.apply(0, { ...second, by: 2 });
  sequence.apply(1, { ...second, reply: encode(4), by: 3 });
  sequence.apply(5, { ...second, by: 4 });
  assertEquals(objections, [
    ["Equal Replicas", "command 1 is 2 (operation 2) on node 2, and was 1 (operation 1) on node 1"],
    ["Equal Replicas", 'node 3 replies "4" to command 2, 2 (operation 2), and node 1 has replied "3"'],
    ["Equal Replicas", "node 4 applies command 6, and no node has applied the one before it"],
  ]);
});

Deno.test("an operation is applied once", () => {
  assertEquals(applied(1, 2, 1).objections, [
    ["Exactly Once", "node 1 applies 1 (operation 1) twice, as commands 1 and 3"],
  ]);
  const { sequence, objections } = applied(1, 2, 3);
  sequence.apply(2, { ...sequence.commands[0], by: 2 });
  assertEquals(objections, [["Exactly Once", "node 2 applies 1 (operation 1) twice, as commands 1 and 3"]]);
  assertEquals(applied(0, 0).objections, [], "what belongs to nobody may be there twice");
});

Deno.test("the same number of commands is applied up to the same index, wherever batches end", () => {
  const { sequence, objections } = applied(1, 2, 3);
  sequence.reached(1, 5, 1);
  sequence.reached(1, 9, 3);
  sequence.reached(2, 9, 3);
  sequence.reached(2, 7, 2);
  assertEquals([sequence.countAt(4), sequence.countAt(5), sequence.countAt(8), sequence.countAt(20)], [0, 1, 2, 3]);
  assertEquals(objections, []);
  sequence.reached(3, 7, 3);
  sequence.reached(3, 8, 1);
  assertEquals(objections.map(([check]) => check), ["Equal Replicas", "Equal Replicas"]);
});
