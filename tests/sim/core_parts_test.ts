/** The parts of the simulator: the border of a process, its clock, cuts, and chance. */
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Entry } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { Acquaintances } from "../../effects/sim/acquaintances.ts";
import { chanceOf } from "../../effects/sim/chance.ts";
import { Chronicle } from "../../effects/sim/chronicle.ts";
import { Cuts, groupOf } from "../../effects/sim/cuts.ts";
import { firstOther, hasLess, placeOf } from "../../effects/sim/damage.ts";
import { Gate } from "../../effects/sim/gate.ts";
import { NodeClock } from "../../effects/sim/node_clock.ts";
import type { Found } from "../../effects/storage/storage.ts";
import { memoryNetwork } from "../../effects/transport/memory_network.ts";

function gate(): { readonly clock: SimulatedClock; readonly gate: Gate; readonly done: string[] } {
  const clock = new SimulatedClock();
  return { clock, gate: new Gate(clock, seededRandom(1)), done: [] };
}

Deno.test("what comes in while a process stands still waits, and comes in its order before what comes later", async () => {
  const { clock, gate: border, done } = gate();
  border.pass(() => done.push("before"));
  border.freeze();
  border.pass(() => done.push("first"));
  border.pass(() => done.push("second"));
  await clock.advance(1_000);
  assertEquals([done, border.frozen], [["before"], true]);
  border.thaw();
  border.pass(() => done.push("third"));
  assertEquals(done, ["before"]);
  await clock.advance(0);
  assertEquals(done, ["before", "first", "second", "third"]);
});

Deno.test("a process that is frozen again while it catches up stands still at once", async () => {
  const { clock, gate: border, done } = gate();
  border.freeze();
  border.pass(() => {
    done.push("first");
    border.freeze();
  });
  border.pass(() => done.push("second"));
  border.thaw();
  await clock.advance(100);
  assertEquals(done, ["first"]);
  border.thaw();
  await clock.advance(0);
  assertEquals(done, ["first", "second"]);
});

Deno.test("in a slow process everything takes longer, and nothing is overtaken", async () => {
  const { clock, gate: border, done } = gate();
  border.slow(50);
  for (let i = 0; i < 20; i++) border.pass(() => done.push(`${i}`));
  assertEquals(done, []);
  await clock.advance(50);
  assertEquals(done, Array.from({ length: 20 }, (_, i) => `${i}`));
  border.slow(0);
  border.pass(() => done.push("at once"));
  assertEquals(done.at(-1), "at once");
});

Deno.test("the clock of a node has a rate of its own, and goes on while the node stands still", async () => {
  const { clock, gate: border, done } = gate();
  await clock.advance(5_000);
  const fast = new NodeClock(clock, border, 1.25);
  assertEquals(fast.now(), 0);
  fast.after(1_000, () => done.push("timer"));
  await clock.advance(799);
  assertEquals(done, []);
  await clock.advance(2);
  assertEquals(done, ["timer"]);
  border.freeze();
  fast.after(10, () => done.push("late"));
  fast.soon(() => done.push("soon"));
  fast.after(10, () => done.push("never"))();
  await clock.advance(799);
  assertAlmostEquals(fast.now(), 2_000);
  assertEquals(done, ["timer"]);
  border.thaw();
  await clock.advance(0);
  assertEquals(done, ["timer", "soon", "late"]);
});

Deno.test("a timer that is called off while its process stands still does not come", async () => {
  const { clock, gate: border, done } = gate();
  const cancel = new NodeClock(clock, border, 1).after(10, () => done.push("never"));
  border.freeze();
  await clock.advance(100);
  cancel();
  border.thaw();
  await clock.advance(100);
  assertEquals(done, []);
});

