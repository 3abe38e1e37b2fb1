import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { Events } from "../../effects/node/events.ts";
import { clusterOf, identify } from "../../effects/node/identity.ts";
import { Lease } from "../../effects/node/lease.ts";
import { addressesIn, memberChange } from "../../effects/node/members.ts";
import type { NodeEvent, WhyRejected } from "../../effects/node/raft_node.ts";
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest, SeenRequests } from "../../effects/node/requests.ts";
import { decodeRecords, encodeRecords, SystemState } from "../../effects/node/system_state.ts";
import { Waiter } from "../../effects/node/waiter.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { Log } from "../../core/log.ts";
import { type EntryId, proposal } from "../../core/entry.ts";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { Found } from "../../effects/storage/storage.ts";

const MEMBERS = new Map([[1, "a:1"], [2, "b:2"], [3, "c:3"]]);
const EMPTY: Found = {
  identity: O.none,
  hardState: O.none,
  log: Log.after(),
  snapshot: O.none,
  peers: new Map(),
  notices: [],
};

Deno.test("a lease counts from the beginning of the round, and is shorter than an election timeout", async () => {
  const clock = new SimulatedClock();
  const lease = new Lease(clock, 10, 100);
  assertEquals(lease.holds(3), false);
  await clock.advance(500);
  lease.renew(400, 3);
  assertEquals(lease.holds(3), true);
  assertEquals(lease.holds(4), false);
  await clock.advance(619);
  assertEquals(lease.holds(3), true); // 400 + 0.9 × 800 = 1,120
  await clock.advance(1);
  assertEquals(lease.holds(3), false);
});

Deno.test("after a transfer was begun, the lease of that term never holds again", () => {
  const clock = new SimulatedClock();
  const lease = new Lease(clock, 10, 100);
  lease.renew(0, 3);
  lease.giveAway(3);
  assertEquals(lease.holds(3), false);
  lease.renew(0, 3);
  assertEquals(lease.holds(3), false);
  lease.renew(0, 5);
  assertEquals(lease.holds(5), true);
});

Deno.test("a late answer of an earlier round does not shorten the lease", async () => {
  const clock = new SimulatedClock();
  const lease = new Lease(clock, 10, 100);
  await clock.advance(100);
  lease.renew(100, 1);
  lease.renew(50, 1);
  assertEquals(lease.remaining(1), 720);
});

Deno.test("a waiter is answered once", async () => {
  const waiter = new Waiter<number>(10, E.right);
  waiter.resolve(1);
  waiter.resolve(2);
  waiter.reject({ type: "Timeout" });
  assertEquals(await waiter.answered, E.right(1));
});

Deno.test("a waiter ends with its caller's signal, also if that was aborted before", async () => {
  const controller = new AbortController();
  const waiter = new Waiter<number>(10, E.right).abortWith({ signal: controller.signal }, () => ({ type: "Timeout" }));
  controller.abort();
  assertEquals(await waiter.answered, E.left({ type: "Timeout" }));
  const late = new Waiter<number>(10, E.right).abortWith({ signal: controller.signal }, () => ({ type: "Timeout" }));
  assertEquals([late.waits, await late.answered], [false, E.left({ type: "Timeout" })]);
});

Deno.test("a slow listener loses events in the middle, never the last one of a kind", async () => {
  const events = new Events();
  const listener = events.listen()[Symbol.asyncIterator]();
  events.emit({ type: "SnapshotRestored", index: 1 });
  for (let index = 1; index <= 1_000; index++) events.emit({ type: "Compacted", index });
  events.end();
  const seen: NodeEvent[] = [];
  for (let next = await listener.next(); !next.done; next = await listener.next()) seen.push(next.value);
  assertEquals(seen.length, 256);
  assertEquals(seen[0], { type: "SnapshotRestored", index: 1 });
  assertEquals(seen.at(-1), { type: "Compacted", index: 1_000 });
});

Deno.test("a listener that waits hears an event at once, and one that has left hears nothing", async () => {
  const events = new Events();
  const listener = events.listen()[Symbol.asyncIterator]();
  const next = listener.next();
  events.emit({ type: "Compacted", index: 7 });
  assertEquals(await next, { done: false, value: { type: "Compacted", index: 7 } });
  await listener.return?.();
  assertEquals((await listener.next()).done, true);
  events.end();
  assertEquals((await events.listen()[Symbol.asyncIterator]().next()).done, true);
});

Deno.test("the cluster's name depends on the first members, not on their order", () => {
  assertEquals(clusterOf(MEMBERS), clusterOf(new Map([...MEMBERS].reverse())));
  assertEquals(clusterOf(MEMBERS).length, 16);
  assertEquals(clusterOf(MEMBERS) === clusterOf(new Map([...MEMBERS, [4, "d:4"]])), false);
});

Deno.test("a new folder gets an identity, and keeps it", () => {
  const random = seededRandom(1);
  const first = identify({ id: 1, members: MEMBERS, join: false }, EMPTY, random);
  assertEquals(E.isRight(first) && first.right.incarnation.length, 16);
  if (E.isLeft(first)) return;
  const found: Found = { ...EMPTY, identity: O.some(first.right) };
  assertEquals(identify({ id: 1, members: MEMBERS, join: false }, found, random), first);
});

