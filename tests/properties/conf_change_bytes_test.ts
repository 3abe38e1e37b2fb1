/**
 * The bytes in which a change of the configuration stands in the log.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import {
  type ChangeType,
  type ConfChange,
  decodeConfChange,
  NO_BYTES,
  type NodeId,
  proposal,
  proposeConfChange,
  type Transition,
  type UnreadableConfChange,
} from "../../core/mod.ts";

describe("The bytes of a change", () => {
  it("can be read again", () => {
    const change: fc.Arbitrary<ConfChange> = fc.record({
      transition: fc.constantFrom<Transition>("auto", "jointImplicit", "jointExplicit"),
      changes: fc.array(
        fc.record({
          type: fc.constantFrom<ChangeType>("addNode", "removeNode", "updateNode", "addLearnerNode"),
          id: fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat()),
        }, { noNullPrototype: true }),
        { maxLength: 5 },
      ),
      context: fc.uint8Array({ maxLength: 200 }),
    }, { noNullPrototype: true });
    fc.assert(
      fc.property(change, (change) => assertEquals(decodeConfChange(proposeConfChange(change)), E.right(change))),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("are none for the change that leaves a joint configuration, so that it fits everywhere", () => {
    assertEquals(proposeConfChange(simple()).data.length, 0);
  });

  it("of the first form are a single simple change with its context", () => {
    // 1: id, which is not used; 2: type; 3: node; 4: context.
    const data = Uint8Array.of(0x08, 0x07, 0x10, 0x03, 0x18, 0x05, 0x22, 0x02, 0xaa, 0xbb);
    assertEquals(
      decodeConfChange(proposal(data, "confChange")),
      E.right<UnreadableConfChange, ConfChange>({
        transition: "auto",
        changes: [{ type: "addLearnerNode", id: 5 }],
        context: Uint8Array.of(0xaa, 0xbb),
      }),
    );
    assertEquals(
      decodeConfChange(proposal(NO_BYTES, "confChange")),
      E.right<UnreadableConfChange, ConfChange>(simple(["addNode", 0])),
    );
  });

  it("may have fields that nobody knows, of every kind that can be passed over", () => {
    const unknown = [0x78, 0x01, 0x79, ...new Array<number>(8).fill(9), 0x7d, 9, 9, 9, 9, 0x7a, 0x01, 0x00];
    const known = [...proposeConfChange(simple(["addNode", 4])).data];
    for (const bytes of [[...unknown, ...known], [...known, ...unknown]]) {
      assertEquals(decodeConfChange(proposal(Uint8Array.from(bytes), "confChangeV2")), E.right(simple(["addNode", 4])));
    }
  });

  const unreadable: {
    readonly [K in UnreadableConfChange]: readonly (readonly [string, () => E.Either<string, unknown>])[];
  } = {
    CutShort: [
      ["a number ends in the middle", () => v2(0x08, 0x80)],
      ["a key ends in the middle", () => v2(0x80)],
      ["a block is longer than what is there", () => v2(0x12, 0x05, 0x08)],
      ["a number inside a change ends in the middle", () => v2(0x12, 0x02, 0x10, 0x80)],
      ["four bytes are fewer than four", () => v2(0x7d, 1, 2)],
      ["eight bytes are fewer than eight", () => v2(0x79, 1, 2)],
    ],
    UnknownWireType: [["a field is of a kind that there is not", () => v2(0x0b)]],
    UnknownValue: [
      ["there is no such transition", () => v2(0x08, 0x03)],
      ["there is no such change", () => v2(0x12, 0x02, 0x08, 0x04)],
      [
        "there is no such change, in the first form",
        () => decodeConfChange(proposal(Uint8Array.of(0x10, 4), "confChange")),
      ],
    ],
    NotAConfChange: [
      ["the entry is a command", () => decodeConfChange(proposal(NO_BYTES, "normal"))],
      [
        "the entry is the empty one in the place of a refused change",
        () => decodeConfChange(proposal(NO_BYTES, "empty")),
      ],
    ],
  };
  for (const [name, cases] of Object.entries(unreadable)) {
    for (const [what, attempt] of cases) it(`are ${name} where ${what}`, () => assertEquals(attempt(), E.left(name)));
  }

  it("are read or not, but never make the reader throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.constantFrom("confChange", "confChangeV2"), (data, type) => {
        const read = decodeConfChange(proposal(data, type));
        assert(E.isLeft(read) || read.right.changes.every(({ id }) => Number.isInteger(id)));
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  function v2(...bytes: readonly number[]): E.Either<UnreadableConfChange, ConfChange> {
    return decodeConfChange(proposal(Uint8Array.from(bytes), "confChangeV2"));
  }
});

/** A change of transition "auto"; without changes, the one that leaves a joint configuration. */
function simple(...changes: readonly (readonly [ChangeType, NodeId])[]): ConfChange {
  return { transition: "auto", changes: changes.map(([type, id]) => ({ type, id })), context: NO_BYTES };
}
