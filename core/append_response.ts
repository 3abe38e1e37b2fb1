/**
 * Answers to `Append` and `InstallSnapshot` (§5.3), the leader's side.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { committedIndex } from "./commit.ts";
import { positionOf } from "./configuration.ts";
import { type Draft, draftLeader } from "./draft.ts";
import type { EntryId } from "./entry.ts";
import { type Handled, persisting, silently } from "./handled.ts";
import type { AppendResponse } from "./message.ts";
import type { Leader } from "./node.ts";
import { acknowledged, active, advances, canBumpCommit, type Progress, rejected } from "./progress.ts";
import { releaseHeldReads } from "./read_index.ts";
import { Replication } from "./replicate.ts";
import { timeoutNow } from "./transfer.ts";

/** Takes note of how far a peer's log goes; what a majority has is committed, and whoever lacks something is sent it. */
export function stepAppendResponse(leader: Leader, message: AppendResponse): Handled {
  const { from, index, hint } = message;
  const position = positionOf(leader.configuration, from);
  if (position < 0) return silently(leader);
  const before = leader.progress[position];
  if (O.isSome(hint)) return stepRejection(leader, position, index, hint.value);
  if (!advances(before, index)) {
    const alive = active(before);
    return silently(alive === before ? leader : withProgress(leader, position, alive));
  }
  const progress = acknowledged(before, index, leader.log.first);
  const all = leader.progress.slice();
  all[position] = progress;
  const after = draftLeader(leader, leader);
  after.progress = all;
  after.commit = committedIndex(after);
  const own = from === leader.id;
  if (own && after.commit === leader.commit) return silently(after);
  const committed = after.commit > leader.commit;
  const replication = new Replication(after, committed ? all.length : 1, all);
  if (committed) {
    replication.say(persisting(after, null));
    releaseHeldReads(after, replication);
    replication.appendToAll(true);
  } else if (!own && canBumpCommit(progress, after.commit)) {
    replication.appendTo(position, true);
  }
  // The answer may have made room for several messages.
  while (!own && replication.appendTo(position, false));
  if (O.isSome(leader.transfer) && leader.transfer.value.transferee === from && index === leader.log.last.index) {
    replication.say(timeoutNow(leader, from));
  }
  return replication.handled();
}

/** A copy of `leader` that knows `progress` of the member at `position`. */
export function withProgress(leader: Leader, position: number, progress: Progress): Draft<Leader> {
  const after = draftLeader(leader, leader);
  const all = leader.progress.slice();
  all[position] = progress;
  after.progress = all;
  return after;
}

// "After a rejection, the leader decrements nextIndex and retries" (§5.3), in one step for each term that the logs have.
function stepRejection(leader: Leader, position: number, index: number, hint: EntryId): Handled {
  const before = active(leader.progress[position]);
  // Where the follower's term at the hint is lower than the leader's there, and before, the logs cannot match.
  const next = hint.term > 0 ? leader.log.lastWithTermUpTo(hint.term, hint.index).index : hint.index;
  const probed = rejected(before, index, next);
  const after = withProgress(leader, position, probed);
  if (probed === before) return silently(after);
  const replication = new Replication(after, 1);
  replication.appendTo(position, true);
  return replication.handled();
}
