/**
 * Runs in which happens what cannot happen, for the command `simulate` to object to.
 *
 * @module
 */
import type { Subject } from "../../effects/sim/command/subject.ts";
import { emptyTally } from "../../effects/sim/tally.ts";

/** What the command simulates in its tests. */
export const subject: Subject = {
  run: (plan) => {
    const tally = { ...emptyTally(), runs: 1, coverage: { "Beat leader": 3 } };
    return Promise.resolve({ outcome: { plan, failure: null, hash: "0".repeat(16), tally }, history: () => "" });
  },
};
