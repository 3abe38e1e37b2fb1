/**
 * Queues that end, and queues that do not.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import {
  addInflight,
  DEFAULT_OPTIONS,
  type Inflights,
  type Leader,
  type Leadership,
  NO_BYTES,
  NO_INFLIGHTS,
  NO_MEMBERS,
  type Options,
  ownProgress,
  type ReadRequest,
} from "../../core/mod.ts";
import { judgeStatus, queuesEnd } from "../../effects/invariants/mod.ts";
import type { Status } from "../../effects/node/raft_node.ts";
import { assertObjects, follower, History, leader, logOf } from "./history.ts";

const READ: ReadRequest = { type: "ReadIndex", ticket: 1, context: NO_BYTES };

describe("Every queue has an end:", () => {
  it("a log that was compacted is forgotten", () => {
    const log = logOf([1, 1, 1]);
    const history = new History(queuesEnd()).start(follower(1, { log, commit: 3, applied: 3 }));
    history.step(follower(1, { log: log.compact(2), commit: 3, applied: 3 }), { type: "Compact", index: 2 });
    assertObjects(
      () => history.step(follower(1, { log: log.compact(2), commit: 3, applied: 3 }), { type: "Compact", index: 3 }),
      "1 was told to forget its log up to 3 and has it from 3 on",
    );
  });

  it("the log, what is to be applied, and what is to be committed", () => {
    const bounds = { logLength: 3, unapplied: 2, uncommitted: 1 };
    const history = new History(queuesEnd(bounds)).step(follower(1, { log: logOf([1, 1, 1]), commit: 2 }));
    const log = logOf([1, 1, 1, 1]);
    assertObjects(
      () => history.step(follower(1, { log, commit: 3, applied: 2 })),
      "1 holds 4 entries in its log, and at most 3 are allowed",
    );
    assertObjects(
      () => history.step(follower(2, { log: log.compact(1), commit: 4, applied: 1 })),
      "2 holds 3 committed entries to apply, and at most 2 are allowed",
    );
    assertObjects(
      () => history.start(follower(3, { log: log.compact(1), commit: 2, applied: 1 })),
      "3 holds 2 entries that are not committed, and at most 1 are allowed",
    );
  });

  it("what a snapshot stands for need not be applied entry by entry", () => {
    const log = logOf([1, 1, 1, 1]).compact(3);
    new History(queuesEnd({ unapplied: 1 })).step(follower(1, { log, commit: 4, applied: 0 }));
    judgeStatus({ ...STATUS, applied: 0 }, { unapplied: 9 });
  });

  it("reads, those of a leader and those that wait for one", () => {
    const history = new History(queuesEnd({ reads: 2 })).step(follower(1, { heldReads: [READ, READ] }));
    const sentence = "1 holds 3 reads, and at most 2 are allowed";
    assertObjects(() => history.step(follower(1, { heldReads: [READ, READ, READ] })), sentence);
    const reads: Leadership["reads"] = { confirmed: 0, pending: [{ index: 0, request: READ }], acks: [] };
    assertObjects(() => history.step(leader(1, { heldReads: [READ, READ] }, { reads })), sentence);
  });

  it("windows, by messages and by bytes", () => {
    const options = { maxInflightMsgs: 2, maxInflightBytes: 10 };
    const two = addInflight(addInflight(NO_INFLIGHTS, 1, 9), 2, 90);
    const history = new History(queuesEnd()).step(sending(options, two));
    assertObjects(
      () => history.step(sending(options, addInflight(two, 3, 0))),
      "1 holds 3 messages under way to a peer, and at most 2 are allowed",
    );
    assertObjects(
      () => history.step(sending(options, addInflight(addInflight(NO_INFLIGHTS, 1, 10), 2, 1))),
      "1 has sent more to a peer that already had 10 bytes under way",
    );
  });

  it("proposals, but the first one may be as large as it likes", () => {
    const options = { ...DEFAULT_OPTIONS, maxUncommittedSize: 5 };
    const holding = (uncommittedSize: number): Leader => leader(1, { options }, { uncommittedSize });
    const history = new History(queuesEnd()).step(holding(0)).step(holding(90)).step(holding(80)).step(holding(4));
    history.step(holding(5));
    assertObjects(() => history.step(holding(6)), "1 holds 6 bytes of proposals, and at most 5 are allowed");
  });

  it("what a running node tells of itself", () => {
    const bounds = { waiting: 2, logLength: 10, unapplied: 3 };
    judgeStatus(STATUS, bounds);
    judgeStatus({ ...STATUS, waiting: 1e9 }, {});
    assertObjects(
      () => judgeStatus({ ...STATUS, waiting: 3 }, bounds),
      "1 holds 3 requests that wait, and at most 2 are allowed",
    );
    assertObjects(
      () => judgeStatus({ ...STATUS, last: 31 }, bounds),
      "1 holds 11 entries in its log, and at most 10 are allowed",
    );
    assertObjects(
      () => judgeStatus({ ...STATUS, commit: 30 }, bounds),
      "1 holds 4 committed entries to apply, and at most 3 are allowed",
    );
  });
});

const STATUS: Status = {
  cluster: "",
  id: 1,
  incarnation: "",
  address: "",
  role: "follower",
  term: 1,
  vote: O.none,
  lead: O.none,
  last: 30,
  first: 21,
  stable: 30,
  commit: 29,
  applied: 26,
  snapshot: 20,
  configuration: NO_MEMBERS,
  members: [],
  waiting: 2,
  counters: {},
};

function sending(options: Partial<Options>, inflights: Inflights): Leader {
  const progress = [1, 2, 3].map(() => ({ ...ownProgress(0), inflights }));
  return leader(1, { options: { ...DEFAULT_OPTIONS, ...options } }, { progress });
}
