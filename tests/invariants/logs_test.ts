/**
 * Logs and nodes compared as they are, without their history.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  describeEntry,
  disputedTerm,
  firstConflict,
  firstMismatch,
  firstMissing,
  firstReplaced,
  holds,
  isAppendOnly,
  isSameEntry,
} from "../../effects/invariants/mod.ts";
import { entry, follower, leader, logOf } from "./history.ts";

describe("isSameEntry()", () => {
  it("compares place, kind and bytes", () => {
    assertEquals(isSameEntry(entry(1, 1), entry(1, 1)), true);
    assertEquals(isSameEntry(entry(1, 1, 5), entry(2, 1, 5)), false);
    assertEquals(isSameEntry(entry(1, 1, 5), entry(1, 2, 5)), false);
    assertEquals(isSameEntry(entry(1, 1, 5), entry(1, 1, 6)), false);
    assertEquals(isSameEntry(entry(1, 1), { ...entry(1, 1), type: "empty" }), false);
    assertEquals(isSameEntry(entry(1, 1), { ...entry(1, 1), data: new Uint8Array(2) }), false);
  });

  it("and describeEntry() tells them apart", () => assertEquals(describeEntry(entry(3, 2, 9)), "3/2 normal [9]"));
});

describe("firstMismatch()", () => {
  it("is 0 where logs agree on no term, on all entries, or have none in common", () => {
    assertEquals(firstMismatch(logOf([1, 1]), logOf([2, 2, 2])), 0);
    assertEquals(firstMismatch(logOf([1, 1, 2]), logOf([1, 1])), 0);
    assertEquals(firstMismatch(logOf([1, 1]), logOf([2], { index: 7, term: 1 })), 0);
  });

  it("is the first index that differs before one that agrees", () => {
    assertEquals(firstMismatch(logOf([1, 1, 3]), logOf([1, 2, 3, 3])), 2);
    assertEquals(firstMismatch(logOf([1]).append([entry(2, 1, 9)]), logOf([1, 1, 1])), 2);
  });
});

describe("firstReplaced() and isAppendOnly()", () => {
  it("find what an append leaves alone", () => {
    assertEquals(firstReplaced(logOf([1, 1]), logOf([1, 1, 2])), 0);
    assertEquals(isAppendOnly(logOf([1, 1]), logOf([1, 1, 2])), true);
    assertEquals(isAppendOnly(logOf([1, 1]), logOf([1, 1]).compact(2)), true);
  });

  it("find what was replaced or cut off", () => {
    assertEquals(firstReplaced(logOf([1, 1]), logOf([1, 2, 2])), 2);
    assertEquals(firstReplaced(logOf([1, 1]), logOf([1])), 2);
    assertEquals(isAppendOnly(logOf([1, 1]), logOf([1, 2, 2])), false);
    assertEquals(isAppendOnly(logOf([1, 1]), logOf([], { index: 1, term: 1 })), false);
  });
});

describe("holds()", () => {
  it("finds an entry in a log, or under a snapshot", () => {
    const log = logOf([1, 1, 2], { index: 4, term: 1 });
    assertEquals([entry(2, 9), entry(4, 1), entry(6, 1), entry(7, 2)].map((at) => holds(log, at)), [
      true,
      true,
      true,
      true,
    ]);
    assertEquals([entry(4, 2), entry(6, 2), entry(8, 2)].map((at) => holds(log, at)), [false, false, false]);
  });
});

describe("firstConflict()", () => {
  it("is the first index that two nodes have committed differently", () => {
    const a = follower(1, { log: logOf([1, 1]), commit: 2 });
    assertEquals(firstConflict(a, follower(2, { log: logOf([1, 2]), commit: 1 })), 0);
    assertEquals(firstConflict(a, follower(2, { log: logOf([1, 2]), commit: 2 })), 2);
  });
});

describe("firstMissing()", () => {
  it("is the first index that another one has committed and the leader does not have", () => {
    const other = follower(1, { term: 1, log: logOf([1, 1]), commit: 2 });
    assertEquals(firstMissing(leader(2, { term: 2, log: logOf([1, 1, 2]) }), other), 0);
    assertEquals(firstMissing(leader(2, { term: 2, log: logOf([1]) }), other), 2);
    assertEquals(firstMissing(leader(2, { term: 2, log: logOf([1, 2]) }), other), 2);
  });

  it("says nothing about a leader that was deposed", () => {
    const other = follower(1, { term: 3, log: logOf([1, 1]), commit: 2 });
    assertEquals(firstMissing(leader(2, { term: 2, log: logOf([1]) }), other), 0);
  });
});

describe("disputedTerm()", () => {
  it("is a term that two nodes lead", () => {
    assertEquals(disputedTerm([leader(1, { term: 1 }), follower(2, { term: 2 }), leader(3, { term: 2 })]), 0);
    assertEquals(disputedTerm([leader(1, { term: 2 }), follower(2, { term: 2 }), leader(3, { term: 2 })]), 2);
  });
});
