/** What goes wrong in a simulation really does, and is made good. */
import { assert, assertEquals } from "@std/assert";
import type { Check } from "../../effects/invariants/check.ts";
import type { FaultName } from "../../effects/sim/faults.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import type { Outcome, Tally } from "../../effects/sim/outcome.ts";
import type { PlannedEvent } from "../../effects/sim/plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";
import { SlowLinks } from "../../effects/sim/slow_links.ts";
import { addTallies, emptyTally, FAULT_NAMES } from "../../effects/sim/tally.ts";
import type { SimWorld } from "../../effects/sim/workload.ts";
import { Conditions, GOOD_CONDITIONS } from "../../effects/transport/memory_conditions.ts";
import { counterApp, planOf, proposals } from "./core_setup.ts";

/** What was seen of a run. */
interface Seen {
  readonly outcome: Outcome;
  readonly world: SimWorld<number, number, null, number>;
  /** When which node took which message. */
  readonly steps: readonly { readonly at: number; readonly id: number; readonly type: string }[];
  /** Which node sent something to which other one when. */
  readonly sent: readonly { readonly at: number; readonly from: number; readonly to: number }[];
  /** When which node started, and with which last entry. */
  readonly starts: readonly { readonly at: number; readonly id: number; readonly last: number }[];
  readonly crashes: readonly { readonly at: number; readonly id: number }[];
}

async function see(events: readonly PlannedEvent[], options: Parameters<typeof planOf>[1] = {}): Promise<Seen> {
  const [steps, sent, starts, crashes]: [
    Seen["steps"][number][],
    Seen["sent"][number][],
    Seen["starts"][number][],
    Seen["crashes"][number][],
  ] = [[], [], [], []];
  let seen: SimWorld<number, number, null, number> | null = null;
  const now = (): number => seen?.clock.now() ?? 0;
  const check: Check = {
    name: "watch",
    stepped: ({ host: { id }, message: { type } }) => void steps.push({ at: now(), id, type }),
    released: ({ from, to }) => void sent.push({ at: now(), from, to }),
    started: ({ id }, node) => void starts.push({ at: now(), id, last: node.log.last.index }),
    crashed: ({ id }) => void crashes.push({ at: now(), id }),
  };
  const workload = (world: SimWorld<number, number, null, number>) => proposals(seen = world);
  const outcome = await runPlan(counterApp, planOf(events, options), { workload, checks: [check] });
  assertEquals(outcome.failure, null);
  assert(seen !== null);
  return { outcome, world: seen, steps, sent, starts, crashes };
}

function counted({ outcome: { tally } }: Seen, name: FaultName): number {
  return tally.faults[name];
}

Deno.test("every fault of the profile chaos occurs, and whatever happens, the cluster recovers", async () => {
  let tally: Tally = emptyTally();
  for (let seed = 1; seed <= 12; seed++) {
    const plan = makePlan(seed, { faults: PROFILES.chaos, seconds: 30 });
    const { failure, tally: more } = await runPlan(counterApp, plan);
    assertEquals(failure, null, `seed ${seed}`);
    tally = addTallies(tally, more);
  }
  for (const name of FAULT_NAMES) assert(tally.faults[name] > 0, `${name} did not occur`);
  assert(tally.snapshotsRestored > 0 && tally.elections > 12);
});

Deno.test("a frozen node does nothing, then everything that it has missed, and its clock has gone on", async () => {
  const seen = await see([{ type: "freezes", at: 3_000, node: 2, forMs: 1_600 }]);
  assertEquals(counted(seen, "freezes"), 1);
  const during = ({ at }: { readonly at: number }): boolean => at > 3_000 && at < 4_600;
  assertEquals(seen.steps.filter((step) => step.id === 2 && during(step)), []);
  assertEquals(seen.sent.filter((message) => message.from === 2 && during(message)), []);
  assert(seen.sent.some((message) => message.to === 2 && during(message)));
  const afterwards = seen.steps.filter(({ at, id }) => id === 2 && at >= 4_600 && at < 4_601);
  assert(afterwards.length > 10 && afterwards.some(({ type }) => type === "Tick"));
});

Deno.test("a leader that is frozen is deposed", async () => {
  const seen = await see([{ type: "freezes", at: 3_000, node: "leader", forMs: 2_500 }]);
  assertEquals(seen.outcome.tally.elections, 2);
});

Deno.test("clocks differ: a node with a fast one has more ticks", async () => {
  const { steps } = await see([], { clockDrift: 0.3 });
  const ticks = [1, 2, 3].map((id) => steps.filter((step) => step.id === id && step.type === "Tick").length);
  assert(Math.max(...ticks) > 1.05 * Math.min(...ticks), `${ticks}`);
  const even = (await see([])).steps;
  assertEquals(
    new Set([1, 2, 3].map((id) => even.filter((step) => step.id === id && step.type === "Tick").length)).size,
    1,
  );
});

