/**
 * Connections without a network: how they are read, written, bounded and ended.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Clock } from "../../effects/clock/clock.ts";
import { Acceptor } from "../../effects/resp/acceptor.ts";
import type { RespServerOptions } from "../../effects/resp/mod.ts";
import { FakeListener, FakeSocket } from "./fake_socket.ts";
import { FakeNode } from "./fake_node.ts";
import { Journal, request, turn } from "./talk.ts";

/** A clock whose timers a test fires. */
class TimerClock implements Clock {
  readonly timers = new Set<() => void>();
  now = (): number => 0;
  after(_: number, callback: () => void): () => void {
    const timer = (): void => {
      this.timers.delete(timer);
      callback();
    };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }
  soon(callback: () => void): void {
    void turn().then(callback);
  }
  /** The time of every timer has come. */
  fire(): void {
    for (const timer of [...this.timers]) timer();
  }
}

/** A server on a listener that is none. */
class Setup {
  readonly node = new FakeNode();
  readonly clock = new TimerClock();
  readonly listener = new FakeListener();
  readonly journal = new Journal();
  readonly server: Acceptor;

  constructor(options: Partial<RespServerOptions> = {}) {
    const { node, clock, journal: logger } = this;
    this.server = new Acceptor(this.listener, { listen: "", node, clock, logger, ...options });
  }

  /** A client that has connected. */
  async connect(socket = new FakeSocket()): Promise<FakeSocket> {
    this.listener.give(socket);
    await settle();
    return socket;
  }
}

