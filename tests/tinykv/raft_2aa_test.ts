/**
 * TinyKV's `raft_test.go`, part 2AA: elections in small networks (§5.2).
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Node, PeerMessage } from "../../core/mod.ts";
import {
  append,
  asCandidate,
  asFollower,
  asLeader,
  assertLead,
  assertRole,
  at,
  becomeCandidate,
  becomeFollower,
  becomeLeader,
  BLACK_HOLE,
  entries,
  heartbeat,
  LIVE,
  Member,
  messagesIn,
  Network,
  requestVote,
  voteResponse,
} from "./harness.ts";

const THREE = [1, 2, 3];

Deno.test("TestLeaderElection2AA", async (t) => {
  const rows = [
    { peers: [LIVE, LIVE, LIVE], role: "leader" },
    { peers: [LIVE, LIVE, BLACK_HOLE], role: "leader" },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE], role: "candidate" },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE, LIVE], role: "candidate" },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE, LIVE, LIVE], role: "leader" },
  ] as const;
  for (const { peers, role } of rows) {
    await t.step(peers.join(", "), () => {
      const network = new Network(peers);
      network.campaign(1);
      assertRole(network.member(1), role, 1);
    });
  }
});

Deno.test("TestLeaderCycle2AA", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  THREE.forEach((campaigner, i) => {
    network.campaign(campaigner);
    for (const member of network.members) {
      assertRole(member, member.id === campaigner ? "leader" : "follower", i + 1);
      assertLead(member, campaigner);
    }
  });
});

Deno.test("TestVoteFromAnyState2AA", async (t) => {
  const rows = {
    follower: (member: Member) => becomeFollower(member, 1, 3),
    candidate: becomeCandidate,
    leader: becomeLeader,
  };
  for (const [role, become] of Object.entries(rows)) {
    await t.step(`as ${role}`, () => {
      const member = new Member(1, { members: THREE, hardState: { term: 1 } });
      become(member);
      assertEquals<string>(member.node.role, role);
      member.readOutbox();
      const term = member.node.term + 1;
      member.step(requestVote({ from: 2, to: 1, term }, at(42, term)));
      assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 2, term }, true)]);
      assertRole(member, "follower", term);
      assertEquals(member.node.vote, O.some(2));
    });
  }
});

Deno.test("TestSingleNodeCandidate2AA", () => {
  const network = new Network([LIVE]);
  network.campaign(1);
  assertRole(network.member(1), "leader", 1);
});

Deno.test("TestCandidateResetTermMessageType_MsgHeartbeat2AA", () => {
  assertCandidateResetsTerm(heartbeat({ from: 1, to: 3, term: 3 }));
});

Deno.test("TestCandidateResetTermMessageType_MsgAppend2AA", () => {
  assertCandidateResetsTerm(append({ from: 1, to: 3, term: 3 }));
});

Deno.test("TestDisruptiveFollower2AA", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const [one, two, three] = network.members;
  for (const member of network.members) becomeFollower(member, 1, 0);
  network.campaign(1);
  three.tickUntil(() => three.node.role === "candidate");
  assertRole(one, "leader", 2);
  assertRole(two, "follower", 2);
  assertRole(three, "candidate", 3);
  // Node 3 does not answer the stale heartbeat, but what it has asked for in its outbox is delivered now.
  network.inject([3, heartbeat({ from: 1, to: 3, term: 2 })]);
  assertRole(one, "follower", 3);
});

Deno.test("TestRecvMessageType_MsgBeat2AA", async (t) => {
  const rows = [
    { role: "leader", as: asLeader, count: 2 },
    { role: "candidate", as: asCandidate, count: 0 },
    { role: "follower", as: (node: Node) => asFollower(node, 0), count: 0 },
  ];
  for (const { role, as, count } of rows) {
    await t.step(`as ${role}`, () => {
      const member = new Member(1, { members: THREE, log: entries("1:0", "2:1"), hardState: { term: 1 } });
      member.node = as(member.node);
      assertEquals<string>(member.node.role, role);
      member.step({ type: "Beat" });
      assertEquals(member.readOutbox().map(({ type }) => type), new Array(count).fill("Heartbeat"));
    });
  }
});

Deno.test("TestCampaignWhileLeader2AA", () => {
  const member = new Member(1, { members: [1], options: { electionTick: 5 } });
  assertRole(member, "follower", 0);
  member.step({ type: "Campaign" });
  assertRole(member, "leader", 1);
  assertEquals(messagesIn(member.step({ type: "Campaign" })), []);
  assertRole(member, "leader", 1);
});

Deno.test("TestSplitVote2AA", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const [one, two, three] = network.members;
  for (const member of network.members) becomeFollower(member, 1, 0);
  network.campaign(1);
  assertRole(one, "leader", 2);
  network.isolate(1);
  network.inject([2, { type: "Campaign" }], [3, { type: "Campaign" }]);
  assertRole(two, "candidate", 3);
  assertRole(three, "candidate", 3);
  network.campaign(2);
  assertRole(two, "leader", 4);
  assertRole(three, "follower", 4);
});

/** A candidate of an old term follows the leader from which `message` is. */
function assertCandidateResetsTerm(message: PeerMessage): void {
  const network = new Network([LIVE, LIVE, LIVE]);
  const [one, two, three] = network.members;
  network.campaign(1);
  assertRole(one, "leader", 1);
  assertRole(two, "follower", 1);
  assertRole(three, "follower", 1);
  network.isolate(3);
  network.campaign(2);
  network.campaign(1);
  assertRole(one, "leader", 3);
  assertRole(two, "follower", 3);
  three.tickUntil(() => three.node.role === "candidate");
  assertRole(three, "candidate", 2);
  network.recover();
  assertEquals(message.term, one.node.term);
  network.inject([3, message]);
  assertRole(three, "follower", 3);
  assertLead(three, 1);
  assert(one.node.role === "leader", "the leader was not disturbed");
}
