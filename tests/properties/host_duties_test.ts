/**
 * Why a host has certain duties: each of these stories goes wrong with a host that neglects one, although every node does
 * what the recordings of etcd's library do. The random schedules run with hosts that fulfil them.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type ConfChange, NO_BYTES } from "../../core/mod.ts";
import { readsAreLinearizable } from "../../effects/invariants/mod.ts";
import { maskOf, Scenario, violationOf } from "./scenario.ts";
import { PLAIN, type Setup } from "./setup.ts";

describe("Nobody is asked for a vote before the term and the log that it is for are durable", () => {
  // A vote is given to a term and to a log (thesis §3.8). If node 3 asked at once, node 2 could vote for a log that node 3
  // has only in memory; node 3 would lose it in a crash, come to the same term again, find the vote, and lead without it.

  it("so that a crash before that leaves no vote behind", () => {
    const story = new Scenario(PLAIN).act({ type: "campaign", node: 1 });
    assertEquals(story.isInFlight("RequestVote", 1, 2), false);
    story.act({ type: "crash", node: 1, restart: true });
    assertEquals(story.isInFlight("RequestVote", 1, 2), false);
  });

  it("and then everybody is", () => {
    const story = new Scenario(PLAIN).act({ type: "campaign", node: 1 });
    story.act({ type: "flush", node: 1, count: 1 });
    assertEquals(story.isInFlight("RequestVote", 1, 2) && story.isInFlight("RequestVote", 1, 3), true);
  });
});

describe("Nobody relies on a read that a leader answers whose configuration has a single voter", () => {
  // Before it answers, a leader has to commit an entry of its term and to hear from a majority (thesis §6.4). Where a single
  // node votes, the library skips both, whoever that node is.

  it("unless it has committed an entry of its term: until then it may not know what is committed", () => {
    const violation = violationOf(() => {
      const story = new Scenario({ ...PLAIN, voters: 1, durableApplies: false }, [
        readsAreLinearizable({ loneVoters: true }),
      ]);
      story.act({ type: "campaign", node: 1 }, { type: "flush", node: 1, count: 2 });
      story.act({ type: "crash", node: 1, restart: true }, { type: "campaign", node: 1 });
      story.act({ type: "flush", node: 1, count: 1 }, { type: "read", node: 1 });
    });
    assertEquals(violation.sentence, "1 answers with 0 a read that was asked when 1 was committed");
  });

  it("unless it is that voter: one that was removed and has not stepped down may have been deposed", () => {
    const remove: ConfChange = { transition: "auto", changes: [{ type: "removeNode", id: 1 }], context: NO_BYTES };
    const violation = violationOf(() => {
      const story = new Scenario({ ...PLAIN, voters: 2 }, [readsAreLinearizable({ loneVoters: true })]);
      story.act({ type: "campaign", node: 1 }).settle(6);
      story.act({ type: "proposeConfChange", node: 1, change: remove }).settle(6);
      // Node 2, the only voter that is left, elects itself and goes on; node 1 does not hear of it.
      story.isolate(1).act({ type: "campaign", node: 2 }).settle(2);
      story.act({ type: "read", node: 1 });
    });
    assertEquals(violation.sentence, "1 answers with 2 a read that was asked when 3 was committed");
  });
});

describe("A host forgets what it was handed and has not applied when a snapshot begins to be written", () => {
  // The snapshot has the configuration as of a later index, and the node takes it over at once (§7).

  it("or else it applies a configuration change to a configuration that has it already", () => {
    const violation = violationOf(() => supersede({ ...PLAIN, voters: 4, forgetsSuperseded: false }));
    assertEquals(violation.check, "Nobody objects to correct senders");
    assertStringIncludes(violation.sentence, "ConfChangeNotApplicable");
  });

  it("and then it goes on with the snapshot", () => {
    supersede({ ...PLAIN, voters: 4 });
  });

  function supersede(setup: Setup): void {
    const enter: ConfChange = {
      transition: "jointExplicit",
      changes: [{ type: "addLearnerNode", id: 2 }],
      context: NO_BYTES,
    };
    const leave: ConfChange = { transition: "auto", changes: [], context: NO_BYTES };
    const story = new Scenario(setup);
    story.act({ type: "campaign", node: 1 }).settle(6);
    story.act({ type: "proposeConfChange", node: 1, change: enter }).settle(6);
    // Node 3 is handed the end of the joint configuration, and its state machine takes its time.
    const idle = maskOf(3);
    story.act({ type: "proposeConfChange", node: 1, change: leave }).settle(6, { idle });
    story.isolate(3).act({ type: "propose", node: 1, count: 3 }).settle(6, { idle });
    story.act({ type: "snapshot", node: 1, keep: 0 }, { type: "heal" }, { type: "beat", node: 1 });
    story.settle(4, { idle }).settle(2, { idle, slow: maskOf(3) });
    story.act({ type: "apply", node: 3, count: 1 }).settle(4);
  }
});
