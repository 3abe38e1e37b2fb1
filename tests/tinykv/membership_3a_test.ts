/**
 * TinyKV's part 3A: changes of the configuration (§6).
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { decodeConfChange, type NodeId, proposeConfChange } from "../../core/mod.ts";
import {
  addNode,
  appendResponse,
  assertRole,
  becomeLeader,
  entries,
  logOf,
  Member,
  propose,
  RawNode,
  removeNode,
  textOf,
  timeoutNow,
  voteResponse,
} from "./harness.ts";

Deno.test("TestAddNode3A", () => {
  const member = new Member(1, { members: [1] });
  member.step({ type: "ApplyConfChange", change: addNode(2) });
  assertEquals(member.node.configuration.members, [1, 2]);
});

// TinyKV's second row empties the configuration; here, as in etcd, the last voter cannot be removed: nobody could ever
// commit anything again.
Deno.test("TestRemoveNode3A", () => {
  const member = new Member(1, { members: [1, 2] });
  member.step({ type: "ApplyConfChange", change: removeNode(2) });
  assertEquals(member.node.configuration.members, [1]);
  assertEquals(member.objectionTo({ type: "ApplyConfChange", change: removeNode(1) }), {
    type: "Fault",
    reason: { type: "ConfChangeNotApplicable", error: "NoVotersLeft" },
  });
});

Deno.test("TestCommitAfterRemoveNode3A", () => {
  const member = new Member(1, { members: [1, 2], options: { electionTick: 5 } });
  becomeLeader(member);
  member.step(propose(proposeConfChange(removeNode(2))));
  assertEquals(member.nextEntries(), []);
  member.step(propose("hello"));
  member.step(appendResponse({ from: 2, to: 1, term: 1 }, 2));
  const committed = member.nextEntries();
  assertEquals(committed.map(({ type }) => type), ["normal", "confChangeV2"]);
  assertEquals(committed.map(({ data }) => data.length > 0), [false, true]);
  // With one voter less, the leader alone is a majority.
  member.step({ type: "ApplyConfChange", change: removeNode(2) });
  assertEquals(member.nextEntries(), entries("3:1 hello"));
});

Deno.test("TestTransferNonMember3A", async (t) => {
  for (const term of [0, 1]) {
    await t.step(`in term ${term}`, () => {
      const member = new Member(1, { members: [2, 3, 4], options: { electionTick: 5 }, hardState: { term } });
      member.step(timeoutNow({ from: 2, to: 1, term }));
      member.step(voteResponse({ from: 2, to: 1, term }, true));
      member.step(voteResponse({ from: 3, to: 1, term }, true));
      assertRole(member, "follower", term);
      assertEquals(member.readOutbox(), []);
    });
  }
});

Deno.test("TestRawNodeProposeAndConfChange3A", () => {
  const rawNode = new RawNode(new Member(1, { members: [1] }));
  rawNode.advance(rawNode.ready());
  const idle = rawNode.ready();
  assertEquals([idle.hardState, idle.entries], [O.none, []]);
  rawNode.step({ type: "Campaign" });
  assertEquals(leadIn(rawNode), O.some(1));
  rawNode.step(propose("somedata"));
  const change = proposeConfChange(addNode(1));
  rawNode.step(propose(change));
  const [data, confChange] = logOf(rawNode.member).slice(-2);
  assertEquals(textOf(data), "somedata");
  assertEquals([confChange.type, confChange.data], ["confChangeV2", change.data]);
});

Deno.test("TestRawNodeProposeAddDuplicateNode3A", () => {
  const rawNode = new RawNode(new Member(1, { members: [1] }));
  rawNode.advance(rawNode.ready());
  rawNode.step({ type: "Campaign" });
  assertEquals(leadIn(rawNode), O.some(1));
  rawNode.advance(rawNode.ready());

  const proposed = [addNode(1), addNode(1), addNode(2)];
  for (const change of proposed) {
    rawNode.step(propose(proposeConfChange(change)));
    const ready = rawNode.ready();
    for (const entry of ready.committedEntries) {
      const committed = decodeConfChange(entry);
      if (E.isRight(committed)) rawNode.step({ type: "ApplyConfChange", change: committed.right });
    }
    rawNode.advance(ready);
  }
  const { disk: { log }, node: { configuration } } = rawNode.member;
  const stored = log.slice(log.last.index - 2, log.last.index);
  assertEquals(stored.map(({ type }) => type), ["confChangeV2", "confChangeV2", "confChangeV2"]);
  assertEquals(stored.map(({ data }) => data), proposed.map((change) => proposeConfChange(change).data));
  assertEquals(configuration.members, [1, 2]);
});

/** The leader that the soft state of the batch names. */
function leadIn(rawNode: RawNode): O.Option<NodeId> {
  const { softState } = rawNode.ready();
  return O.isSome(softState) ? softState.value.lead : O.none;
}