Deno.test("cuts add up, and end one by one", () => {
  const cutNow = new Set<string>();
  const network = {
    ...memoryNetwork(new SimulatedClock(), seededRandom(1)),
    mishaps: { lost: 0, doubled: 0, overtaken: 0 },
    healAll: () => cutNow.clear(),
    cut: (from: number, to: number) => void cutNow.add(`${from}-${to}`),
  };
  const ids = [1, 2];
  const cuts = new Cuts({ ...NOTHING, ...network }, () => ids);
  const end = cuts.make((a) => a === 1);
  const other = cuts.make((a, b) => a === 2 && b === 3);
  assertEquals([...cutNow], ["1-2"]);
  ids.push(3);
  cuts.refresh();
  assertEquals([...cutNow], ["1-2", "1-3", "2-3"]);
  end();
  assertEquals([...cutNow], ["2-3"]);
  cuts.healAll();
  other();
  assertEquals(cutNow.size, 0);
  assertEquals([1, 2, 3, 33].map((id) => groupOf(0b101, id)), [1, 0, 1, 1]);
});

Deno.test("another name is another source of chance", () => {
  const numbers = (name: string, seed = 1): number[] => {
    const random = chanceOf(seed, name);
    return [random.next(), random.next()];
  };
  assertEquals(numbers("a"), numbers("a"));
  const all = [numbers("a"), numbers("b"), numbers("ab"), numbers("ba"), numbers("a", 2), numbers("")];
  assertEquals(new Set(all.map(String)).size, all.length);
});

Deno.test("a chronicle keeps the last lines, and the hash of all", async () => {
  const clock = new SimulatedClock();
  const chronicle = new Chronicle(clock, false);
  const empty = chronicle.hash;
  for (let i = 0; i < 1_000; i++) chronicle.tell(`line ${i}`);
  await clock.advance(1_500);
  chronicle.tell("the end");
  assertEquals(chronicle.lines.length, 200);
  assertEquals([chronicle.lines[0], chronicle.lines.at(-1)], ["0.000 s  line 801", "1.500 s  the end"]);
  assertNotEquals(chronicle.hash, empty);
});

const NOTHING = {
  transport: () => ({ open: () => Promise.reject(new Error("There is no network.")) }),
  set: () => {},
  heal: () => {},
  partition: () => {},
  setFilter: () => {},
};

Deno.test("a byte of a disk is found by a number, and none on an empty disk", () => {
  const disk = memoryDisk();
  assertEquals(placeOf(disk, 0.5), null);
  for (const [name, size] of [["a", 10], ["b", 30]] as const) {
    disk.open(`data/${name}`, { create: true }).write(new Uint8Array(size), 0);
  }
  assertEquals([0, 0.2, 0.25, 0.999].map((where) => placeOf(disk, where)), [
    { path: "data/a", offset: 0 },
    { path: "data/a", offset: 8 },
    { path: "data/b", offset: 0 },
    { path: "data/b", offset: 29 },
  ]);
});

Deno.test("after damage a node may find less, but nothing else", () => {
  const entry = (index: number, byte: number): Entry => ({
    index,
    term: 1,
    type: "normal",
    size: 1,
    data: Uint8Array.of(byte),
  });
  const before = found([entry(1, 1), entry(2, 2), entry(3, 3)]);
  assertEquals([hasLess(before, before), firstOther(before.log, before.log)], [false, null]);
  const less = found([entry(1, 1)]);
  assertEquals([hasLess(before, less), firstOther(before.log, less.log)], [true, null]);
  assertEquals(firstOther(before.log, found([entry(1, 1), entry(2, 9)]).log), 2);
  assertEquals(firstOther(before.log, found([]).log), null);
});

function found(entries: readonly Entry[]): Found {
  const log = Log.of({ index: 0, term: 0 }, entries);
  return { identity: O.none, hardState: O.none, log, snapshot: O.none, peers: new Map(), notices: [] };
}

Deno.test("a node has to know a member's data folder until it has applied that the member leaves", () => {
  const lived = (acquaintances: Acquaintances, applied: number, members: readonly number[]): void => {
    acquaintances.lived({ applied, configuration: { members } });
  };
  const node = new Acquaintances();
  lived(node, 10, [1, 2, 3]);
  assertEquals(node.forgotten([2, 3]), []);
  lived(node, 4, [1, 2]); // in its next life it has not come so far
  assertEquals(node.forgotten([2]), [3]);
  lived(node, 12, [1, 2, 3]);
  assertEquals(node.forgotten([2, 3]), []);
  lived(node, 12, [1, 2]); // the change is applied, and not yet reported
  assertEquals(node.forgotten([2]), []);
});
