/**
 * The checks of leaders and logs, shown histories that are right and histories that are wrong.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { ofVoters, ownProgress, unknownProgress } from "../../core/mod.ts";
import {
  commitsHaveMajorities,
  leaderAppendOnly,
  leaderCompleteness,
  leadersCountTheirOwnTerm,
  logMatching,
  oneChangeAtATime,
} from "../../effects/invariants/mod.ts";
import { ack, assertObjects, change, entry, follower, History, leader, logOf } from "./history.ts";

describe("Leader Append-Only", () => {
  const before = leader(1, { term: 2, log: logOf([1, 1, 2]) });

  it("is silent about a leader that appends, and about one that forgets what a snapshot holds", () => {
    const log = before.log.append([entry(4, 2)]);
    const history = new History(leaderAppendOnly()).step(before).step(leader(1, { term: 2, log }));
    history.step(leader(1, { term: 2, log: log.compact(3) }));
  });

  it("is silent about a follower that replaces entries", () => {
    const history = new History(leaderAppendOnly()).step(follower(1, { log: logOf([1, 1, 1]) }));
    history.step(follower(1, { log: logOf([1]) }));
  });

  it("objects to a leader that replaces an entry", () => {
    const log = before.log.append([entry(3, 2, 9), entry(4, 2)]);
    const history = new History(leaderAppendOnly()).step(before);
    assertObjects(() => history.step(leader(1, { term: 2, log })), "leader 1 has replaced its entry 3/2 normal [50]");
  });

  it("objects to a leader that deletes the end of its log", () => {
    const history = new History(leaderAppendOnly()).step(before);
    const after = leader(1, { term: 2, log: logOf([1, 1]) });
    assertObjects(() => history.step(after), "leader 1 has deleted the end of its log, from 2/1");
  });
});

describe("Log Matching", () => {
  it("is silent about logs that go apart and come together again", () => {
    const history = new History(logMatching()).step(follower(1, { log: logOf([1, 1, 2]) }));
    history.step(follower(2, { log: logOf([1, 1, 1]) })).step(follower(2, { log: logOf([1, 1, 2, 2]) }));
    history.step(follower(2, { log: logOf([1, 1, 2, 2]).compact(3) })).start(
      follower(3, { log: logOf([2], { index: 3, term: 2 }) }),
    );
  });

  it("objects to two entries with the same index and term", () => {
    const history = new History(logMatching()).step(follower(1, { log: logOf([1, 1]) }));
    const log = logOf([1]).append([entry(2, 1, 9)]);
    assertObjects(
      () => history.step(follower(2, { log })),
      "1 has 2/1 normal [33] behind term 1 in its log, 2 has 2/1 normal [9] behind term 1",
    );
  });

  it("objects to an entry behind two different ones", () => {
    const history = new History(logMatching()).step(follower(1, { log: logOf([1, 2, 3]) }));
    assertObjects(
      () => history.step(follower(2, { log: logOf([1]).append([entry(2, 1), entry(3, 3)]) })),
      "1 has 3/3 normal [51] behind term 2 in its log, 2 has 3/3 normal [51] behind term 1",
    );
  });

  it("objects to what a node finds on its disk", () => {
    const history = new History(logMatching()).step(follower(1, { log: logOf([1, 1]) }));
    assertObjects(
      () => history.start(follower(2, { log: logOf([1]).append([entry(2, 1, 9)]) })),
      "1 has 2/1 normal [33] behind term 1 in its log, 2 has 2/1 normal [9] behind term 1",
    );
  });
});

describe("Leader Completeness", () => {
  const committed = leader(1, { term: 1, log: logOf([1, 1]), commit: 2 });

  it("is silent about a leader that has what is committed, or a snapshot of it", () => {
    const history = new History(leaderCompleteness()).step(committed).step(
      leader(2, { term: 2, log: logOf([1, 1, 2]) }),
    );
    history.step(leader(3, { term: 3, log: logOf([], { index: 2, term: 1 }) }));
  });

  it("objects to an election without a committed entry", () => {
    const history = new History(leaderCompleteness()).step(committed);
    const sentence = "the leader of term 2 does not have the entry 2/1 normal [33], committed in term 1";
    assertObjects(() => history.step(leader(2, { term: 2, log: logOf([1]) })), sentence);
    assertObjects(() => history.step(leader(3, { term: 2, log: logOf([1, 2]) })), sentence);
  });

  it("objects to a commit that the leader of a later term does not have", () => {
    const history = new History(leaderCompleteness()).step(leader(2, { term: 2, log: logOf([1]) }));
    const sentence = "the leader of term 2 does not have the entry 2/1 normal [33], committed in term 1";
    assertObjects(() => history.step(committed), sentence);
  });

  it("objects to a leader that lacks what a node knew when it started", () => {
    const history = new History(leaderCompleteness()).start(follower(3, { term: 1, log: logOf([1, 1]), commit: 2 }));
    const sentence = "the leader of term 2 does not have the entry 2/1 normal [33], committed in term 1";
    assertObjects(() => history.step(leader(2, { term: 2, log: logOf([1]) })), sentence);
  });
});

describe("A leader counts only entries of its own term", () => {
  it("or the check objects", () => {
    const history = new History(leadersCountTheirOwnTerm());
    history.step(leader(1, { term: 2, log: logOf([1, 2]) })).step(
      leader(1, { term: 2, log: logOf([1, 2]), commit: 2 }),
    );
    history.step(follower(2, { term: 2, log: logOf([1, 2]), commit: 1 }));
    const after = leader(3, { term: 3, log: logOf([1, 2, 3]), commit: 2 });
    assertObjects(() => history.step(after), "3 leads term 3 and counts 2/2");
  });
});

describe("One configuration change at a time", () => {
  it("is silent about a change that follows one that is applied", () => {
    const one = logOf([1]).append([change(2, 1)]);
    const two = one.append([change(3, 1)]);
    const history = new History(oneChangeAtATime()).step(leader(1, { term: 1, log: one, commit: 2 }));
    history.step(leader(1, { term: 1, log: two, commit: 2, applied: 2 })).step(follower(2, { log: two }));
  });

  it("objects to a change before the last one is applied", () => {
    const one = logOf([1]).append([change(2, 1)]);
    const history = new History(oneChangeAtATime()).step(leader(1, { term: 1, log: one, commit: 2, applied: 1 }));
    assertObjects(
      () => history.step(leader(1, { term: 1, log: one.append([change(3, 1)]), commit: 2, applied: 1 })),
      "leader 1 has not applied 2/1 confChangeV2 [2] and 3/1 confChangeV2 [3]",
    );
  });

  it("objects to a leader that begins with two", () => {
    const log = logOf([1]).append([change(2, 1), change(3, 1)]);
    const history = new History(oneChangeAtATime()).step(follower(1, { term: 2, log }));
    assertObjects(
      () => history.step(leader(1, { term: 2, log: log.append([entry(4, 2)]) })),
      "leader 1 has not applied 2/1 confChangeV2 [2] and 3/1 confChangeV2 [3]",
    );
  });
});

describe("A commit has a majority of acknowledgements", () => {
  const log = logOf([1, 1, 1]);

  it("of the leader's own and another one, and then the others may know", () => {
    const history = new History(commitsHaveMajorities()).step(leader(1, { term: 1, log }), ack(1, 1, 1, 3));
    history.release(ack(2, 1, 1, 2)).step(leader(1, { term: 1, log, commit: 2 }));
    history.step(follower(3, { term: 1, log, commit: 2 }));
  });

  it("or the check objects to the leader that is alone", () => {
    const history = new History(commitsHaveMajorities()).step(leader(1, { term: 1, log }), ack(1, 1, 1, 3));
    history.release(ack(2, 1, 1, 2), { ...ack(3, 1, 1, 3), type: "HeartbeatResponse", read: { _tag: "None" } });
    assertObjects(
      () => history.step(leader(1, { term: 1, log, commit: 3 })),
      "1 leads term 1 and commits 3 without a majority of 1, 2, 3; it has that of [1]",
    );
  });

  it("or the check objects to acknowledgements to another leader, and to refusals", () => {
    const history = new History(commitsHaveMajorities()).step(leader(1, { term: 2, log }), ack(1, 1, 2, 3));
    const refusal = { _tag: "Some", value: { index: 1, term: 1 } } as const;
    history.release(ack(2, 1, 1, 3), { type: "AppendResponse", from: 3, to: 1, term: 2, index: 3, hint: refusal });
    assertObjects(
      () => history.step(leader(1, { term: 2, log, commit: 3 })),
      "1 leads term 2 and commits 3 without a majority of 1, 2, 3; it has that of [1]",
    );
  });

  it("and in a joint configuration a majority of each half", () => {
    const configuration = { ...ofVoters(1, 2, 3), votersOutgoing: [1, 4, 5], members: [1, 2, 3, 4, 5] };
    const history = new History(commitsHaveMajorities()).step(
      leader(1, { term: 1, log, configuration }),
      ack(1, 1, 1, 3),
    );
    history.release(ack(2, 1, 1, 3), ack(3, 1, 1, 3));
    assertObjects(
      () => history.step(leader(1, { term: 1, log, configuration, commit: 3 })),
      "1 leads term 1 and commits 3 without a majority of 1, 4, 5; it has that of [1]",
    );
  });

  it("or the check objects to whoever knows of a commit before any leader", () => {
    const history = new History(commitsHaveMajorities()).start(follower(2, { log, commit: 1 }));
    history.step(follower(3, { log, commit: 1 }));
    assertObjects(
      () => history.step(follower(3, { log, commit: 2 })),
      "3 takes 2 to be committed and is no leader, and no leader has said so",
    );
  });

  it("or the check objects to an acknowledgement of another term that counts", () => {
    const counting = (match: number) =>
      leader(1, { term: 2, log }, { progress: [ownProgress(3), { ...unknownProgress(4), match }, unknownProgress(4)] });
    const history = new History(commitsHaveMajorities()).start(counting(0));
    history.release(ack(2, 1, 1, 3), ack(2, 1, 2, 1)).step(counting(1), ack(2, 1, 2, 1));
    assertObjects(
      () => history.step(counting(3), ack(2, 1, 1, 3)),
      "1 leads term 2 and counts 3 for 2, which has acknowledged 1",
    );
  });
});
