/**
 * TinyKV's `raft_paper_test.go`, part 2AA: leader election (§5.1, §5.2). Node 1 of {1, 2, 3} with ten ticks to an
 * election and one to a heartbeat, unless said otherwise.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import {
  append,
  assertLead,
  assertRole,
  becomeCandidate,
  becomeFollower,
  becomeLeader,
  byReceiver,
  heartbeat,
  Member,
  messagesIn,
  NOBODY,
  propose,
  requestVote,
  seeded,
  voteResponse,
} from "./harness.ts";

const THREE = [1, 2, 3];
const FIVE = [1, 2, 3, 4, 5];

// What is said of random timeouts must hold whatever the seed, and for the shortest and the longest timeout too.
const SEEDS = [1, 2, 3];
const DRAWS = [0, 0.5, 1 - Number.EPSILON];

// The timeouts that five hundred rounds must bring.
const TIMEOUTS = [11, 12, 13, 14, 15, 16, 17, 18, 19];

Deno.test("TestFollowerUpdateTermFromMessage2AA", () => {
  const member = new Member(1, { members: THREE });
  becomeFollower(member, 1, 2);
  assertFollowsHigherTerm(member);
});

Deno.test("TestCandidateUpdateTermFromMessage2AA", () => {
  const member = new Member(1, { members: THREE });
  becomeCandidate(member);
  assertFollowsHigherTerm(member);
});

Deno.test("TestLeaderUpdateTermFromMessage2AA", () => {
  const member = new Member(1, { members: THREE });
  becomeLeader(member);
  assertFollowsHigherTerm(member);
});

Deno.test("TestStartAsFollower2AA", () => {
  const member = new Member(1, { members: THREE });
  assertRole(member, "follower", 0);
  assertLead(member, 0);
});

Deno.test("TestLeaderBcastBeat2AA", () => {
  const member = new Member(1, { members: THREE });
  becomeLeader(member);
  member.step(propose(""));
  member.readOutbox();
  member.tick();
  assertEquals(byReceiver(member.readOutbox()), [
    heartbeat({ from: 1, to: 2, term: 1 }),
    heartbeat({ from: 1, to: 3, term: 1 }),
  ]);
});

Deno.test("TestFollowerStartElection2AA", () => {
  for (const draw of DRAWS) {
    const member = new Member(1, { members: THREE, random: () => draw });
    becomeFollower(member, 1, 2);
    assertCampaignsOnce(member);
  }
});

Deno.test("TestCandidateStartNewElection2AA", () => {
  for (const draw of DRAWS) {
    const member = new Member(1, { members: THREE, random: () => draw });
    becomeCandidate(member);
    assertCampaignsOnce(member);
  }
});

Deno.test("TestLeaderElectionInOneRoundRPC2AA", async (t) => {
  // Table A. The voters who grant and those who refuse; the three rows with refusals only are etcd's.
  const rows = [
    { size: 1, granted: [], refused: [], role: "leader" },
    { size: 3, granted: [2, 3], refused: [], role: "leader" },
    { size: 3, granted: [2], refused: [], role: "leader" },
    { size: 5, granted: [2, 3, 4, 5], refused: [], role: "leader" },
    { size: 5, granted: [2, 3, 4], refused: [], role: "leader" },
    { size: 5, granted: [2, 3], refused: [], role: "leader" },
    { size: 3, granted: [], refused: [], role: "candidate" },
    { size: 5, granted: [2], refused: [], role: "candidate" },
    { size: 5, granted: [], refused: [2, 3], role: "candidate" },
    { size: 5, granted: [], refused: [], role: "candidate" },
    { size: 3, granted: [], refused: [2, 3], role: "follower" },
    { size: 5, granted: [], refused: [2, 3, 4, 5], role: "follower" },
    { size: 5, granted: [2], refused: [3, 4, 5], role: "follower" },
  ] as const;
  for (const { size, granted, refused, role } of rows) {
    await t.step(`${size} members, granted by [${granted}], refused by [${refused}]`, () => {
      const member = new Member(1, { members: FIVE.slice(0, size) });
      member.step({ type: "Campaign" });
      for (const from of granted) member.step(voteResponse({ from, to: 1, term: 1 }, true));
      for (const from of refused) member.step(voteResponse({ from, to: 1, term: 1 }, false));
      assertRole(member, role, 1);
      assertLead(member, role === "leader" ? 1 : 0);
    });
  }
});

Deno.test("TestFollowerVote2AA", async (t) => {
  // Table B: who got the vote before, who asks, and whether it is refused.
  const rows = [
    { vote: O.none, from: 1, refused: false },
    { vote: O.none, from: 2, refused: false },
    { vote: O.some(1), from: 1, refused: false },
    { vote: O.some(2), from: 2, refused: false },
    { vote: O.some(1), from: 2, refused: true },
    { vote: O.some(2), from: 1, refused: true },
  ];
  for (const { vote, from, refused } of rows) {
    await t.step(`voted for ${O.toNullable(vote)}, asked by ${from}`, () => {
      const member = new Member(1, { members: THREE, hardState: { term: 1, vote } });
      const answers = messagesIn(member.step(requestVote({ from, to: 1, term: 1 })));
      assertEquals(answers, [voteResponse({ from: 1, to: from, term: 1 }, !refused)]);
      assertEquals(member.node.vote, refused ? vote : O.some(from));
    });
  }
});

Deno.test("TestCandidateFallback2AA", async (t) => {
  for (const term of [1, 2]) {
    await t.step(`an append of term ${term}`, () => {
      const member = new Member(1, { members: THREE });
      becomeCandidate(member);
      assertRole(member, "candidate", 1);
      member.step(append({ from: 2, to: 1, term }));
      assertRole(member, "follower", term);
      assertLead(member, 2);
    });
  }
});

Deno.test("TestFollowerElectionTimeoutRandomized2AA", () => {
  for (const seed of SEEDS) {
    assertEquals(timeoutsSeen(seed, (member) => becomeFollower(member, member.node.term + 1, 2)), TIMEOUTS);
  }
});

Deno.test("TestCandidateElectionTimeoutRandomized2AA", () => {
  for (const seed of SEEDS) assertEquals(timeoutsSeen(seed, becomeCandidate), TIMEOUTS);
});

Deno.test("TestFollowersElectionTimeoutNonconflict2AA", () => {
  for (const seed of SEEDS) {
    assertRarelyInConflict(conflictShare(seed, (member) => becomeFollower(member, member.node.term + 1, 0)));
  }
});

Deno.test("TestCandidatesElectionTimeoutNonconflict2AA", () => {
  for (const seed of SEEDS) assertRarelyInConflict(conflictShare(seed, becomeCandidate));
});

function assertFollowsHigherTerm(member: Member): void {
  assertEquals(member.node.term, 1);
  member.step(append({ from: NOBODY, to: 1, term: 2 }));
  assertRole(member, "follower", 2);
}

/** Left alone for 19 ticks, the node of term 1 has campaigned exactly once. */
function assertCampaignsOnce(member: Member): void {
  assertEquals(member.node.term, 1);
  member.tick(19);
  assertRole(member, "candidate", 2);
  assertEquals(member.node.role === "candidate" ? member.node.own : [], [{ from: 1, granted: true }]);
  assertEquals(byReceiver(member.readOutbox()), [
    requestVote({ from: 1, to: 2, term: 2 }),
    requestVote({ from: 1, to: 3, term: 2 }),
  ]);
}

