/**
 * What a network in memory does to what is sent on it, on a simulated clock.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import type { LinkConditions, Parcel } from "../../effects/transport/mod.ts";
import { snapshotFile } from "./contract.ts";
import {
  bytesOf,
  commitOf,
  connected,
  forever,
  heartbeat,
  Inbox,
  installSnapshot,
  introduce,
  isConnected,
  type Member,
  type MemoryWorld,
  memoryWorld,
  send,
  start,
  startCluster,
  stop,
} from "./world.ts";

/** Sends `count` heartbeats from node 1 to node 2, a flush and a millisecond each, and returns which arrived, in order. */
async function sendMany(world: MemoryWorld, [a, b]: readonly Member[], count: number): Promise<readonly number[]> {
  const before = b.received.length;
  for (let i = 0; i < count; i++) {
    send(a, heartbeat(1, 2, i));
    await world.clock.advance(1);
  }
  await world.clock.advance(1_000);
  return b.received.slice(before).map(commitOf);
}

const inOrder = (a: number, b: number): number => a - b;

describe("a network in memory", () => {
  it("delivers everything at once and in order where nothing is wrong with it", async () => {
    const world = memoryWorld();
    const members = await startCluster(world, 2);
    const before = world.clock.now();
    send(members[0], heartbeat(1, 2, 0), heartbeat(1, 2, 1));
    await world.until(() => members[1].received.length > 0);
    assertEquals([world.clock.now(), members[1].batches], [before, [2]]);
    await stop(world, ...members);
  });

  it("delays what leaves together by the same time, and keeps the order", async () => {
    const world = memoryWorld({ leastDelayMs: 5, mostDelayMs: 40 });
    const members = await startCluster(world, 2);
    const before = world.clock.now();
    send(members[0], heartbeat(1, 2, 0), heartbeat(1, 2, 1));
    await world.until(() => members[1].received.length === 2);
    const took = world.clock.now() - before;
    assert(took >= 5 && took <= 40);
    const arrived = await sendMany(world, members, 200);
    assertEquals(arrived, Array.from({ length: 200 }, (_, i) => i));
    await stop(world, ...members);
  });

  it("loses, doubles and reorders about as many as it is told to", async () => {
    const world = memoryWorld();
    const members = await startCluster(world, 2);
    world.network.set({ loss: 0.2 });
    const some = await sendMany(world, members, 1_000);
    assert(some.length > 750 && some.length < 850);
    assertEquals(some, [...some].sort(inOrder));

    world.network.set({ loss: 0, duplication: 0.3 });
    const doubled = await sendMany(world, members, 1_000);
    assertEquals(new Set(doubled).size, 1_000);
    assert(doubled.length > 1_250 && doubled.length < 1_350);

    world.network.set({ duplication: 0, reordering: 0.1, lateMs: 20 });
    const mixed = await sendMany(world, members, 1_000);
    assertEquals([...mixed].sort(inOrder), Array.from({ length: 1_000 }, (_, i) => i));
    const overtaken = mixed.filter((n, i) => mixed.slice(0, i).some((earlier) => earlier > n)).length;
    assert(overtaken > 50 && overtaken < 150, `${overtaken}`);
    await stop(world, ...members);
  });

  it("does the same again with the same seed, and something else with another one", async () => {
    const conditions: Partial<LinkConditions> = { loss: 0.1, duplication: 0.1, reordering: 0.1, mostDelayMs: 30 };
    const run = async (seed: number): Promise<readonly number[]> => {
      const world = memoryWorld(conditions, seed);
      const members = await startCluster(world, 3);
      const arrived = await sendMany(world, members, 300);
      const answer = members[2].transport.request(1, bytesOf(1), AbortSignal.any([]));
      await world.clock.advance(1_000);
      members[2].transport.close();
      const answered = O.isSome(await answer) ? 1 : 0;
      await stop(world, ...members);
      return [...arrived, answered, world.clock.now()];
    };
    const first = await run(4);
    assertEquals(await run(4), first);
    assert(String(await run(5)) !== String(first));
  });

  it("has conditions for each way, and later ones count more", async () => {
    const world = memoryWorld();
    const members = await startCluster(world, 3);
    const [a, b, c] = members;
    world.network.set({ loss: 1 }, { from: 1 });
    world.network.set({ loss: 0 }, { from: 1, to: 3 });
    send(a, heartbeat(1, 2), heartbeat(1, 3));
    send(b, heartbeat(2, 1));
    await world.clock.advance(100);
    assertEquals(members.map(({ received }) => received.length), [1, 0, 1]);
    assert(isConnected(a, 2)); // nobody notices
    assertEquals([a.unreachable, c.unreachable], [[], []]);
    await stop(world, ...members);
  });

  it("can be cut one way, which nobody is told, and what is on its way is lost", async () => {
    const world = memoryWorld({ leastDelayMs: 10, mostDelayMs: 10 });
    const members = await startCluster(world, 2);
    const [a, b] = members;
    send(a, heartbeat(1, 2, 1));
    send(b, heartbeat(2, 1, 2));
    await world.clock.advance(5);
    world.network.cut(1, 2);
    send(a, heartbeat(1, 2, 3));
    await world.clock.advance(1_000);
    assertEquals([a.received.map(commitOf), b.received], [[2], []]);
    assertEquals([a.unreachable, b.unreachable], [[], []]);
    world.network.heal(1, 2);
    send(a, heartbeat(1, 2, 4));
    await world.until(() => b.received.length === 1);
    assertEquals(b.received.map(commitOf), [4]);
    await stop(world, ...members);
  });

  it("can be cut into parts", async () => {
    const world = memoryWorld();
    const members = await startCluster(world, 5);
    world.network.partition([[1, 2], [3, 4]]);
    for (const { id } of members) {
      for (const to of members) if (to.id !== id) send(members[id - 1], heartbeat(id, to.id, id));
    }
    await world.clock.advance(100);
    assertEquals(members.map(({ received }) => received.map(commitOf)), [[2], [1], [4], [3], []]);
    world.network.healAll();
    send(members[4], heartbeat(5, 1, 5));
    await world.until(() => members[0].received.length === 2);
    await stop(world, ...members);
  });

  it("does not connect nodes across a cut, and does so when it is healed", async () => {
    const world = memoryWorld();
    const [a, b] = [await start(world, 1), await start(world, 2)];
    world.network.cut(2, 1);
    introduce([a, b]);
    await world.clock.advance(10_000);
    assertEquals([isConnected(a, 2), isConnected(b, 1)], [false, false]);
    world.network.heal(2, 1);
    await connected(world, [a, b]);
    await stop(world, a, b);
  });

  it("tells of a node that has ended behind a cut only when that is healed", async () => {
    const world = memoryWorld();
    const [a, b] = await startCluster(world, 2);
    world.network.partition([[1], [2]]);
    await stop(world, b);
    send(a, heartbeat(1, 2));
    await world.clock.advance(10_000);
    assertEquals([isConnected(a, 2), a.unreachable], [true, []]);
    world.network.healAll();
    send(a, heartbeat(1, 2));
    await world.until(() => a.unreachable.length > 0);
    assertEquals([isConnected(a, 2), a.unreachable], [false, [2]]);
    await stop(world, a);
  });

  it("asks a filter about everything", async () => {
    const world = memoryWorld();
    const inbox = new Inbox();
    const members = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const [a, b] = members;
    const seen: Parcel["type"][] = [];
    world.network.setFilter((from, to, parcel) => {
      assertEquals(from + to, 3);
      seen.push(parcel.type);
      return !(parcel.type === "Message" && commitOf(parcel.message) === 13);
    });
    send(a, heartbeat(1, 2, 12), heartbeat(1, 2, 13), heartbeat(1, 2, 14));
    assertEquals(await world.wait(a.transport.request(2, bytesOf(1), forever())), O.some(bytesOf(1)));
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever())));
    assertEquals(b.received.map(commitOf), [12, 14]);
    assertEquals([...new Set(seen)], ["Message", "Request", "Response", "SnapshotChunk"]);
    await stop(world, ...members);
  });

  it("hands a doubled request over twice, and its answer once", async () => {
    const world = memoryWorld();
    const asked: Uint8Array[] = [];
    const members = await startCluster(world, 2, {
      request: (_, payload) => {
        const answer = bytesOf(1, asked.push(payload.slice()));
        payload.fill(0); // which is no business of the other one
        return Promise.resolve(answer);
      },
    });
    world.network.set({ duplication: 1 });
    const answer = await world.wait(members[0].transport.request(2, bytesOf(5, 3), forever()));
    await world.clock.advance(100);
    assertEquals([asked, answer], [[bytesOf(5, 3), bytesOf(5, 3)], O.some(bytesOf(1, 1))]);
    assertEquals(members[0].transport.violations(), 0);
    await stop(world, ...members);
  });

  it("loses requests and answers, and whoever asked waits until the signal aborts", async () => {
    for (const lost of ["Request", "Response"]) {
      const world = memoryWorld();
      let asked = 0;
      const members = await startCluster(world, 2, { request: () => Promise.resolve(bytesOf(++asked)) });
      world.network.setFilter((_, __, { type }) => type !== lost);
      const abort = new AbortController();
      let answered = false;
      const answer = members[0].transport.request(2, bytesOf(1), abort.signal);
      answer.then(() => answered = true);
      await world.clock.advance(100_000);
      assertEquals([asked, answered], [lost === "Request" ? 0 : 1, false]);
      abort.abort();
      assertEquals(await answer, O.none);
      await stop(world, ...members);
    }
  });

  it("shares nothing between nodes", async () => {
    const world = memoryWorld();
    const payloads: Uint8Array[] = [];
    const members = await startCluster(world, 2, {
      request: (_, payload) => {
        payloads.push(payload);
        return Promise.resolve(payload);
      },
    });
    const context = bytesOf(9);
    const message = { type: "ForwardedReadIndex", from: 1, to: 2, term: 0, context } as const;
    members[0].transport.send(message);
    const answer = members[0].transport.request(2, context, forever());
    members[0].transport.flush();
    context.fill(0);
    await world.until(() => members[1].received.length === 1);
    assertEquals(members[1].received, [{ ...message, context: bytesOf(9) }]);
    const back = await world.wait(answer);
    payloads[0].fill(0);
    assertEquals(back, O.some(bytesOf(9)));
    await stop(world, ...members);
  });

  it("sends a snapshot as fast as it is told to, and resumes it where it breaks", async () => {
    const world = memoryWorld({ snapshotBytesPerMs: 1_000, snapshotBreaks: 0.2 });
    const inbox = new Inbox();
    const members = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const before = world.clock.now();
    const sending = members[0].transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(3_000_000), forever());
    assert(await world.wait(sending));
    assert(inbox.offsets.length > 2);
    assertEquals(inbox.pauses, inbox.offsets.length - 1);
    assertEquals(inbox.file, bytesOf(3_000_000));
    assert(world.clock.now() - before >= 3_000);
    await stop(world, ...members);
  });

  it("does not send a snapshot through a cut, nor to a node that ends meanwhile", async () => {
    for (const cut of [true, false]) {
      const world = memoryWorld({ snapshotBytesPerMs: 1_000 });
      const inbox = new Inbox();
      const members = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
      const [a, b] = members;
      const sending = a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(3_000_000), forever());
      await world.clock.advance(500);
      if (cut) world.network.cut(2, 1);
      else await stop(world, b);
      const { size } = inbox;
      assertEquals(await world.wait(sending), false);
      assertEquals([inbox.size, inbox.finished], [size, 0]);
      await stop(world, a, b);
    }
  });

  it("has one transport at each address", async () => {
    const world = memoryWorld();
    const a = await start(world, 1);
    const error = await start(world, 1).then(() => "none", String);
    assertEquals(error, "Error: Cannot listen on node-1:1: somebody does already.");
    await stop(world, a);
    await stop(world, await start(world, 1));
  });
});
