/**
 * TinyKV's `rawnode_test.go`, part 2AC: what a host is given in batches.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { entries, Member, propose, RawNode } from "./harness.ts";

Deno.test("TestRawNodeStart2AC", () => {
  const rawNode = new RawNode(new Member(1, { members: [1] }));
  rawNode.step({ type: "Campaign" });
  rawNode.advance(rawNode.ready());
  rawNode.step(propose("foo"));
  const ready = rawNode.ready();
  assertEquals(ready.entries, entries("2:1 foo"));
  assertEquals(ready.committedEntries, entries("2:1 foo"));
  rawNode.advance(ready);
  assert(!rawNode.hasReady, "nothing is left to do");
});

Deno.test("TestRawNodeRestart2AC", () => {
  const rawNode = new RawNode(
    new Member(1, { members: [], log: entries("1:1", "2:1 foo"), hardState: { term: 1, commit: 1 } }),
  );
  const ready = rawNode.ready();
  assertEquals(ready, {
    softState: O.none,
    hardState: O.none,
    entries: [],
    snapshot: O.none,
    committedEntries: entries("1:1"),
    messages: [],
  });
  rawNode.advance(ready);
  assert(!rawNode.hasReady, "nothing is left to do");
});
