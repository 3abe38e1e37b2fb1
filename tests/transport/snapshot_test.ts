/**
 * Snapshots on pipes: flow control, what breaks, what is resumed, and what is given up.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Snapshot } from "../../core/snapshot.ts";
import type { SnapshotFile } from "../../effects/storage/storage.ts";
import type { Packet } from "../../effects/transport/packet.ts";
import type { Socket } from "../../effects/transport/socket.ts";
import { snapshotFile } from "./contract.ts";
import { type PipeWorld, pipeWorld } from "./pipes.ts";
import { hello, introduction, Stranger } from "./stranger.ts";
import {
  bytesOf,
  connected,
  forever,
  heartbeat,
  Inbox,
  installSnapshot,
  introduce,
  isConnected,
  type Member,
  send,
  start,
  startCluster,
  stop,
} from "./world.ts";

/** A sender, played by the test, that a node has welcomed. */
async function sender(world: PipeWorld, node: Member): Promise<Stranger> {
  const stranger = new Stranger(await world.network.dial(node.address, node.id, forever()));
  await stranger.say(hello(9, node.id, { kind: "snapshot" }));
  await world.wait(stranger.hear());
  return stranger;
}

/** Receivers, played by the test: `play` is called with every connection on which a snapshot is offered. */
async function receiver(world: PipeWorld, node: Member, play: (stranger: Stranger) => Promise<void>): Promise<void> {
  world.network.listenAt("node-9:1", (socket: Socket) => void converse(socket));
  async function converse(socket: Socket): Promise<void> {
    const stranger = new Stranger(socket);
    const heard = await stranger.hear();
    if (O.isNone(heard) || heard.value.type !== "Hello" || "foreign" in heard.value.introduction) return;
    const { kind } = heard.value.introduction;
    await stranger.say({ type: "Welcome", introduction: introduction(9, node.id, { kind }) });
    if (kind === "snapshot") await stranger.hear().then(() => play(stranger));
  }
  node.transport.setPeers(new Map([[9, "node-9:1"]]));
  await world.until(() => isConnected(node, 9));
}

const offer: Packet = { type: "Offer", message: installSnapshot(9, 1), size: 10 };