Deno.test("the power of a node goes off, and comes back", async () => {
  const seen = await see([{ type: "crashes", at: 3_000, node: 2, forMs: 1_000 }]);
  const [crash] = seen.crashes;
  assertEquals([seen.crashes.length, crash.id, counted(seen, "crashes")], [1, 2, 1]);
  const again = seen.starts.at(-1);
  assert(again !== undefined && again.id === 2 && again.last > 0 && again.at - crash.at >= 1_000);
  assert(!seen.steps.some(({ at, id }) => id === 2 && at > crash.at && at < again.at));
  assertEquals(seen.world.hosts.map(({ incarnation }) => incarnation), [1, 2, 1]);
});

Deno.test("the power of all nodes goes off together", async () => {
  const seen = await see([{ type: "blackouts", at: 3_000, forMs: 500 }]);
  assertEquals(seen.crashes.map(({ at, id }) => [at, id]), [[3_000, 1], [3_000, 2], [3_000, 3]]);
  assertEquals(seen.starts.length, 6);
});

for (const type of ["failedSyncs", "fullDisks"] as const) {
  Deno.test(`a node stops when its disk fails, and starts again: ${type}`, async () => {
    const seen = await see([{ type, at: 3_000, node: 2, forMs: 3_000 }]);
    assertEquals([counted(seen, type), seen.crashes.map(({ id }) => id)], [1, [2]]);
    assertEquals(seen.world.hosts[1].incarnation, 2);
  });
}

Deno.test("a node that has lost its disk is refused under its old number, and another one takes its place", async () => {
  const seen = await see([{ type: "wipedDisks", at: 3_000, node: 2, forMs: 500 }]);
  assertEquals(counted(seen, "wipedDisks"), 1);
  const { hosts, leader } = seen.world;
  assertEquals(hosts.map(({ gone }) => gone), [false, true, false, false]);
  assertEquals(leader?.node?.configuration.voters, [1, 3, 4]);
  assertEquals(hosts[3].log().last, hosts[0].log().last);
  assert(!seen.steps.some(({ at, id }) => id === 2 && at > 3_000), "checks see nothing of a node without its memory");
});

Deno.test("a disk on which a bit has flipped is replaced, whether the node has noticed or not", async () => {
  for (const where of [0.001, 0.1, 0.5, 0.999]) {
    const seen = await see([{ type: "flippedBits", at: 3_000, node: 2, where, forMs: 300 }], { seconds: 12 });
    assertEquals([counted(seen, "flippedBits"), seen.world.hosts[1].gone], [1, true], `at ${where}`);
  }
});

Deno.test("no more than a minority of the voters loses its disk at the same time", async () => {
  const wipe = (node: number): PlannedEvent => ({ type: "wipedDisks", at: 3_000 + node, node, forMs: 1_000 });
  assertEquals(counted(await see([1, 2, 3].map(wipe)), "wipedDisks"), 1);
  assertEquals(counted(await see([1, 2, 3, 4, 5].map(wipe), { nodes: 5 }), "wipedDisks"), 2);
});

Deno.test("members leave, become learners, come back and are exchanged", async () => {
  const seen = await see([
    { type: "memberChanges", at: 3_000, node: 4, change: "demote" },
    { type: "memberChanges", at: 5_000, node: 4, change: "add" },
    { type: "memberChanges", at: 7_000, node: 5, change: "remove" },
    { type: "memberChanges", at: 9_000, node: 1, change: "add" },
    { type: "memberChanges", at: 11_000, node: "leader", change: "swap" },
  ], { nodes: 5, seconds: 14 });
  assertEquals(counted(seen, "memberChanges"), 5);
  assertEquals(seen.world.hosts.length, 7);
  assertEquals(seen.world.hosts.filter(({ gone }) => gone).length, 2);
});

Deno.test("the leadership is handed over, and snapshots are made", async () => {
  const seen = await see([
    { type: "transfers", at: 3_000, to: 1 },
    { type: "transfers", at: 4_000, to: 2 },
    { type: "snapshots", at: 5_000, node: "leader" },
  ]);
  assert(counted(seen, "transfers") >= 1 && seen.outcome.tally.elections >= 2);
  assertEquals(counted(seen, "snapshots"), 1);
  assert(seen.steps.some(({ type }) => type === "SnapshotAvailable"));
});

