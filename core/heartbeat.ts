/**
 * Heartbeats (§5.2): the leader's sign of life, and what it learns from the answers.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { heard } from "./append.ts";
import { positionOf } from "./configuration.ts";
import { type Draft, draftLeader } from "./draft.ts";
import { isWhole } from "./entry.ts";
import { fault, type Handled, refuse, saying, silently } from "./handled.ts";
import type { Heartbeat, HeartbeatResponse } from "./message.ts";
import type { Follower, Leader } from "./node.ts";
import { resumed } from "./progress.ts";
import { confirmReads, lastReadPosition } from "./read_index.ts";
import { Replication } from "./replicate.ts";
import { send } from "./send.ts";

/** A follower hears from its leader. */
export function stepHeartbeat(follower: Follower, message: Heartbeat): Handled {
  const { from: to, commit, read } = message;
  const { id: from, term, log } = follower;
  if (commit !== follower.commit && !isWhole(commit)) return refuse(follower, { type: "NotAWholeNumber" });
  if (commit > follower.commit && commit > log.lastIndex) {
    // A correct leader tells of no commit beyond what this node has acknowledged: the disk has lost what it promised to hold.
    return fault(follower, { type: "CommitBeyondLog", commit, last: log.lastIndex });
  }
  return saying(followed(follower, message), send(follower, { type: "HeartbeatResponse", from, to, term, read }));
}

/** A leader sends its heartbeats. */
export function beat(leader: Draft<Leader>): Handled {
  const replication = new Replication(leader, leader.own.progress.length - 1);
  replication.heartbeatToAll(lastReadPosition(leader.own.reads));
  return replication.handled();
}

/** The host asks a leader for its heartbeats. */
export function stepBeat(leader: Leader): Handled {
  return beat(draftLeader(leader));
}

/** A leader hears that a peer lives and follows it. */
export function stepHeartbeatResponse(leader: Leader, { from, read }: HeartbeatResponse): Handled {
  const position = positionOf(leader.configuration, from);
  if (position < 0) return silently(leader);
  const before = leader.own.progress[position];
  const alive = resumed(before);
  const behind = alive.match < leader.log.lastIndex || alive.state === "probe";
  const asked = leader.options.readOnlyOption === "safe" && O.isSome(read);
  if (alive === before && !behind && !asked) return silently(leader);
  const progress = leader.own.progress.slice();
  progress[position] = alive;
  const after = draftLeader(leader);
  const replication = new Replication(after, 1, progress);
  if (behind) replication.appendTo(position, true);
  if (asked && O.isSome(read) && !confirmReads(after, from, read.value, replication)) {
    return refuse(leader, { type: "ReadNeverAsked", position: read.value });
  }
  return replication.handled();
}

function followed(follower: Follower, { from, commit }: Heartbeat): Follower {
  const { lead, electionElapsed } = follower;
  if (O.isSome(lead) && lead.value === from && electionElapsed === 0 && commit <= follower.commit) return follower;
  const after = heard(follower, from);
  after.commit = Math.max(follower.commit, commit);
  return after;
}