describe("a snapshot", () => {
  it("goes on where it was when the connection breaks, for as long as it gets further", async () => {
    const world = pipeWorld();
    let breaks = 20;
    const inbox = new Inbox((at) => {
      if (at > 0 && at % 131_072 === 0 && breaks-- > 0) world.network.pipes[world.network.pipes.length - 1].close();
    });
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const sending = a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(4_000_000), forever());
    assert(await world.wait(sending));
    assertEquals(inbox.offsets.length, 21);
    assertEquals([...inbox.offsets].sort((a, b) => a - b), inbox.offsets);
    assertEquals([inbox.pauses, inbox.finished, inbox.size], [20, 1, 4_000_000]);
    assertEquals(inbox.file, bytesOf(4_000_000));
    assertEquals(b.transport.violations(), 0);
    await stop(world, a, b);
  });

  it("is given up after some attempts that get no further, with pauses between them", async () => {
    const world = pipeWorld();
    const inbox = new Inbox(() => world.network.pipes[world.network.pipes.length - 1].close());
    const broken = { ...inbox, offer: inbox.offer.bind(inbox) };
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (_, message) => {
        inbox.put(bytesOf(0));
        return broken.offer(message);
      },
    });
    const before = world.clock.now();
    assertEquals(
      await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(1_000_000), forever())),
      false,
    );
    assertEquals(inbox.offsets, [0, 0, 0, 0, 0]);
    assert(world.clock.now() - before > 300);
    await stop(world, a, b);
  });

  it("is held back by a receiver that does not read: one chunk waits, and no more is read from the file", async () => {
    const world = pipeWorld();
    const inbox = new Inbox();
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    let read = 0;
    const file: SnapshotFile = { ...snapshotFile(1_000_000) };
    const held: SnapshotFile = {
      ...file,
      read: (into, at) => {
        if (++read === 4) world.network.pipes[world.network.pipes.length - 1].isHeld = true;
        return file.read(into, at);
      },
    };
    const sending = a.transport.sendSnapshot(installSnapshot(1, 2), held, forever());
    await world.clock.advance(4_000);
    assertEquals(read, 4);
    world.network.pipes[world.network.pipes.length - 1].release();
    assert(await world.wait(sending));
    assertEquals(inbox.size, 1_000_000);
    await stop(world, a, b);
  });

  it("may take long to be completed: the receiver says meanwhile that it is there", async () => {
    const world = pipeWorld();
    let complete = (): void => {};
    const inbox = new Inbox();
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (_, message) =>
        E.right({
          offset: 0,
          write: () => {},
          finish: () => new Promise((resolve) => complete = () => resolve(E.right(message.snapshot))),
          pause: () => void inbox.pauses++,
        }),
    });
    let arrived = false;
    a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever()).then((done) => arrived = done);
    await world.clock.advance(600_000);
    assertEquals([arrived, inbox.pauses], [false, 0]);
    complete();
    await world.until(() => arrived);
    await stop(world, a, b);
  });

  it("counts although the connection breaks while it is being completed, and is not offered again before", async () => {
    const world = pipeWorld();
    const order: string[] = [];
    let complete = (): void => {};
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (_, message) => {
        order.push("offered");
        if (order.length > 2) return E.left("it is already here");
        const finish = (): Promise<E.Either<string, Snapshot>> =>
          new Promise((resolve) => complete = () => resolve(E.right(message.snapshot)));
        return E.right({ offset: 0, write: () => {}, finish, pause: () => void order.push("paused") });
      },
      snapshotReceived: () => void order.push("received"),
    });
    const sending = a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever());
    await world.clock.advance(10);
    world.network.pipes[world.network.pipes.length - 1].close();
    await world.clock.advance(1_000);
    assertEquals(order, ["offered"]);
    complete();
    assertEquals(await world.wait(sending), false); // it was declined, and the leader finds out what the follower has
    assertEquals(order, ["offered", "received", "offered"]);
    await stop(world, a, b);
  });

  it("whose receiver fails is an error there, and the sender tries again", async () => {
    const world = pipeWorld();
    let fails = 3;
    const inbox = new Inbox(() => {
      if (fails-- > 0) throw new Error("the disk is full");
    });
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever())));
    const event = {
      message: "A snapshot could not be received.",
      fields: { peer: 1, reason: "the disk is full" },
    };
    assertEquals(b.logged.filter(({ message }) => message === event.message), [event]);
    assertEquals([inbox.offsets.length, inbox.pauses], [4, 3]);
    await stop(world, a, b);
  });

  it("that cannot be completed, or not even be offered, is an error there", async () => {
    const world = pipeWorld();
    let offers = 0;
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: () => {
        if (++offers % 2 === 0) throw new Error("the storage has failed");
        const finish = (): Promise<never> => Promise.reject(new Error("the sync has failed"));
        return E.right({ offset: 0, write: () => {}, finish, pause: () => {} });
      },
    });
    assertEquals(
      await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever())),
      false,
    );
    const reasons = b.logged.map(({ fields }) => fields["reason"]);
    assert(reasons.includes("the storage has failed") && reasons.includes("the sync has failed"));
    await stop(world, a, b);
  });

  it("of which the file is shorter than it was is given up", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => new Inbox().offer(message) });
    const file = { ...snapshotFile(10), size: 1_000 };
    assertEquals(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), file, forever())), false);
    const throws = {
      ...snapshotFile(10),
      read: () => {
        throw new Error("damaged");
      },
    }; // deno-fmt-ignore
    assertEquals(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), throws, forever())), false);
    await stop(world, a, b);
  });

  it("to a receiver that says nothing any more is given up in the end, whenever that happens", async () => {
    for (const silentAfter of ["Offer", "Chunk", "End"]) {
      const world = pipeWorld();
      const node = await start(world, 1);
      let calls = 0;
      await receiver(world, node, async (stranger) => {
        calls++;
        if (silentAfter === "Offer") return;
        await stranger.say({ type: "Resume", offset: 0 });
        if (silentAfter === "End") await stranger.hear().then(() => stranger.hear());
        else stranger.socket.read();
      });
      const size = silentAfter === "Chunk" ? 10_000_000 : 10;
      const sending = node.transport.sendSnapshot(installSnapshot(1, 9), snapshotFile(size), forever());
      assertEquals(await world.wait(sending), false);
      assertEquals(calls, 5);
      await stop(world, node);
    }
  });

  it("is given up at once when its signal aborts, whatever it waits for", async () => {
    for (const phase of ["no connection", "no answer", "pause"] as const) {
      const world = pipeWorld();
      const node = await start(world, 1);
      await receiver(world, node, (stranger) => {
        if (phase === "pause") stranger.socket.close();
        return Promise.resolve();
      });
      if (phase === "no connection") world.network.silent.add("node-9:1");
      const abort = new AbortController();
      const sending = node.transport.sendSnapshot(installSnapshot(1, 9), snapshotFile(10), abort.signal);
      await world.clock.advance(10);
      abort.abort();
      const before = world.clock.now();
      assertEquals(await world.wait(sending), false);
      assertEquals(world.clock.now(), before);
      await stop(world, node);
    }
  });

  it("is given up when this node closes", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    await receiver(world, node, () => Promise.resolve());
    const sending = node.transport.sendSnapshot(installSnapshot(1, 9), snapshotFile(10), forever());
    await world.clock.advance(10);
    await stop(world, node);
    assertEquals(await world.wait(sending), false);
  });

  it("that is received otherwise than it should be is a violation of the receiver", async () => {
    const wrong: readonly Packet[] = [
      { type: "Resume", offset: 11 },
      { type: "Response", id: 1, payload: bytesOf(1) },
      { type: "Messages", messages: [heartbeat(9, 1)] },
    ];
    for (const packet of wrong) {
      const world = pipeWorld();
      const node = await start(world, 1);
      await receiver(world, node, (stranger) => stranger.say(packet));
      const sending = node.transport.sendSnapshot(installSnapshot(1, 9), snapshotFile(10), forever());
      assertEquals(await world.wait(sending), false);
      assertEquals(node.transport.violations(), 5);
      await stop(world, node);
    }
  });

  it("that is sent otherwise than it should be is a violation of the sender", async () => {
    const wrong: readonly (readonly Packet[])[] = [
      [{ type: "Chunk", bytes: bytesOf(1) }],
      [{ type: "End" }],
      [{ type: "Messages", messages: [heartbeat(9, 1)] }],
      [{ type: "Alive" }],
      [{ type: "Offer", message: installSnapshot(8, 1), size: 1 }],
      [{ type: "Offer", message: installSnapshot(9, 2), size: 1 }],
      [offer, offer],
      [offer, { type: "Chunk", bytes: bytesOf(11) }],
      [offer, { type: "Chunk", bytes: bytesOf(0) }],
      [offer, { type: "Chunk", bytes: bytesOf(9) }, { type: "End" }],
      [offer, { type: "Chunk", bytes: bytesOf(9) }, { type: "Chunk", bytes: bytesOf(2) }],
    ];
    for (const packets of wrong) {
      const world = pipeWorld();
      const inbox = new Inbox();
      const node = await start(world, 1, { offerSnapshot: (_, message) => inbox.offer(message) });
      const stranger = await sender(world, node);
      for (const packet of packets) {
        await stranger.say(packet);
        await world.clock.advance(1);
      }
      const rest = await world.wait(stranger.rest());
      assert(rest.every((type) => type === "Resume"), String(rest));
      assertEquals([node.transport.violations(), inbox.finished], [1, 0]);
      assertEquals(inbox.pauses, inbox.offsets.length);
      await stop(world, node);
    }
  });

  it("does not need a connection for messages to last", async () => {
    const world = pipeWorld();
    const inbox = new Inbox((at) => {
      if (at === 65_536) { for (const pipe of world.network.pipes.slice(0, 2)) pipe.close(); }
    });
    const members = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const [a, b] = members;
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(1_000_000), forever())));
    assertEquals(inbox.offsets, [0]);
    introduce(members);
    await connected(world, members);
    send(a, heartbeat(1, 2));
    await world.until(() => b.received.length === 1);
    await stop(world, a, b);
  });
});
