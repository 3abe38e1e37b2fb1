/**
 * Messages and requests on pipes: what leaves together, what is dropped, what breaks a connection, and what comes after.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { Packet } from "../../effects/transport/packet.ts";
import type { Socket } from "../../effects/transport/socket.ts";
import { writeMessage } from "../../effects/wire/mod.ts";
import { type Pipe, type PipeWorld, pipeWorld } from "./pipes.ts";
import { frame, hello, introduction, Stranger } from "./stranger.ts";
import {
  bytesOf,
  commitOf,
  connected,
  forever,
  heartbeat,
  installSnapshot,
  introduce,
  isConnected,
  type Member,
  send,
  start,
  startCluster,
  stop,
} from "./world.ts";

/** The end at which node 1 called node 2. */
function pipeOf(world: PipeWorld): Pipe {
  return world.network.pipes[0];
}

/** A peer, played by the test, that a node has called and that has welcomed it. */
async function called(world: PipeWorld, node: Member, session = "00000000000000aa"): Promise<Stranger> {
  const sockets: Socket[] = [];
  const listener = world.network.listenAt("node-9:1", (socket) => void sockets.push(socket));
  node.transport.setPeers(new Map([[9, "node-9:1"]]));
  await world.until(() => sockets.length > 0);
  await listener.close();
  const stranger = new Stranger(sockets[0]);
  await world.wait(stranger.hear());
  await stranger.say({ type: "Welcome", introduction: introduction(9, node.id, { session }) });
  await world.until(() => isConnected(node, 9));
  return stranger;
}

/** A peer, played by the test, that has called a node and was welcomed. */
async function calling(world: PipeWorld, node: Member, session = "00000000000000aa"): Promise<Stranger> {
  const socket = await world.network.dial(node.address, node.id, forever());
  const stranger = new Stranger(socket);
  await stranger.say(hello(9, node.id, { session }));
  await world.wait(stranger.hear());
  return stranger;
}

function big(from: number, to: number, length: number): PeerMessage {
  return { type: "ForwardedReadIndex", from, to, term: 0, context: bytesOf(length) };
}

