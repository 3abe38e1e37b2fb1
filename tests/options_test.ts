/**
 * Which settings a node accepts.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as E from "fp-ts/Either";
import { DEFAULT_OPTIONS, type Options, options } from "../core/mod.ts";

describe("options()", () => {
  it("completes settings with the defaults", () => {
    assertEquals(options(), E.right(DEFAULT_OPTIONS));
    assertEquals(options({ electionTick: 20 }), E.right({ ...DEFAULT_OPTIONS, electionTick: 20 }));
  });

  it("has every optional rule off and no limits by default", () => {
    const { maxSizePerMsg, maxInflightBytes, maxUncommittedSize, readOnlyOption } = DEFAULT_OPTIONS;
    assertEquals([maxSizePerMsg, maxInflightBytes, maxUncommittedSize], [Infinity, Infinity, Infinity]);
    const { checkQuorum, preVote, disableProposalForwarding, disableConfChangeValidation, stepDownOnRemoval } =
      DEFAULT_OPTIONS;
    const rules = [checkQuorum, preVote, disableProposalForwarding, disableConfChangeValidation, stepDownOnRemoval];
    assertEquals([readOnlyOption, ...rules], ["safe", false, false, false, false, false]);
  });

  const counts = ["heartbeatTick", "electionTick", "maxInflightMsgs"] as const;
  for (const option of counts) {
    it(`wants ${option} to be a whole number above 0`, () => {
      for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
        assertWrong({ [option]: value }, option, "whole number");
      }
    });
  }

  it("wants electionTick to be greater than heartbeatTick", () => {
    assertWrong({ electionTick: 3, heartbeatTick: 3 }, "electionTick", "greater than heartbeatTick");
    assertWrong({ electionTick: 2, heartbeatTick: 3 }, "electionTick", "greater than heartbeatTick");
    assertEquals(E.isRight(options({ electionTick: 4, heartbeatTick: 3 })), true);
  });

  const sizes = ["maxSizePerMsg", "maxInflightBytes", "maxUncommittedSize"] as const;
  for (const option of sizes) {
    it(`wants ${option} to be a number of bytes, or no limit`, () => {
      for (const value of [-1, 0.5, NaN, -Infinity]) assertWrong({ [option]: value }, option, "a number of bytes");
      assertEquals(E.isRight(options({ [option]: Infinity })), true);
    });
  }

  it("accepts 0 as a size: one entry a message, one proposal at a time", () => {
    assertEquals(E.isRight(options({ maxSizePerMsg: 0, maxInflightBytes: 0, maxUncommittedSize: 0 })), true);
  });

  it("wants room in flight for one full message", () => {
    assertWrong({ maxSizePerMsg: 100, maxInflightBytes: 99 }, "maxInflightBytes", "at least maxSizePerMsg");
    assertWrong({ maxInflightBytes: 99 }, "maxInflightBytes", "at least maxSizePerMsg");
    assertEquals(E.isRight(options({ maxSizePerMsg: 100, maxInflightBytes: 100 })), true);
    assertEquals(E.isRight(options({ maxSizePerMsg: 100 })), true);
  });

  it("wants a lease to be kept by quorum checks", () => {
    assertWrong({ readOnlyOption: "leaseBased" }, "readOnlyOption", "needs checkQuorum");
    assertEquals(E.isRight(options({ readOnlyOption: "leaseBased", checkQuorum: true })), true);
  });

  it("says which setting is wrong, and why, in a sentence", () => {
    const result = options({ electionTick: 0 });
    assertEquals(E.isLeft(result) && result.left, {
      type: "OptionsError",
      option: "electionTick",
      message: "Cannot use electionTick: it must be a whole number above 0.",
    });
  });
});

function assertWrong(settings: Partial<Options>, option: keyof Options, why: string): void {
  const result = options(settings);
  if (E.isRight(result)) throw new Error(`Accepted ${JSON.stringify(settings)}.`);
  assertEquals(result.left.option, option);
  assertStringIncludes(result.left.message, why);
}