Deno.test("a folder of another node or another cluster is refused, with an explanation", () => {
  const random = seededRandom(1);
  const first = identify({ id: 1, members: MEMBERS, join: false }, EMPTY, random);
  if (E.isLeft(first)) throw new Error(first.left);
  const found: Found = { ...EMPTY, identity: O.some(first.right) };
  const other = identify({ id: 2, members: MEMBERS, join: false }, found, random);
  assertEquals(E.isLeft(other) && other.left.includes("belongs to node 1"), true);
  const differs = identify({ id: 1, members: new Map([[1, "a:1"]]), join: false }, found, random);
  assertEquals(E.isLeft(differs) && differs.left.includes("1=a:1,2=b:2,3=c:3"), true);
});

Deno.test("only one of the first members starts without join, and only another node with it", () => {
  const random = seededRandom(1);
  for (const [id, join, works] of [[1, false, true], [1, true, false], [4, false, false], [4, true, true]] as const) {
    assertEquals(E.isRight(identify({ id, members: MEMBERS, join }, EMPTY, random)), works, `${id} ${join}`);
  }
  assertEquals(E.isLeft(identify({ id: 1, members: new Map(), join: false }, EMPTY, random)), true);
});

Deno.test("addresses travel in the change of the configuration", () => {
  const change = memberChange([{ type: "addNode", id: 4 }], new Map([[4, "d:4"]]));
  assertEquals(addressesIn(change.context), new Map([[4, "d:4"]]));
  assertEquals(addressesIn(new Uint8Array(0)), new Map());
  assertEquals(addressesIn(Uint8Array.of(1, 2, 3)), new Map());
});

Deno.test("a request is carried out once, whatever comes twice or late", () => {
  const seen = new SeenRequests();
  const id = { run: "r", counter: 1 };
  assertEquals([seen.isFirst(1, id), seen.isFirst(1, id), seen.isFirst(2, id)], [true, false, true]);
  assertEquals(seen.isFirst(1, { run: "s", counter: 1 }), true);
  assertEquals(seen.isFirst(1, { run: "r", counter: 3 }), true);
  assertEquals(seen.isFirst(1, { run: "r", counter: 2 }), true); // overtaken, but new
  for (let counter = 4; counter < 20_000; counter++) assertEquals(seen.isFirst(1, { run: "r", counter }), true);
  assertEquals(seen.isFirst(1, { run: "r", counter: 5 }), false); // too old to know
});

Deno.test("requests and answers are read as they were written, and damaged ones refused", () => {
  const id = { run: "00ff", counter: 9 };
  const requests = [
    { type: "Propose", term: 3, proposals: [proposal(Uint8Array.of(1, 2)), proposal(new Uint8Array(0))] },
    { type: "Read" },
    { type: "Transfer", to: O.none },
    { type: "Transfer", to: O.some(2) },
    {
      type: "Members",
      changes: { add: new Map([[4, "d:4"]]), learners: new Map(), promote: [5], remove: [1, 2] },
    },
  ] as const;
  for (const request of requests) {
    const bytes = encodeRequest(id, request);
    assertEquals(decodeRequest(bytes), E.right([id, request] as const));
    assertEquals(E.isLeft(decodeRequest(bytes.subarray(0, -1))), true);
    assertEquals(E.isLeft(decodeRequest(Uint8Array.of(...bytes, 0))), true);
  }
  const answers: E.Either<WhyRejected, EntryId>[] = [
    E.right({ index: 3, term: 2 }),
    E.left("NoLeader"),
    E.left("InvalidChange"),
  ];
  for (const answer of answers) {
    assertEquals(decodeAnswer(encodeAnswer(answer)), E.right(answer));
  }
  assertEquals(E.isLeft(decodeAnswer(Uint8Array.of(0, 99))), true);
});

Deno.test("the system state comes back from its records, in as many chunks as it takes", () => {
  const state = new SystemState();
  state.setMembers({ ...NO_MEMBERS, voters: [1, 2, 3] }, MEMBERS);
  for (let index = 1; index <= 100; index++) state.sessions.judge({ type: "Open", nonce: new Uint8Array(8) }, index);
  const chunks = encodeRecords(state.records(), 64);
  assertEquals(chunks.length > 10, true);
  const copy = new SystemState();
  copy.restore(chunks.flatMap((chunk) => decodeRecords(chunk)));
  assertEquals([copy.configuration.voters, copy.addresses, copy.sessions.size], [[1, 2, 3], MEMBERS, 100]);
});

Deno.test("the address of a node that has left is forgotten", () => {
  const state = new SystemState();
  state.setMembers({ ...NO_MEMBERS, voters: [1, 2, 3] }, MEMBERS);
  state.changes();
  state.setMembers({ ...NO_MEMBERS, voters: [1, 3] }, new Map());
  assertEquals([...state.addresses.keys()], [1, 3]);
  assertEquals(state.changes().map(({ key }) => key), ["members"]);
});
