/**
 * What every transport does, as tests.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { SnapshotFile } from "../../effects/storage/storage.ts";
import { samples } from "./samples.ts";
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
  send,
  start,
  startCluster,
  stop,
  type World,
} from "./world.ts";

/** Registers a test. */
type Register = (name: string, fn: () => Promise<void>) => void;

/** Registers a test of the contract for each sentence of it. */
export function testContract(kind: string, newWorld: () => World, register: Register): void {
  const test = (sentence: string, fn: (world: World) => Promise<void>): void =>
    register(`${kind}: ${sentence}`, async () => {
      const world = newWorld();
      try {
        await fn(world);
      } finally {
        world.dispose?.();
      }
    });

  test("every kind of message arrives as it was sent, in order", async (world) => {
    const [a, b] = await startCluster(world, 2);
    send(a, ...samples(1, 2));
    await world.until(() => b.received.length === samples(1, 2).length);
    assertEquals(b.received, [...samples(1, 2)]);
    send(b, ...samples(2, 1));
    await world.until(() => a.received.length === samples(2, 1).length);
    assertEquals(a.received, [...samples(2, 1)]);
    assertEquals(a.transport.counters().get(2), {
      connected: true,
      sent: samples(1, 2).length,
      dropped: 0,
      received: samples(2, 1).length,
      queuedBytes: 0,
    });
    assertEquals([a.transport.violations(), b.transport.violations()], [0, 0]);
    await stop(world, a, b);
  });

  test("messages that were queued leave with flush, and not before", async (world) => {
    const [a, b] = await startCluster(world, 2);
    a.transport.send(heartbeat(1, 2, 1));
    assert((a.transport.counters().get(2)?.queuedBytes ?? 0) > 0);
    const answer = await world.wait(b.transport.request(1, bytesOf(1), forever())); // a turn around all the while
    assert(O.isSome(answer));
    assertEquals(b.received, []);
    send(a, heartbeat(1, 2, 2));
    await world.until(() => b.received.length === 2);
    assertEquals(b.received.map(commitOf), [1, 2]);
    await stop(world, a, b);
  });

  test("what arrived does not change when more arrives", async (world) => {
    const [a, b] = await startCluster(world, 2);
    const [append] = samples(1, 2);
    send(a, append);
    await world.until(() => b.received.length === 1);
    for (let i = 0; i < 50; i++) send(a, ...samples(1, 2).toReversed());
    await world.until(() => b.received.length > 13 * 50);
    assertEquals(b.received[0], append);
    await stop(world, a, b);
  });

  test("a message of a megabyte arrives", async (world) => {
    const [a, b] = await startCluster(world, 2);
    const message = { from: 1, to: 2, term: 0, type: "ForwardedReadIndex", context: bytesOf(1_000_000) } as const;
    send(a, heartbeat(1, 2), message, heartbeat(1, 2));
    await world.until(() => b.received.length === 3);
    assertEquals(b.received[1], message);
    await stop(world, a, b);
  });

  test("a message to a node that nobody knows is dropped, counted, and told", async (world) => {
    const [a, b] = await startCluster(world, 2);
    send(a, heartbeat(1, 9), heartbeat(1, 9));
    await world.until(() => a.unreachable.length > 0);
    assertEquals(a.unreachable, [9]);
    assertEquals(a.transport.counters().get(9)?.dropped, 2);
    assertEquals(a.transport.counters().get(9)?.connected, false);
    await stop(world, a, b);
  });

  test("messages to a node that is gone are dropped and counted, and unreachable is not told for each", async (world) => {
    const [a, b] = await startCluster(world, 2);
    await stop(world, b);
    await world.until(() => !isConnected(a, 2) && a.unreachable.length > 0);
    for (let i = 0; i < 100; i++) send(a, heartbeat(1, 2));
    assertEquals(a.transport.counters().get(2)?.dropped, 100);
    assertEquals(a.unreachable, [2]);
    await stop(world, a);
  });

  test("a node that starts again is connected again", async (world) => {
    const [a, b] = await startCluster(world, 2);
    await stop(world, b);
    await world.until(() => !isConnected(a, 2));
    const again = await start(world, 2);
    introduce([a, again]);
    await connected(world, [a, again]);
    send(a, heartbeat(1, 2, 5));
    await world.until(() => again.received.length === 1);
    await stop(world, a, again);
  });

  test("a snapshot is not sent as a message", async (world) => {
    const [a, b] = await startCluster(world, 2);
    send(a, installSnapshot(1, 2), heartbeat(1, 2));
    await world.until(() => b.received.length === 1);
    assertEquals(b.received[0].type, "Heartbeat");
    assertEquals(a.transport.counters().get(2)?.dropped, 1);
    await stop(world, a, b);
  });

  test("a message in the name of another closes its connection, counts, and disturbs nobody else", async (world) => {
    const members = await startCluster(world, 3);
    const [a, b, c] = members;
    send(a, heartbeat(1, 2), heartbeat(3, 2));
    await world.until(() => b.transport.violations() === 1);
    send(c, heartbeat(3, 2, 8));
    await world.until(() => b.received.some((message) => commitOf(message) === 8));
    await connected(world, members);
    await stop(world, ...members);
  });

  test("a violation that the receiver finds closes the connection and counts; then there is another one", async (world) => {
    const [a, b] = await startCluster(world, 2);
    send(a, heartbeat(1, 2));
    await world.until(() => b.received.length === 1);
    b.violate("The reducer refused it.");
    assertEquals(b.transport.violations(), 1);
    await world.until(() => a.unreachable.length > 0);
    await connected(world, [a, b]);
    send(a, heartbeat(1, 2));
    await world.until(() => b.received.length === 2);
    await stop(world, a, b);
  });

  test("requests are answered, each with its own answer", async (world) => {
    const later: (() => void)[] = [];
    const request = (from: NodeId, payload: Bytes): Promise<Bytes> =>
      new Promise((resolve) => later.push(() => resolve(Uint8Array.from([from, ...payload]))));
    const [a, b] = await startCluster(world, 2, { request });
    const answers = [1, 2, 3].map((n) => a.transport.request(2, new Uint8Array([n]), forever()));
    await world.until(() => later.length === 3);
    for (const answer of later.reverse()) answer();
    assertEquals(
      await world.wait(Promise.all(answers)),
      [1, 2, 3].map((n) => O.some(new Uint8Array([1, n]))),
    );
    await stop(world, a, b);
  });

  test("a request whose handler fails has no answer, and the connection stays", async (world) => {
    const request = (_: NodeId, [n]: Bytes): Promise<Bytes> => {
      if (n === 1) throw new Error("at once");
      return n === 2 ? Promise.reject(new Error("later")) : Promise.resolve(bytesOf(n));
    };
    const [a, b] = await startCluster(world, 2, { request });
    const answers = [1, 2, 3].map((n) => a.transport.request(2, new Uint8Array([n]), forever()));
    assertEquals(await world.wait(Promise.all(answers)), [O.none, O.none, O.some(bytesOf(3))]);
    assertEquals(b.transport.violations(), 0);
    assert(isConnected(a, 2));
    await stop(world, a, b);
  });

  test("a request that is aborted has no answer, and its late answer harms nobody", async (world) => {
    const later: (() => void)[] = [];
    const request = (): Promise<Bytes> => new Promise((resolve) => later.push(() => resolve(bytesOf(1))));
    const [a, b] = await startCluster(world, 2, { request });
    const abort = new AbortController();
    const answer = a.transport.request(2, bytesOf(1), abort.signal);
    await world.until(() => later.length === 1);
    abort.abort();
    assertEquals(await answer, O.none);
    assertEquals(await a.transport.request(2, bytesOf(1), abort.signal), O.none);
    const second = a.transport.request(2, bytesOf(2), forever());
    await world.until(() => later.length === 2);
    for (const answer of later) answer();
    assertEquals(await world.wait(second), O.some(bytesOf(1)));
    assertEquals(a.transport.violations(), 0);
    await stop(world, a, b);
  });

  test("a request has no answer when the connection breaks, and is not sent again", async (world) => {
    let asked = 0;
    const request = (): Promise<Bytes> => {
      asked++;
      return new Promise(() => {});
    };
    const [a, b] = await startCluster(world, 2, { request });
    const answer = a.transport.request(2, bytesOf(1), forever());
    await world.until(() => asked === 1);
    send(a, heartbeat(1, 2));
    await world.until(() => b.received.length === 1);
    b.violate("It breaks.");
    assertEquals(await world.wait(answer), O.none);
    await connected(world, [a, b]);
    assertEquals(asked, 1);
    await stop(world, a, b);
  });

  test("requests have no answer where the peer is unknown or gone, or this node closes", async (world) => {
    const [a, b] = await startCluster(world, 2, { request: () => new Promise(() => {}) });
    assertEquals(await a.transport.request(9, bytesOf(1), forever()), O.none);
    const open = [a.transport.request(2, bytesOf(1), forever()), a.transport.request(2, bytesOf(1), forever())];
    await stop(world, b);
    assertEquals(await world.wait(Promise.all(open)), [O.none, O.none]);
    const last = a.transport.request(2, bytesOf(1), forever());
    await stop(world, a);
    assertEquals(await world.wait(last), O.none);
  });

  test("a request waits for a connection that is just being made", async (world) => {
    const a = await start(world, 1);
    const b = await start(world, 2);
    introduce([a, b]);
    assertEquals(await world.wait(a.transport.request(2, bytesOf(4), forever())), O.some(bytesOf(4)));
    await stop(world, a, b);
  });

  test("a peer that the handler does not admit gets nowhere", async (world) => {
    const a = await start(world, 1);
    const b = await start(world, 2, {
      admit: ({ id }) => id === 1 ? E.left("node 1 lost its data") : E.right(undefined),
    });
    introduce([a, b]);
    await world.until(() => b.transport.violations() > 0 && b.asked.length > 1);
    send(a, heartbeat(1, 2));
    assertEquals(await world.wait(a.transport.request(2, bytesOf(1), forever())), O.none);
    assert(!isConnected(a, 2));
    assertEquals(b.received, []);
    assertEquals(b.asked[0], { id: 1, incarnation: "0000000000000001", address: O.some(a.address) });
    await stop(world, a, b);
  });

  test("a peer that the caller does not admit is sent nothing", async (world) => {
    const a = await start(world, 1, { admit: () => E.left("another data folder") });
    const b = await start(world, 2);
    a.transport.setPeers(new Map([[2, b.address]]));
    await world.until(() => a.transport.violations() > 0);
    send(a, heartbeat(1, 2));
    assertEquals(a.transport.counters().get(2)?.dropped, 1);
    assertEquals([isConnected(a, 2), b.received.length], [false, 0]);
    await stop(world, a, b);
  });

  test("nodes of different clusters do not talk", async (world) => {
    const a = await start(world, 1);
    const b = await start(world, 2, { cluster: "fedcba9876543210" });
    a.transport.setPeers(new Map([[2, b.address]]));
    await world.until(() => b.transport.violations() > 0);
    assertEquals([isConnected(a, 2), b.asked.length], [false, 0]);
    await stop(world, a, b);
  });

  test("another node at the address of the peer is no peer", async (world) => {
    const a = await start(world, 1);
    const c = await start(world, 3);
    a.transport.setPeers(new Map([[2, c.address]]));
    await world.until(() => a.transport.violations() + c.transport.violations() > 0);
    assertEquals([isConnected(a, 2), c.asked.length], [false, 0]);
    await stop(world, a, c);
  });

  test("a node answers a peer that it did not know, where that says that it is", async (world) => {
    const leader = await start(world, 1);
    const joining = await start(world, 4);
    joining.transport.setPeers(new Map());
    leader.transport.setPeers(new Map([[1, leader.address], [4, joining.address]]));
    await connected(world, [leader, joining]);
    send(joining, heartbeat(4, 1, 3));
    await world.until(() => leader.received.length === 1);
    await stop(world, leader, joining);
  });

  test("where the list of peers and what a peer says differ, the list counts", async (world) => {
    const a = await start(world, 1, { address: "127.0.0.1:1" });
    const b = await start(world, 2);
    introduce([a, b]);
    await connected(world, [a, b]);
    assertEquals(b.asked[0].address, O.some("127.0.0.1:1"));
    send(b, heartbeat(2, 1));
    await world.until(() => a.received.length === 1);
    await stop(world, a, b);
  });

  test("a peer that is no longer in the list is not connected any more", async (world) => {
    const members = await startCluster(world, 3, { admit: () => E.right(undefined) });
    const [a, b, c] = members;
    a.transport.setPeers(new Map([[1, a.address], [3, c.address]]));
    await world.until(() => !isConnected(a, 2));
    send(a, heartbeat(1, 2), heartbeat(1, 3));
    await world.until(() => c.received.length === 1);
    assertEquals(b.received, []);
    await stop(world, ...members);
  });

  test("a peer at another address is called there", async (world) => {
    const [a, b] = await startCluster(world, 2);
    const moved = await start(world, 2, { transport: world.transport(7) });
    a.transport.setPeers(new Map([[2, moved.address]]));
    await world.until(() => isConnected(a, 2));
    send(a, heartbeat(1, 2, 6));
    await world.until(() => moved.received.length === 1);
    assertEquals(b.received, []);
    await stop(world, a, b, moved);
  });

  test("a snapshot arrives whole, and is complete before the sender hears of it", async (world) => {
    const inbox = new Inbox();
    const order: string[] = [];
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (from, message, size) => {
        order.push(`offer of ${message.snapshot.index} from ${from}: ${size}`);
        assertEquals(message, installSnapshot(1, 2));
        return inbox.offer(message);
      },
      snapshotReceived: (from, { snapshot }) => void order.push(`snapshot ${snapshot.index} from ${from}`),
    });
    const file = snapshotFile(700_001);
    const arrived = await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), file, forever()));
    order.push("done");
    assert(arrived);
    assert(isSame(inbox.file, bytesOf(700_001)));
    assertEquals(order, ["offer of 7 from 1: 700001", "snapshot 7 from 1", "done"]);
    await stop(world, a, b);
  });

  test("messages go on while a snapshot is being sent", async (world) => {
    const inbox = new Inbox((at) => at === 262_144 && send(a, heartbeat(1, 2)));
    const members = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const [a, b] = members;
    const sending = a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(3_000_000), forever());
    await world.until(() => b.received.length === 1);
    assert(await world.wait(sending));
    await stop(world, a, b);
  });

  test("an empty snapshot arrives, and one of which all is there already", async (world) => {
    const inbox = new Inbox();
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(0), forever())));
    inbox.put(bytesOf(1_000));
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(1_000), forever())));
    assertEquals([inbox.finished, inbox.file], [2, bytesOf(1_000)]);
    await stop(world, a, b);
  });

  test("a snapshot is not sent where it is declined, or where nobody is", async (world) => {
    const [a, b] = await startCluster(world, 2);
    assertEquals(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(10), forever())), false);
    assertEquals(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 9), snapshotFile(10), forever())), false);
    await stop(world, a, b);
  });

  test("a snapshot that is given up is paused, and a later one goes on where it stopped", async (world) => {
    const abort = new AbortController();
    const inbox = new Inbox((at) => at >= 500_000 && abort.abort());
    const [a, b] = await startCluster(world, 2, { offerSnapshot: (_, message) => inbox.offer(message) });
    const file = snapshotFile(8_000_000);
    assertEquals(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), file, abort.signal)), false);
    await world.until(() => inbox.pauses === 1);
    const there = inbox.size;
    assert(there >= 500_000 && there < 8_000_000);
    assert(await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), file, forever())));
    assertEquals(inbox.offsets, [0, there]);
    assert(isSame(inbox.file, bytesOf(8_000_000)));
    assertEquals(b.transport.violations(), 0);
    await stop(world, a, b);
  });

  test("snapshots to the same peer are sent one after the other", async (world) => {
    let open = 0;
    let most = 0;
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (_, message) => {
        most = Math.max(most, ++open);
        return new Inbox().offer(message);
      },
      snapshotReceived: () => void open--,
    });
    const sent = [1, 2, 3].map((index) =>
      a.transport.sendSnapshot(installSnapshot(1, 2, index), snapshotFile(600_000), forever())
    );
    assertEquals(await world.wait(Promise.all(sent)), [true, true, true]);
    assertEquals(most, 1);
    await stop(world, a, b);
  });

  test("a snapshot that arrives damaged again and again is given up, and was never received", async (world) => {
    let received = 0;
    const inbox = new Inbox();
    const [a, b] = await startCluster(world, 2, {
      offerSnapshot: (_, message) => {
        inbox.put(bytesOf(0));
        const receiver = inbox.offer(message);
        const finish = () => Promise.resolve(E.left("a checksum is wrong"));
        return E.isLeft(receiver) ? receiver : E.right({ ...receiver.right, finish });
      },
      snapshotReceived: () => void received++,
    });
    assertEquals(
      await world.wait(a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(1_000), forever())),
      false,
    );
    assert(inbox.offsets.length > 1);
    assertEquals(received, 0);
    await stop(world, a, b);
  });

  test("a transport that is closed is silent, and closing it again does nothing", async (world) => {
    const [a, b] = await startCluster(world, 2);
    await stop(world, a);
    await stop(world, a);
    send(a, heartbeat(1, 2));
    a.transport.setPeers(new Map([[2, b.address]]));
    assertEquals(await a.transport.request(2, bytesOf(1), forever()), O.none);
    assertEquals(await a.transport.sendSnapshot(installSnapshot(1, 2), snapshotFile(1), forever()), false);
    await world.until(() => !isConnected(b, 1));
    assertEquals([a.unreachable, b.received], [[], []]);
    await stop(world, b);
  });
}

/** A file of a snapshot with the content of {@linkcode bytesOf}. */
export function snapshotFile(size: number): SnapshotFile {
  const content = bytesOf(size);
  return {
    snapshot: installSnapshot(1, 2).snapshot,
    size,
    read(into, at) {
      const part = content.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    chunks: () => ReadableStream.from([content]),
    close: () => {},
  };
}

function isSame(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
