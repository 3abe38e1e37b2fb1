/**
 * Nodes on a disk that forgets: at every operation of the disk in turn the machine crashes, the node is started again on what
 * is left, and everything that was promised to a client must be there, once.
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { RaftNode } from "../../effects/node/raft_node.ts";
import { startNode } from "../../effects/node/start_node.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { type MemoryNetwork, memoryNetwork } from "../../effects/transport/memory_network.ts";
import { Counter } from "./counter.ts";

type CounterNode = RaftNode<number, number, null, number>;

const COMPACTION = { entries: 8, keep: 2 };

/** A cluster whose node 1 has a disk that crashes. */
class Run {
  readonly clock = new SimulatedClock();
  readonly network: MemoryNetwork;
  readonly counters = new Map<number, Counter>();

  constructor(readonly size: number, readonly seed: number) {
    this.network = memoryNetwork(this.clock, seededRandom(seed));
  }

  /** Starts a node on `disk`. */
  start(id: number, disk: MemoryDisk, start: number): Promise<CounterNode> {
    const counter = new Counter();
    this.counters.set(id, counter);
    const members = new Map(Array.from({ length: this.size }, (_, i) => [i + 1, `node-${i + 1}`]));
    return this.clock.waitFor(startNode({
      id,
      cluster: members,
      storage: fileStorage("data", { disk, clock: this.clock, segmentBytes: 4_096 }),
      transport: this.network.transport(`node-${id}`),
      stateMachine: counter,
      clock: this.clock,
      random: seededRandom(this.seed * 100 + start * 10 + id),
      compaction: COMPACTION,
    }));
  }
}

/** Adds 1, 2, 3, …, and returns which of them were acknowledged before the clients stop. */
async function addAll(run: Run, node: CounterNode, to: number, stop: () => boolean): Promise<readonly number[]> {
  const acknowledged: number[] = [];
  for (let by = 1; by <= to && !stop(); by++) {
    const outcome = node.propose(by, { timeoutMs: 3_000 });
    let done = false;
    void outcome.then((result) => {
      done = true;
      if (E.isRight(result) && !stop()) acknowledged.push(by);
    });
    await run.clock.runUntil(() => done || stop(), 10_000);
  }
  return acknowledged;
}

async function leads(run: Run, node: CounterNode): Promise<void> {
  assert(await run.clock.runUntil(() => node.status().role === "leader", 30_000), "it does not lead");
}

/** Runs with a crash of node 1's machine at its operation number `at`; whether there was one. */
async function crashAt(size: number, at: number, seed: number): Promise<boolean> {
  const run = new Run(size, seed);
  let left: MemoryDisk | undefined;
  let count = 0;
  const disk: MemoryDisk = memoryDisk({
    onOperation: () => {
      if (count++ === at && left === undefined) left = disk.crash(seededRandom(seed * 31 + at));
    },
  });
  const others = await Promise.all(
    Array.from({ length: size - 1 }, (_, i) => run.start(i + 2, memoryDisk(), 0)),
  );
  const node = await run.start(1, disk, 0);
  const crashed = (): boolean => left !== undefined;
  if (!crashed() && size === 1) await run.clock.runUntil(() => crashed() || node.status().role === "leader", 30_000);
  if (!crashed() && size > 1) {
    await run.clock.runUntil(
      () => [node, ...others].some((one) => one.status().role === "leader") || crashed(),
      30_000,
    );
    if (!crashed()) await Promise.race([node.transferLeadership(1, { timeoutMs: 100 }), run.clock.advance(500)]);
  }
  const acknowledged = await addAll(run, node, 30, crashed);
  await run.clock.waitFor(node.close({ handOver: false })); // what it does on its old disk has no effect any more
  const disk2 = left;
  if (disk2 === undefined) {
    await run.clock.waitFor(Promise.all(others.map((other) => other.close({ handOver: false }))));
    return false;
  }
  const again = await run.start(1, disk2, 1);
  if (size === 1) await leads(run, again);
  const value = await run.clock.waitFor(again.read(null, { timeoutMs: 20_000 }));
  assert(E.isRight(value), `no read after a crash at ${at}: ${JSON.stringify(value)}`);
  const { added } = run.counters.get(1) ?? new Counter();
  const last = Math.max(0, ...acknowledged);
  assertEquals(added.filter((by) => acknowledged.includes(by)), acknowledged, `seed ${seed}, crash at ${at}`);
  assert(added.length <= last + 1, `seed ${seed}, crash at ${at}: ${added} after ${last}`);
  assertEquals(new Set(added).size, added.length, `seed ${seed}, crash at ${at}: applied twice`);
  const more = await run.clock.waitFor(again.propose(1_000, { timeoutMs: 20_000 }));
  assert(E.isRight(more), `no write after a crash at ${at}`);
  await run.clock.waitFor(Promise.all([again, ...others].map((one) => one.close({ handOver: false }))));
  return true;
}

Deno.test("a node alone loses nothing that it has acknowledged, wherever its machine crashes", async () => {
  let at = 0;
  while (await crashAt(1, at, 1 + at % 7)) at++;
  assert(at > 100, `only ${at} crashes`);
});

Deno.test("a node of three that crashes goes on with the others, wherever its machine crashes", async () => {
  let at = 0;
  while (await crashAt(3, at, 1 + at % 5)) at += 2;
  assert(at > 50, `only ${at} crashes`);
});

Deno.test("a node whose disk fails stops, and says why; started again it has what it acknowledged", async () => {
  for (const type of ["sync", "write"] as const) {
    const run = new Run(1, 3);
    const disk = memoryDisk();
    const node = await run.start(1, disk, 0);
    await leads(run, node);
    assertEquals(await run.clock.waitFor(node.propose(5)), E.right(5));
    disk.fail(type);
    const outcome = await run.clock.waitFor(node.propose(6));
    assert(E.isLeft(outcome) && outcome.left.type === "Unknown", JSON.stringify(outcome));
    const reason = await run.clock.waitFor(node.stopped);
    assertEquals(reason.type, "StorageFailed");
    const again = await run.start(1, disk.crash(seededRandom(1)), 1);
    await leads(run, again);
    const value = await run.clock.waitFor(again.read(null));
    assert(E.isRight(value) && (value.right === 5 || value.right === 11), JSON.stringify(value));
    await run.clock.waitFor(again.close());
  }
});

Deno.test("a full disk stops a node, and with room it starts again with everything it has acknowledged", async () => {
  const run = new Run(1, 4);
  const disk = memoryDisk({ capacity: 30_000 });
  const node = await run.start(1, disk, 0);
  await leads(run, node);
  const acknowledged: number[] = [];
  for (let by = 1; by < 10_000; by++) {
    const outcome = await run.clock.waitFor(node.propose(by));
    if (E.isLeft(outcome)) break;
    acknowledged.push(by);
  }
  assertEquals((await run.clock.waitFor(node.stopped)).type, "StorageFailed");
  assert(acknowledged.length > 10, `${acknowledged.length} acknowledged`);
  const again = await run.start(1, disk.crash(seededRandom(1)), 1);
  await leads(run, again);
  await run.clock.waitFor(again.read(null));
  const { added } = run.counters.get(1) ?? new Counter();
  assertEquals(added.slice(0, acknowledged.length), acknowledged);
  await run.clock.waitFor(again.close());
});
