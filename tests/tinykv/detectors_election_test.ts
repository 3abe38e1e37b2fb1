/**
 * Detectors of faults in elections (§5.1, §5.2, §5.4.1) that TinyKV's own tests do not notice. Node 1 of {1, 2, 3} with ten
 * ticks to an election and one to a heartbeat, unless said otherwise.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Message, Options } from "../../core/mod.ts";
import {
  append,
  appendResponse,
  asCandidate,
  assertLead,
  assertRole,
  at,
  becomeCandidate,
  becomeFollower,
  entries,
  heartbeat,
  heartbeatResponse,
  logOf,
  Member,
  propose,
  rejectionsIn,
  requestVote,
  voteResponse,
} from "./harness.ts";

const THREE = [1, 2, 3];
const FIVE = [1, 2, 3, 4, 5];

// TinyKV's description wants a refusal in any case. As in etcd, there is no answer by default; with pre-vote or with
// quorum checks the answer is an acknowledgement of nothing, whose term deposes the old leader.
Deno.test("D1 a heartbeat or an append of an older term is not obeyed", async (t) => {
  const silent: Partial<Options>[] = [{}];
  const answering: Partial<Options>[] = [{ preVote: true }, { checkQuorum: true }];
  const stale: Message[] = [
    heartbeat({ from: 3, to: 1, term: 4 }),
    append({ from: 3, to: 1, term: 4 }, { entries: entries("1:4"), commit: 1 }),
  ];
  for (const options of [...silent, ...answering]) {
    for (const role of ["follower", "candidate"] as const) {
      for (const message of stale) {
        await t.step(`${message.type}, ${role}, ${JSON.stringify(options)}`, () => {
          const vote = O.some(role === "follower" ? 2 : 1);
          const member = new Member(1, { members: THREE, options, hardState: { term: 5, vote } });
          if (role === "candidate") member.node = asCandidate(member.node);
          const before = member.node;
          member.step(message);
          assertEquals(member.node, before);
          assertRole(member, role, 5);
          assertLead(member, 0);
          assertEquals(member.node.vote, vote);
          assertEquals(logOf(member), []);
          const answer = appendResponse({ from: 1, to: 3, term: 5 }, 0);
          assertEquals(member.readOutbox(), answering.includes(options) ? [answer] : []);
        });
      }
    }
  }
});

Deno.test("D2 a vote stands although a leader of an older term speaks up", () => {
  const member = new Member(1, { members: THREE });
  member.step(requestVote({ from: 2, to: 1, term: 5 }));
  assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 2, term: 5 }, true)]);
  member.step(heartbeat({ from: 3, to: 1, term: 4 }));
  assertEquals(member.readOutbox(), []);
  member.step(requestVote({ from: 3, to: 1, term: 5 }));
  assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 3, term: 5 }, false)]);
});

Deno.test("D3 votes of an older term are not counted", () => {
  const member = new Member(1, { members: FIVE });
  becomeCandidate(member);
  becomeCandidate(member);
  for (const from of [2, 3]) member.step(voteResponse({ from, to: 1, term: 1 }, true));
  assertRole(member, "candidate", 2);
  for (const from of [4, 5]) member.step(voteResponse({ from, to: 1, term: 2 }, true));
  assertRole(member, "leader", 2);
});

// TinyKV's description wants a refusal. As in etcd, there is no answer: the candidate hears of the term from its leader.
Deno.test("D4 a request for a vote in an older term is not granted", () => {
  const member = new Member(1, { members: THREE });
  becomeFollower(member, 5, 0);
  member.step(requestVote({ from: 2, to: 1, term: 3 }, at(9, 3)));
  assertEquals(member.readOutbox(), []);
  assertEquals(member.node.vote, O.none);
  assertRole(member, "follower", 5);
});

Deno.test("D5 a follower knows its leader, until a term begins that has none yet", async (t) => {
  for (const message of [heartbeat({ from: 2, to: 1, term: 1 }), append({ from: 2, to: 1, term: 1 })]) {
    await t.step(message.type, () => {
      const member = new Member(1, { members: THREE });
      member.step(message);
      assertLead(member, 2);
      member.step(requestVote({ from: 3, to: 1, term: 2 }));
      assertRole(member, "follower", 2);
      assertLead(member, 0);
    });
  }
});

Deno.test("D6 no vote is granted in a term whose leader is known", () => {
  const member = new Member(1, { members: THREE });
  member.step(heartbeat({ from: 2, to: 1, term: 1 }));
  member.readOutbox();
  assertEquals(member.node.vote, O.none);
  member.step(requestVote({ from: 3, to: 1, term: 1 }));
  assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 3, term: 1 }, false)]);
});

Deno.test("D7 a heartbeat is answered once", () => {
  const member = new Member(1, { members: THREE });
  member.step(heartbeat({ from: 2, to: 1, term: 3 }));
  assertEquals(member.readOutbox(), [heartbeatResponse({ from: 1, to: 2, term: 3 })]);
});

Deno.test("D10 granting a vote restarts the election timer", async (t) => {
  for (const draw of [0, 0.5, 1 - Number.EPSILON]) {
    await t.step(`a timeout of ${10 + Math.floor(10 * draw)} ticks`, () => {
      const member = new Member(1, { members: THREE, random: () => draw });
      becomeFollower(member, 1, 0);
      member.tick(9);
      member.step(requestVote({ from: 2, to: 1, term: 1 }));
      assertEquals(member.readOutbox(), [voteResponse({ from: 1, to: 2, term: 1 }, true)]);
      member.tick(9);
      assertRole(member, "follower", 1);
      assertEquals(member.readOutbox(), []);
    });
  }
});

Deno.test("D11 the votes of strangers are not counted", () => {
  const member = new Member(1, { members: THREE });
  becomeCandidate(member);
  member.step(voteResponse({ from: 9, to: 1, term: 1 }, true));
  assertRole(member, "candidate", 1);
});

Deno.test("D12 a node that is not a member does not campaign", async (t) => {
  for (const members of [[], [2, 3]]) {
    await t.step(`among [${members}]`, () => {
      const member = new Member(1, { members });
      member.tick(100);
      assertRole(member, "follower", 0);
      assertEquals(member.readOutbox(), []);
    });
  }
});

// With forwarding prohibited: by default, as in etcd, a follower passes proposals on to its leader.
Deno.test("D13 whoever does not lead says so when something is proposed", async (t) => {
  const options = { disableProposalForwarding: true };
  await t.step("a follower", () => {
    const member = new Member(1, { members: THREE, options });
    becomeFollower(member, 1, 2);
    assertEquals(rejectionsIn(member.step(propose("x"))), ["ForwardingDisabled"]);
    assertEquals(member.readOutbox(), []);
  });
  await t.step("a follower without a leader", () => {
    const member = new Member(1, { members: THREE, options });
    assertEquals(rejectionsIn(member.step(propose("x"))), ["NoLeader"]);
    assertEquals(member.readOutbox(), []);
  });
  await t.step("a candidate", () => {
    const member = new Member(1, { members: THREE, options });
    becomeCandidate(member);
    assertEquals(rejectionsIn(member.step(propose("x"))), ["NoLeader"]);
    assertEquals(member.readOutbox(), []);
  });
});

Deno.test("D14 the first answer of a voter stands", () => {
  const member = new Member(1, { members: FIVE });
  becomeCandidate(member);
  member.step(voteResponse({ from: 2, to: 1, term: 1 }, true));
  member.step(voteResponse({ from: 2, to: 1, term: 1 }, true));
  assertRole(member, "candidate", 1);
  member.step(voteResponse({ from: 2, to: 1, term: 1 }, false));
  member.step(voteResponse({ from: 3, to: 1, term: 1 }, true));
  assertRole(member, "leader", 1);
});
