/**
 * What must hold of every cluster while it runs: Figure 3 of the paper, and what a node promises besides. A check is told
 * of every step of every node, and throws a {@linkcode Violation} when it objects. In the steady state a step costs all
 * of them together about a microsecond, at any length of the log.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { bootstrap, DEFAULT_OPTIONS, step } from "../../core/mod.ts";
 * import { nothingGoesBack, Violation } from "./mod.ts";
 *
 * const check = nothingGoesBack();
 * const node = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2, 3]);
 * if (E.isRight(node)) {
 *   const message = { type: "Campaign" } as const;
 *   const [candidate, outbox] = step(node.right, message);
 *   const host = { id: 1, incarnation: 1, node: candidate, log: () => candidate.log };
 *   const cluster = { hosts: [host] };
 *   check.stepped?.({ host, before: node.right, message, after: candidate, outbox }, cluster);
 *   const back = { host, before: candidate, message, after: node.right, outbox };
 *   assertThrows(() => check.stepped?.(back, cluster), Violation, "the term of 1 went from 1 back to 0");
 * }
 * ```
 *
 * @module
 */
import { type Bounds, queuesEnd } from "./bounds.ts";
import type { Check } from "./check.ts";
import { CommittedEntries } from "./committed.ts";
import { promisesAreKept } from "./durable_promises.ts";
import { electionSafety, oneVotePerTerm } from "./elections.ts";
import {
  leaderAppendOnly,
  leaderCompleteness,
  leadersCountTheirOwnTerm,
  matchesOnlyGrow,
  oneChangeAtATime,
} from "./leaders.ts";
import { logMatching } from "./log_matching.ts";
import { commitsHaveMajorities, electionsHaveMajorities } from "./majorities.ts";
import { acknowledgementsAreVerified, everyTurnIsExplained, nobodyObjects } from "./manners.ts";
import { committedStays, nothingGoesBack } from "./monotonic.ts";
import { readsAreLinearizable } from "./reads.ts";
import { stateMachineSafety } from "./state_machine_safety.ts";
import { onlyVotersCampaign, votersAreLoyal, votersWait } from "./voters.ts";

export { type Bounds, judgeStatus, queuesEnd } from "./bounds.ts";
export {
  type Check,
  type ClusterView,
  type HostView,
  type Recovered,
  type Stepped,
  violated,
  Violation,
} from "./check.ts";
export { type Committed, CommittedEntries } from "./committed.ts";
export { promisesAreKept } from "./durable_promises.ts";
export { electionSafety, oneVotePerTerm } from "./elections.ts";
export { describeEntry, isSameEntry, position } from "./entries.ts";
export {
  leaderAppendOnly,
  leaderCompleteness,
  leadersCountTheirOwnTerm,
  matchesOnlyGrow,
  oneChangeAtATime,
} from "./leaders.ts";
export { logMatching } from "./log_matching.ts";
export {
  disputedTerm,
  firstConflict,
  firstMismatch,
  firstMissing,
  firstReplaced,
  holds,
  isAppendOnly,
} from "./logs.ts";
export { commitsHaveMajorities, electionsHaveMajorities } from "./majorities.ts";
export { acknowledgementsAreVerified, everyTurnIsExplained, nobodyObjects } from "./manners.ts";
export { committedStays, nothingGoesBack } from "./monotonic.ts";
export { type ReadOptions, readsAreLinearizable } from "./reads.ts";
export { stateMachineSafety } from "./state_machine_safety.ts";
export { onlyVotersCampaign, votersAreLoyal, votersWait } from "./voters.ts";

/** Fresh checks for one run of one cluster, the queues of whose nodes stay within `bounds`. */
export function allChecks(bounds: Bounds = {}): readonly Check[] {
  const committed = new CommittedEntries();
  return [
    electionSafety(),
    leaderAppendOnly(),
    logMatching(),
    leaderCompleteness(committed),
    stateMachineSafety(),
    nothingGoesBack(),
    oneVotePerTerm(),
    committedStays(committed),
    electionsHaveMajorities(),
    commitsHaveMajorities(),
    leadersCountTheirOwnTerm(),
    oneChangeAtATime(),
    promisesAreKept(committed),
    acknowledgementsAreVerified(),
    everyTurnIsExplained(),
    nobodyObjects(),
    readsAreLinearizable({ committed }),
    votersWait(),
    votersAreLoyal(),
    onlyVotersCampaign(),
    matchesOnlyGrow(),
    queuesEnd(bounds),
  ];
}
