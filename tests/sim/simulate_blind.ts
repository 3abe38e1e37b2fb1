/**
 * Runs in which nothing happens at all, for the command `simulate` to object to.
 *
 * @module
 */
import type { Subject } from "../../effects/sim/command/subject.ts";
import { emptyTally } from "../../effects/sim/tally.ts";

/** What the command simulates in its tests. */
export const subject: Subject = {
  run: (plan) =>
    Promise.resolve({
      outcome: { plan, failure: null, hash: "0".repeat(16), tally: { ...emptyTally(), runs: 1 } },
      history: () => "",
    }),
};
