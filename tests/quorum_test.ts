/**
 * Majorities, counted in another way: by sorting what was reached, and by trying every way in which the missing votes can
 * turn out.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  type Configuration,
  configuration,
  majority,
  NO_MEMBERS,
  type NodeId,
  ofVoters,
  quorumMatch,
  voteResult,
} from "../core/mod.ts";

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 7 });

/** Single and joint configurations, with learners among the members. */
const configurations: fc.Arbitrary<Configuration> = fc.tuple(ids, fc.oneof(fc.constant<NodeId[]>([]), ids), ids).map(
  ([voters, votersOutgoing, others]) => {
    const learners = others.filter((id) => !voters.includes(id) && !votersOutgoing.includes(id));
    return configuration({ ...NO_MEMBERS, voters, votersOutgoing, learners });
  },
);

describe("majority()", () => {
  it("is more than half", () => {
    assertEquals([1, 2, 3, 4, 5, 6, 7].map(majority), [1, 2, 2, 3, 3, 4, 4]);
  });

  it("overlaps with every other majority", () => {
    for (let count = 1; count < 100; count++) assertEquals(2 * majority(count) > count, true);
  });
});

describe("quorumMatch()", () => {
  it("is what sorting finds, in each half, and the lower of the two", () => {
    fc.assert(
      fc.property(configurations, fc.array(fc.nat({ max: 9 }), { minLength: 21, maxLength: 21 }), (config, values) => {
        const reached = config.members.map((_, i) => ({ match: values[i] }));
        const bySorting = (voters: readonly NodeId[]): number => {
          if (voters.length === 0) return Infinity;
          const sorted = voters.map((id) => reached[config.members.indexOf(id)].match).sort((a, b) => b - a);
          return sorted[Math.floor(voters.length / 2)];
        };
        const expected = Math.min(bySorting(config.voters), bySorting(config.votersOutgoing));
        assertEquals(quorumMatch(config, reached), expected);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it("is the median of three and of five, and the lower one of two", () => {
    const match = (...values: readonly number[]): number =>
      quorumMatch(ofVoters(...values.map((_, i) => i + 1)), values.map((match) => ({ match })));
    assertEquals([match(5, 2, 9), match(1, 8, 3, 9, 4), match(7, 4), match(6)], [5, 4, 4, 6]);
  });

  it("does not count learners", () => {
    const config = configuration({ ...NO_MEMBERS, voters: [1, 2, 3], learners: [4, 5] });
    assertEquals(quorumMatch(config, [1, 1, 2, 9, 9].map((match) => ({ match }))), 1);
  });

  it("needs both majorities of a joint configuration (§6)", () => {
    const config = configuration({ ...NO_MEMBERS, voters: [1, 2, 3], votersOutgoing: [3, 4, 5] });
    assertEquals(quorumMatch(config, [9, 9, 9, 2, 1].map((match) => ({ match }))), 2);
  });

  it("is beyond every index where nobody votes", () => {
    assertEquals(quorumMatch(ofVoters(), []), Infinity);
  });
});

describe("voteResult()", () => {
  const vote = fc.constantFrom(true, false, undefined);

  it("is won or lost when every outcome of the missing votes is the same, and pending otherwise", () => {
    fc.assert(
      fc.property(configurations, fc.array(vote, { minLength: 21, maxLength: 21 }), (config, values) => {
        const votes = config.members.map((_, i) => values[i]);
        const outcomes = new Set(completions(votes).map((all) => isWon(config, all)));
        const expected = outcomes.size === 2 ? "pending" : outcomes.has(true) ? "won" : "lost";
        assertEquals(voteResult(config, votes), expected);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("is lost as soon as one half of a joint configuration is lost (§6)", () => {
    const config = configuration({ ...NO_MEMBERS, voters: [1, 2, 3], votersOutgoing: [4, 5, 6] });
    assertEquals(voteResult(config, [true, true, undefined, false, false, undefined]), "lost");
    assertEquals(voteResult(config, [true, true, undefined, true, undefined, false]), "pending");
    assertEquals(voteResult(config, [true, true, undefined, true, true, false]), "won");
  });

  it("is won where nobody votes", () => {
    assertEquals(voteResult(ofVoters(), []), "won");
  });

  function completions(votes: readonly (boolean | undefined)[]): readonly (readonly boolean[])[] {
    return votes.reduce<readonly (readonly boolean[])[]>(
      (heads, vote) => heads.flatMap((head) => (vote === undefined ? [true, false] : [vote]).map((v) => [...head, v])),
      [[]],
    );
  }

  function isWon(config: Configuration, votes: readonly boolean[]): boolean {
    return [config.voters, config.votersOutgoing].every((voters) => {
      const granted = voters.filter((id) => votes[config.members.indexOf(id)]).length;
      return voters.length === 0 || granted >= majority(voters.length);
    });
  }
});
