/**
 * A hundred thousand malformed frames, and what they do: they close their connection, are counted, and disturb nobody else.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { PeerMessage } from "../../core/message.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { silentLogger } from "../../effects/logging/logger.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { Accepted } from "../../effects/transport/accepted.ts";
import { type Context, newContext } from "../../effects/transport/context.ts";
import { FrameStream } from "../../effects/transport/frame_stream.ts";
import { DEFAULT_LIMITS } from "../../effects/transport/limits.ts";
import { MessageService } from "../../effects/transport/message_service.ts";
import { SnapshotService } from "../../effects/transport/snapshot_service.ts";
import { testsThatNeed } from "../permissions.ts";
import { cut, malformed } from "./malformed.ts";
import { frameOf, hello, Stranger } from "./stranger.ts";
import { bytesOf, CLUSTER, commitOf, heartbeat, Inbox, start, startCluster, stop, tcpWorld } from "./world.ts";

const FRAMES = 100_000;

/** A node without sockets. */
class Victim {
  readonly received: [from: number, message: PeerMessage][] = [];
  readonly context: Context;

  constructor() {
    const local = {
      cluster: CLUSTER,
      id: 1,
      incarnation: "0000000000000001",
      address: O.none,
      clock: new SimulatedClock(),
      random: seededRandom(1),
      logger: silentLogger,
    };
    this.context = newContext(local, {
      admit: () => E.right(undefined),
      receive: (from, messages) => messages.forEach((message) => this.received.push([from, message])),
      request: (_, payload) => Promise.resolve(payload),
      offerSnapshot: (_, message) => new Inbox().offer(message),
      snapshotReceived: () => {},
      unreachable: () => {},
    }, DEFAULT_LIMITS);
  }

  /** Accepts a connection; true in the second place of the result once it is closed. */
  accept(): Accepted {
    const { context } = this;
    const socket = { remote: "nowhere", write: () => Promise.resolve(), close: () => {}, certifies: () => true };
    return new Accepted(context, socket, {
      admitted: ({ connection }, { from, kind }) =>
        kind === "messages"
          ? new MessageService(context, from, connection)
          : new SnapshotService(context, from, connection),
      ended: () => {},
    });
  }
}

Deno.test(`${FRAMES} malformed frames close their connections, are counted, and disturb nobody else`, () => {
  const random = seededRandom(7);
  const victim = new Victim();
  const { counters } = victim.context;
  const friend = victim.accept();
  friend.connection.feed(frameOf(hello(3, 1)));
  const survivors = new Map<string, number>();
  const messages = frameOf(hello(2, 1));
  const snapshot = frameOf(hello(2, 1, { kind: "snapshot" }));
  let good = 0;
  for (let i = 0; i < FRAMES; i++) {
    const { connection } = victim.accept();
    const place = random.next();
    if (place < 0.5) connection.feed(messages);
    else if (place < 0.7) connection.feed(snapshot);
    const before = counters.violations;
    const { kind, bytes, certain } = malformed(random);
    for (const piece of cut(bytes, random)) connection.feed(piece);
    const counted = counters.violations - before; // a refusal is counted before it has left and the connection is closed
    assert(counted <= 1, `${kind}: ${counted}`);
    if (counted === 0) {
      assert(!certain, `${kind} passed`);
      survivors.set(kind, (survivors.get(kind) ?? 0) + 1);
      connection.close("enough");
    }
    if (i % 100 === 0) {
      friend.connection.feed(frameOf({ type: "Messages", messages: [heartbeat(3, 1, i)] }));
      good++;
    }
  }
  const strange = victim.received.filter(([from, message]) => message.from !== from || message.to !== 1);
  assertEquals(strange, []);
  assertEquals(victim.received.filter(([from]) => from === 3).length, good);
  assert(!friend.connection.closed);
  for (const kind of survivors.keys()) assert(kind.startsWith("a good frame"), kind);
  assert(counters.violations > FRAMES * 0.8, `${counters.violations}`);
  friend.connection.close("done");
});

Deno.test("frames are found however the stream is cut, and nothing is found behind damage", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 500; round++) {
    const payloads = Array.from({ length: 1 + Math.floor(random.next() * 6) }, (_, i) => {
      return bytesOf(Math.floor(random.next() * (random.next() < 0.05 ? 200_000 : 60)), i);
    });
    const stream = Uint8Array.from(payloads.flatMap((bytes) => [...frameOf({ type: "Chunk", bytes })]));
    const frames = new FrameStream(1_000_000);
    const found: Uint8Array[] = [];
    const shared = new Uint8Array(stream.length); // a socket's buffer, used again and again
    for (const piece of cut(stream, { next: () => Math.max(0.31, random.next()) })) {
      shared.set(piece);
      const error = frames.push(shared.subarray(0, piece.length), (payload) => found.push(payload.slice(1)) > 0);
      assertEquals(error, O.none);
    }
    assertEquals(found, payloads);
    assertEquals(frames.waiting, 0);
  }
});

testsThatNeed("net")("300 malformed frames on real sockets disturb nobody else", async () => {
  const world = tcpWorld();
  const random = seededRandom(11);
  const members = await startCluster(world, 2);
  const [a, b] = members;
  const { hostname, port } = new URL(`http://${a.address}`);
  for (let i = 0; i < 300; i++) {
    const conn = await Deno.connect({ hostname, port: Number(port) });
    const stranger = new Stranger({
      write: async (bytes) => void await conn.write(bytes).catch(() => 0),
      read: async () => {
        const buffer = new Uint8Array(4096);
        const length = await conn.read(buffer).catch(() => null);
        return length === null ? O.none : O.some(buffer.subarray(0, length));
      },
      close: () => conn.close(),
    });
    let next = malformed(random);
    while (!next.certain) next = malformed(random);
    if (i % 2 === 0) await stranger.say(hello(5, 1)).then(() => stranger.hear());
    for (const piece of cut(next.bytes, random)) await stranger.sayBytes(piece);
    await stranger.rest(); // ends when the node has closed the connection
    conn.close();
    await world.until(() => a.transport.violations() === i + 1);
  }
  b.transport.send(heartbeat(2, 1, 9));
  b.transport.flush();
  await world.until(() => a.received.length === 1);
  assertEquals(commitOf(a.received[0]), 9);
  const late = await start(world, 3);
  late.transport.setPeers(new Map([[1, a.address]]));
  await world.until(() => late.transport.counters().get(1)?.connected === true);
  await stop(world, ...members, late);
});