/** Until nothing happens any more by itself. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

Deno.test("a connection is answered, and what is answered in one turn is written at once", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  socket.give("SET a 1\r\nGET a\r\nINCR a\r\nPING\r\n".repeat(3));
  await settle();
  assertEquals(socket.written, "+OK\r\n$1\r\n1\r\n:2\r\n+PONG\r\n".repeat(3));
  socket.writes.length = 0;
  socket.give("INCR n\r\n".repeat(100));
  await settle();
  assertEquals(socket.writes.length, 1);
  assertEquals(socket.written, Array.from({ length: 100 }, (_, i) => `:${i + 1}\r\n`).join(""));
  await setup.server.close();
  assert(socket.closed && setup.listener.closed);
});

Deno.test("what is answered while a write is under way is written together behind it", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  socket.stuck = true;
  for (let i = 0; i < 5; i++) {
    socket.give(`PING ${i}\r\n`);
    await settle();
  }
  socket.unstick();
  await settle();
  assertEquals(socket.writes, ["$1\r\n0\r\n", [1, 2, 3, 4].map((i) => `$1\r\n${i}\r\n`).join("")]);
  await setup.server.close();
});

Deno.test("a write that takes only a part is continued", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  socket.takes = 3;
  const value = "x".repeat(40_000);
  socket.give(request("SET", "k", value) + request("GET", "k") + "PING\r\n");
  await settle();
  while (!socket.written.endsWith("+PONG\r\n")) await settle();
  assertEquals(socket.written, `+OK\r\n$40000\r\n${value}\r\n+PONG\r\n`);
  await setup.server.close();
});

Deno.test("a client that does not take its replies is not read any more, until it does", async () => {
  const setup = new Setup({ limits: { maxUnwrittenBytes: 10_000 } });
  const socket = await setup.connect();
  socket.stuck = true;
  const ping = `PING ${"x".repeat(900)}\r\n`;
  for (let i = 0; i < 1_000; i++) socket.give(ping);
  await settle();
  const { requests, bytesReceived } = setup.server.counters();
  assert(requests < 20, `${requests} requests`);
  assert(bytesReceived < 20 * ping.length, `${bytesReceived} bytes`);
  socket.unstick();
  while (setup.server.counters().requests < 1_000) await settle();
  await settle();
  assertEquals(socket.written, `$900\r\n${"x".repeat(900)}\r\n`.repeat(1_000));
  await setup.server.close();
});

Deno.test("a client whose requests wait is not read any more, until they are answered", async () => {
  const setup = new Setup({ limits: { maxUnanswered: 10 } });
  const socket = await setup.connect();
  setup.node.held = true;
  for (let i = 0; i < 1_000; i++) socket.give("INCR n\r\n");
  await settle();
  assertEquals(setup.node.asked.length, 10);
  assert(setup.server.counters().bytesReceived <= 11 * "INCR n\r\n".length);
  setup.node.held = false;
  setup.node.release();
  while (setup.server.counters().requests < 1_000) await settle();
  await settle();
  assertEquals(socket.written, Array.from({ length: 1_000 }, (_, i) => `:${i + 1}\r\n`).join(""));
  await setup.server.close();
});

Deno.test("a client that waits holds up no other", async () => {
  const setup = new Setup();
  const [slow, fast] = [await setup.connect(), await setup.connect()];
  setup.node.held = true;
  slow.give("SET a 1\r\n");
  await settle();
  setup.node.held = false;
  fast.give("SET a 2\r\nGET a\r\n");
  await settle();
  assertEquals([slow.written, fast.written], ["", "+OK\r\n$1\r\n2\r\n"]);
  setup.node.release();
  await setup.server.close();
});

Deno.test("a client that says nothing more is still answered, and then closed", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  setup.node.held = true;
  socket.give("INCR n\r\nGET n\r\nGET");
  socket.end();
  await settle();
  assert(!socket.closed);
  setup.node.held = false;
  setup.node.release();
  await settle();
  assertEquals([socket.written, socket.closed], [":1\r\n$1\r\n1\r\n", true]);
  assertEquals(setup.server.connections, 0);
  await setup.server.close();
});

for (
  const [name, input, reply] of [
    ["QUIT", "QUIT\r\nPING\r\n", "+OK\r\n"],
    ["a protocol error", "*x\r\nPING\r\n", "-ERR Protocol error: invalid multibulk length\r\n"],
  ]
) {
  Deno.test(`behind ${name}, the connection is closed so that the last reply arrives`, async () => {
    const setup = new Setup();
    const socket = await setup.connect();
    socket.give(input);
    await settle();
    assertEquals([socket.written, socket.halfClosed, socket.closed], [reply, true, false]);
    socket.give("more, which nobody reads");
    socket.end();
    await settle();
    assertEquals([socket.written, socket.closed], [reply, true]);
    await setup.server.close();
  });
}

Deno.test("a client that does not leave after its last reply is not waited for", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  socket.give("QUIT\r\n");
  await settle();
  assert(!socket.closed);
  setup.clock.fire();
  await settle();
  assert(socket.closed);
  await setup.server.close();
});

Deno.test("a client to which nothing can be written is closed, whatever it waits for", async () => {
  const setup = new Setup();
  const socket = await setup.connect();
  socket.refuses = true;
  setup.node.held = true;
  socket.give("PING\r\nINCR n\r\n");
  await settle();
  assertEquals([socket.closed, setup.server.connections], [true, 0]);
  setup.node.release();
  await settle();
  assertEquals(socket.written, "");
  await setup.server.close();
});

Deno.test("a connection that breaks while it is read is forgotten", async () => {
  class Broken extends FakeSocket {
    override read(): Promise<number | null> {
      return Promise.reject(new Deno.errors.ConnectionReset("reset"));
    }
  }
  const setup = new Setup();
  const socket = await setup.connect(new Broken());
  assertEquals([socket.closed, setup.server.connections], [true, 0]);
  assertEquals(setup.journal.lines, ["debug: The connection of a client broke."]);
  await setup.server.close();
});

Deno.test("a connection that was reset before it could be set up is dropped", async () => {
  const setup = new Setup();
  const socket = new FakeSocket();
  socket.reset = true;
  await setup.connect(socket);
  assertEquals([socket.closed, setup.server.connections], [true, 0]);
  assertEquals(setup.journal.lines, ["debug: A connection broke as it began."]);
  await setup.server.close();
});

Deno.test("connections beyond the limit are told so and closed, until there is room again", async () => {
  const setup = new Setup({ limits: { maxConnections: 2 } });
  const [first, , third] = [await setup.connect(), await setup.connect(), await setup.connect()];
  assertEquals([third.written, third.halfClosed], ["-ERR max number of clients reached\r\n", true]);
  third.end();
  await settle();
  assert(third.closed);
  assertEquals(setup.server.connections, 2);
  first.end();
  await settle();
  const fourth = await setup.connect();
  fourth.give("PING\r\n");
  await settle();
  assertEquals(fourth.written, "+PONG\r\n");
  const { connectionsReceived, connectionsRejected } = setup.server.counters();
  assertEquals([connectionsReceived, connectionsRejected], [4, 1]);
  await setup.server.close();
});

Deno.test("when very many connections are turned away, they are not even told", async () => {
  const setup = new Setup({ limits: { maxConnections: 0 } });
  const sockets: FakeSocket[] = [];
  for (let i = 0; i < 150; i++) {
    sockets.push(new FakeSocket());
    setup.listener.give(sockets[i]);
  }
  while (!setup.listener.isIdle) await settle();
  assertEquals(sockets.filter(({ written }) => written !== "").length, 100);
  assertEquals(sockets.filter(({ closed }) => closed).length, 50);
  setup.clock.fire();
  await settle();
  assert(sockets.every(({ closed }) => closed));
  const gone = new FakeSocket();
  gone.refuses = true; // it did not wait to be told
  await setup.connect(gone);
  assert(gone.closed);
  await setup.server.close();
});

Deno.test("an accept that fails is tried again after a pause", async () => {
  const setup = new Setup();
  setup.listener.give(new Deno.errors.NotConnected("reset before it was accepted"));
  await settle();
  assertEquals(setup.journal.lines, ["warn: A connection could not be accepted."]);
  const socket = await setup.connect();
  socket.give("PING\r\n");
  await settle();
  assertEquals(socket.written, "");
  setup.clock.fire();
  await settle();
  assertEquals(socket.written, "+PONG\r\n");
  setup.listener.give(new Error("again"));
  await settle();
  await setup.server.close(); // also in a pause
});

Deno.test("close() answers what was asked, asks nothing more, and closes", async () => {
  const setup = new Setup();
  const [idle, busy] = [await setup.connect(), await setup.connect()];
  setup.node.held = true;
  busy.give("INCR n\r\nGET n\r\n");
  await settle();
  const closing = setup.server.close();
  await settle();
  assertEquals([idle.closed, busy.closed, setup.listener.closed], [true, false, true]);
  busy.give("INCR n\r\n");
  setup.node.held = false;
  setup.node.release();
  await closing;
  assertEquals([busy.written, busy.closed], [":1\r\n", true]);
  assertEquals(setup.node.asked.length, 1);
  assertEquals(setup.clock.timers.size, 0);
  await setup.server.close(); // twice is as good as once
});

Deno.test("close() waits only so long for what is never answered or never taken", async () => {
  const setup = new Setup();
  const [unanswered, stuck] = [await setup.connect(), await setup.connect()];
  stuck.stuck = true;
  stuck.give("PING\r\n");
  await settle();
  setup.node.held = true;
  unanswered.give("INCR n\r\n");
  await settle();
  const closing = setup.server.close();
  await settle();
  assertEquals([unanswered.closed, stuck.closed], [false, false]);
  setup.clock.fire();
  await closing;
  assertEquals([unanswered.closed, stuck.closed], [true, true]);
  setup.node.release();
  await settle();
  assertEquals(unanswered.written, "");
});

Deno.test("a connection that comes while the server closes is closed", async () => {
  const setup = new Setup();
  const socket = new FakeSocket();
  const closing = setup.server.close();
  setup.listener.give(socket);
  await closing;
  await settle();
  assert(socket.closed || !setup.listener.isIdle);
});

Deno.test("bytes and requests are counted", async () => {
  const setup = new Setup({ password: () => O.some("sesame") });
  const socket = await setup.connect();
  socket.give("AUTH x\r\nAUTH sesame\r\nGET a\r\n*x\r\n");
  socket.end();
  await settle();
  const { bytesReceived, bytesSent, requests, errorReplies, protocolErrors, authenticationFailures } = setup.server
    .counters();
  assertEquals(
    { bytesReceived, requests, errorReplies, protocolErrors, authenticationFailures },
    { bytesReceived: 32, requests: 3, errorReplies: 2, protocolErrors: 1, authenticationFailures: 1 },
  );
  assertEquals(bytesSent, socket.written.length);
  await setup.server.close();
});
