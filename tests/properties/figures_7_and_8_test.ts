/**
 * Figures 7 and 8 of the paper as stories.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { describe, it } from "@std/testing/bdd";
import type { NodeId } from "../../core/mod.ts";
import type { Check } from "./check.ts";
import { allChecks } from "./checks/mod.ts";
import { pastOf, Scenario } from "./scenario.ts";
import { PLAIN } from "./setup.ts";

/** The log of the figure's leader, and what its logs become: the leader adds its first entry of term 8. */
const LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
const IN_LINE = [...LEADER, 8];

/** The figure's followers: their letter, what is wrong with their log, the log, and its node's term. */
const FOLLOWERS: readonly (readonly [string, string, readonly number[], number])[] = [
  ["a", "lacks the last entry", [1, 1, 1, 4, 4, 5, 5, 6, 6], 6],
  ["b", "lacks all entries of two terms and one of a third", [1, 1, 1, 4], 6],
  ["c", "has an entry too many of the leader's last term", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 6],
  ["d", "has entries of a term that the leader never heard of", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 7],
  ["e", "has too many entries of one term and lacks two others", [1, 1, 1, 4, 4, 4, 4], 6],
  ["f", "led twice without committing anything", [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 6],
];

describe("Figure 7: whatever a follower's log lacks or has too much, the leader of term 8 brings it in line", () => {
  for (const [i, [letter, what, terms]] of FOLLOWERS.entries()) {
    const follower = i + 2;
    it(`(${letter}) ${what}`, () => {
      const rejections = new Map<NodeId, number>();
      const story = elect(rejections);
      assertEquals(story.terms(1), IN_LINE);
      assertEquals(story.terms(follower), terms);
      story.settle(20);
      assertEquals(story.terms(follower), IN_LINE);
      // Section 5.3 ends: one refusal is enough for each term in which the logs differ, however many entries it has.
      const differing = new Set([...LEADER, ...terms].filter((term) => term > 1)).size;
      assertEquals((rejections.get(follower) ?? 0) <= differing, true);
      assertEquals(story.world.host(follower).node?.commit, 11);
    });
  }

  it("and it is elected by those whose logs are no better than its own: a, b, e and f, but not c and d", () => {
    const story = elect(new Map());
    const votedFor = (node: NodeId) => O.toNullable(story.world.host(node).node?.vote ?? O.none);
    assertEquals([2, 3, 4, 5, 6, 7].map(votedFor), [1, 1, null, null, 1, 1]);
  });

  // Node 1 is the leader, nodes 2 to 7 are a to f. It is elected, and nobody has heard of that yet.
  function elect(rejections: Map<NodeId, number>): Scenario {
    const past = [pastOf(LEADER, 7), ...FOLLOWERS.map(([, , terms, term]) => pastOf(terms, term))];
    const story = new Scenario({ ...PLAIN, voters: 7, past }, [...allChecks(), countingRejections(rejections)]);
    story.act({ type: "campaign", node: 1 }, { type: "flush", node: 1, count: 1 });
    for (let id = 2; id <= 7; id++) story.deliver("RequestVote", 1, id);
    for (let id = 2; id <= 7; id++) story.deliver("RequestVoteResponse", id, 1);
    return story;
  }
});

describe("Figure 8: an entry of an earlier term is not committed because a majority has it", () => {
  it("(a) S1 leads term 2 and gets its entry to S2 alone", () => {
    const story = a();
    assertEquals([1, 2, 3, 4, 5].map((id) => story.terms(id)), [[1, 2], [1, 2], [1], [1], [1]]);
  });

  it("(b) S1 is down; S5 is elected for term 3 by S3 and S4 and appends another entry at the same index", () => {
    const story = b();
    assertEquals([1, 2, 3, 4, 5].map((id) => story.terms(id)), [[1, 2], [1, 2], [1], [1], [1, 3]]);
  });

  it("(c) S5 is down; S1 leads again, its old entry is on a majority, and yet it is not committed", () => {
    const story = c();
    // A leader learns what a follower has by its answer only, so S2 has the first entry of term 4 as well.
    assertEquals([1, 2, 3, 4, 5].map((id) => story.terms(id)), [[1, 2, 4], [1, 2, 4], [1, 2], [1], [1, 3]]);
    assertEquals(story.world.host(1).node?.commit, 1);
  });

  it("(d) S1 is down again; S5 is elected for term 5 and replaces the old entry everywhere, and nobody had applied it", () => {
    const story = c().act({ type: "crash", node: 1, restart: false }, { type: "restart", node: 5 });
    campaign(story, 5, 5, [3, 4]);
    story.settle(9);
    assertEquals([2, 3, 4, 5].map((id) => story.terms(id)), [[1, 3, 5], [1, 3, 5], [1, 3, 5], [1, 3, 5]]);
    story.act({ type: "restart", node: 1 }, { type: "beat", node: 5 }).settle(9);
    assertEquals(story.terms(1), [1, 3, 5]);
  });

  it("(e) but once an entry of S1's own term is on a majority, so is all before it committed, and S5 cannot win", () => {
    const story = c().deliver("Append", 1, 3).deliver("AppendResponse", 3, 1);
    assertEquals(story.world.host(1).node?.commit, 3);
    story.act({ type: "crash", node: 1, restart: false }, { type: "restart", node: 5 });
    story.act({ type: "campaign", node: 5 }).settle(3).act({ type: "campaign", node: 5 }).settle(3);
    assertEquals(story.world.host(5).node?.role, "candidate");
    story.act({ type: "campaign", node: 3 }).settle(20);
    assertEquals([2, 3, 4, 5].map((id) => story.terms(id).slice(0, 3)), [[1, 2, 4], [1, 2, 4], [1, 2, 4], [1, 2, 4]]);
  });

  function a(): Scenario {
    const options = { electionTick: 3, maxSizePerMsg: 0 };
    const past = [1, 2, 3, 4, 5].map(() => pastOf([1], 1, 1));
    const story = campaign(new Scenario({ ...PLAIN, voters: 5, options, past }), 1, 2, [2, 3]);
    return story.lose("Append", 1, 3).lose("Append", 1, 4).lose("Append", 1, 5).deliver("Append", 1, 2);
  }

  function b(): Scenario {
    const story = campaign(a().act({ type: "crash", node: 1, restart: false }), 5, 3, [3, 4]);
    for (let id = 1; id <= 4; id++) story.lose("Append", 5, id);
    return story;
  }

  function c(): Scenario {
    const story = b().act({ type: "crash", node: 5, restart: false }, { type: "restart", node: 1 });
    campaign(story, 1, 4, [2, 3]);
    // S3 has nothing of term 2 and refuses; then it gets one entry at a time, the old one first.
    story.deliver("Append", 1, 2).deliver("Append", 1, 3).deliver("AppendResponse", 3, 1).deliver("Append", 1, 3);
    while (story.isInFlight("AppendResponse", 2, 1)) story.deliver("AppendResponse", 2, 1);
    return story.deliver("AppendResponse", 3, 1);
  }

  // Lets `candidate` campaign until it stands for `term`, and win by the votes of `voters`. Everybody else gets nothing.
  function campaign(story: Scenario, candidate: NodeId, term: number, voters: readonly NodeId[]): Scenario {
    do {
      for (let id = 1; id <= 5; id++) {
        while (story.isInFlight("RequestVote", candidate, id)) story.lose("RequestVote", candidate, id);
      }
      story.act({ type: "campaign", node: candidate }, { type: "flush", node: candidate, count: 9 });
    } while ((story.world.host(candidate).node?.term ?? term) < term);
    for (const id of voters) story.deliver("RequestVote", candidate, id);
    for (const id of voters) story.deliver("RequestVoteResponse", id, candidate);
    for (let id = 1; id <= 5; id++) {
      while (story.isInFlight("RequestVote", candidate, id)) story.lose("RequestVote", candidate, id);
    }
    return story;
  }
});

function countingRejections(rejections: Map<NodeId, number>): Check {
  return {
    name: "rejections",
    released(message) {
      if (message.type !== "AppendResponse" || O.isNone(message.hint)) return;
      rejections.set(message.from, (rejections.get(message.from) ?? 0) + 1);
    },
  };
}