/** After how many ticks the node campaigns, in 500 rounds, but for the shortest time that may be missing. */
function timeoutsSeen(seed: number, begin: (member: Member) => void): readonly number[] {
  const member = new Member(1, { members: THREE, random: seeded(seed) });
  const seen = new Set<number>();
  for (let round = 0; round < 500; round++) {
    begin(member);
    const ticks = member.tickUntil(() => member.hasOutbox);
    assert(ticks >= 10 && ticks <= 19, `a timeout of ${ticks} ticks`);
    seen.add(ticks);
  }
  seen.delete(10);
  return [...seen].sort((a, b) => a - b);
}

/** In what share of 1000 rounds more than one of five nodes campaigns in the first tick in which any does. */
function conflictShare(seed: number, begin: (member: Member) => void): number {
  const members = FIVE.map((id) => new Member(id, { members: FIVE, random: seeded(seed * 100 + id) }));
  let conflicts = 0;
  for (let round = 0; round < 1000; round++) {
    for (const member of members) begin(member);
    let campaigning = 0;
    for (let ticks = 0; campaigning === 0; ticks++) {
      assert(ticks < 20, "somebody must have campaigned by now");
      for (const member of members) member.tick();
      campaigning = members.filter((member) => member.hasOutbox).length;
    }
    if (campaigning > 1) conflicts++;
    for (const member of members) member.readOutbox();
  }
  return conflicts / 1000;
}

function assertRarelyInConflict(share: number): void {
  assert(share <= 0.3, `a share of ${share} of the elections is in conflict`);
  assert(share > 0, "timeouts that never meet are not random");
}
