/**
 * The network between nodes carries bytes, and loses and delays them as it is told, each direction by itself.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Cancel, type Clock, systemClock } from "../../effects/clock/clock.ts";
import { identifyCaller } from "../../effects/processes/caller.ts";
import { ProxiedNetwork } from "../../effects/processes/proxy.ts";
import { beginFrame, endFrame, Writer } from "../../effects/wire/mod.ts";
import { writePacket } from "../../effects/transport/packet_codec.ts";
import * as O from "fp-ts/Option";
import { testsThatNeed } from "../permissions.ts";

const test = testsThatNeed("net");

test("bytes go both ways, and the end of one side ends the other", () =>
  withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    await near.say("hello");
    assertEquals(await far.hear(5), "hello");
    await far.say("welcome");
    assertEquals(await near.hear(7), "welcome");
    near.close();
    assertEquals(await far.hear(1), "");
  }));

test("a cut link loses what is sent, both ways, and the connection ends when it is good again", () =>
  withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    network.partition([1], [2, 3]);
    await near.say("lost");
    await far.say("lost too");
    const other = await connect(network, nodes, [2, 3]);
    await other[0].say("x");
    assertEquals(await other[1].hear(1), "x", "the other side of the network is whole");
    await lost(network, 12);
    network.heal();
    assertEquals(await near.hear(1), "");
    assertEquals(await far.hear(1), "");
    const [again, target] = await connect(network, nodes, [1, 2]);
    await again.say("y");
    assertEquals(await target.hear(1), "y");
  }));

test("a connection on which nothing was sent outlives the cut", () =>
  withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    network.partition([1], [2]);
    network.heal();
    await near.say("still");
    assertEquals(await far.hear(5), "still");
  }));

test("a link that is cut one way carries the other way", () =>
  withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    const [back, end] = await connect(network, nodes, [2, 1]);
    network.links.set(1, 2, { isCut: true });
    await near.say("lost");
    await end.say("lost too: it answers from 1 to 2");
    await far.say("answer");
    assertEquals(await near.hear(6), "answer");
    await back.say("message");
    assertEquals(await end.hear(7), "message");
    await lost(network, 36);
    network.links.set(1, 2, { isCut: false });
    assertEquals(await far.hear(1), "");
    assertEquals(await back.hear(1), "");
  }));

test("an introduction across a cut link does not arrive", () =>
  withNetwork(async (network, nodes) => {
    network.partition([1], [2]);
    const near = await Side.dial(network.addressOf(2));
    nodes.keep(near);
    await near.say("1");
    const far = await nodes.accept(2);
    await lost(network, 1);
    near.close();
    assertEquals(await far.hear(1), "");
  }));

test("a delay holds bytes back, and no longer", () => {
  const clock = new SteppedClock();
  return withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    network.links.set(1, 2, { delayMs: 70 });
    await near.say("late");
    await far.say("at once");
    assertEquals(await near.hear(7), "at once");
    assertEquals(await clock.next(), 70);
    clock.fire();
    assertEquals(await far.hear(4), "late");
  }, clock);
});

test("what was on its way when the link was cut is lost", () => {
  const clock = new SteppedClock();
  return withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    network.links.set(1, 2, { delayMs: 70 });
    await near.say("late");
    await clock.next();
    network.links.set(1, 2, { isCut: true });
    clock.fire();
    await lost(network, 4);
    network.heal();
    assertEquals(await far.hear(1), "");
  }, clock);
});

test("a network that is closed while bytes wait lets go of them", () => {
  const clock = new SteppedClock();
  return withNetwork(async (network, nodes) => {
    const [near] = await connect(network, nodes, [1, 2]);
    network.links.set(1, 2, { delayMs: 70 });
    await near.say("never");
    await clock.next();
    await network.close();
    assertEquals(clock.waiting, 0);
    assertEquals(await near.hear(1), "");
  }, clock);
});

test("connections between two nodes can be broken; others stay", () =>
  withNetwork(async (network, nodes) => {
    const [near, far] = await connect(network, nodes, [1, 2]);
    const [back] = await connect(network, nodes, [2, 1]);
    const [other, end] = await connect(network, nodes, [1, 3]);
    network.disconnect(2, 1);
    assertEquals([await near.hear(1), await far.hear(1), await back.hear(1)], ["", "", ""]);
    await other.say("x");
    assertEquals(await end.hear(1), "x");
  }));

test("a node that does not run cannot be reached through its proxy either", () =>
  withNetwork(async (network, nodes) => {
    nodes.stop(2);
    const near = await Side.dial(network.addressOf(2));
    nodes.keep(near);
    assertEquals(await near.hear(1), "");
  }));

test("a caller that leaves before it has said who it is leaves nothing behind", () =>
  withNetwork(async (network, nodes) => {
    const near = await Side.dial(network.addressOf(2));
    near.close();
    const far = await nodes.accept(2);
    assertEquals(await far.hear(1), "");
  }));

test("a network knows only its nodes", () =>
  withNetwork((network) => {
    assertThrows(() => network.addressOf(4), Error, "Cannot find node 4");
    return Promise.resolve();
  }));

Deno.test("a caller is known by the first frame of its connection", () => {
  const hello = frame((writer) => {
    const introduction = {
      kind: "messages" as const,
      cluster: "0123456789abcdef",
      from: 3,
      to: 1,
      incarnation: "0123456789abcdef",
      session: "0123456789abcdef",
      address: O.none,
    };
    writePacket(writer, { type: "Hello", introduction });
  });
  for (let length = 0; length < hello.length; length++) {
    assertEquals(identifyCaller(hello.subarray(0, length)), undefined);
  }
  assertEquals(identifyCaller(hello), 3);
  assertEquals(identifyCaller(Uint8Array.of(...hello, 1, 2, 3)), 3);
});

Deno.test("who says something else first is nobody", () => {
  assertEquals(identifyCaller(frame((writer) => writePacket(writer, { type: "End" }))), 0);
  assertEquals(identifyCaller(frame((writer) => writer.u8(255))), 0);
  assertEquals(identifyCaller(new TextEncoder().encode("GET / HTTP/1.1\r\n")), 0);
});

function frame(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  const at = beginFrame(writer);
  write(writer);
  endFrame(writer, at);
  return writer.view().slice();
}

/** One end of a connection. */
class Side {
  readonly #connection: Deno.Conn;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  static async dial(address: string): Promise<Side> {
    const [hostname, port] = address.split(":");
    return new Side(await Deno.connect({ hostname, port: Number(port) }));
  }

  async say(text: string): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(text));
  }

  /** The next `length` bytes; nothing if the connection ends. */
  async hear(length: number): Promise<string> {
    const bytes = new Uint8Array(length);
    try {
      for (let at = 0; at < length;) {
        const count = await this.#connection.read(bytes.subarray(at));
        if (count === null) return "";
        at += count;
      }
    } catch {
      return "";
    }
    return new TextDecoder().decode(bytes);
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // It is closed.
    }
  }
}

