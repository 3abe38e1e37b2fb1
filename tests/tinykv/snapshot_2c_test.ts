/**
 * TinyKV's part 2C: snapshots and a log that is kept short (§7).
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { step } from "../../core/mod.ts";
import {
  appendResponse,
  asLeader,
  assertLead,
  assertRole,
  at,
  entries,
  installSnapshot,
  LIVE,
  logOf,
  Member,
  Network,
  NOBODY,
  propose,
  RawNode,
  snapshotAt,
} from "./harness.ts";

Deno.test("TestRestoreSnapshot2C", () => {
  const member = new Member(1, { members: [1, 2] });
  member.step(installSnapshot({ from: NOBODY, to: 1, term: 0 }, snapshotAt(at(11, 11), 1, 2, 3)));
  const { log, configuration } = member.node;
  assertEquals(log.last.index, 11);
  assertEquals(log.termAt(11), 11);
  assertEquals(configuration.members, [1, 2, 3]);
});

Deno.test("TestRestoreIgnoreSnapshot2C", () => {
  const log = entries("1:1", "2:1", "3:1");
  const member = new Member(1, { members: [1, 2], log, hardState: { commit: 3 } });
  member.step(installSnapshot({ from: NOBODY, to: 1, term: 0 }, snapshotAt(at(1, 1), 1, 2)));
  assertEquals(member.node.commit, 3);
  assertEquals(logOf(member), log);
  assertEquals(member.readOutbox(), [appendResponse({ from: 1, to: NOBODY, term: 0 }, 3)]);
});

// Besides TinyKV's row, peer 2 must have been active lately, as in etcd: to another one a snapshot would only be lost.
Deno.test("TestProvideSnap2C", async (t) => {
  for (const recentActive of [true, false]) {
    await t.step(recentActive ? "a peer that is active" : "a peer that is not active", () => {
      const member = new Member(1, { members: [1] });
      // The snapshot is still being written, so that there is none to be sent but this one.
      const snapshot = snapshotAt(at(11, 11), 1, 2);
      const [receiver] = step(member.node, installSnapshot({ from: NOBODY, to: 1, term: 0 }, snapshot));
      assertEquals(receiver.pendingSnapshot, O.some(snapshot));
      assertEquals(receiver.snapshot, O.none);
      const leader = asLeader({ ...receiver, term: receiver.term + 1 });
      const [own, peer] = leader.own.progress;
      member.node = { ...leader, own: { ...leader.own, progress: [own, { ...peer, next: 10, recentActive }] } };
      member.step(propose("somedata"));
      const expected = [installSnapshot({ from: 1, to: 2, term: 1 }, snapshot)];
      assertEquals(member.readOutbox(), recentActive ? expected : []);
    });
  }
});

Deno.test("TestRestoreFromSnapMsg2C", () => {
  const member = new Member(2, { members: [1, 2] });
  member.step(installSnapshot({ from: 1, to: 2, term: 2 }, snapshotAt(at(11, 11), 1, 2)));
  assertLead(member, 1);
  assertRole(member, "follower", 2);
});

Deno.test("TestRestoreFromSnapWithOverlapingPeersMsg2C", () => {
  const member = new Member(2, { members: [1, 2, 3] });
  member.step(installSnapshot({ from: 1, to: 2, term: 2 }, snapshotAt(at(11, 11), 2, 3, 4)));
  assertLead(member, 1);
  assertEquals(member.node.configuration.members, [2, 3, 4]);
});

Deno.test("TestSlowNodeRestore2C", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const [one, , three] = network.members;
  network.campaign(1);
  network.isolate(3);
  for (let i = 0; i <= 100; i++) network.propose(1, "");
  one.nextEntries();
  assertEquals(one.node.applied, 102);
  one.compact();
  network.recover();
  let snapshots = 0;
  network.hook(({ type, to }) => {
    if (type === "InstallSnapshot" && to === 3) snapshots++;
    return true;
  });
  network.beat(1);
  network.propose(1, "");
  network.propose(1, "");
  assertEquals([one.node.commit, three.node.commit], [104, 104]);
  assertEquals(snapshots, 1, "what node 3 lacked is gone, so that it takes a snapshot");
});

Deno.test("TestRawNodeRestartFromSnapshot2C", () => {
  const rawNode = new RawNode(
    new Member(1, {
      members: [1, 2],
      snapshot: snapshotAt(at(2, 1), 1, 2),
      log: entries("3:1 foo"),
      hardState: { term: 1, commit: 3 },
    }),
  );
  const ready = rawNode.ready();
  assertEquals(ready, {
    softState: O.none,
    hardState: O.none,
    entries: [],
    snapshot: O.none,
    committedEntries: entries("3:1 foo"),
    messages: [],
  });
  rawNode.advance(ready);
  assert(!rawNode.hasReady, "nothing is left to do");
});
