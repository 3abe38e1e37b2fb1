/** Rules of a network in memory: what is replaced is forgotten, and what holds is the same. */
import { assertEquals } from "@std/assert";
import { Conditions, GOOD_CONDITIONS } from "../../effects/transport/memory_conditions.ts";

Deno.test("a rule that replaces others everywhere is in their place, however often it is set", () => {
  const conditions = new Conditions(GOOD_CONDITIONS);
  for (let i = 1; i <= 100; i++) {
    conditions.set({ mostDelayMs: i }, { from: 1 });
    conditions.set({ mostDelayMs: i }, { to: 1 });
  }
  assertEquals([conditions.size, conditions.of(1, 2).mostDelayMs, conditions.of(2, 1).mostDelayMs], [2, 100, 100]);
  conditions.set({ mostDelayMs: 7, loss: 0.5 }, {});
  assertEquals([conditions.size, conditions.of(1, 2).mostDelayMs], [1, 7]);
});

Deno.test("a rule that replaces others in part, or at some places, leaves the rest of them", () => {
  const conditions = new Conditions(GOOD_CONDITIONS);
  conditions.set({ loss: 0.1, mostDelayMs: 5 }, { from: 1 });
  conditions.set({ loss: 0.2 }, { from: 1 });
  conditions.set({ loss: 0.3 }, { from: 1, to: 2 });
  conditions.set({ loss: 0.4 }, { to: 3 });
  const of = (from: number, to: number): readonly number[] => {
    const { loss, mostDelayMs } = conditions.of(from, to);
    return [loss, mostDelayMs];
  };
  assertEquals([of(1, 2), of(1, 3), of(1, 4), of(2, 3), of(2, 4)], [[0.3, 5], [0.4, 5], [0.2, 5], [0.4, 0], [0, 0]]);
  assertEquals(conditions.size, 4);
});
