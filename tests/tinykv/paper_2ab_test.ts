/**
 * TinyKV's `raft_paper_test.go`, part 2AB: log replication (§5.3, §5.4). Node 1 of {1, 2, 3} with ten ticks to an election
 * and one to a heartbeat, unless said otherwise.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Append, AppendResponse, PeerMessage } from "../../core/mod.ts";
import {
  ack,
  ackAll,
  append,
  appendResponse,
  at,
  becomeFollower,
  becomeLeader,
  BLACK_HOLE,
  byReceiver,
  commitNoop,
  entries,
  entriesOfTerms,
  isAppend,
  logOf,
  logState,
  Member,
  Network,
  propose,
  requestVote,
  voteResponse,
} from "./harness.ts";

const THREE = [1, 2, 3];

Deno.test("TestLeaderStartReplication2AB", () => {
  const member = new Member(1, { members: THREE });
  becomeLeader(member);
  commitNoop(member);
  assertEquals(member.node.log.last.index, 1);
  member.step(propose("some data"));
  assertEquals(member.node.log.last.index, 2);
  assertEquals(member.node.commit, 1);
  const content = { prev: at(1, 1), commit: 1, entries: entries("2:1 some data") };
  assertEquals<readonly PeerMessage[]>(byReceiver(member.readOutbox()), [
    append({ from: 1, to: 2, term: 1 }, content),
    append({ from: 1, to: 3, term: 1 }, content),
  ]);
  assertEquals(member.disk.takeWritten(), entries("2:1 some data"));
});

Deno.test("TestLeaderCommitEntry2AB", () => {
  const member = new Member(1, { members: THREE });
  becomeLeader(member);
  commitNoop(member);
  member.step(propose("some data"));
  for (const message of appendsOf(member)) member.step(ack(message));
  assertEquals(member.node.commit, 2);
  assertEquals(member.nextEntries(), entries("2:1 some data"));
  const broadcast = byReceiver(member.readOutbox());
  assertEquals(broadcast.map(({ type, to }) => [type, to]), [["Append", 2], ["Append", 3]]);
  assertEquals(broadcast.filter(isAppend).map(({ commit }) => commit), [2, 2]);
});

Deno.test("TestLeaderAcknowledgeCommit2AB", async (t) => {
  // Table C: how many members there are, who acknowledges, and whether the proposal is committed by that.
  const rows = [
    { size: 1, acceptors: [], committed: true },
    { size: 3, acceptors: [], committed: false },
    { size: 3, acceptors: [2], committed: true },
    { size: 3, acceptors: [2, 3], committed: true },
    { size: 5, acceptors: [], committed: false },
    { size: 5, acceptors: [2], committed: false },
    { size: 5, acceptors: [2, 3], committed: true },
    { size: 5, acceptors: [2, 3, 4], committed: true },
    { size: 5, acceptors: [2, 3, 4, 5], committed: true },
  ];
  for (const { size, acceptors, committed } of rows) {
    await t.step(`${size} members, acknowledged by [${acceptors}]`, () => {
      const member = new Member(1, { members: [1, 2, 3, 4, 5].slice(0, size) });
      becomeLeader(member);
      commitNoop(member);
      member.step(propose("some data"));
      const messages = appendsOf(member);
      assertEquals(messages.length, size - 1);
      for (const message of messages) if (acceptors.includes(message.to)) member.step(ack(message));
      assertEquals(member.node.commit, committed ? 2 : 1);
    });
  }
});

Deno.test("TestLeaderCommitPrecedingEntries2AB", async (t) => {
  for (const prefix of [[], ["1:2"], ["1:1", "2:2"], ["1:1"]]) {
    await t.step(`behind [${prefix}]`, () => {
      const member = new Member(1, { members: THREE, log: entries(...prefix), hardState: { term: 2 } });
      becomeLeader(member);
      member.step(propose("some data"));
      ackAll(member);
      const k = prefix.length;
      assertEquals(member.nextEntries(), entries(...prefix, `${k + 1}:3`, `${k + 2}:3 some data`));
      assertEquals(member.node.commit, k + 2);
    });
  }
});

Deno.test("TestFollowerCommitEntry2AB", async (t) => {
  const rows = [
    { log: ["1:1 some data"], commit: 1 },
    { log: ["1:1 some data", "2:1 some data2"], commit: 2 },
    { log: ["1:1 some data2", "2:1 some data"], commit: 2 },
    { log: ["1:1 some data", "2:1 some data2"], commit: 1 },
  ];
  for (const { log, commit } of rows) {
    await t.step(`[${log}] committed up to ${commit}`, () => {
      const member = new Member(1, { members: THREE });
      becomeFollower(member, 1, 2);
      member.step(append({ from: 2, to: 1, term: 1 }, { entries: entries(...log), commit }));
      assertEquals(member.node.commit, commit);
      assertEquals(member.nextEntries(), entries(...log).slice(0, commit));
    });
  }
});

Deno.test("TestFollowerCheckMessageType_MsgAppend2AB", async (t) => {
  // The position before the (absent) entries, and the answer: an index that is acknowledged, or etcd's hint.
  const rows = [
    { prev: at(0, 0), index: 1, hint: O.none },
    { prev: at(1, 1), index: 1, hint: O.none },
    { prev: at(2, 2), index: 2, hint: O.none },
    { prev: at(2, 1), index: 2, hint: O.some(at(1, 1)) },
    { prev: at(3, 3), index: 3, hint: O.some(at(2, 2)) },
  ];
  for (const { prev, index, hint } of rows) {
    await t.step(`behind ${prev.index}:${prev.term}`, () => {
      const member = new Member(1, { members: THREE, log: entries("1:1", "2:2"), hardState: { commit: 1 } });
      becomeFollower(member, 2, 2);
      member.step(append({ from: 2, to: 1, term: 2 }, { prev }));
      const answer: AppendResponse = { type: "AppendResponse", from: 1, to: 2, term: 2, index, hint };
      assertEquals(member.readOutbox(), [answer]);
      assertEquals(logState(member), { commit: 1, applied: 0, entries: entries("1:1", "2:2") });
    });
  }
});

Deno.test("TestFollowerAppendEntries2AB", async (t) => {
  // Table D: the entries that a message brings, what the log is then, and what of it was written.
  const rows = [
    { prev: at(2, 2), term: 3, brought: ["3:3"], all: ["1:1", "2:2", "3:3"], written: ["3:3"] },
    { prev: at(1, 1), term: 4, brought: ["2:3", "3:4"], all: ["1:1", "2:3", "3:4"], written: ["2:3", "3:4"] },
    { prev: at(0, 0), term: 2, brought: ["1:1"], all: ["1:1", "2:2"], written: [] },
    { prev: at(0, 0), term: 3, brought: ["1:3"], all: ["1:3"], written: ["1:3"] },
  ];
  for (const { prev, term, brought, all, written } of rows) {
    await t.step(`[${brought}] behind ${prev.index}:${prev.term}`, () => {
      const member = new Member(1, { members: THREE, log: entries("1:1", "2:2") });
      becomeFollower(member, 2, 2);
      member.step(append({ from: 2, to: 1, term }, { prev, entries: entries(...brought) }));
      assertEquals(logOf(member), entries(...all));
      assertEquals(member.disk.takeWritten(), entries(...written));
    });
  }
});

Deno.test("TestLeaderSyncFollowerLog2AB", async (t) => {
  const ours = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  // Table E: Figure 7 of the paper, the terms of the follower's entries.
  const rows = {
    a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    b: [1, 1, 1, 4],
    c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    e: [1, 1, 1, 4, 4, 4, 4],
    f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  };
  for (const [name, theirs] of Object.entries(rows)) {
    await t.step(`follower (${name})`, () => {
      const leader = new Member(1, {
        members: THREE,
        log: entriesOfTerms(...ours),
        hardState: { term: 8, commit: ours.length },
      });
      const follower = new Member(2, { members: THREE, log: entriesOfTerms(...theirs), hardState: { term: 7 } });
      const network = new Network([leader, follower, BLACK_HOLE]);
      network.campaign(1);
      // The followers (c) and (d) refuse their vote, so that it takes the one of node 3.
      network.inject([1, voteResponse({ from: 3, to: 1, term: 9 }, true)]);
      network.propose(1, "");
      const expected = { commit: 12, applied: 0, entries: entriesOfTerms(...ours, 9, 9) };
      assertEquals(logState(leader), expected);
      assertEquals(logState(follower), expected);
    });
  }
});

Deno.test("TestVoteRequest2AB", async (t) => {
  const rows = [
    { log: ["1:1"], term: 2, last: at(1, 1) },
    { log: ["1:1", "2:2"], term: 3, last: at(2, 2) },
  ];
  for (const { log, term, last } of rows) {
    await t.step(`with [${log}]`, () => {
      const member = new Member(1, { members: THREE });
      member.step(append({ from: 2, to: 1, term: term - 1 }, { entries: entries(...log) }));
      member.readOutbox();
      member.tickUntil(() => member.node.role === "candidate");
      assertEquals(byReceiver(member.readOutbox()), [
        requestVote({ from: 1, to: 2, term }, last),
        requestVote({ from: 1, to: 3, term }, last),
      ]);
    });
  }
});

Deno.test("TestVoter2AB (2AA in the seed)", async (t) => {
  // Table F: the voter's log, the end of the candidate's, and whether the vote is refused.
  const rows = [
    { log: ["1:1"], last: at(1, 1), refused: false },
    { log: ["1:1"], last: at(2, 1), refused: false },
    { log: ["1:1", "2:1"], last: at(1, 1), refused: true },
    { log: ["1:1"], last: at(1, 2), refused: false },
    { log: ["1:1"], last: at(2, 2), refused: false },
    { log: ["1:1", "2:1"], last: at(1, 2), refused: false },
    { log: ["1:2"], last: at(1, 1), refused: true },
    { log: ["1:2"], last: at(2, 1), refused: true },
    { log: ["1:2", "2:1"], last: at(1, 1), refused: true },
  ];
  for (const { log, last, refused } of rows) {
    await t.step(`[${log}] is asked by a candidate at ${last.index}:${last.term}`, () => {
      const member = new Member(1, { members: [1, 2], log: entries(...log) });
      member.step(requestVote({ from: 2, to: 1, term: 3 }, last));
      assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 2, term: 3 }, !refused)]);
    });
  }
});

Deno.test("TestLeaderOnlyCommitsLogFromCurrentTerm2AB", async (t) => {
  for (const { index, commit } of [{ index: 1, commit: 0 }, { index: 2, commit: 0 }, { index: 3, commit: 3 }]) {
    await t.step(`acknowledged up to ${index}`, () => {
      const member = new Member(1, { members: [1, 2], log: entries("1:1", "2:2"), hardState: { term: 2 } });
      becomeLeader(member);
      member.readOutbox();
      member.step(propose(""));
      assertEquals(logOf(member), entries("1:1", "2:2", "3:3", "4:3"));
      member.step(appendResponse({ from: 2, to: 1, term: 3 }, index));
      assertEquals(member.node.commit, commit);
    });
  }
});

/** Takes the messages out of the outbox of a leader that has nothing but `Append`s to send. */
function appendsOf(member: Member): readonly Append[] {
  const messages = member.readOutbox();
  assertEquals(messages.filter((message) => !isAppend(message)), []);
  return messages.filter(isAppend);
}