describe("messages", () => {
  it("that leave together are one write and arrive together, and what is sent meanwhile is the next write", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const pipe = pipeOf(world);
    const before = pipe.writes;
    pipe.isHeld = true;
    send(a, ...Array.from({ length: 50 }, (_, i) => heartbeat(1, 2, i)));
    for (let i = 50; i < 150; i++) send(a, heartbeat(1, 2, i)); // a flush each
    a.transport.send(heartbeat(1, 2, 150)); // not flushed, but there is no reason to wait
    await world.clock.advance(10);
    assertEquals(pipe.writes, before + 1);
    pipe.release();
    await world.until(() => b.received.length === 151);
    assertEquals(pipe.writes, before + 2);
    assertEquals(b.batches, [50, 101]);
    assertEquals(b.received.map(commitOf), Array.from({ length: 151 }, (_, i) => i));
    assertEquals(a.transport.counters().get(2)?.sent, 151);
    await stop(world, a, b);
  });

  it("beyond the limit of the queue are dropped and counted; unreachable is told once, and again the next time", async () => {
    const world = pipeWorld({ queueBytes: 10_000 });
    const [a, b] = await startCluster(world, 2);
    const pipe = pipeOf(world);
    for (let episode = 1; episode <= 2; episode++) {
      pipe.isHeld = true;
      send(a, big(1, 2, 1_000));
      for (let i = 0; i < 100; i++) send(a, big(1, 2, 1_000));
      await world.clock.advance(10);
      const { dropped = 0, queuedBytes = 0 } = a.transport.counters().get(2) ?? {};
      assertEquals(dropped, episode * 91);
      assert(queuedBytes > 10_000 && queuedBytes < 11_500);
      assertEquals(a.unreachable, Array.from({ length: episode }, () => 2));
      pipe.release();
      await world.until(() => b.received.length === episode * 10);
    }
    assertEquals(a.transport.counters().get(2)?.sent, 20);
    await stop(world, a, b);
  });

  it("larger than the queue pass one at a time", async () => {
    const world = pipeWorld({ queueBytes: 10_000 });
    const [a, b] = await startCluster(world, 2);
    for (let i = 0; i < 3; i++) {
      send(a, big(1, 2, 500_000), big(1, 2, 1));
      await world.clock.advance(1);
    }
    assertEquals(b.received.length, 3);
    assertEquals(a.transport.counters().get(2)?.dropped, 3);
    await stop(world, a, b);
  });

  it("larger than a frame, or that cannot be written at all, are dropped, and the others are not", async () => {
    const world = pipeWorld({ frameBytes: 10_000 });
    const [a, b] = await startCluster(world, 2);
    const wrong = { ...heartbeat(1, 2), term: Number.NaN };
    send(a, big(1, 2, 10_001), heartbeat(1, 2, 1), wrong, big(1, 2, 9_900), big(1, 2, 20_000), heartbeat(1, 2, 2));
    send(a, wrong, heartbeat(1, 2, 3));
    await world.until(() => b.received.length === 4);
    assertEquals(b.received.map(commitOf), [1, -1, 2, 3]);
    assertEquals(a.transport.counters().get(2)?.dropped, 4);
    assertEquals(b.transport.violations(), 0);
    const errors = a.logged.filter(({ message }) => message === "A message cannot be sent.");
    assertEquals(errors.map(({ fields }) => fields["type"]), ["ForwardedReadIndex", "Heartbeat"]); // each kind once
    await stop(world, a, b);
  });

  it("fill frames of a megabyte, not one without an end", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const peer = await called(world, node);
    send(node, ...Array.from({ length: 50 }, () => big(1, 9, 100_000)));
    await world.clock.advance(1);
    node.transport.close();
    const frames: number[] = [];
    for (let heard = await world.wait(peer.hear()); O.isSome(heard); heard = await world.wait(peer.hear())) {
      frames.push(heard.value.type === "Messages" ? heard.value.messages.length : 0);
    }
    assertEquals(frames, [11, 11, 11, 11, 6]);
  });

  it("that were not written when the connection broke count as dropped", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const pipe = pipeOf(world);
    pipe.isHeld = true;
    send(a, heartbeat(1, 2), heartbeat(1, 2));
    send(a, heartbeat(1, 2));
    await world.clock.advance(1);
    pipe.close();
    await world.until(() => a.unreachable.length === 1);
    const { sent, dropped, queuedBytes } = a.transport.counters().get(2) ?? {};
    assertEquals([sent, dropped, queuedBytes], [0, 3, 0]);
    await connected(world, [a, b]);
    assertEquals(b.received, []); // nothing is sent again
    await stop(world, a, b);
  });

  it("to a peer that cannot be reached: it is told again after a second, for as long as it lasts", async () => {
    const world = pipeWorld();
    const a = await start(world, 1);
    a.transport.setPeers(new Map([[2, "node-2:1"]]));
    for (let i = 0; i < 35; i++) {
      send(a, heartbeat(1, 2));
      await world.clock.advance(100);
    }
    assertEquals(a.unreachable, [2, 2, 2, 2]);
    assertEquals(a.transport.counters().get(2)?.dropped, 35);
    await stop(world, a);
  });

  it("for which the receiver throws close the connection, and are no reason to stop", async () => {
    const world = pipeWorld();
    const receive = (_: number, [message]: readonly PeerMessage[]): void => {
      if (commitOf(message) === 13) throw new Error("what a number");
    };
    const [a, b, c] = await startCluster(world, 3, { receive });
    send(a, heartbeat(1, 2, 13));
    await world.until(() => a.unreachable.length > 0);
    send(c, heartbeat(3, 2, 1));
    await connected(world, [a, b, c]);
    send(a, heartbeat(1, 2, 2));
    await world.until(() => b.received.length === 3);
    const event = { message: "What arrived on a connection could not be taken.", fields: { reason: "what a number" } };
    assertEquals(b.logged.filter(({ message }) => message === event.message), [event]);
    await stop(world, a, b, c);
  });

  it("that no correct peer sends close their connection and are counted, whatever their kind", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const wrong: readonly Packet[] = [
      { type: "Messages", messages: [heartbeat(9, 1), heartbeat(8, 1)] },
      { type: "Messages", messages: [heartbeat(9, 2)] },
      { type: "Messages", messages: [installSnapshot(9, 1)] },
      { type: "Response", id: 1, payload: bytesOf(1) },
      { type: "NoResponse", id: 1 },
      { type: "Alive" },
      { type: "Chunk", bytes: bytesOf(3) },
      { type: "Offer", message: installSnapshot(9, 1), size: 3 },
      hello(9, 1),
    ];
    for (let i = 0; i < wrong.length; i++) {
      const stranger = await calling(world, node);
      await stranger.say(wrong[i]);
      assertEquals(await world.wait(stranger.rest()), []);
      assertEquals(node.transport.violations(), i + 1);
    }
    assertEquals(node.received, []);
    await stop(world, node);
  });

  it("of a host, in a frame that is good otherwise, close the connection and are counted", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const stranger = await calling(world, node);
    await stranger.sayBytes(frame((writer) => {
      writer.u8(4);
      writeMessage(writer, { type: "Campaign" });
    }));
    assertEquals(await world.wait(stranger.rest()), []);
    assertEquals([node.transport.violations(), node.received], [1, []]);
    await stop(world, node);
  });
});

