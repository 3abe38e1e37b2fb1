import { assertEquals, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";

Deno.test("timers come in the order of their times, and of their setting", async () => {
  const clock = new SimulatedClock();
  const order: string[] = [];
  clock.after(20, () => order.push(`c ${clock.now()}`));
  clock.after(10, () => order.push(`a ${clock.now()}`));
  clock.after(10, () => order.push(`b ${clock.now()}`));
  await clock.advance(15);
  assertEquals([order, clock.now()], [["a 10", "b 10"], 15]);
  await clock.advance(5);
  assertEquals(order, ["a 10", "b 10", "c 20"]);
});

Deno.test("a timer that is called off does not come", async () => {
  const clock = new SimulatedClock();
  const order: string[] = [];
  const cancel = clock.after(10, () => order.push("never"));
  clock.after(5, () => cancel());
  await clock.advance(20);
  assertEquals(order, []);
});

Deno.test("whatever promises have made ready is finished before the next timer", async () => {
  const clock = new SimulatedClock();
  const order: string[] = [];
  clock.after(1, async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve();
    order.push("promises");
  });
  clock.after(1, () => order.push("next"));
  await clock.advance(1);
  assertEquals(order, ["promises", "next"]);
});

Deno.test("a random set of timers comes in order", async () => {
  const clock = new SimulatedClock();
  const times: number[] = [];
  for (let i = 0; i < 500; i++) clock.after((i * 7919) % 101, () => times.push(clock.now()));
  await clock.advance(200);
  assertEquals(times.length, 500);
  assertEquals(times, [...times].sort((a, b) => a - b));
});

Deno.test("waiting for a promise ends with it, or with the time", async () => {
  const clock = new SimulatedClock();
  assertEquals(await clock.waitFor(new Promise((resolve) => clock.after(30, () => resolve("done")))), "done");
  assertEquals(clock.now(), 30);
  await assertRejects(() => clock.waitFor(new Promise(() => {}), 100), Error, "100 ms");
});
