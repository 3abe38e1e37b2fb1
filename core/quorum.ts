/**
 * Majorities (§5.2, §5.3), single and joint (§6).
 *
 * @module
 */
import type { Configuration } from "./configuration.ts";

/** How an election stands; `pending` while the missing votes can still decide it. */
export type VoteResult = "won" | "lost" | "pending";

/** Something that a member has reached. */
export interface Reached {
  /** The index, or position, that it has reached. */
  readonly match: number;
}

/**
 * The highest index that a majority of each half has reached. A half without voters has reached everything, so that
 * without any voter the answer is `Infinity`.
 *
 * @param reached What the member at each position has reached.
 */
export function quorumMatch(configuration: Configuration, reached: readonly Reached[]): number {
  const incoming = majorityMatch(configuration.incoming, reached);
  return configuration.outgoing.length === 0
    ? incoming
    : Math.min(incoming, majorityMatch(configuration.outgoing, reached));
}

/**
 * What the votes so far decide. A half without voters is won.
 *
 * @param votes The vote of the member at each position; `undefined` where it has not voted.
 */
export function voteResult(
  configuration: Configuration,
  votes: readonly (boolean | undefined)[],
): VoteResult {
  const incoming = majorityVote(configuration.incoming, votes);
  const outgoing = majorityVote(configuration.outgoing, votes);
  if (incoming === outgoing) return incoming;
  return incoming === "lost" || outgoing === "lost" ? "lost" : "pending";
}

/** Votes needed to win among `count` voters. */
export function majority(count: number): number {
  return (count >> 1) + 1;
}

// The answer is the highest value that enough members have reached; counting beats sorting for a handful of members.
function majorityMatch(positions: readonly number[], reached: readonly Reached[]): number {
  const count = positions.length;
  if (count === 0) return Infinity;
  const needed = majority(count);
  let best = 0;
  for (let i = 0; i < count; i++) {
    const { match } = reached[positions[i]];
    if (match <= best) continue;
    let atLeast = 0;
    for (let j = 0; j < count; j++) if (reached[positions[j]].match >= match) atLeast++;
    if (atLeast >= needed) best = match;
  }
  return best;
}

function majorityVote(positions: readonly number[], votes: readonly (boolean | undefined)[]): VoteResult {
  let granted = 0;
  let missing = 0;
  for (let i = 0; i < positions.length; i++) {
    const vote = votes[positions[i]];
    if (vote === undefined) missing++;
    else if (vote) granted++;
  }
  const needed = positions.length === 0 ? 0 : majority(positions.length);
  if (granted >= needed) return "won";
  return granted + missing >= needed ? "pending" : "lost";
}