describe("a link", () => {
  it("is made again after a pause that grows, and shrinks once a connection has lasted", async () => {
    const world = pipeWorld();
    const [a, b] = [await start(world, 1), await start(world, 2)];
    a.transport.setPeers(new Map([[2, b.address]]));
    const pauses: number[] = [];
    for (let i = 0; i < 10; i++) {
      await world.until(() => isConnected(a, 2));
      if (i === 8) await world.clock.advance(5_000);
      const pipes = world.network.pipes.filter(({ address }) => address === b.address);
      pipes[i].close();
      const before = world.clock.now();
      await world.until(() => world.network.calls.filter(({ address }) => address === b.address).length === i + 2);
      pauses.push(world.clock.now() - before);
    }
    for (let i = 0; i < 8; i++) {
      const most = Math.min(2_000, 50 * 2 ** i);
      assert(pauses[i] >= most / 2 && pauses[i] <= most, `${i}: ${pauses[i]}`);
    }
    assert(pauses[8] <= 50);
    await stop(world, a, b);
  });

  it("to a peer that calls is made at once", async () => {
    const world = pipeWorld();
    const a = await start(world, 1);
    a.transport.setPeers(new Map([[2, "node-2:1"]]));
    await world.clock.advance(100_000);
    const { length } = world.network.calls;
    const b = await start(world, 2);
    b.transport.setPeers(new Map([[1, a.address]]));
    const before = world.clock.now();
    await connected(world, [a, b]);
    assertEquals(world.clock.now(), before);
    assertEquals(world.network.calls.length, length + 2);
    await stop(world, a, b);
  });

  it("to a process that has ended is given up when the next one calls", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const old = await called(world, node, "00000000000000aa");
    await calling(world, node, "00000000000000aa");
    assert(isConnected(node, 9));
    await calling(world, node, "00000000000000bb");
    assertEquals(await world.wait(old.rest()), []);
    assertEquals(isConnected(node, 9), false);
    await stop(world, node);
  });

  it("is given up when nothing comes back for what is sent, and only then", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const silent = await called(world, node);
    await world.clock.advance(60_000);
    assert(isConnected(node, 9)); // nothing was sent
    send(node, heartbeat(1, 9));
    await world.clock.advance(4_999);
    assert(isConnected(node, 9));
    await world.clock.advance(1);
    assertEquals(isConnected(node, 9), false);
    assertEquals(await world.wait(silent.rest()), ["Messages"]);
    assertEquals(node.unreachable, [9]);
    assertEquals(node.transport.violations(), 0);
    await stop(world, node);
  });

  it("stays for as long as the peer says that it is there", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const peer = await called(world, node);
    for (let i = 0; i < 100; i++) {
      send(node, heartbeat(1, 9));
      await peer.say({ type: "Alive" });
      await world.clock.advance(1_000);
    }
    assert(isConnected(node, 9));
    await stop(world, node);
  });

  it("between two nodes that talk stays for ever", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const { length } = world.network.calls;
    for (let i = 0; i < 600; i++) {
      send(a, heartbeat(1, 2));
      await world.clock.advance(100);
    }
    await world.clock.advance(600_000);
    send(a, heartbeat(1, 2));
    await world.until(() => b.received.length === 601);
    assertEquals(world.network.calls.length, length);
    await stop(world, a, b);
  });

  it("is closed and counted where the peer says what no correct one does", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const wrong: readonly Packet[] = [
      { type: "Messages", messages: [heartbeat(9, 1)] },
      { type: "Request", id: 1, payload: bytesOf(1) },
      { type: "Response", id: 0, payload: bytesOf(1) },
      { type: "Response", id: 1, payload: bytesOf(1) },
      { type: "NoResponse", id: 7 },
      { type: "Resume", offset: 0 },
      { type: "Refusal", reason: "too late" },
      { type: "Welcome", introduction: introduction(9, 1) },
    ];
    for (let i = 0; i < wrong.length; i++) {
      const peer = await called(world, node);
      await peer.say(wrong[i]);
      assertEquals(await world.wait(peer.rest()), []);
      assertEquals(node.transport.violations(), i + 1);
    }
    assertEquals(node.received, []);
    await stop(world, node);
  });

  it("that moves while it is being made goes to the new address", async () => {
    const world = pipeWorld();
    const [a, b] = [await start(world, 1), await start(world, 2)];
    world.network.silent.add("elsewhere:1");
    a.transport.setPeers(new Map([[2, "elsewhere:1"]]));
    await world.clock.advance(10);
    introduce([a, b]);
    await connected(world, [a, b]);
    assertEquals(world.network.calls.map(({ address }) => address).slice(0, 2), ["elsewhere:1", "node-2:1"]);
    await stop(world, a, b);
  });
});

