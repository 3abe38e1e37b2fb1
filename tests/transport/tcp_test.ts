/**
 * What is particular to real sockets.
 *
 * @module
 */
import { connect as connectTcp } from "node:net";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { tcpTransport, type TcpTransportOptions } from "../../effects/transport/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { connected, heartbeat, introduce, isConnected, type Member, send, start, stop, tcpWorld } from "./world.ts";

const test = testsThatNeed("net");
const world = tcpWorld();

async function startWith(id: number, options: TcpTransportOptions): Promise<Member> {
  return await start(world, id, { transport: tcpTransport(options) });
}

/** Why a transport cannot be opened with these options. */
async function failure(options: TcpTransportOptions): Promise<string> {
  const started = await startWith(1, options).then(E.right, E.left);
  if (E.isRight(started)) await stop(world, started.right);
  assert(E.isLeft(started) && started.left instanceof Error, "it was opened");
  return started.left.message;
}

test("without certificates a node listens where other machines reach it only if it is told to", async () => {
  for (const listen of ["0.0.0.0:0", "[::]:0", "10.0.0.1:0", "example.com:0", "128.0.0.1:0"]) {
    assertStringIncludes(await failure({ listen }), `Cannot listen on ${listen} without certificates`);
  }
  for (const listen of ["127.0.0.1:0", "localhost:0", "127.0.0.2:0"]) await stop(world, await startWith(1, { listen }));
  await stop(world, await startWith(1, { listen: "0.0.0.0:0", insecure: true }));
});

test("a transport that cannot listen says where and why", async () => {
  const node = await startWith(1, { listen: "127.0.0.1:0" });
  assertStringIncludes(await failure({ listen: node.address }), `Cannot listen on ${node.address}: `);
  assertStringIncludes(await failure({ listen: "nowhere" }), '"nowhere" is not host:port');
  assertStringIncludes(
    await failure({ listen: "127.0.0.1:0", advertise: "x" }),
    "Cannot tell peers where this node is",
  );
  await stop(world, node);
});

test("a node tells its peers where it is: what it is told to say, or what it knows, or where it listens", async () => {
  const seen = await startWith(9, { listen: "127.0.0.1:0" });
  const said = async (member: Member): Promise<O.Option<string>> => {
    member.transport.setPeers(new Map([[9, seen.address]]));
    await world.until(() => isConnected(member, 9));
    await stop(world, member);
    return seen.asked.find(({ id }) => id === member.id)?.address ?? O.none;
  };
  const listening = await startWith(1, { listen: "127.0.0.1:0" });
  assert(!listening.address.endsWith(":0"));
  assertEquals(await said(listening), O.some(listening.address));
  const told = { listen: "127.0.0.1:0", advertise: "127.0.0.1:7" };
  assertEquals(await said(await startWith(2, told)), O.some("127.0.0.1:7"));
  const known = await start(world, 3, { address: "127.0.0.1:8" });
  assertEquals(await said(known), O.some("127.0.0.1:8"));
  assertEquals(await said(await startWith(4, { listen: "0.0.0.0:0", insecure: true })), O.none);
  await stop(world, seen);
});

test("a node accepts connections although others were reset before it could", async () => {
  const node = await startWith(1, { listen: "127.0.0.1:0" });
  const { hostname, port } = new URL(`http://${node.address}`);
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 5 }, () => {
      return new Promise<void>((resolve) => {
        const socket = connectTcp(Number(port), hostname, () => socket.resetAndDestroy());
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }));
  }
  const peer = await startWith(2, { listen: "127.0.0.1:0" });
  introduce([node, peer]);
  await connected(world, [node, peer]);
  assertEquals(node.transport.violations(), 0);
  await stop(world, node, peer);
});

test("a node that closes can be started again on the same port at once", async () => {
  const [a, b] = [await startWith(1, { listen: "127.0.0.1:0" }), await startWith(2, { listen: "127.0.0.1:0" })];
  introduce([a, b]);
  await connected(world, [a, b]);
  await stop(world, b);
  const again = await startWith(2, { listen: b.address });
  introduce([a, again]);
  await connected(world, [a, again]);
  send(a, heartbeat(1, 2));
  await world.until(() => again.received.length === 1);
  await stop(world, a, again);
});

test("many megabytes pass in both directions at once", async () => {
  const members = [await startWith(1, { listen: "127.0.0.1:0" }), await startWith(2, { listen: "127.0.0.1:0" })];
  introduce(members);
  await connected(world, members);
  const message = { type: "ForwardedReadIndex", term: 0, context: new Uint8Array(100_000) } as const;
  for (let i = 0; i < 100; i++) {
    for (const { id, transport } of members) transport.send({ ...message, from: id, to: 3 - id });
    for (const { transport } of members) transport.flush();
  }
  await world.until(() => members.every(({ received }) => received.length === 100));
  assertEquals(members.map(({ transport }) => transport.violations()), [0, 0]);
  await stop(world, ...members);
});
