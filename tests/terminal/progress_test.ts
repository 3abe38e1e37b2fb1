/** A bar shows rate and time left, on a terminal only, and only for work that takes longer than two seconds. */
import { assertEquals } from "@std/assert";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { Progress } from "../../effects/terminal/progress.ts";
import { DrawnBars } from "./drawn_bars.ts";

function progressOn(drawing: DrawnBars, terminal: boolean, total: number): Progress {
  const { err, out } = new CapturedOutput();
  return new Progress({ err, out, terminal, drawing }, total);
}

Deno.test("a bar comes after two seconds, with the rate and the time that is left", async () => {
  const bars = new DrawnBars();
  const progress = progressOn(bars, true, 1000);
  bars.now = 1_999;
  await progress.update(100, 5_000);
  assertEquals([bars.drawn, bars.loads], [[], 0]);
  bars.now = 2_000;
  await progress.update(250, 5_000);
  bars.now = 4_000;
  await progress.update(500, 12_345);
  progress.makeRoom();
  progress.stop();
  assertEquals(bars.drawn, [
    { what: "start", total: 1000, done: 250, values: { rate: "2,500", left: "6 s" } },
    { what: "update", done: 500, values: { rate: "3,086", left: "4 s" } },
    { what: "clear" },
    { what: "stop" },
  ]);
});

Deno.test("nothing is drawn or loaded where nobody watches", async () => {
  const bars = new DrawnBars(10_000);
  const progress = progressOn(bars, false, 10);
  await progress.ready();
  await progress.update(1, 1);
  progress.show(2, 2);
  progress.makeRoom();
  progress.stop();
  assertEquals([bars.drawn, bars.loads], [[], 0]);
});

Deno.test("work that never waits is shown once the bar is ready", async () => {
  const bars = new DrawnBars();
  const progress = progressOn(bars, true, 10);
  await progress.ready();
  for (let i = 1; i <= 3; i++) {
    bars.now += 1_500;
    progress.show(i, i);
  }
  assertEquals(bars.drawn.map(({ what }) => what), ["start", "update"]);
});

Deno.test("updates that come while the bar is loaded share it", async () => {
  const bars = new DrawnBars();
  const progress = progressOn(bars, true, 10);
  bars.now = 3_000;
  const updates = [1, 2, 3].map((i) => progress.update(i, i));
  await Promise.all(updates);
  progress.stop();
  assertEquals([bars.loads, bars.started], [1, 1]);
});

Deno.test("work that is over while the bar is loaded gets none", async () => {
  const bars = new DrawnBars();
  const progress = progressOn(bars, true, 10);
  bars.now = 3_000;
  const update = progress.update(1, 1);
  progress.stop();
  await update;
  assertEquals(bars.drawn, []);
});

Deno.test("how long the rest takes is not known before anything is done, and is never less than nothing", async () => {
  const bars = new DrawnBars();
  const progress = progressOn(bars, true, 10);
  bars.now = 3_000;
  await progress.update(0, 0);
  await progress.update(12, 12);
  assertEquals(bars.drawn.flatMap((one) => "values" in one ? [one.values.left] : []), ["?", "0 s"]);
});
