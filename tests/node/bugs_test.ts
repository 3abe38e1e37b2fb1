/**
 * Bugs that clusters on simulated time have found, each as the shortest story that shows it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Clock } from "../../effects/clock/clock.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { kvStateMachine, memoryStore } from "../../effects/kv/mod.ts";
import { startNode } from "../../effects/node/start_node.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import type { Parcel } from "../../effects/transport/memory_conditions.ts";
import { memoryNetwork } from "../../effects/transport/memory_network.ts";
import { Cluster, withCluster } from "./cluster.ts";

Deno.test("a read that waits for a quorum round is answered by its deadline", () =>
  withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    await cluster.waitFor(leader.propose(1));
    cluster.isolate(leader.id);
    const began = cluster.clock.now();
    const answer = await cluster.waitFor(leader.read(null, { timeoutMs: 200 }));
    assertEquals(answer, E.left({ type: "Timeout" }));
    assert(cluster.clock.now() - began <= 300, `it took ${cluster.clock.now() - began} ms`);
  }));

Deno.test("a read that a follower has asked its leader for is answered by its deadline", () =>
  withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    await cluster.waitFor(follower.propose(1));
    cluster.isolate(follower.id);
    const began = cluster.clock.now();
    const answer = await cluster.waitFor(follower.read(null, { timeoutMs: 200 }));
    assertEquals(answer, E.left({ type: "Timeout" }));
    assert(cluster.clock.now() - began <= 300, `it took ${cluster.clock.now() - began} ms`);
  }));

Deno.test("a lost request of a follower's read does not hold up the reads that come after it", () =>
  withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    await cluster.waitFor(follower.propose(1));
    cluster.network.setFilter((_from, _to, parcel) => parcel.type !== "Request");
    const lost = follower.read(null);
    await cluster.clock.advance(50);
    cluster.network.setFilter(() => true);
    const began = cluster.clock.now();
    assertEquals(await cluster.waitFor(follower.read(null)), E.right(1));
    assertEquals(await cluster.waitFor(lost), E.right(1));
    assert(cluster.clock.now() - began < 2_000, `it took ${cluster.clock.now() - began} ms`);
  }));

Deno.test("a read that waits for a quorum round is answered when its node closes", () =>
  withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    await cluster.waitFor(leader.propose(1));
    cluster.isolate(leader.id);
    const answer = leader.read(null);
    await cluster.clock.advance(50);
    await cluster.stop(leader.id);
    const result = await cluster.clock.waitFor(answer, 10);
    assert(E.isLeft(result) && result.left.type === "Unknown", JSON.stringify(result));
  }));

Deno.test("a read that a follower has asked its leader for is answered when the follower closes", () =>
  withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    await cluster.waitFor(follower.propose(1));
    cluster.isolate(follower.id);
    const answer = follower.read(null);
    await cluster.clock.advance(50);
    await cluster.stop(follower.id);
    const result = await cluster.clock.waitFor(answer, 10);
    assert(E.isLeft(result) && result.left.type === "Unknown", JSON.stringify(result));
  }));

Deno.test("a peer that has the snapshot, although its leader does not know, goes on with the log", () =>
  withCluster(3, { compaction: { entries: 8, keep: 1 } }, async (cluster) => {
    cluster.network.set({ leastDelayMs: 10, mostDelayMs: 10 });
    const leader = await cluster.leader();
    const away = await cluster.follower();
    await cluster.waitFor(leader.propose(1));
    cluster.isolate(away.id);
    for (let i = 0; i < 20; i++) await cluster.waitFor(leader.propose(1));
    cluster.network.healAll();
    const { applied } = leader.status();
    assert(await cluster.clock.runUntil(() => away.status().applied >= applied, 10_000));
    cluster.network.cut(away.id, leader.id); // neither the transport nor the node can say that it has arrived
    await cluster.clock.advance(500);
    cluster.network.healAll();
    assertEquals((await cluster.leader()).id, leader.id);
    for (let i = 0; i < 3; i++) await cluster.waitFor(leader.propose(1));
    assert(await cluster.clock.runUntil(() => cluster.counter(away.id).value === 24, 5_000), "it lags behind for ever");
  }));

Deno.test("a disk that fails while a snapshot is made stops the node, and whoever waits for the snapshot goes on", async () => {
  for (const type of ["create", "write", "sync", "rename"] as const) {
    const cluster = new Cluster(1);
    const disk = memoryDisk();
    cluster.storages.set(1, fileStorage("data", { disk, clock: cluster.clock }));
    const node = await cluster.start(1);
    await cluster.leader();
    for (let i = 0; i < 20; i++) await cluster.waitFor(node.propose(1));
    disk.fail(type);
    assertEquals(await cluster.waitFor(node.compact()), 0);
    assertEquals((await cluster.waitFor(node.stopped)).type, "StorageFailed");
    await cluster.close();
  }
});

Deno.test("a snapshot that was made to cut the log is there for peers", () =>
  withCluster(1, { compaction: { keep: 1 } }, async (cluster) => {
    const node = await cluster.leader();
    for (let i = 0; i < 20; i++) await cluster.waitFor(node.propose(1));
    const index = await cluster.waitFor(node.compact());
    await cluster.clock.advance(10);
    assertEquals([node.status().snapshot, index], [21, 21]);
  }));

Deno.test("the log is cut again when it has grown too long while a snapshot was made, although nothing more comes", async () => {
  const cluster = new Cluster(1);
  const onSync = (path: string): Promise<void> =>
    path.includes("making")
      ? new Promise((resolve) => void cluster.clock.after(500, () => resolve()))
      : Promise.resolve();
  cluster.storages.set(1, fileStorage("data", { disk: memoryDisk({ onSync }), clock: cluster.clock }));
  const node = await cluster.start(1, { compaction: { entries: 10, keep: 1 } });
  await cluster.leader();
  for (let i = 0; i < 12; i++) await cluster.waitFor(node.propose(1));
  await cluster.waitFor(Promise.all(Array.from({ length: 50 }, () => node.propose(1))));
  await cluster.clock.advance(5_000);
  const { applied, first } = node.status();
  assert(applied - (first - 1) <= 20, `${applied} is applied, the log begins with ${first}`);
  await cluster.close();
});

Deno.test("no snapshot is made of a state that a received one is about to replace", async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const cluster = new Cluster(3);
    let slow = false;
    const onSync = (path: string): Promise<void> => {
      if (!slow || !path.includes("log")) return Promise.resolve();
      return new Promise((resolve) => void cluster.clock.after(1_000, () => resolve()));
    };
    const disk = memoryDisk({ onSync });
    cluster.storages.set(1, fileStorage("data", { disk, clock: cluster.clock }));
    for (const id of [1, 2, 3]) await cluster.start(id, { compaction: { entries: 8, keep: 1 } });
    const leader = await cluster.leader([2, 3]);
    const node = cluster.node(1);
    for (let i = 0; i < 3; i++) await cluster.waitFor(leader.propose(1));
    cluster.isolate(1);
    for (let i = 0; i < 20; i++) await cluster.waitFor(leader.propose(1));
    slow = true;
    cluster.network.healAll();
    const installed = (): boolean => node.status().first > node.status().applied + 1;
    assert(await cluster.clock.runUntil(installed, 10_000));
    void node.compact();
    await cluster.clock.advance(100);
    const left = disk.crash(seededRandom(seed));
    await cluster.stop(1);
    cluster.storages.set(1, fileStorage("data", { disk: left, clock: cluster.clock }));
    await cluster.start(1);
    assert(await cluster.clock.runUntil(() => cluster.counter(1).value === 23, 10_000));
    await cluster.close();
  }
});

Deno.test("proposals that hang at a dead leader do not keep others from the next one", () =>
  withCluster(3, { requestTimeoutMs: 60_000 }, async (cluster) => {
    const leader = await cluster.leader();
    const others = [1, 2, 3].filter((id) => id !== leader.id);
    await cluster.waitFor(leader.propose(1));
    await cluster.clock.advance(200);
    cluster.isolate(leader.id);
    for (const id of others) {
      for (let i = 0; i < 8; i++) {
        void cluster.node(id).propose(10, { timeoutMs: 60_000 });
        await cluster.clock.advance(10);
      }
    }
    const next = await cluster.leader(others);
    const follower = cluster.node(others.find((id) => id !== next.id) ?? 0);
    assert(E.isRight(await cluster.waitFor(follower.propose(100, { timeoutMs: 2_000 }))));
  }));

Deno.test("a proposal is not told to be replaced as long as its entry may still be committed", () =>
  withCluster(5, {}, async (cluster) => {
    const { network } = cluster;
    const isAppend = (parcel: Parcel): boolean => parcel.type === "Message" && parcel.message.type === "Append";
    const first = await cluster.leader();
    const others = [...cluster.nodes.values()].filter(({ id }) => id !== first.id);
    await cluster.waitFor(first.propose(1));
    await cluster.clock.advance(200);
    // Two proposals of each other node get into the first leader's log, and no further.
    network.setFilter((_from, _to, parcel) => !isAppend(parcel));
    const early = others.map((node) => [1, 2].map((by) => node.propose(by, { timeoutMs: 60_000 })));
    await cluster.clock.advance(10);
    assertEquals(first.status().last, 10);
    // The next leader puts others of its own in their places, and those get no further either.
    network.setFilter((from, to, parcel) => from !== first.id && to !== first.id && !isAppend(parcel));
    const led = (): number => others.findIndex((node) => node.status().role === "leader");
    assert(await cluster.clock.runUntil(() => led() >= 0, 30_000));
    const second = others[led()];
    const late = Array.from({ length: 7 }, () => second.propose(100, { timeoutMs: 60_000 }));
    await cluster.clock.advance(10);
    assertEquals(second.status().last, 10);
    // Now the first one is the only one that can win.
    const own = early[led()];
    const apart = others.find(({ id }) => id !== second.id)?.id ?? 0;
    network.setFilter(() => true);
    network.partition([[...cluster.nodes.keys()].filter((id) => id !== second.id && id !== apart), [second.id], [
      apart,
    ]]);
    const isCommitted = (): boolean => first.status().commit >= 10;
    assert(await cluster.clock.runUntil(isCommitted, 30_000));
    network.healAll();
    for (const outcome of await cluster.waitFor(Promise.all(own))) assert(E.isRight(outcome), JSON.stringify(outcome));
    for (const outcome of await cluster.waitFor(Promise.all(late))) {
      assert(E.isLeft(outcome) && outcome.left.type === "Rejected", JSON.stringify(outcome));
      assertEquals(outcome.left.reason, "Replaced");
    }
  }));

Deno.test("a log with many bytes is cut also where the state machine has a disk of its own", async () => {
  const clock = new SimulatedClock();
  const node = await clock.waitFor(startNode({
    id: 1,
    cluster: { 1: "node-1" },
    storage: fileStorage("data", { disk: memoryDisk(), clock }),
    transport: memoryNetwork(clock, seededRandom(1)).transport("node-1"),
    stateMachine: kvStateMachine(memoryStore({ durable: true, clock })),
    clock,
    random: seededRandom(1),
    compaction: { entries: 1_000, bytes: 10_000, keep: 1 },
  }));
  const [key, value] = [new Uint8Array(1), new Uint8Array(1_000)];
  for (let i = 0; i < 50; i++) {
    await clock.waitFor(
      node.propose({ type: "Set", cf: "default", key, value, condition: "always", returnOld: false }),
    );
  }
  await clock.advance(1_000);
  const { applied, first } = node.status();
  assert(applied - (first - 1) <= 20, `${applied} is applied, the log begins with ${first}`);
  await clock.waitFor(node.close());
});

Deno.test("a follower whose leader is gone asks it again with every tick, and not without a pause", () =>
  withCluster(3, {}, async (cluster) => {
    const { clock } = cluster;
    const follower = await cluster.follower();
    const leader = await cluster.leader();
    await cluster.waitFor(leader.propose(1));
    await cluster.stop(leader.id);
    await clock.advance(10);
    let left = 10_000;
    const soon = clock.soon.bind(clock);
    clock.soon = (callback) => left-- > 0 ? soon(callback) : undefined;
    await Promise.race([follower.read(null), clock.advance(500)]);
    assert(left > 0, "it asks again and again");
  }));

Deno.test("a node that is closed leaves no timer behind, and nobody who waits", async () => {
  const cluster = new Cluster(3);
  const timers = new Set<object>();
  const clock: Clock = {
    now: () => cluster.clock.now(),
    soon: (callback) => cluster.clock.soon(callback),
    after(ms, callback) {
      const timer = {};
      timers.add(timer);
      const cancel = cluster.clock.after(ms, () => {
        timers.delete(timer);
        callback();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
  for (const id of [1, 2, 3]) await cluster.start(id, { clock });
  const leader = await cluster.leader();
  const follower = await cluster.follower();
  const session = await cluster.waitFor(follower.openSession());
  assert(E.isRight(session));
  let waiting = 0;
  const waitFor = (promise: Promise<unknown>): void => {
    waiting++;
    promise.then(() => waiting--, () => waiting--);
  };
  waitFor(leader.changeMembers({ add: new Map([[9, "node-9"]]) }));
  waitFor(follower.whileLeader(() => Promise.resolve()));
  waitFor(leader.whileLeader((signal) => new Promise<void>((resolve) => signal.onabort = () => resolve())));
  await cluster.clock.advance(300);
  cluster.network.partition([[1], [2], [3]]);
  waitFor(session.right.propose(1));
  for (const node of [leader, follower]) {
    waitFor(node.read(null));
    waitFor(node.propose(1));
  }
  waitFor(leader.transferLeadership(follower.id));
  await cluster.clock.advance(300);
  await cluster.close();
  await cluster.clock.advance(0);
  assertEquals([timers.size, waiting], [0, 0]);
});

Deno.test("a disk that fails while a snapshot arrives stops its own node, and no other", async () => {
  const compaction = { entries: 20, keep: 5 };
  const cluster = new Cluster(3);
  const disk = memoryDisk();
  cluster.storages.set(3, fileStorage("data", { disk, clock: cluster.clock }));
  for (const id of [1, 2, 3]) await cluster.start(id, { compaction });
  await cluster.leader();
  await cluster.stop(3);
  const leader = await cluster.leader();
  for (let i = 0; i < 100; i++) await cluster.waitFor(leader.propose(1));
  const node = await cluster.start(3, { compaction });
  disk.fail("create"); // the file of the snapshot
  assertEquals((await cluster.waitFor(node.stopped)).type, "StorageFailed");
  cluster.nodes.delete(3);
  assertEquals(E.isRight(await cluster.waitFor(leader.propose(1))), true);
  assertEquals(leader.status().role, "leader");
  await cluster.close();
});

Deno.test("a node that has started again still knows the data folders of those who were added one after the other", () =>
  withCluster(3, {}, async (cluster) => {
    for (const id of [4, 5]) {
      await cluster.start(id, { join: true });
      const leader = await cluster.leader([1, 2, 3]);
      const added = await cluster.waitFor(leader.changeMembers({ add: new Map([[id, `node-${id}`]]) }));
      assert(E.isRight(added), JSON.stringify(added));
    }
    await cluster.clock.advance(1_000);
    await cluster.stop(1);
    await cluster.stop(5);
    await cluster.start(1);
    const { applied } = (await cluster.leader([2, 3, 4])).status();
    assert(await cluster.clock.runUntil(() => cluster.node(1).status().applied >= applied, 10_000));
    await refusesNewFolder(cluster, 1, 5);
  }));

Deno.test("a node that has learned of a member by a snapshot remembers the member's data folder", () =>
  withCluster(3, { compaction: { entries: 8, keep: 1 } }, async (cluster) => {
    await cluster.start(4, { join: true, compaction: { entries: 8, keep: 1 } });
    cluster.isolate(3);
    cluster.network.heal(4, 3);
    cluster.network.heal(3, 4);
    const leader = await cluster.leader([1, 2]);
    const added = await cluster.waitFor(leader.changeMembers({ add: new Map([[4, "node-4"]]) }));
    assert(E.isRight(added), JSON.stringify(added));
    for (let i = 0; i < 20; i++) await cluster.waitFor(leader.propose(1));
    cluster.network.healAll();
    const { applied } = leader.status();
    assert(await cluster.clock.runUntil(() => cluster.node(3).status().applied >= applied, 10_000));
    await cluster.clock.advance(1_000);
    await cluster.stop(4);
    await refusesNewFolder(cluster, 3, 4);
  }));

/** Node `id` does not let node `peer` in, which has lost its folder. */
async function refusesNewFolder(cluster: Cluster, id: number, peer: number): Promise<void> {
  cluster.storages.delete(peer);
  await cluster.start(peer, { join: true });
  await cluster.clock.advance(3_000);
  const { counters, members } = cluster.node(id).status();
  assert(counters["peersRefused"] > 0, `node ${id} lets node ${peer} in`);
  assertEquals(members.filter((member) => member.id === peer).map(({ connected }) => connected), [false]);
}
