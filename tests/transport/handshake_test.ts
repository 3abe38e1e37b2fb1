/**
 * Who may connect, and what somebody hears who may not.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { parseAddress } from "../../effects/transport/address.ts";
import { match, readIntroduction, writeIntroduction } from "../../effects/transport/introduction.ts";
import type { Packet } from "../../effects/transport/packet.ts";
import { decode, encode, FORMATS } from "../../effects/wire/mod.ts";
import { type Pipe, type PipeWorld, pipeWorld } from "./pipes.ts";
import { foreignHello, frame, frameOf, hello, introduction, Stranger } from "./stranger.ts";
import { connected, heartbeat, introduce, isConnected, type Member, send, start, startCluster, stop } from "./world.ts";

async function call(world: PipeWorld, { address }: Member): Promise<{ stranger: Stranger; pipe: Pipe }> {
  const socket = await world.network.dial(address, 0, new AbortController().signal);
  return { stranger: new Stranger(socket), pipe: world.network.pipes[world.network.pipes.length - 1] };
}

async function refusal(world: PipeWorld, member: Member, greeting: Packet): Promise<string> {
  const { stranger } = await call(world, member);
  await stranger.say(greeting);
  const answer = await world.wait(stranger.hear());
  assertEquals(await world.wait(stranger.rest()), []);
  assert(O.isSome(answer) && answer.value.type === "Refusal");
  return answer.value.reason;
}

describe("a handshake", () => {
  it("tells each end who the other one is, and where", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    assertEquals(b.asked[0], { id: 1, incarnation: "0000000000000001", address: O.some("node-1:1") });
    assertEquals(a.asked[0], { id: 2, incarnation: "0000000000000002", address: O.some("node-2:1") });
    await stop(world, a, b);
  });

  it("is refused with a reason that names what differs, and is counted", async () => {
    const world = pipeWorld();
    const node = await start(world, 1, { admit: () => E.left("Node 2 lost its data: remove it and add it again.") });
    const reasons = [
      await refusal(world, node, hello(2, 1, { cluster: "ffffffffffffffff" })),
      await refusal(world, node, hello(2, 3)),
      await refusal(world, node, hello(1, 1)),
      await refusal(world, node, hello(2, 1)),
    ];
    assertStringIncludes(reasons[0], "Node 2 belongs to cluster ffffffffffffffff, node 1 to 0123456789abcdef");
    assertStringIncludes(reasons[1], "Node 3 was called, but here is node 1");
    assertStringIncludes(reasons[2], "Another node calls itself 1 too");
    assertEquals(reasons[3], "Node 2 lost its data: remove it and add it again.");
    assertEquals(node.transport.violations(), 4);
    assertEquals(node.logged.map(({ fields }) => fields["reason"]), reasons);
    await stop(world, node);
  });

  it("in a newer major version is refused by name, and a newer minor one is fine", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const newer = { ...FORMATS.handshake, newest: { major: 2, minor: 3 }, oldest: { major: 2, minor: 0 } };
    const { stranger } = await call(world, node);
    await stranger.sayBytes(foreignHello(2, 1, newer));
    const answer = await world.wait(stranger.hear());
    assert(O.isSome(answer) && answer.value.type === "Refusal");
    assertStringIncludes(answer.value.reason, "handshake 2.0 to 2.3");
    assertEquals(node.transport.violations(), 1);

    const both = { ...newer, oldest: { major: 1, minor: 0 } };
    const { stranger: friend } = await call(world, node);
    await friend.sayBytes(foreignHello(2, 1, both));
    const welcome = await world.wait(friend.hear());
    assert(O.isSome(welcome) && welcome.value.type === "Welcome");
    await stop(world, node);
  });

  it("reads an introduction with fields that a later minor version has added", () => {
    const mine = introduction(1, 2);
    const later = encode(mine, (writer, mine) => {
      writeIntroduction(writer, mine);
      writer.string("something new");
    });
    assertEquals(decode(later, readIntroduction), E.right(mine));
  });

  it("matches nodes that answer as they were called, and no others", () => {
    const mine = introduction(1, 2);
    assertEquals(match(mine, introduction(2, 1)), E.right(undefined));
    for (const theirs of [introduction(3, 1), introduction(2, 1, { kind: "snapshot" }), introduction(2, 4)]) {
      assert(E.isLeft(match(mine, theirs)));
    }
  });

  it("that is refused is tried again ever more rarely, and logged once on each side", async () => {
    const world = pipeWorld();
    const a = await start(world, 1);
    const b = await start(world, 2, { admit: () => E.left("node 1 was removed") });
    a.transport.setPeers(new Map([[2, b.address]]));
    await world.clock.advance(300_000);
    const { calls } = world.network;
    const pauses = calls.slice(1).map(({ at }, i) => at - calls[i].at);
    assert(pauses.length > 10);
    assert(pauses[0] >= 25 && pauses[0] <= 50);
    for (const pause of pauses.slice(10)) assert(pause >= 15_000 && pause <= 30_000);
    assertEquals(new Set(pauses).size, pauses.length); // chance keeps nodes from calling in step
    const fields = { peer: 2, address: "node-2:1", reason: "node 1 was removed" };
    assertEquals(a.logged, [{ message: "A peer and this node do not accept each other.", fields }]);
    assertEquals(b.logged.map(({ message }) => message), ["A connection was refused."]);
    assertEquals(b.transport.violations(), calls.length);
    await stop(world, a, b);
  });

  it("that the caller refuses is told to the one who was called", async () => {
    const world = pipeWorld();
    const a = await start(world, 1, { admit: () => E.left("node 2 lost its data") });
    const b = await start(world, 2);
    a.transport.setPeers(new Map([[2, b.address]]));
    await world.until(() => b.logged.length > 0 && a.logged.length > 0);
    const { message, fields } = b.logged[0];
    assertEquals([message, fields["reason"]], ["A peer refused this node.", "node 2 lost its data"]);
    await stop(world, a, b);
  });

  it("must be complete in time, on both ends", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const { stranger } = await call(world, node);
    world.network.silent.add("node-9:1");
    node.transport.setPeers(new Map([[9, "node-9:1"]]));
    assertEquals(await world.wait(stranger.rest()), []);
    assert(world.clock.now() >= 5_000);
    await world.until(() => node.logged.length > 0);
    assertEquals(node.logged[0].fields["reason"], "it did not answer in time");
    assertEquals(node.transport.violations(), 0);
    await stop(world, node);
  });

  it("that is never answered ends in time although the socket is open", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const sockets: unknown[] = [];
    world.network.listenAt("node-9:1", (socket) => void sockets.push(socket));
    node.transport.setPeers(new Map([[9, "node-9:1"]]));
    await world.until(() => sockets.length === 2);
    assert(world.network.pipes[0].closed);
    assertEquals(node.logged[0].fields["reason"], "it did not answer in time");
    await stop(world, node);
  });

  it("comes before everything else", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const early: readonly (readonly Packet[])[] = [
      [{ type: "Messages", messages: [heartbeat(2, 1)] }],
      [{ type: "Welcome", introduction: introduction(2, 1) }],
      [{ type: "Request", id: 1, payload: new Uint8Array(1) }],
      [hello(2, 1), { type: "Messages", messages: [heartbeat(2, 1)] }],
    ];
    for (const packets of early) {
      const { stranger } = await call(world, node);
      await stranger.say(...packets);
      const rest = await world.wait(stranger.rest());
      assert(rest.every((type) => type === "Welcome"));
    }
    const { stranger } = await call(world, node);
    await stranger.sayBytes(Uint8Array.from([...frameOf(hello(2, 1)), 1, 2]));
    assertEquals(await world.wait(stranger.rest()), ["Welcome"]);
    assertEquals(node.transport.violations(), early.length + 1);
    assertEquals(node.received, []);
    await stop(world, node);
  });

  it("has small frames only", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const { stranger } = await call(world, node);
    await stranger.sayBytes(frame((writer) => writer.raw(new Uint8Array(4097))));
    assertEquals(await world.wait(stranger.rest()), []);
    assertEquals(node.transport.violations(), 1);
    assertStringIncludes(String(node.logged[0].fields["reason"]), "4097 bytes are more than 4096");
    await stop(world, node);
  });

  it("that ends within a frame is a violation; where nothing was said it is none", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const { stranger } = await call(world, node);
    stranger.socket.close();
    const { stranger: other } = await call(world, node);
    await other.sayBytes(new Uint8Array([1, 0, 0]));
    await world.clock.advance(1);
    other.socket.close();
    await world.until(() => node.transport.violations() === 1);
    await stop(world, node);
  });

  it("needs a certificate that names the node, on both ends", async () => {
    const world = pipeWorld();
    const [a, b] = [await start(world, 1), await start(world, 2)];
    world.network.certificates = { caller: O.some(3), callee: O.some(2) };
    a.transport.setPeers(new Map([[2, b.address]]));
    await world.until(() => b.logged.length > 0 && a.logged.length > 0);
    assertEquals(b.logged[0].fields["reason"], "The certificate of the caller does not name node 1.");
    assertEquals([b.asked, b.transport.violations()], [[], 1]);

    world.network.certificates = { caller: O.some(1), callee: O.some(3) };
    const reason = "The certificate of the one who answered does not name node 2.";
    await world.until(() => a.logged.some(({ fields }) => fields["reason"] === reason));
    assertEquals([a.asked, isConnected(a, 2)], [[], false]);
    assert(a.transport.violations() > 0);

    world.network.certificates = { caller: O.some(1), callee: O.some(2) };
    await world.until(() => isConnected(a, 2));
    await stop(world, a, b);
  });
});

describe("connections that were accepted", () => {
  it("are one of each kind for each peer: the newest", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const first = await call(world, node);
    await first.stranger.say(hello(2, 1));
    await world.wait(first.stranger.hear());
    const other = await call(world, node);
    await other.stranger.say(hello(2, 1, { kind: "snapshot" }));
    await world.wait(other.stranger.hear());
    const second = await call(world, node);
    await second.stranger.say(hello(2, 1));
    await world.wait(second.stranger.hear());
    assertEquals(await world.wait(first.stranger.rest()), []);
    assertEquals([first.pipe.closed, other.pipe.closed, second.pipe.closed], [true, false, false]);
    await second.stranger.say({ type: "Messages", messages: [heartbeat(2, 1)] });
    await world.until(() => node.received.length === 1);
    assertEquals(node.transport.violations(), 0);
    await stop(world, node);
  });

  it("are limited: of too many without a handshake the oldest goes, and beyond all limits the newest", async () => {
    const world = pipeWorld({ handshakes: 2, connections: 4 });
    const node = await start(world, 1);
    const strangers = [await call(world, node), await call(world, node), await call(world, node)];
    await world.clock.advance(1);
    assertEquals(strangers.map(({ pipe }) => pipe.closed), [true, false, false]);
    for (const id of [2, 3]) {
      const { stranger } = strangers[id - 1];
      await stranger.say(hello(id, 1));
      await world.wait(stranger.hear());
    }
    const more = [await call(world, node), await call(world, node), await call(world, node)];
    await world.clock.advance(1);
    assertEquals(more.map(({ pipe }) => pipe.closed), [false, false, true]);
    assertEquals(strangers.map(({ pipe }) => pipe.closed), [true, false, false]);
    await stop(world, node);
  });

  it("say that they are there once something came, and not otherwise", async () => {
    const world = pipeWorld();
    const node = await start(world, 1);
    const { stranger } = await call(world, node);
    await stranger.say(hello(2, 1));
    await world.wait(stranger.hear());
    await world.clock.advance(1_000); // for the greeting itself
    assertEquals(await world.wait(stranger.hear()), O.some({ type: "Alive" }));
    await stranger.say({ type: "Messages", messages: [heartbeat(2, 1)] });
    await stranger.say({ type: "Messages", messages: [heartbeat(2, 1)] });
    await world.clock.advance(60_000);
    node.transport.close();
    assertEquals(await world.wait(stranger.rest()), ["Alive"]);
  });
});

describe("an address", () => {
  it("is host:port", () => {
    assertEquals(parseAddress("a.example:1"), E.right({ hostname: "a.example", port: 1 }));
    assertEquals(parseAddress("127.0.0.1:65535"), E.right({ hostname: "127.0.0.1", port: 65535 }));
    assertEquals(parseAddress("[fe80::1]:0"), E.right({ hostname: "fe80::1", port: 0 }));
    for (const wrong of ["", "a", ":1", "a:", "a:65536", "a:-1", "::1:5", "[::1]", "a b:1", `${"a".repeat(300)}:1`]) {
      assert(E.isLeft(parseAddress(wrong)), wrong);
    }
  });
});

describe("a node that closes", () => {
  it("says what it had flushed before, and nothing after", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const pipe = world.network.pipes.find((pipe) => !pipe.closed);
    assert(pipe !== undefined);
    for (const pipe of world.network.pipes) pipe.isHeld = true;
    send(a, heartbeat(1, 2, 1));
    send(a, heartbeat(1, 2, 2));
    const closing = a.transport.close();
    await world.clock.advance(500);
    for (const pipe of world.network.pipes) pipe.release();
    await world.wait(closing);
    await world.until(() => b.received.length === 2);
    await stop(world, b);
  });

  it("takes nothing more, also while it still says something", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    const toB = world.network.pipes.find(({ address }) => address === b.address);
    assert(toB !== undefined);
    toB.isHeld = true;
    send(a, heartbeat(1, 2, 1));
    const closing = a.transport.close();
    send(b, heartbeat(2, 1, 1));
    await world.clock.advance(100);
    toB.release();
    await world.wait(closing);
    await world.until(() => b.received.length === 1);
    assertEquals(a.received, []);
    await stop(world, b);
  });

  it("waits for a peer that does not read for a second only", async () => {
    const world = pipeWorld();
    const members = await startCluster(world, 2);
    for (const pipe of world.network.pipes) pipe.isHeld = true;
    send(members[0], heartbeat(1, 2, 1));
    const before = world.clock.now();
    await world.wait(members[0].transport.close());
    assertEquals(world.clock.now() - before, 1_000);
    await stop(world, members[1]);
  });

  it("can be connected with again", async () => {
    const world = pipeWorld();
    const [a, b] = await startCluster(world, 2);
    await stop(world, a);
    const again = await start(world, 1);
    introduce([again, b]);
    await connected(world, [again, b]);
    await stop(world, again, b);
  });
});