Deno.test("cuts hold for their time, also several at once", async () => {
  const seen = await see([
    { type: "partitions", at: 3_000, mask: 0b001, forMs: 2_000 },
    { type: "oneWayCuts", at: 3_500, from: 2, to: 3, forMs: 300 },
    { type: "partialCuts", at: 6_000, pairs: [[1, 2]], forMs: 500 },
    { type: "bridges", at: 7_000, bridge: 2, mask: 0b100, forMs: 500 },
    { type: "slowLinks", at: 8_000, node: 1, delayMs: 300, forMs: 500 },
    { type: "slowNodes", at: 8_000, node: 2, delayMs: 30, forMs: 500 },
  ]);
  for (const name of ["partitions", "oneWayCuts", "partialCuts", "bridges", "slowLinks", "slowNodes"] as const) {
    assertEquals(counted(seen, name), 1, name);
  }
  const heard = seen.steps.filter(({ at, id, type }) =>
    id === 1 && at > 3_100 && at < 5_000 && ["Append", "Heartbeat"].includes(type)
  );
  assertEquals(heard, []);
});

Deno.test("an event that names a node that is gone happens to another one, or not at all", async () => {
  const seen = await see([
    { type: "wipedDisks", at: 3_000, node: 2, forMs: 300 },
    { type: "crashes", at: 7_000, node: 2, forMs: 300 },
    { type: "crashes", at: 8_000, node: 77, forMs: 300 },
  ]);
  const crashed = seen.crashes.filter(({ at }) => at >= 7_000).map(({ id }) => id);
  assertEquals([crashed.length, crashed.includes(2)], [2, false]);
});

/** The longest time between `from` and `to` in which node 2 takes no message of one of these types. */
async function silenceOf(
  types: readonly string[],
  { events, from, to }: { readonly events: readonly PlannedEvent[]; readonly from: number; readonly to: number },
): Promise<number> {
  const { steps } = await see(events);
  const at = steps.filter((step) => step.id === 2 && types.includes(step.type)).map((step) => step.at);
  const within = [from, ...at.filter((time) => time > from && time < to), to];
  return Math.max(...within.slice(1).map((next, i) => next - within[i]));
}

Deno.test("a node is slow until the last of what makes it slow is over, or everything is made good", async () => {
  const slow = (at: number, delayMs: number, forMs: number): PlannedEvent => {
    return { type: "slowNodes", at, node: 2, delayMs, forMs };
  };
  const silence = (events: readonly PlannedEvent[], from: number, to: number): Promise<number> =>
    silenceOf(["Append", "Heartbeat", "Tick"], { events, from, to });
  const first = [slow(2_000, 900, 1_000), slow(2_500, 900, 3_000)];
  assert(await silence(first, 3_900, 5_500) > 200, "the end of the first has ended the second");
  assert(await silence(first, 7_000, 9_000) < 200);
  const inner = [slow(2_000, 900, 3_500), slow(2_500, 20, 300)];
  assert(await silence(inner, 3_700, 5_500) > 200, "the end of the second has ended the first");
  const { outcome } = await see([slow(2_000, 900, 60_000), slow(2_500, 900, 7_510)]);
  assert(outcome.tally.simulatedMs < 12_000, "it is slow again after everything was made good");
  const again: PlannedEvent = { type: "crashes", at: 2_300, node: 2, forMs: 100 };
  assert(
    await silence([slow(2_000, 900, 2_000), again, slow(3_500, 900, 2_000)], 4_800, 5_500) > 200,
    "another process",
  );
});

Deno.test("the ways of a node are slow until the last of what makes them slow is over", () => {
  const ways = new Conditions(GOOD_CONDITIONS);
  const links = new SlowLinks(ways, [1, 5]);
  const delays = (...pairs: readonly (readonly [number, number])[]): readonly number[] =>
    pairs.map(([from, to]) => ways.of(from, to).mostDelayMs);
  const first = links.make(2, 100);
  const second = links.make(2, 300);
  const other = links.make(3, 1_000);
  first();
  assertEquals(delays([1, 2], [2, 1], [2, 3], [1, 3], [1, 4]), [305, 305, 1_005, 1_005, 0]);
  const inner = links.make(2, 20);
  inner();
  assertEquals(delays([1, 2], [2, 3]), [305, 1_005]); // as they have begun
  other();
  assertEquals(delays([1, 2], [2, 3], [1, 3]), [305, 305, 5]);
  second();
  second();
  assertEquals(delays([1, 2], [2, 3], [3, 2]), [5, 5, 5]);
  const late = links.make(1, 50);
  links.forget();
  ways.set(GOOD_CONDITIONS, {});
  late();
  assertEquals(delays([1, 2], [2, 1]), [0, 0]);
});
