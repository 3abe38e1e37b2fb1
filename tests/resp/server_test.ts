/**
 * The server on real sockets.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { splitAddress } from "../../effects/resp/address.ts";
import { type RespServer, respServer, type RespServerOptions } from "../../effects/resp/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { FakeNode } from "./fake_node.ts";
import { readReply } from "./real_clients.ts";
import { bytes, characters, request } from "./talk.ts";

const test = testsThatNeed("net");

/** A server on a free port of this machine. */
function start(options: Partial<RespServerOptions> = {}): RespServer {
  const server = respServer({ listen: "127.0.0.1:0", node: new FakeNode(), ...options });
  if (E.isLeft(server)) throw new Error(server.left.message);
  return server.right;
}

function connect({ address }: RespServer): Promise<Deno.TcpConn> {
  const at = splitAddress(address);
  if (O.isNone(at)) throw new Error(`no address: ${address}`);
  return Deno.connect(at.value);
}

async function send(connection: Deno.TcpConn, text: string | Bytes): Promise<void> {
  for (let rest = typeof text === "string" ? bytes(text) : text; rest.length > 0;) {
    rest = rest.subarray(await connection.write(rest));
  }
}

async function readAll(connection: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    text += characters(buffer.subarray(0, count));
  }
  connection.close();
  return text;
}

test("respServer() listens on a free port, answers, and ends", async () => {
  const server = start();
  assertMatch(server.address, /^127\.0\.0\.1:[1-9]\d*$/);
  const connection = await connect(server);
  await send(connection, request("SET", "k", "v"));
  assertEquals(await readReply(connection), "+OK\r\n");
  await send(connection, "GET k\r\n");
  assertEquals(await readReply(connection), "$1\r\nv\r\n");
  assertEquals([server.connections, server.counters().requests], [1, 2]);
  await server.close();
  assertEquals(await readAll(connection), "");
  assertEquals(server.connections, 0);
});

test("respServer() says why it cannot listen", async () => {
  const server = start();
  const again = respServer({ listen: server.address, node: new FakeNode() });
  assert(E.isLeft(again));
  assertMatch(again.left.message, new RegExp(`^Cannot listen on ${server.address}: .*in use`, "i"));
  assertEquals(
    respServer({ listen: "nowhere", node: new FakeNode() }),
    E.left({ type: "ListenError", message: "Cannot listen on nowhere: it is not of the form host:port" }),
  );
  await server.close();
});

test("respServer() listens on IPv6, too", async () => {
  const server = respServer({ listen: "[::1]:0", node: new FakeNode() });
  if (E.isLeft(server)) return console.warn(`no IPv6 here: ${server.left.message}`);
  assertMatch(server.right.address, /^\[::1\]:\d+$/);
  const connection = await connect(server.right);
  await send(connection, "CLIENT INFO\r\n");
  assertMatch(await readReply(connection), /addr=\[::1\]:\d+ /);
  connection.close();
  await server.right.close();
});

test("a client that closes its side gets all of its answers", async () => {
  const server = start();
  const connection = await connect(server);
  await send(connection, "INCR n\r\n".repeat(10_000));
  await connection.closeWrite();
  assertEquals(await readAll(connection), Array.from({ length: 10_000 }, (_, i) => `:${i + 1}\r\n`).join(""));
  await server.close();
});

test("a client gets the error, although it had more to say", async () => {
  const server = start();
  const connection = await connect(server);
  await send(connection, `*x\r\n${"PING\r\n".repeat(50_000)}`);
  const reading = readAll(connection);
  assertEquals(await reading, "-ERR Protocol error: invalid multibulk length\r\n");
  await server.close();
});

test("large values go both ways", async () => {
  const server = start();
  const connection = await connect(server);
  const value = "0123456789abcdef".repeat(80_000);
  const sending = send(connection, request("SET", "k", value) + request("GET", "k") + "QUIT\r\n");
  const answer = await readAll(connection);
  await sending;
  assert(answer === `+OK\r\n$${value.length}\r\n${value}\r\n+OK\r\n`);
  await server.close();
});

test("a client that never reads does not make the server hold more than the limit", async () => {
  const server = start({ limits: { maxUnwrittenBytes: 100_000 } });
  const connection = await connect(server);
  const value = "x".repeat(50_000);
  const ping = bytes(request("PING", value));
  const total = 1_000;
  const sending = (async () => {
    for (let i = 0; i < total; i++) await send(connection, ping);
    await connection.closeWrite();
  })();
  // What it has read and not written fits into its limit and one read; the rest is in the sockets' buffers or unsent.
  const answer = readAllOf(connection, total * (value.length + "$50000\r\n\r\n".length));
  let most = 0;
  while (server.counters().requests < total) {
    const { bytesReceived, bytesSent } = server.counters();
    most = Math.max(most, bytesReceived - bytesSent);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  await sending;
  assert(await answer);
  assert(most < 1_000_000, `${most} bytes were held`);
  connection.close();
  await server.close();
});

/** Reads so many bytes and throws them away. */
async function readAllOf(connection: Deno.TcpConn, total: number): Promise<boolean> {
  const buffer = new Uint8Array(65_536);
  for (let got = 0; got < total;) {
    const count = await connection.read(buffer);
    if (count === null) return false;
    got += count;
  }
  return true;
}

test("the server goes on when clients come and go at once, in the midst of what they say", async () => {
  const server = start({ limits: { maxConnections: 20 } });
  for (let round = 0; round < 10; round++) {
    const connections = await Promise.all(Array.from({ length: 30 }, () => connect(server)));
    await Promise.all(connections.map((connection, i) => {
      return send(connection, ["SET a", "*3\r\n$3\r\nSET", "PING\r\n".repeat(i), ""][i % 4]).catch(() => {});
    }));
    for (const connection of connections) connection.close();
  }
  let connection = await connect(server);
  await send(connection, "PING\r\n");
  while (await readReply(connection) !== "+PONG\r\n") { // the others have not gone yet
    connection.close();
    connection = await connect(server);
    await send(connection, "PING\r\n");
  }
  connection.close();
  await server.close();
});
