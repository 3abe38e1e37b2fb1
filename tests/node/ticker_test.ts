import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { Fold } from "../../effects/node/fold.ts";
import { Ticker } from "../../effects/node/ticker.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { bootstrap, type Message, type Node, options, step } from "../../core/mod.ts";

function nodeOf(role: "follower" | "leader"): Node {
  const settings = options({ electionTick: 10 });
  if (E.isLeft(settings)) throw new Error(settings.left.message);
  const node = bootstrap({ id: 1, options: settings.right }, [1]);
  if (E.isLeft(node)) throw new Error(node.left.type);
  if (role === "follower") return node.right;
  let [current, outbox] = step(node.right, { type: "Campaign" });
  for (let i = 0; i < 2; i++) {
    for (const effect of outbox) {
      if (effect.type !== "Persist") continue;
      for (const message of effect.then) [current, outbox] = step(current, message);
    }
  }
  return current;
}

/** A fold that only counts what it is told, and when. */
function counting(clock: SimulatedClock, node: Node): { readonly fold: Fold; readonly ticks: number[] } {
  const ticks: number[] = [];
  const deliver = (message: Message): void => {
    if (message.type === "Tick") ticks.push(Math.round(clock.now()));
  };
  return { fold: { node, deliver, fold: deliver, wake: () => {}, turn: () => {}, stop: () => {} }, ticks };
}

/** A clock that jumps, as after a pause of the process. */
class JumpingClock extends SimulatedClock {
  jump = 0;

  override now(): number {
    return super.now() + this.jump;
  }
}

Deno.test("ticks come at a steady pace", async () => {
  const clock = new SimulatedClock();
  const { fold, ticks } = counting(clock, nodeOf("follower"));
  const ticker = new Ticker({ fold, clock, random: seededRandom(1), tickMs: 100, onTick: () => {} });
  await clock.advance(1_000);
  ticker.stop();
  await clock.advance(1_000);
  assertEquals(ticks, [100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
});

Deno.test("fractions of a millisecond keep nobody from ticking", async () => {
  const clock = new SimulatedClock();
  await clock.advance(1_254.9516842059786);
  const { fold, ticks } = counting(clock, nodeOf("follower"));
  let wakes = 0;
  const ticker = new Ticker({ fold, clock, random: seededRandom(1), tickMs: 100 / 3, onTick: () => wakes++ });
  await clock.runUntil(() => wakes > 1_000, 10_001);
  ticker.stop();
  assertEquals([ticks.length, wakes], [300, 300]);
});

Deno.test("after a long pause a follower is given few of the missed ticks, a leader enough to notice", async () => {
  for (const [role, most] of [["follower", 1], ["leader", 20]] as const) {
    const clock = new JumpingClock();
    const { fold, ticks } = counting(clock, nodeOf(role));
    const ticker = new Ticker({ fold, clock, random: seededRandom(1), tickMs: 100, onTick: () => {} });
    clock.jump = 60_000;
    await clock.advance(100);
    assertEquals(ticks.length, most, role);
    await clock.advance(500);
    assertEquals(ticks.length, most + 5, role); // and goes on at its pace
    ticker.stop();
  }
});

Deno.test("after a short pause all missed ticks are made up for", async () => {
  const clock = new JumpingClock();
  const { fold, ticks } = counting(clock, nodeOf("follower"));
  const ticker = new Ticker({ fold, clock, random: seededRandom(1), tickMs: 100, onTick: () => {} });
  clock.jump = 350;
  await clock.advance(100);
  ticker.stop();
  assertEquals(ticks.length, 4);
});
