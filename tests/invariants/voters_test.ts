/**
 * The checks of what keeps a cluster calm, shown histories that are right and histories that are wrong.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import { type Message, ORIGIN, type Outbox, ownProgress, unknownProgress } from "../../core/mod.ts";
import { matchesOnlyGrow, onlyVotersCampaign, votersAreLoyal, votersWait } from "../../effects/invariants/mod.ts";
import { assertObjects, follower, History, leader, vote } from "./history.ts";

const REQUEST: Message = { type: "RequestVote", from: 2, to: 1, term: 3, last: ORIGIN, transfer: false };

function persist(...then: Extract<Outbox[number], { type: "Persist" }>["then"]): Outbox {
  return [{ type: "Persist", hardState: O.none, entries: [], snapshot: O.none, sync: true, then }];
}

describe("A vote restarts the election timer", () => {
  it("and a refusal does not", () => {
    const history = new History(votersWait()).start(follower(1, { term: 3, electionElapsed: 7 }));
    history.step(follower(1, { term: 3, electionElapsed: 7 }), REQUEST, persist(vote(1, 2, 3, false)));
    history.step(follower(1, { term: 3, vote: O.some(2) }), REQUEST, persist(vote(1, 2, 3)));
  });

  it("or the check objects", () => {
    const history = new History(votersWait()).start(follower(1, { term: 3, electionElapsed: 7 }));
    const impatient = follower(1, { term: 3, vote: O.some(2), electionElapsed: 7 });
    assertObjects(
      () => history.step(impatient, REQUEST, persist(vote(1, 2, 3))),
      "1 votes for 2 and has waited for 7 ticks already",
    );
  });
});

describe("A known leader has no rivals", () => {
  it("in its term, and may have one in the next", () => {
    const history = new History(votersAreLoyal()).start(follower(1, { term: 2, lead: O.some(3) }));
    history.step(follower(1, { term: 3, vote: O.some(2) }), REQUEST, persist(vote(1, 2, 3)));
  });

  it("or the check objects", () => {
    const history = new History(votersAreLoyal()).start(follower(1, { term: 3, lead: O.some(3) }));
    assertObjects(
      () => history.step(follower(1, { term: 3, vote: O.some(2) }), REQUEST, persist(vote(1, 2, 3))),
      "1 follows 3 in term 3 and votes for 2",
    );
  });
});

describe("Only voters campaign", () => {
  it("and others wait", () => {
    const history = new History(onlyVotersCampaign()).start(follower(1));
    history.step({ ...follower(1, { term: 1 }), role: "candidate", own: [] }).step(follower(4)).step(follower(4));
  });

  it("or the check objects", () => {
    const history = new History(onlyVotersCampaign()).start(follower(4));
    assertObjects(
      () => history.step({ ...follower(4, { term: 1 }), role: "preCandidate", own: [] }),
      "4 campaigns in term 1 and is no voter",
    );
  });
});

describe("What a leader knows of a follower never goes back", () => {
  const knows = (match: number) => ({
    progress: [ownProgress(9), { ...unknownProgress(9), match }, unknownProgress(1)],
  });

  it("and begins anew with another term", () => {
    const first = leader(1, { term: 1 }, knows(5));
    const { configuration } = first;
    const history = new History(matchesOnlyGrow()).start(first);
    history.step(leader(1, { term: 1, configuration }, knows(6)));
    history.step(leader(1, { term: 2, configuration }, knows(0)));
  });

  it("or the check objects", () => {
    const first = leader(1, { term: 1 }, knows(5));
    const { configuration } = first;
    const history = new History(matchesOnlyGrow()).start(first);
    assertObjects(
      () => history.step(leader(1, { term: 1, configuration }, knows(4))),
      "leader 1 knew that 2 holds 5 and now takes it to hold 4",
    );
  });
});
