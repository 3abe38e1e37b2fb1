/**
 * Comparing and showing answers.
 *
 * @module
 */
import { assert, assertEquals, assertNotStrictEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { copyOf, isSame, show } from "../../effects/sim/clients/same.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

const ALIKE: readonly (readonly [unknown, unknown])[] = [
  [1, 1],
  [NaN, NaN],
  [2n ** 70n, 2n ** 70n],
  [null, null],
  [bytes(1, 2), bytes(1, 2)],
  [bytes(0, 1, 2).subarray(1), bytes(1, 2)],
  [bytes(1, 2).buffer, bytes(1, 2).buffer],
  [O.some(bytes(7)), O.some(bytes(7))],
  [O.none, O.none],
  [{ a: 1, b: [{}] }, { b: [{}], a: 1 }],
  [new Map([["k", bytes(1)]]), new Map([["k", bytes(1)]])],
  [new Set([1, 2]), new Set([1, 2])],
  [new Date(5), new Date(5)],
];

const UNLIKE: readonly (readonly [unknown, unknown])[] = [
  [1, 2],
  [1, 1n],
  [0, -0],
  [null, undefined],
  [null, {}],
  [bytes(1), bytes(2)],
  [bytes(1), bytes(1, 2)],
  [bytes(1), [1]],
  [bytes(1).buffer, bytes(2).buffer],
  [O.some(bytes(7)), O.some(bytes(8))],
  [O.some(1), O.none],
  [{ a: undefined }, { b: undefined }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [[1], { 0: 1 }],
  [[1, 2], [2, 1]],
  [new Map([["k", 1]]), new Map([["k", 2]])],
  [new Map(), {}],
  [new Set([1]), new Set([2])],
  [new Date(5), new Date(6)],
];

Deno.test("values with the same structure are the same", () => {
  for (const [a, b] of ALIKE) assert(isSame(a, b) && isSame(b, a), `${show(a)} is not the same as ${show(b)}`);
});

Deno.test("values with another structure are not", () => {
  for (const [a, b] of UNLIKE) assert(!isSame(a, b) && !isSame(b, a), `${show(a)} is the same as ${show(b)}`);
});

Deno.test("a copy does not change with its original, and what cannot be copied is kept", () => {
  const answer = { values: new Map([["k", bytes(1)]]) };
  const copy = copyOf(answer);
  assertEquals(copy, answer);
  assertNotStrictEquals(copy, answer);
  const live = { now: () => 1 };
  assert(copyOf(live) === live);
});

Deno.test("values are shown as text, and cut where they are long", () => {
  assertEquals(
    show({ key: new TextEncoder().encode("k"), by: 5n, all: new Set([1]) }),
    '{"key":"k","by":"5","all":[1]}',
  );
  assertEquals(show(undefined), "undefined");
  assertEquals(show("x".repeat(500)).length, 121);
});
