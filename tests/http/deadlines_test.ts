import { assertEquals } from "@std/assert";
import { Deadlines } from "../../effects/http/deadlines.ts";
import { ManualClock } from "./manual_clock.ts";

Deno.test("deadlines that are over are called in order, with one timer for all of them", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 100);
  const over: [name: string, at: number][] = [];
  const start = (name: string) => deadlines.start(() => over.push([name, clock.now()]));
  assertEquals(clock.timers, 0);
  start("a");
  clock.advance(30);
  start("b");
  start("c");
  assertEquals(clock.timers, 1);
  clock.advance(99);
  assertEquals(over, [["a", 100]]);
  clock.advance(1);
  assertEquals(over, [["a", 100], ["b", 130], ["c", 130]]);
  assertEquals(clock.timers, 0);
  start("d");
  clock.advance(100);
  assertEquals(over[3], ["d", 230]);
});

Deno.test("a deadline that is called off is not called, and does not delay the next one", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 100);
  const over: string[] = [];
  const cancel = deadlines.start(() => over.push("a"));
  clock.advance(50);
  deadlines.start(() => over.push("b"));
  cancel();
  cancel();
  clock.advance(99);
  assertEquals(over, []);
  clock.advance(1);
  assertEquals([over, clock.timers], [["b"], 0]);
});

Deno.test("a deadline may start another one when it is over", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 10);
  const over: number[] = [];
  const again = (): void => {
    over.push(clock.now());
    if (over.length < 3) deadlines.start(again);
  };
  deadlines.start(again);
  clock.advance(100);
  assertEquals([over, clock.timers], [[10, 20, 30], 0]);
});

Deno.test("close() stops the timer", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock, 10);
  const over: string[] = [];
  deadlines.start(() => over.push("a"));
  deadlines.close();
  deadlines.close();
  clock.advance(100);
  assertEquals([over, clock.timers], [[], 0]);
});
