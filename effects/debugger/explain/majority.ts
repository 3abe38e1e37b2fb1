/**
 * Whether some nodes are a majority.
 *
 * @module
 */
import type { Configuration } from "../../../core/configuration.ts";
import type { NodeId } from "../../../core/entry.ts";
import { voteResult } from "../../../core/quorum.ts";

/** Whether `ids` are a majority of the configuration, of both halves if it is joint (§6). */
export function hasVoteQuorum(configuration: Configuration, ids: readonly NodeId[]): boolean {
  return voteResult(configuration, configuration.members.map((id) => ids.includes(id))) === "won";
}
