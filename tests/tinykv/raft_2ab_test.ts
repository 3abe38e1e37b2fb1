/**
 * TinyKV's `raft_test.go`, part 2AB: replication in small networks (§5.3, §5.4).
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Node } from "../../core/mod.ts";
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
  LIVE,
  logOf,
  logState,
  Member,
  messagesIn,
  Network,
  progressOf,
  propose,
  rejectionsIn,
  requestVote,
  textOf,
  voteResponse,
} from "./harness.ts";

const TWO = [1, 2];
const THREE = [1, 2, 3];
const FIVE = [1, 2, 3, 4, 5];
const EMPTY = { commit: 0, applied: 0, entries: [] };

Deno.test("TestProgressLeader2AB", () => {
  const member = new Member(1, { members: TWO, options: { electionTick: 5 } });
  becomeLeader(member);
  for (let k = 0; k < 5; k++) {
    const { match, next } = progressOf(member, 1);
    assertEquals([match, next], [k + 1, k + 2], `before proposal ${k}`);
    assertEquals(rejectionsIn(member.step(propose("foo"))), []);
  }
});

Deno.test("TestLeaderElectionOverwriteNewerLogs2AB", () => {
  const options = { electionTick: 5 };
  const voted = { members: FIVE, options, hardState: { term: 2, vote: O.some(3) } };
  const network = new Network([
    new Member(1, { members: FIVE, options, log: entries("1:1"), hardState: { term: 1 } }),
    new Member(2, { members: FIVE, options, log: entries("1:1"), hardState: { term: 1 } }),
    new Member(3, { members: FIVE, options, log: entries("1:2"), hardState: { term: 2 } }),
    new Member(4, voted),
    new Member(5, voted),
  ]);
  network.campaign(1);
  assertRole(network.member(1), "follower", 2);
  network.campaign(1);
  assertRole(network.member(1), "leader", 3);
  for (const member of network.members) assertEquals(logOf(member), entries("1:1", "2:3"), `node ${member.id}`);
});

Deno.test("TestLogReplication2AB", async (t) => {
  const rows = {
    "one proposal": {
      run: (network: Network) => {
        network.propose(1, "somedata");
      },
      commit: 2,
      texts: ["somedata"],
    },
    "a proposal to each of two leaders": {
      run: (network: Network) => {
        network.propose(1, "somedata");
        network.campaign(2);
        network.propose(2, "somedata2");
      },
      commit: 4,
      texts: ["somedata", "somedata2"],
    },
  };
  for (const [name, { run, commit, texts }] of Object.entries(rows)) {
    await t.step(name, () => {
      const network = new Network([LIVE, LIVE, LIVE]);
      network.campaign(1);
      run(network);
      for (const member of network.members) {
        assertEquals(member.node.commit, commit, `node ${member.id}`);
        const applied = member.nextEntries();
        assertEquals(applied.length, commit, `node ${member.id}`);
        assertEquals(applied.map(textOf).filter((text) => text !== ""), texts, `node ${member.id}`);
      }
    });
  }
});

Deno.test("TestSingleNodeCommit2AB", () => {
  const network = new Network([LIVE]);
  network.campaign(1);
  network.propose(1, "some data");
  network.propose(1, "some data");
  assertEquals(network.member(1).node.commit, 3);
});

Deno.test("TestCommitWithoutNewTermEntry2AB", () => {
  const network = new Network([LIVE, LIVE, LIVE, LIVE, LIVE]);
  network.campaign(1);
  for (const other of [3, 4, 5]) network.cut(1, other);
  network.propose(1, "some data");
  network.propose(1, "some data");
  assertEquals(network.member(1).node.commit, 1);
  network.recover();
  // The no-op of the new leader commits what the old one could not commit.
  network.campaign(2);
  assertEquals(network.member(1).node.commit, 4);
});

Deno.test("TestCommitWithHeartbeat2AB", () => {
  const network = new Network([LIVE, LIVE, LIVE, LIVE, LIVE]);
  network.campaign(1);
  network.isolate(5);
  network.propose(1, "some data");
  network.propose(1, "some data");
  assertEquals(network.member(1).node.commit, 3);
  assertEquals(network.member(5).node.commit, 1);
  network.recover();
  network.beat(1);
  assertEquals(network.member(5).node.commit, 3);
});

Deno.test("TestDuelingCandidates2AB", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  network.cut(1, 3);
  network.campaign(1);
  network.campaign(3);
  assertRole(network.member(1), "leader", 1);
  assertRole(network.member(3), "candidate", 1);
  network.recover();
  network.campaign(3);
  for (const member of network.members) assertRole(member, "follower", 2);
  const ofLeader = { commit: 1, applied: 0, entries: entries("1:1") };
  assertEquals(network.members.map(logState), [ofLeader, ofLeader, EMPTY]);
});

Deno.test("TestCandidateConcede2AB", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  network.isolate(1);
  network.campaign(1);
  network.campaign(3);
  assertRole(network.member(1), "candidate", 1);
  network.recover();
  network.beat(3);
  network.propose(3, "force follower");
  network.beat(3);
  assertRole(network.member(1), "follower", 1);
  const expected = { commit: 2, applied: 0, entries: entries("1:1", "2:1 force follower") };
  assertEquals(network.members.map(logState), [expected, expected, expected]);
});

Deno.test("TestOldMessages2AB", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  network.campaign(1);
  network.campaign(2);
  network.campaign(1);
  assertRole(network.member(1), "leader", 3);
  network.inject([1, append({ from: 2, to: 1, term: 2 }, { prev: at(2, 2), entries: entries("3:2") })]);
  network.propose(1, "somedata");
  const expected = { commit: 4, applied: 0, entries: entries("1:1", "2:2", "3:3", "4:3 somedata") };
  assertEquals(network.members.map(logState), [expected, expected, expected]);
});

Deno.test("TestProposal2AB", async (t) => {
  const rows = [
    { peers: [LIVE, LIVE, LIVE], accepted: true },
    { peers: [LIVE, LIVE, BLACK_HOLE], accepted: true },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE], accepted: false },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE, LIVE], accepted: false },
    { peers: [LIVE, BLACK_HOLE, BLACK_HOLE, LIVE, LIVE], accepted: true },
  ] as const;
  for (const { peers, accepted } of rows) {
    await t.step(peers.join(", "), () => {
      const network = new Network(peers);
      network.campaign(1);
      assertEquals(rejectionsIn(network.propose(1, "somedata")), accepted ? [] : ["NoLeader"]);
      const expected = accepted ? { commit: 2, applied: 0, entries: entries("1:1", "2:1 somedata") } : EMPTY;
      for (const member of network.members) assertEquals(logState(member), expected, `node ${member.id}`);
      assertEquals(network.member(1).node.term, 1);
    });
  }
});

Deno.test("TestHandleMessageType_MsgAppend2AB", async (t) => {
  // Table G: the message, and then the last index, the commit index and whether the message was refused.
  const rows = [
    { term: 3, prev: at(2, 3), commit: 3, brought: [], last: 2, committed: 0, refused: true },
    { term: 3, prev: at(3, 3), commit: 3, brought: [], last: 2, committed: 0, refused: true },
    { term: 2, prev: at(1, 1), commit: 1, brought: [], last: 2, committed: 1, refused: false },
    { term: 2, prev: at(0, 0), commit: 1, brought: ["1:2"], last: 1, committed: 1, refused: false },
    { term: 2, prev: at(2, 2), commit: 3, brought: ["3:2", "4:2"], last: 4, committed: 3, refused: false },
    { term: 2, prev: at(2, 2), commit: 4, brought: ["3:2"], last: 3, committed: 3, refused: false },
    { term: 2, prev: at(1, 1), commit: 4, brought: ["2:2"], last: 2, committed: 2, refused: false },
    { term: 2, prev: at(1, 1), commit: 3, brought: [], last: 2, committed: 1, refused: false },
    { term: 2, prev: at(1, 1), commit: 3, brought: ["2:2"], last: 2, committed: 2, refused: false },
    { term: 2, prev: at(2, 2), commit: 3, brought: [], last: 2, committed: 2, refused: false },
    { term: 2, prev: at(2, 2), commit: 4, brought: [], last: 2, committed: 2, refused: false },
  ];
  for (const { term, prev, commit, brought, last, committed, refused } of rows) {
    await t.step(`term ${term}, behind ${prev.index}:${prev.term}, commit ${commit}, [${brought}]`, () => {
      const member = new Member(1, { members: [1], log: entries("1:1", "2:2") });
      becomeFollower(member, 2, 0);
      member.step(append({ from: 2, to: 1, term }, { prev, commit, entries: entries(...brought) }));
      assertEquals([member.node.log.last.index, member.node.commit], [last, committed]);
      const answers = member.readOutbox();
      assertEquals(answers.length, 1);
      assertEquals(answers.map((answer) => answer.type === "AppendResponse" && O.isSome(answer.hint)), [refused]);
    });
  }
});

Deno.test("TestRecvMessageType_MsgRequestVote2AB (2AA in the seed)", async (t) => {
  const follower = (node: Node) => asFollower(node, 0);
  // Table H: the voter's role and vote, the end of the candidate's log, and whether the vote is refused.
  const rows = [
    { as: follower, last: at(0, 0), vote: O.none, refused: true },
    { as: follower, last: at(0, 1), vote: O.none, refused: true },
    { as: follower, last: at(0, 2), vote: O.none, refused: true },
    { as: follower, last: at(0, 3), vote: O.none, refused: false },
    { as: follower, last: at(1, 0), vote: O.none, refused: true },
    { as: follower, last: at(1, 1), vote: O.none, refused: true },
    { as: follower, last: at(1, 2), vote: O.none, refused: true },
    { as: follower, last: at(1, 3), vote: O.none, refused: false },
    { as: follower, last: at(2, 0), vote: O.none, refused: true },
    { as: follower, last: at(2, 1), vote: O.none, refused: true },
    { as: follower, last: at(2, 2), vote: O.none, refused: false },
    { as: follower, last: at(2, 3), vote: O.none, refused: false },
    { as: follower, last: at(3, 0), vote: O.none, refused: true },
    { as: follower, last: at(3, 1), vote: O.none, refused: true },
    { as: follower, last: at(3, 2), vote: O.none, refused: false },
    { as: follower, last: at(3, 3), vote: O.none, refused: false },
    { as: follower, last: at(3, 2), vote: O.some(2), refused: false },
    { as: follower, last: at(3, 2), vote: O.some(1), refused: true },
    { as: asLeader, last: at(3, 3), vote: O.some(1), refused: true },
    { as: asCandidate, last: at(3, 3), vote: O.some(1), refused: true },
  ];
  for (const { as, last, vote, refused } of rows) {
    const term = Math.max(2, last.term);
    const member = new Member(1, { members: TWO, log: entries("1:2", "2:2"), hardState: { term, vote } });
    member.node = as(member.node);
    const { role } = member.node;
    const name = `a ${role} that voted for ${O.toNullable(vote)} is asked from ${last.index}:${last.term}`;
    await t.step(name, () => {
      const answers = messagesIn(member.step(requestVote({ from: 2, to: 1, term }, last)));
      assertEquals(answers, [voteResponse({ from: 1, to: 2, term }, !refused)]);
      assertRole(member, role, term);
    });
  }
});

Deno.test("TestAllServerStepdown2AB", async (t) => {
  const rows = {
    follower: { become: (member: Member) => becomeFollower(member, 1, 0), last: 0 },
    candidate: { become: becomeCandidate, last: 0 },
    leader: { become: becomeLeader, last: 1 },
  };
  for (const [role, { become, last }] of Object.entries(rows)) {
    await t.step(`as ${role}`, () => {
      const member = new Member(1, { members: THREE });
      become(member);
      assertEquals<string>(member.node.role, role);
      member.readOutbox();

      member.step(requestVote({ from: 2, to: 1, term: 3 }, at(0, 3)));
      assertRole(member, "follower", 3);
      assertLead(member, 0);
      assertEquals(logOf(member).length, last);
      member.readOutbox();

      // The log has no entry of term 3 at index 0, so that the append is refused, but its sender leads.
      member.step(append({ from: 2, to: 1, term: 3 }, { prev: at(0, 3) }));
      assertRole(member, "follower", 3);
      assertLead(member, 2);
      assertEquals(logOf(member).length, last);
      const answer = { type: "AppendResponse", from: 1, to: 2, term: 3, index: 0, hint: O.some(at(0, 0)) } as const;
      assertEquals(member.readOutbox(), [answer]);
    });
  }
});

Deno.test("TestHeartbeatUpdateCommit2AB", async (t) => {
  for (
    const { failed, succeeded } of [{ failed: 1, succeeded: 1 }, { failed: 5, succeeded: 3 }, {
      failed: 5,
      succeeded: 10,
    }]
  ) {
    await t.step(`${failed} proposals fail, ${succeeded} succeed`, () => {
      const network = new Network([LIVE, LIVE, LIVE]);
      const [one, two, three] = network.members;
      network.campaign(1);
      network.isolate(1);
      for (let i = 0; i < failed; i++) network.propose(1, "some data");
      assertEquals(one.node.log.last.index, 1 + failed);
      assert(one.node.commit <= 1, "the isolated leader commits nothing");
      network.campaign(2);
      for (let i = 0; i < succeeded; i++) network.propose(2, "some data");
      assertEquals([two.node.commit, three.node.commit], [2 + succeeded, 2 + succeeded]);
      network.recover();
      network.ignore("Append");
      network.beat(2);
      assertRole(one, "follower", 2);
      assert(one.node.commit <= 1, "a heartbeat does not commit what its receiver may not have");
    });
  }
});

Deno.test("TestLeaderIncreaseNext2AB", () => {
  const one = new Member(1, { members: THREE, log: entries("1:1", "2:1", "3:1") });
  const network = new Network([one, LIVE, LIVE]);
  network.campaign(1);
  network.propose(1, "somedata");
  // Three old entries, the no-op, the proposal, and one more.
  assertEquals(progressOf(one, 2).next, 6);
});
