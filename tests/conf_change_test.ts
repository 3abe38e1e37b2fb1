/**
 * Changes of the configuration (§6): what each of them makes of a configuration, and what cannot be made of it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import {
  type Change,
  changeConfiguration,
  type ChangeType,
  type ConfChange,
  type ConfChangeError,
  type Configuration,
  configuration,
  type ConfigurationIds,
  isJoint,
  leavesJoint,
  NO_BYTES,
  NO_MEMBERS,
  type NodeId,
  ofVoters,
  restoreConfiguration,
  type Transition,
} from "../core/mod.ts";

describe("A simple change", () => {
  it("adds a voter", () => {
    assertBecomes(ofVoters(1, 2), auto(["addNode", 3]), { voters: [1, 2, 3] });
  });

  it("removes a voter", () => {
    assertBecomes(ofVoters(1, 2, 3), auto(["removeNode", 2]), { voters: [1, 3] });
  });

  it("adds a learner, which replicates and does not vote (thesis §4.2.1)", () => {
    const after = assertBecomes(ofVoters(1, 2), auto(["addLearnerNode", 3]), { voters: [1, 2], learners: [3] });
    assertEquals([after.members, after.incoming], [[1, 2, 3], [0, 1]]);
  });

  it("makes a voter of a learner, and a learner of a voter", () => {
    const current = config({ voters: [1, 2], learners: [3] });
    assertBecomes(current, auto(["addNode", 3]), { voters: [1, 2, 3] });
    assertBecomes(current, auto(["addLearnerNode", 2]), { voters: [1], learners: [2, 3] });
  });

  it("removes a learner", () => {
    assertBecomes(config({ voters: [1, 2], learners: [3] }), auto(["removeNode", 3]), { voters: [1, 2] });
  });

  it("changes nothing where it adds who is there, removes who is not, updates, or names nobody", () => {
    const changes = [["addNode", 1], ["removeNode", 9], ["updateNode", 2], ["addNode", 0]] as const;
    for (const change of changes) assertBecomes(ofVoters(1, 2), auto(change), { voters: [1, 2] });
  });

  it("tells of whom nothing is known yet: new members, but not members whose part changes", () => {
    assertEquals(freshOf(ofVoters(1, 2), auto(["addNode", 3])), [3]);
    assertEquals(freshOf(ofVoters(1, 2), auto(["addLearnerNode", 3])), [3]);
    assertEquals(freshOf(config({ voters: [1, 2], learners: [3] }), auto(["addNode", 3])), []);
    assertEquals(freshOf(ofVoters(1, 2), auto(["addLearnerNode", 2])), []);
  });
});

describe("A change through a joint configuration", () => {
  it("keeps the old majority beside the new one", () => {
    const after = assertBecomes(ofVoters(1, 2, 3), auto(["addNode", 4], ["removeNode", 1]), {
      voters: [2, 3, 4],
      votersOutgoing: [1, 2, 3],
      autoLeave: true,
    });
    assertEquals([after.members, after.incoming, after.outgoing], [[1, 2, 3, 4], [1, 2, 3], [0, 1, 2]]);
  });

  it("is left by the leader itself unless it was entered explicitly", () => {
    const leavesAlone = (transition: Transition): boolean =>
      apply(ofVoters(1), { transition, changes: [{ type: "addNode", id: 2 }], context: NO_BYTES }).autoLeave;
    assertEquals([leavesAlone("jointImplicit"), leavesAlone("jointExplicit")], [true, false]);
  });

  it("lets a voter that becomes a learner vote in the old majority until it is left", () => {
    const joint = assertBecomes(ofVoters(1, 2), auto(["addLearnerNode", 2], ["addNode", 3]), {
      voters: [1, 3],
      votersOutgoing: [1, 2],
      learnersNext: [2],
      autoLeave: true,
    });
    assertBecomes(joint, LEAVE, { voters: [1, 3], learners: [2] });
  });

  it("takes what was said of a node last", () => {
    const change = auto(["addNode", 3], ["removeNode", 3], ["addLearnerNode", 4], ["addNode", 4]);
    assertBecomes(ofVoters(1, 2), change, { voters: [1, 2, 4], votersOutgoing: [1, 2], autoLeave: true });
  });

  it("may change nothing at all", () => {
    const change: ConfChange = { transition: "jointExplicit", changes: [], context: NO_BYTES };
    assertBecomes(ofVoters(1, 2), change, { voters: [1, 2], votersOutgoing: [1, 2] });
  });

  it("ends with the new majority alone, for which an empty change is the sign", () => {
    const joint = config({ voters: [2, 3, 4], votersOutgoing: [1, 2, 3], learners: [5], autoLeave: true });
    assertBecomes(joint, LEAVE, { voters: [2, 3, 4], learners: [5] });
    assertEquals([leavesJoint(LEAVE), leavesJoint(auto(["addNode", 1]))], [true, false]);
  });

  it("forgets of a node that is removed and added again only what it never had", () => {
    assertEquals(freshOf(ofVoters(1, 2), auto(["removeNode", 2], ["addNode", 2])), []);
    assertEquals(freshOf(ofVoters(1, 2), auto(["addNode", 3], ["removeNode", 3])), []);
  });
});

describe("A change that cannot be made", () => {
  const joint = config({ voters: [1, 2, 3], votersOutgoing: [1, 2] });
  const double: ConfigurationIds = { ...NO_MEMBERS, voters: [1, 2, 2] };
  const errors: { readonly [K in ConfChangeError]: readonly (readonly [string, () => E.Either<string, unknown>])[] } = {
    AlreadyJoint: [[
      "enters a joint configuration twice",
      () => changeConfiguration(joint, auto(["addNode", 4], ["addNode", 5])),
    ]],
    NotJoint: [["leaves a joint configuration that is none", () => changeConfiguration(ofVoters(1, 2), LEAVE)]],
    NoVoters: [[
      "begins a joint configuration where nobody votes",
      () => changeConfiguration(NO_MEMBERS, auto(["addNode", 1], ["addNode", 2])),
    ]],
    NoVotersLeft: [
      ["removes the last voter", () => changeConfiguration(ofVoters(1), auto(["removeNode", 1]))],
      ["makes a learner of the last voter", () => changeConfiguration(ofVoters(1), auto(["addLearnerNode", 1]))],
      [
        "removes all voters at once",
        () => changeConfiguration(ofVoters(1, 2), auto(["removeNode", 1], ["removeNode", 2])),
      ],
      ["adds nobody but a learner to nobody", () => changeConfiguration(NO_MEMBERS, auto(["addLearnerNode", 1]))],
    ],
    // One change concerns one node; it takes a list that names one twice.
    MoreThanOneVoterChanged: [[
      "changes more than one vote",
      () => changeConfiguration(double, auto(["removeNode", 2])),
    ]],
    JointSimpleChange: [[
      "is simple while the configuration is joint",
      () => changeConfiguration(joint, auto(["addNode", 4])),
    ]],
    InvalidId: [
      ["a node whose id is no number", () =>
        changeConfiguration(ofVoters(1, 2, 3), {
          transition: "auto",
          changes: [{ type: "addNode", id: NaN }],
          context: NO_BYTES,
        })],
    ],
    InvalidConfiguration: [
      ["has a voter that is a learner", () => restoreConfiguration({ ...NO_MEMBERS, voters: [1, 2], learners: [2] })],
      [
        "has learners to come without being joint",
        () => restoreConfiguration({ ...NO_MEMBERS, voters: [1], learnersNext: [2] }),
      ],
      [
        "is to be left without being joint",
        () => restoreConfiguration({ ...NO_MEMBERS, voters: [1], autoLeave: true }),
      ],
      ["has a learner to come that has no vote to lose", () => restoreConfiguration({ ...joint, learnersNext: [7] })],
    ],
  };
  for (const [name, cases] of Object.entries(errors)) {
    for (const [what, attempt] of cases) {
      it(`is ${name} where it ${what}`, () => assertEquals(attempt(), E.left(name)));
    }
  }
});

describe("Whatever changes are made, one after the other", () => {
  const change: fc.Arbitrary<ConfChange> = fc.record({
    transition: fc.constantFrom<Transition>("auto", "auto", "jointImplicit", "jointExplicit"),
    changes: fc.array(
      fc.record({
        type: fc.constantFrom<ChangeType>("addNode", "removeNode", "addLearnerNode", "updateNode"),
        id: fc.nat({ max: 6 }),
      }, { noNullPrototype: true }),
      { maxLength: 4 },
    ),
    context: fc.constant(NO_BYTES),
  }, { noNullPrototype: true });
  const histories = fc.array(change, { maxLength: 30 }).map((changes) => {
    const history: [Configuration, Configuration][] = [];
    let current = ofVoters(1, 2, 3);
    for (const change of changes) {
      const changed = changeConfiguration(current, change);
      if (E.isLeft(changed)) continue;
      history.push([current, changed.right.configuration]);
      current = changed.right.configuration;
    }
    return history;
  });

  it("everybody has one part, only outgoing voters are learners to come, and somebody votes", () => {
    always(histories, (_, { voters, votersOutgoing, learners, learnersNext }) => {
      assert(voters.length > 0 && learners.every((id) => !voters.includes(id) && !votersOutgoing.includes(id)));
      assert(learnersNext.every((id) => votersOutgoing.includes(id) && !voters.includes(id)));
    });
  });

  it("any majority of one configuration overlaps with any majority of the next (§6)", () => {
    always(histories, (before, after) => {
      for (const old of majorities(before)) for (const next of majorities(after)) assert((old & next) !== 0);
    });
  });

  it("the configuration that is reached can be restored from its five lists", () => {
    always(histories, (_, after) => assertEquals(restoreConfiguration(after), E.right(after)));
  });

  it("the positions say where the voters are among the members", () => {
    always(histories, (_, { voters, votersOutgoing, members, incoming, outgoing }) => {
      assertEquals([incoming.map((i) => members[i]), outgoing.map((i) => members[i])], [voters, votersOutgoing]);
      assertEquals(members, [...members].sort((a, b) => a - b));
    });
  });

  function always(
    arbitrary: typeof histories,
    holds: (before: Configuration, after: Configuration) => void,
  ): void {
    fc.assert(
      fc.property(arbitrary, (history) => {
        for (const [before, after] of history) holds(before, after);
      }),
      { seed: 1, numRuns: 300 },
    );
  }

  // Every set of nodes, as bits, that has a majority of each half.
  function majorities(config: Configuration): readonly number[] {
    const halves = isJoint(config) ? [config.voters, config.votersOutgoing] : [config.voters];
    const sets = Array.from({ length: 128 }, (_, bits) => bits);
    return sets.filter((bits) =>
      halves.every((voters) => voters.filter((id: NodeId) => (bits >> id) & 1).length * 2 > voters.length)
    );
  }
});

/** The change that leaves a joint configuration. */
const LEAVE: ConfChange = { transition: "auto", changes: [], context: NO_BYTES };

function auto(...changes: readonly (readonly [ChangeType, NodeId])[]): ConfChange {
  return { transition: "auto", changes: changes.map(([type, id]): Change => ({ type, id })), context: NO_BYTES };
}

function config(ids: Partial<ConfigurationIds>): Configuration {
  return configuration({ ...NO_MEMBERS, ...ids });
}

function apply(current: ConfigurationIds, change: ConfChange): Configuration {
  const changed = changeConfiguration(current, change);
  if (E.isLeft(changed)) throw new Error(`Cannot apply the change: ${changed.left}.`);
  return changed.right.configuration;
}

function assertBecomes(current: ConfigurationIds, change: ConfChange, ids: Partial<ConfigurationIds>): Configuration {
  const after = apply(current, change);
  assertEquals(after, config(ids));
  return after;
}

function freshOf(current: ConfigurationIds, change: ConfChange): readonly NodeId[] {
  const changed = changeConfiguration(current, change);
  return E.isRight(changed) ? changed.right.fresh : [];
}
