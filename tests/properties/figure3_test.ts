/**
 * Figure 3 of the paper, and what this module promises besides, hold after every step of random schedules: clusters of one
 * to seven nodes, with messages that are lost, doubled, late and out of order, slow disks, crashes, partitions, snapshots,
 * transfers, reads and changes of the configuration.
 *
 * Each property is a check in `effects/invariants/` or in `checks/`, under its name; a run that violates one is shrunk and told step by step.
 * `RAFTFOLD_RUNS` sets the number of runs of each profile, `RAFTFOLD_SEED` the random numbers.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { assertEverythingHappened, type Census, counting } from "./census.ts";
import { assertHolds, budget } from "./run.ts";
import { PROFILES, schedules } from "./schedule.ts";

describe("The five properties of Figure 3, and all that a node promises, hold after every step", () => {
  const census: Census = new Map();
  for (const profile of PROFILES) {
    it(`in schedules of ${profile.name}`, () => {
      assertHolds(schedules(profile, 120), budget(1000), [counting(census)]);
    });
  }

  it("and the schedules had elections, commits, new configurations, snapshots, transfers, reads and all else", () => {
    assertEverythingHappened(census);
  });
});
