/**
 * The checks of what a node keeps, hands over and says, shown histories that are right and histories that are wrong.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import { type Append, type Effect, NO_BYTES, NO_MEMBERS, type Outbox } from "../../core/mod.ts";
import {
  acknowledgementsAreVerified,
  committedStays,
  everyTurnIsExplained,
  nobodyObjects,
  nothingGoesBack,
  stateMachineSafety,
} from "../../effects/invariants/mod.ts";
import { ack, assertObjects, entry, follower, History, leader, logOf } from "./history.ts";

describe("Term, commit and applied never go back", () => {
  const before = follower(1, { term: 3, commit: 2, applied: 1, log: logOf([1, 1]) });

  it("while a node runs", () => {
    const history = new History(nothingGoesBack()).step(before).step({ ...before, term: 4, applied: 2 });
    history.lose(1, "power").start({ ...before, commit: 1, applied: 0 });
  });

  it("or the check objects", () => {
    const history = new History(nothingGoesBack());
    assertObjects(() => history.start(before).step({ ...before, term: 2 }), "the term of 1 went from 3 back to 2");
    assertObjects(() => history.start(before).step({ ...before, commit: 1 }), "the commit of 1 went from 2 back to 1");
    assertObjects(
      () => history.start(before).step({ ...before, applied: 0 }),
      "the applied of 1 went from 1 back to 0",
    );
  });
});

describe("What is committed stays", () => {
  const log = logOf([1, 1, 1]);
  const told = (): History => new History(committedStays()).step(leader(1, { term: 1, log, commit: 2 }));

  it("also where only its index was known, and where a snapshot takes its place", () => {
    const history = told().step(follower(2, { log: logOf([1, 1, 2]) }));
    history.step(follower(2, { log: logOf([1, 1, 2]), commit: 2 })).step(
      follower(2, { log: logOf([1, 1]), commit: 2 }),
    );
    history.step(follower(3, { log: logOf([], { index: 2, term: 1 }), commit: 2 }));
  });

  it("or the check objects to a node that commits something else", () => {
    const sentence = "at 2, 2 has 2/2 normal [34]; committed is 2/1 normal [33]";
    assertObjects(() => told().step(follower(2, { log: logOf([1, 2]), commit: 2 })), sentence);
    assertObjects(() => told().start(follower(2, { log: logOf([1, 2]), commit: 2 })), sentence);
  });

  it("or the check objects to a node that replaces it", () => {
    assertObjects(
      () => told().step(leader(1, { term: 1, log: logOf([1]).append([entry(2, 2)]), commit: 2 })),
      "at 2, 1 has 2/2 normal [34]; committed is 2/1 normal [33]",
    );
  });

  it("or the check objects to a node that commits what it does not have", () => {
    assertObjects(
      () => told().step(follower(2, { log: logOf([1]) })).step(follower(2, { log: logOf([1]), commit: 2 })),
      "at 2, 2 has nothing; committed is 2/1 normal [33]",
    );
  });

  it("or the check objects to a node that cuts it off", () => {
    assertObjects(
      () => told().step(leader(1, { term: 1, log: logOf([1]), commit: 2 })),
      "at 2, 1 has nothing; committed is 2/1 normal [33]",
    );
  });

  it("or the check objects to a snapshot of another history", () => {
    assertObjects(
      () => told().step(follower(2, { log: logOf([], { index: 2, term: 3 }), commit: 2 })),
      "at 2, 2 has a snapshot of 2/3; committed is 2/1 normal [33]",
    );
  });
});

describe("State Machine Safety", () => {
  const apply = (...entries: Parameters<typeof entry>[]): Outbox => [
    { type: "Apply", entries: entries.map((at) => entry(...at)) },
  ];
  const restore = (index: number, term: number): Outbox => [
    { type: "RestoreSnapshot", snapshot: { index, term, configuration: NO_MEMBERS, data: NO_BYTES } },
  ];
  const node = (id: number) => follower(id, { commit: 9 });

  it("is silent about the same entries in the same order, from a start on and behind a snapshot", () => {
    const history = new History(stateMachineSafety());
    history.step(node(1), undefined, apply([1, 1], [2, 1])).step(node(1), undefined, apply([3, 2]));
    history.start(follower(2, { applied: 1 }), apply([2, 1])).step(node(3), undefined, restore(3, 2));
    history.step(node(3), undefined, apply([4, 2])).start(follower(1, { applied: 1 }), apply([2, 1]));
  });

  it("objects to different entries", () => {
    const history = new History(stateMachineSafety()).step(node(1), undefined, apply([1, 1]));
    assertObjects(
      () => history.step(node(2), undefined, apply([1, 2])),
      "2 applies 1/2 normal [18], and another one has applied 1/1 normal [17]",
    );
  });

  it("objects to a gap, to a repetition and to nothing", () => {
    const history = new History(stateMachineSafety()).step(node(1), undefined, apply([1, 1]));
    assertObjects(() => history.step(node(1), undefined, apply([3, 1])), "1 hands over 3 where 2 is next");
    assertObjects(() => history.step(node(1), undefined, apply([1, 1])), "1 hands over 1 where 2 is next");
    assertObjects(() => history.step(node(1), undefined, apply()), "1 hands over nothing");
  });

  it("objects to a snapshot that leads back, and to one of another history", () => {
    const history = new History(stateMachineSafety()).step(node(1), undefined, apply([1, 1], [2, 1]));
    assertObjects(() => history.step(node(1), undefined, restore(2, 1)), "1 goes from 2 back to a snapshot at 2");
    assertObjects(
      () => history.step(node(2), undefined, restore(2, 3)),
      "2 restores a snapshot at 2/3, and another one has applied 2/1 normal [33]",
    );
  });
});

describe("Every turn is explained", () => {
  const turn = (term: number): Effect => ({
    type: "RoleChanged",
    from: "follower",
    to: "follower",
    term,
    lead: O.none,
    reason: { type: "LeaderForgotten" },
  });

  it("once", () => {
    const history = new History(everyTurnIsExplained()).step(follower(1), undefined, []);
    history.step(follower(1, { term: 1 }), undefined, [turn(1)]);
    history.step(follower(1, { term: 1, lead: O.some(2) }), undefined, [turn(1)]);
    history.step(follower(1, { term: 1, lead: O.some(2) }));
  });

  it("or the check objects to silence, to a repetition and to a turn that was none", () => {
    const sentence = (from: number, to: number, times: number): string =>
      `1 went from follower of term ${from} to follower of term ${to} and said so ${times} times`;
    const history = new History(everyTurnIsExplained());
    assertObjects(() => history.start(follower(1)).step(follower(1, { term: 1 })), sentence(0, 1, 0));
    assertObjects(() => history.start(follower(1)).step(follower(1, { lead: O.some(2) })), sentence(0, 0, 0));
    const twice = [turn(1), turn(1)];
    assertObjects(() => history.start(follower(1)).step(follower(1, { term: 1 }), undefined, twice), sentence(0, 1, 2));
    assertObjects(() => history.start(follower(1)).step(follower(1), undefined, [turn(0)]), sentence(0, 0, 1));
  });
});

describe("An acknowledgement covers what the message has verified", () => {
  const append: Append = {
    type: "Append",
    from: 2,
    to: 1,
    term: 1,
    prev: { index: 1, term: 1 },
    entries: [entry(2, 1)],
    commit: 0,
  };
  const answer = (index: number): Outbox => {
    const then = [ack(1, 2, 1, index)].filter((message) => message.type === "AppendResponse");
    return [{ type: "Persist", hardState: O.none, entries: [], snapshot: O.none, sync: false, then }];
  };

  it("or what was committed before", () => {
    const history = new History(acknowledgementsAreVerified()).step(follower(1), append, answer(2));
    history.step(follower(1, { commit: 3 })).step(follower(1, { commit: 3 }), append, answer(3));
  });

  it("or the check objects", () => {
    const history = new History(acknowledgementsAreVerified());
    assertObjects(() => history.step(follower(1), append, answer(3)), "1 acknowledges 3 where 2 is verified");
  });
});

describe("Nobody objects to correct senders", () => {
  it("or the check does", () => {
    const history = new History(nobodyObjects()).step(follower(1), undefined, [{ type: "SnapshotWanted", to: 2 }]);
    assertObjects(
      () => history.step(follower(1), undefined, [{ type: "Refused", reason: { type: "EmptyProposal" } }]),
      '1 says Refused {"type":"EmptyProposal"}',
    );
    assertObjects(
      () =>
        history.step(follower(1), undefined, [{ type: "Fault", reason: { type: "CompactBeyondSnapshot", index: 3 } }]),
      '1 says Fault {"type":"CompactBeyondSnapshot","index":3}',
    );
  });
});