describe("requests", () => {
  it("that are made in one turn leave in one write, and so do their answers", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const before = world.network.pipes.map(({ writes }) => writes);
    const answers = Array.from({ length: 64 }, (_, i) => a.transport.request(2, bytesOf(9, i), forever()));
    assertEquals(await world.wait(Promise.all(answers)), answers.map((_, i) => O.some(bytesOf(9, i))));
    assertEquals(pipeOf(world).writes, before[0] + 1);
    await stop(world, a, b);
  });

  it("beyond the limit have no answer, and the others do", async () => {
    const world = pipeWorld({ requests: 3 });
    const later: (() => void)[] = [];
    const request = (): Promise<Bytes> => new Promise((resolve) => later.push(() => resolve(bytesOf(1))));
    const [a, b] = await startCluster(world, 2, { request });
    const answers = Array.from({ length: 5 }, () => a.transport.request(2, bytesOf(1), forever()));
    assertEquals(await Promise.all(answers.slice(3)), [O.none, O.none]);
    await world.until(() => later.length === 3);
    for (const answer of later) answer();
    assertEquals(
      await world.wait(Promise.all(answers.slice(0, 3))),
      Array.from({ length: 3 }, () => O.some(bytesOf(1))),
    );
    const next = a.transport.request(2, bytesOf(1), forever());
    await world.until(() => later.length === 4);
    later[3]();
    assertEquals(await world.wait(next), O.some(bytesOf(1)));
    await stop(world, a, b);
  });

  it("of a peer that does not keep to the limit are not answered, and not asked", async () => {
    const world = pipeWorld({ requests: 2 });
    let asked = 0;
    const node = await start(world, 1, {
      request: () => {
        asked++;
        return new Promise(() => {});
      },
    });
    const peer = await calling(world, node);
    await peer.say(...[1, 2, 3].map((id): Packet => ({ type: "Request", id, payload: bytesOf(1) })));
    assertEquals(await world.wait(peer.hear()), O.some<Packet>({ type: "NoResponse", id: 3 }));
    assertEquals(asked, 2);
    await stop(world, node);
  });

  it("with an answer that is too large have none, and one that is too large itself is not sent", async () => {
    const world = pipeWorld({ frameBytes: 1_000 });
    const [a, b] = await startCluster(world, 2, { request: (_, [n]) => Promise.resolve(bytesOf(n * 100)) });
    const answers = [9, 10, 3].map((n) => a.transport.request(2, bytesOf(1, n), forever()));
    answers.push(a.transport.request(2, bytesOf(1_000), forever()));
    const [nine, ten, three, large] = await world.wait(Promise.all(answers));
    assertEquals([nine, ten, three, large], [O.some(bytesOf(900)), O.none, O.some(bytesOf(300)), O.none]);
    assert(isConnected(a, 2));
    await stop(world, a, b);
  });

  it("of a peer that does not read its answers cost no memory without an end: the connection is closed", async () => {
    const world = pipeWorld({ queueBytes: 10_000 });
    const [a, b] = await startCluster(world, 2, { request: () => Promise.resolve(bytesOf(1_000)) });
    const peer = await calling(world, b);
    const held = world.network.pipes[world.network.pipes.length - 1];
    held.holdOther();
    await peer.say(...Array.from({ length: 50 }, (_, i): Packet => ({ type: "Request", id: i, payload: bytesOf(1) })));
    await world.until(() => held.closed);
    assertEquals(b.transport.violations(), 0);
    assert(isConnected(a, 2));
    await stop(world, a, b);
  });

  it("are not sent where they would wait behind a full queue", async () => {
    const world = pipeWorld({ queueBytes: 10_000 });
    const [a, b] = await startCluster(world, 2);
    pipeOf(world).isHeld = true;
    send(a, big(1, 2, 20_000));
    assertEquals(await a.transport.request(2, bytesOf(1), forever()), O.none);
    pipeOf(world).release();
    await stop(world, a, b);
  });

  it("have no answer when the peer goes without one", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const peer = await called(world, node);
    const answer = node.transport.request(9, bytesOf(5), forever());
    const heard = await world.wait(peer.hear());
    assert(O.isSome(heard) && heard.value.type === "Request");
    assertEquals(heard.value.payload, bytesOf(5));
    peer.socket.close();
    assertEquals(await world.wait(answer), O.none);
    await stop(world, node);
  });

  it("that wait for a connection end with their signal", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    world.network.silent.add("node-9:1");
    node.transport.setPeers(new Map([[9, "node-9:1"]]));
    const abort = new AbortController();
    const answer = node.transport.request(9, bytesOf(5), abort.signal);
    await world.clock.advance(10);
    abort.abort();
    assertEquals(await answer, O.none);
    await stop(world, node);
  });
});
