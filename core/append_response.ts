/**
 * Answers to `Append` and `InstallSnapshot` (§5.3), the leader's side.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { committedIndex } from "./commit.ts";
import { positionOf } from "./configuration.ts";
import { draftLeader, withProgress } from "./draft.ts";
import { type EntryId, isWhole } from "./entry.ts";
import { type Handled, persisting, refuse, silently } from "./handled.ts";
import type { AppendResponse } from "./message.ts";
import type { Leader } from "./node.ts";
import { acknowledged, active, advances, canBumpCommit, type Progress, rejected, sharedProgress } from "./progress.ts";
import { releaseHeldReads } from "./read_index.ts";
import { Replication } from "./replicate.ts";
import { timeoutNow } from "./transfer.ts";

/** Takes note of how far a peer's log goes; what a majority has is committed, and whoever lacks something is sent it. */
export function stepAppendResponse(leader: Leader, message: AppendResponse): Handled {
  const { from, index, hint } = message;
  const position = positionOf(leader.configuration, from);
  if (position < 0) return silently(leader);
  if (!isWhole(index)) return refuse(leader, { type: "NotAWholeNumber" });
  const before = leader.own.progress[position];
  if (O.isSome(hint)) return stepRejection(leader, position, index, hint.value);
  if (!advances(before, index)) return silently(knowing(leader, position, active(before)));
  const progress = leader.own.progress.slice();
  progress[position] = acknowledged(before, index, leader.log.first);
  progress[position] = sharedProgress(progress, position);
  const after = draftLeader(leader);
  after.commit = committedIndex(leader, progress);
  const own = from === leader.id;
  const committed = after.commit > leader.commit;
  if (own && !committed) {
    after.own = withProgress(leader.own, progress);
    return silently(after);
  }
  const replication = new Replication(after, committed ? progress.length : 1, progress);
  if (committed) { // "the leader keeps track of the highest index it knows to be committed, and it includes that index" (§5.3)
    replication.say(persisting(after, null));
    releaseHeldReads(after, replication);
    replication.appendToAll(true);
  } else if (canBumpCommit(progress[position], after.commit)) {
    replication.appendTo(position, true);
  }
  // The answer may have made room for several messages.
  while (!own && replication.appendTo(position, false));
  const { transfer } = leader.own;
  if (O.isSome(transfer) && transfer.value.transferee === from && index === leader.log.lastIndex) {
    replication.say(timeoutNow(leader, from));
  }
  return replication.handled();
}

/** The leader that knows `progress` of the member at `position`. */
export function knowing(leader: Leader, position: number, progress: Progress): Leader {
  if (leader.own.progress[position] === progress) return leader;
  const all = leader.own.progress.slice();
  all[position] = progress;
  const after = draftLeader(leader);
  after.own = withProgress(leader.own, all);
  return after;
}

// "After a rejection, the leader decrements nextIndex and retries" (§5.3), in one step for each term that the logs have.
function stepRejection(leader: Leader, position: number, index: number, hint: EntryId): Handled {
  if (!isWhole(hint.index)) return refuse(leader, { type: "NotAWholeNumber" });
  const before = active(leader.own.progress[position]);
  // Where the follower's term at the hint is lower than the leader's there, and before, the logs cannot match.
  const next = hint.term > 0 ? leader.log.lastWithTermUpTo(hint.term, hint.index).index : hint.index;
  const probed = rejected(before, index, next);
  if (probed === before) return silently(knowing(leader, position, before));
  const progress = leader.own.progress.slice();
  progress[position] = probed;
  const replication = new Replication(draftLeader(leader), 1, progress);
  replication.appendTo(position, true);
  return replication.handled();
}
