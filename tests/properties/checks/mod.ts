/**
 * All checks: those of `effects/invariants/`, and those that need the disks and state machines of this simulation.
 *
 * @module
 */
import { allChecks as checksOfNodes } from "../../../effects/invariants/mod.ts";
import type { Check } from "../check.ts";
import { commitsAreDurable, electionsAreDurable } from "./majorities.ts";
import {
  appliesAreContiguous,
  configurationsAgree,
  promisesAreDurable,
  stableIsDurable,
  writesAddUp,
} from "./promises.ts";
import { logsSayWhatTheyWrote, statesAgree, wholeLogsMatch } from "./whole.ts";

/** Fresh checks for one run. */
export function allChecks(): readonly Check[] {
  return [
    ...checksOfNodes(),
    wholeLogsMatch(),
    logsSayWhatTheyWrote(),
    statesAgree(),
    electionsAreDurable(),
    commitsAreDurable(),
    promisesAreDurable(),
    stableIsDurable(),
    writesAddUp(),
    appliesAreContiguous(),
    configurationsAgree(),
  ];
}
