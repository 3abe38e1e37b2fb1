/**
 * Promises and crashes: what a faulty disk brings back, and what a correct one may.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import type { PeerMessage } from "../../core/mod.ts";
import { promisesAreKept } from "../../effects/invariants/mod.ts";
import { ack, assertObjects, entry, follower, History, leader, logOf, vote } from "./history.ts";

const LOG = logOf([1, 1, 2]);

/** Node 2 has voted for node 1 in term 2, and has acknowledged its log of three entries. */
function promised(): History {
  const history = new History(promisesAreKept()).release(vote(2, 1, 2)).step(leader(1, { term: 2, log: LOG }));
  return history.release(ack(2, 1, 2, 1), ack(2, 1, 2, 3));
}

/** What node 2 has to come back with. */
const KEPT = follower(2, { term: 2, vote: O.some(1), log: LOG });

describe("A node that comes back from a crash keeps its promises", () => {
  it("with its vote, its term and its log", () => {
    promised().audit(KEPT).lose(2, "power").start(KEPT);
  });

  it("or the check objects to an earlier term", () => {
    const history = promised().lose(2, "power");
    assertObjects(() => history.start({ ...KEPT, term: 1 }), "2 has acknowledged in term 2 and is in 1 again");
    const other = new History(promisesAreKept()).release(vote(3, 1, 5)).lose(3, "power");
    assertObjects(() => other.start(follower(3, { term: 4 })), "3 has voted in term 5 and is in term 4 again");
  });

  it("or the check objects to a vote that is forgotten, or another one", () => {
    const history = promised().lose(2, "power");
    const sentence = (now: string): string => `2 has voted for 1 in term 2 and has now voted ${now}`;
    assertObjects(() => history.start({ ...KEPT, vote: O.none }), sentence("for nobody"));
    assertObjects(() => history.start({ ...KEPT, vote: O.some(3) }), sentence("for 3"));
  });

  it("or the check objects to an acknowledged entry that is missing, or another one", () => {
    const history = promised().lose(2, "power");
    const sentence = "2 has acknowledged 3/2 normal [50] to the leader of term 2, and now";
    assertObjects(() => history.start({ ...KEPT, log: logOf([1, 1]) }), `${sentence} its log ends at 2/1`);
    assertObjects(
      () => history.start({ ...KEPT, log: logOf([1, 1]).append([entry(3, 2, 9)]) }),
      `${sentence} it has 3/2 normal [9]`,
    );
  });

  it("or the check objects to an entry before it that is another one", () => {
    const history = promised().lose(2, "power");
    assertObjects(
      () => history.start({ ...KEPT, log: logOf([1, 2, 2]) }),
      "2 has acknowledged 2/1 normal [33] to the leader of term 2, and now it has 2/2 normal [34]",
    );
  });

  it("and may have forgotten what a snapshot covers", () => {
    promised().lose(2, "power").start({ ...KEPT, log: LOG.compact(3) });
  });

  it("and a leader of a later term may have replaced what was not committed", () => {
    promised().lose(2, "power").start({ ...KEPT, term: 3, vote: O.none, log: logOf([1, 3]) });
  });

  it("but nobody may have replaced what was committed", () => {
    const history = promised().step(leader(1, { term: 2, log: LOG, commit: 2 })).lose(2, "power");
    assertObjects(
      () => history.start({ ...KEPT, term: 3, vote: O.none, log: logOf([1, 3]) }),
      "2 has acknowledged 2/1 normal [33] to the leader of term 2, and now it has 2/3 normal [35]",
    );
  });

  it("and what was committed in a later term it need not have had", () => {
    const history = promised().step(leader(3, { term: 3, log: logOf([1, 3]), commit: 2 })).lose(2, "power");
    history.start({ ...KEPT, term: 3, vote: O.none });
  });
});

describe("What counts as a promise", () => {
  it("is the vote of a candidate and of a leader for itself", () => {
    const header = { from: 3, to: 1, term: 4 };
    const messages: readonly PeerMessage[] = [
      { type: "RequestVote", ...header, last: LOG.last, transfer: false },
      { type: "Append", ...header, prev: LOG.last, entries: [], commit: 0 },
      { type: "Heartbeat", ...header, commit: 0, read: O.none },
    ];
    for (const message of messages) {
      const history = new History(promisesAreKept()).release(message).lose(3, "power");
      history.start(follower(3, { term: 4, vote: O.some(3) })).start(follower(3, { term: 5 }));
      const forgotten = follower(3, { term: 4 });
      assertObjects(() => history.start(forgotten), "3 has voted for 3 in term 4 and has now voted for nobody");
    }
  });

  it("is what a node has told itself", () => {
    const history = new History(promisesAreKept()).step(leader(1, { term: 2, log: LOG }), ack(1, 1, 2, 3));
    assertObjects(
      () => history.start(follower(1, { term: 2, vote: O.some(1), log: logOf([1, 1]) })),
      "1 has acknowledged 3/2 normal [50] to the leader of term 2, and now its log ends at 2/1",
    );
  });

  it("is no pre-vote, no refusal, and no answer to a heartbeat", () => {
    const header = { from: 2, to: 1, term: 7 };
    const history = new History(promisesAreKept()).release(
      { type: "RequestPreVote", ...header, last: LOG.last, transfer: false },
      { type: "RequestPreVoteResponse", ...header, granted: true },
      { type: "RequestVoteResponse", ...header, granted: false },
      { type: "HeartbeatResponse", ...header, read: O.none },
      { type: "AppendResponse", ...header, index: 3, hint: O.some({ index: 1, term: 1 }) },
    );
    history.lose(2, "power").start(follower(2));
  });

  it("is nothing that went with a disk", () => {
    promised().lose(2, "disk").start(follower(2));
  });
});

describe("What a crash would leave behind, at any time,", () => {
  it("keeps the promises that were made by then", () => {
    const history = new History(promisesAreKept()).audit(follower(2)).release(vote(2, 1, 2)).audit({
      ...KEPT,
      log: logOf([]),
    });
    history.step(leader(1, { term: 2, log: LOG })).release(ack(2, 1, 2, 2)).audit({ ...KEPT, log: logOf([1, 1]) });
  });

  it("or the check objects, before any crash", () => {
    assertObjects(
      () => promised().audit({ ...KEPT, vote: O.none }),
      "2 has voted for 1 in term 2 and has now voted for nobody",
    );
    assertObjects(
      () => promised().audit({ ...KEPT, log: logOf([1]) }),
      "2 has acknowledged 2/1 normal [33] to the leader of term 2, and now its log ends at 1/1",
    );
  });

  it("and an empty disk keeps none", () => {
    const history = promised();
    const [, host] = history.hosts;
    assertObjects(
      () => history.check.audited?.({ hardState: O.none, log: logOf([]) }, host, history),
      "2 has acknowledged in term 2 and is in 0 again",
    );
  });
});
