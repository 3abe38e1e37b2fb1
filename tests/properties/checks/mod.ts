/**
 * All checks.
 *
 * @module
 */
import type { Check } from "../check.ts";
import { electionSafety, leaderAppendOnly, leaderCompleteness, logMatching, stateMachineSafety } from "./figure3.ts";
import {
  commitsHaveMajorities,
  electionsHaveMajorities,
  leadersCountTheirOwnTerm,
  oneChangeAtATime,
} from "./majorities.ts";
import { committedStays, everyTurnIsExplained, nothingGoesBack, oneVotePerTerm } from "./monotonic.ts";
import {
  acknowledgementsAreVerified,
  appliesAreContiguous,
  configurationsAgree,
  nobodyObjects,
  promisesAreDurable,
  stableIsDurable,
  writesAddUp,
} from "./promises.ts";
import { readsAreLinearizable } from "./reads.ts";

/** The makers of all checks, by name: a check watches one run. */
export const CHECKS: readonly (() => Check)[] = [
  electionSafety,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
  nothingGoesBack,
  oneVotePerTerm,
  committedStays,
  electionsHaveMajorities,
  commitsHaveMajorities,
  leadersCountTheirOwnTerm,
  oneChangeAtATime,
  acknowledgementsAreVerified,
  everyTurnIsExplained,
  promisesAreDurable,
  stableIsDurable,
  writesAddUp,
  appliesAreContiguous,
  configurationsAgree,
  nobodyObjects,
  () => readsAreLinearizable(false),
];

/** Fresh checks for one run. */
export function allChecks(): readonly Check[] {
  return CHECKS.map((make) => make());
}
