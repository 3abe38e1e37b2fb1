/**
 * A combination that has spent less stands for all that have spent more.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Visited } from "../../effects/history/visited.ts";

Deno.test("a combination is new once", () => {
  const visited = new Visited();
  assertEquals([visited.add("a", []), visited.add("a", []), visited.add("b", [])], [true, false, true]);
});

Deno.test("who has spent more can do no more, who has spent less can", () => {
  const visited = new Visited();
  assertEquals(visited.add("a", [1, 2, 5]), true);
  assertEquals(visited.add("a", [1, 2, 3, 5]), false);
  assertEquals(visited.add("a", [2, 5]), true);
  assertEquals(visited.add("a", [1, 2, 5]), false, "the combination that stood for it is still stood for");
  assertEquals(visited.add("a", [1, 3]), true);
  assertEquals(visited.add("a", [0, 1, 3]), false);
  assertEquals(visited.add("a", []), true);
  assertEquals(visited.add("a", [1, 3]), false);
});

Deno.test("what is spent twice counts twice", () => {
  const visited = new Visited();
  assertEquals(visited.add("a", [1, 1]), true);
  assertEquals(visited.add("a", [1, 2]), true);
  assertEquals(visited.add("a", [1, 1, 2]), false);
  assertEquals(visited.add("a", [1]), true);
});
