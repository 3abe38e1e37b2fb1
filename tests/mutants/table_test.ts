/**
 * The list of mutants, their patches, and the table in the documentation.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { applied } from "./copy.ts";
import { patchesOf } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { namesIn, TABLE } from "./table.ts";

const test = testsThatNeed("read");

test("every patch fits the sources exactly once, and changes them", () => {
  for (const mutant of MUTANTS) {
    for (const { file, find, replace } of patchesOf(mutant)) {
      const text = Deno.readTextFileSync(new URL(`../../${file}`, import.meta.url));
      assert(applied(text, file, find, replace) !== text, mutant.name);
    }
  }
});

test("a patch that does not fit, or fits twice, is an error", () => {
  assertThrows(() => applied("a b a", "file.ts", "a", "c"), Error, "2 times");
  assertThrows(() => applied("a b a", "file.ts", "d", "c"), Error, "0 times");
  assertEquals(applied("a b a", "file.ts", "b", "c"), "a c a");
});

test("there are at least 45 mutants, each with a name and a story of its own", () => {
  assert(MUTANTS.length >= 45);
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  assertEquals(new Set(MUTANTS.map(({ story }) => story)).size, MUTANTS.length);
});

test("the table in docs/mutants.md has exactly the mutants of the list", () => {
  const order = [...MUTANTS].sort((a, b) => a.area.localeCompare(b.area)); // it has one area after the other
  assertEquals(namesIn(Deno.readTextFileSync(TABLE)), order.map(({ name }) => name));
});
