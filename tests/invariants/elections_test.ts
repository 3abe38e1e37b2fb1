/**
 * The checks of elections, shown histories that are right and histories that are wrong.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import { ofVoters } from "../../core/mod.ts";
import { electionSafety, electionsHaveMajorities, oneVotePerTerm } from "../../effects/invariants/mod.ts";
import { assertObjects, follower, History, leader, vote } from "./history.ts";

describe("Election Safety", () => {
  it("is silent about one leader in each term", () => {
    const history = new History(electionSafety());
    history.step(leader(1, { term: 1 })).step(leader(1, { term: 1, commit: 1 })).step(leader(2, { term: 2 }));
  });

  it("objects to two leaders of a term", () => {
    const history = new History(electionSafety()).step(leader(1, { term: 2 }));
    assertObjects(() => history.step(leader(3, { term: 2 })), "node 1 (start 1) and node 3 (start 1) both lead term 2");
  });

  it("objects to a leader that comes back from a crash and leads the same term again", () => {
    const history = new History(electionSafety()).step(leader(1, { term: 2 })).lose(1, "power");
    history.start(follower(1, { term: 2 }));
    assertObjects(() => history.step(leader(1, { term: 2 })), "node 1 (start 1) and node 1 (start 2) both lead term 2");
  });

  it("objects to a leader that passes over to a term that has one", () => {
    const history = new History(electionSafety()).step(leader(2, { term: 3 })).step(leader(1, { term: 2 }));
    assertObjects(() => history.step(leader(1, { term: 3 })), "node 2 (start 1) and node 1 (start 1) both lead term 3");
  });
});

describe("A node votes once in a term", () => {
  it("and again in the next one", () => {
    const history = new History(oneVotePerTerm());
    history.step(follower(1, { term: 1, vote: O.some(2) })).step(follower(1, { term: 1, vote: O.some(2), commit: 1 }));
    history.step(follower(1, { term: 2 })).step(follower(1, { term: 2, vote: O.some(3) }));
    history.release(vote(1, 2, 1), vote(1, 2, 1), vote(1, 3, 2), vote(1, 2, 2, false));
  });

  it("or the check objects to the other vote", () => {
    const history = new History(oneVotePerTerm()).step(follower(1, { term: 1 }));
    history.step(follower(1, { term: 1, vote: O.some(2) }));
    const other = follower(1, { term: 1, vote: O.some(3) });
    assertObjects(() => history.step(other), "in term 1 the vote of 1 went from 2 to 3");
  });

  it("or the check objects to the vote that is forgotten", () => {
    const history = new History(oneVotePerTerm()).step(follower(1, { term: 1 }));
    history.step(follower(1, { term: 1, vote: O.some(2) }));
    assertObjects(() => history.step(follower(1, { term: 1 })), "in term 1 the vote of 1 went from 2 to nobody");
  });

  it("or the check objects to the second answer, even after a crash", () => {
    const history = new History(oneVotePerTerm()).release(vote(1, 2, 4)).lose(1, "power").start(follower(1));
    assertObjects(() => history.release(vote(1, 3, 4)), "in term 4, 1 has voted for 2 and for 3");
  });
});

describe("An election has a majority of votes", () => {
  const joint = { ...ofVoters(1, 2, 3), votersOutgoing: [1, 4, 5], members: [1, 2, 3, 4, 5] };

  it("of the node's own and another one", () => {
    const history = new History(electionsHaveMajorities()).step(follower(1, { term: 1 }), vote(1, 1, 1));
    history.release(vote(2, 1, 1)).step(leader(1, { term: 1 }));
  });

  it("or the check objects to the leader that only voted for itself", () => {
    const history = new History(electionsHaveMajorities()).step(follower(1, { term: 1 }), vote(1, 1, 1));
    history.release(vote(2, 1, 1, false));
    assertObjects(
      () => history.step(leader(1, { term: 1 })),
      "1 leads term 1 without the votes of a majority of 1, 2, 3; it has that of [1]",
    );
  });

  it("or the check objects to votes of another term, of other candidates and of nodes that do not vote", () => {
    const history = new History(electionsHaveMajorities()).step(follower(1, { term: 2 }), vote(1, 1, 2));
    history.release(vote(2, 1, 1), vote(3, 2, 2), vote(4, 1, 2));
    assertObjects(
      () => history.step(leader(1, { term: 2 })),
      "1 leads term 2 without the votes of a majority of 1, 2, 3; it has that of [1]",
    );
  });

  it("and in a joint configuration a majority of each half", () => {
    const history = new History(electionsHaveMajorities()).step(follower(1, { term: 1 }), vote(1, 1, 1));
    history.release(vote(2, 1, 1), vote(3, 1, 1));
    assertObjects(
      () => history.step(leader(1, { term: 1, configuration: joint })),
      "1 leads term 1 without the votes of a majority of 1, 4, 5; it has that of [1]",
    );
    history.release(vote(5, 1, 1)).step(follower(1, { term: 1 })).step(leader(1, { term: 1, configuration: joint }));
  });
});
