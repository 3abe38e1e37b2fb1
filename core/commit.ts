/**
 * Committing (§5.3, §5.4.2): how a leader finds out what can never be lost again.
 *
 * @module
 */
import type { Leader } from "./node.ts";
import type { Progress } from "./progress.ts";
import { quorumMatch } from "./quorum.ts";

/**
 * The commit index that `progress` allows: a majority holds everything up to it. "Raft never commits log
 * entries from previous terms by counting replicas" (§5.4.2); they are committed with the first entry of the own term.
 */
export function committedIndex(leader: Leader, progress: readonly Progress[]): number {
  const { configuration, commit, term, log } = leader;
  const index = quorumMatch(configuration, progress);
  return index > commit && term !== 0 && log.matches(index, term) ? index : commit;
}

/** Whether the leader has committed an entry of its own term, and so knows all that is committed (§8). */
export function hasCommittedInTerm(leader: Leader): boolean {
  return leader.log.termAt(leader.commit) === leader.term;
}