/** Three nodes that do nothing but accept connections. */
class Nodes {
  readonly #listeners = new Map([1, 2, 3].map((id) => [id, Deno.listen({ hostname: "127.0.0.1", port: 0 })]));
  readonly #sides: Side[] = [];
  readonly targets = new Map([...this.#listeners].map(([id, { addr }]) => [id, `127.0.0.1:${addr.port}`]));

  keep(side: Side): void {
    this.#sides.push(side);
  }

  stop(id: number): void {
    this.#listeners.get(id)?.close();
    this.#listeners.delete(id);
  }

  async accept(id: number): Promise<Side> {
    const connection = await this.#listeners.get(id)?.accept();
    assert(connection !== undefined);
    const side = new Side(connection);
    this.#sides.push(side);
    return side;
  }

  close(): void {
    for (const id of [1, 2, 3]) this.stop(id);
    for (const side of this.#sides) side.close();
  }
}

/** A caller says who it is with one digit. */
function identify(bytes: Uint8Array): number | undefined {
  return bytes.length === 0 ? undefined : bytes[0] - 0x30;
}

async function connect(
  network: ProxiedNetwork,
  nodes: Nodes,
  [from, to]: readonly [number, number],
): Promise<readonly [Side, Side]> {
  const near = await Side.dial(network.addressOf(to));
  nodes.keep(near);
  await near.say(String(from));
  const far = await nodes.accept(to);
  assertEquals(await far.hear(1), String(from));
  return [near, far];
}

/** Waits until so many bytes were lost. */
async function lost(network: ProxiedNetwork, bytes: number): Promise<void> {
  while (network.lostBytes < bytes) await new Promise((resolve) => systemClock.soon(() => resolve(undefined)));
  assertEquals(network.lostBytes, bytes);
}

async function withNetwork(
  work: (network: ProxiedNetwork, nodes: Nodes) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const nodes = new Nodes();
  const network = new ProxiedNetwork({ targets: nodes.targets, clock, identify });
  try {
    await work(network, nodes);
  } finally {
    await network.close();
    nodes.close();
  }
}

/** A clock on which something is due when somebody says so. */
class SteppedClock implements Clock {
  readonly #due: { readonly ms: number; readonly callback: () => void }[] = [];
  #asked = Promise.withResolvers<number>();
  readonly now = (): number => 0;
  readonly soon = systemClock.soon;
  readonly after = (ms: number, callback: () => void): Cancel => {
    const timer = { ms, callback };
    this.#due.push(timer);
    this.#asked.resolve(ms);
    return () => {
      const at = this.#due.indexOf(timer);
      if (at >= 0) this.#due.splice(at, 1);
    };
  };

  /** Resolves with what was asked for first. */
  next(): Promise<number> {
    return this.#asked.promise;
  }

  get waiting(): number {
    return this.#due.length;
  }

  fire(): void {
    this.#due.shift()?.callback();
  }
}
