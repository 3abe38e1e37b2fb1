/**
 * Leaders (§5.3): they replicate their log, and make sure that they still lead.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { stepAppendResponse } from "./append_response.ts";
import { draftLeader, draftOwn, withProgress } from "./draft.ts";
import { type Handled, silently } from "./handled.ts";
import { beat, stepBeat, stepHeartbeatResponse } from "./heartbeat.ts";
import { stepSnapshotStatus, stepUnreachable } from "./install_snapshot.ts";
import type { Leader } from "./node.ts";
import { inactive, type Progress } from "./progress.ts";
import { stepPropose } from "./propose.ts";
import { voteResult } from "./quorum.ts";
import { stepReadIndex } from "./read_index.ts";
import type { RoleMessage } from "./role_message.ts";
import { becomeFollower } from "./roles.ts";
import { abortedTransfer, stepTransferLeader } from "./transfer.ts";

/** What a leader does with a message of its own term. */
export function stepLeader(leader: Leader, message: RoleMessage): Handled {
  switch (message.type) {
    case "AppendResponse":
      return stepAppendResponse(leader, message);
    case "Propose":
    case "ForwardedPropose":
      return stepPropose(leader, message);
    case "HeartbeatResponse":
      return stepHeartbeatResponse(leader, message);
    case "Tick":
      return tickLeader(leader);
    case "Beat":
      return stepBeat(leader);
    case "CheckQuorum":
      return stepCheckQuorum(leader);
    case "ReadIndex":
    case "ForwardedReadIndex":
      return stepReadIndex(leader, message);
    case "TransferLeader":
    case "ForwardedTransferLeader":
      return stepTransferLeader(leader, message);
    case "Unreachable":
      return stepUnreachable(leader, message);
    case "SnapshotStatus":
      return stepSnapshotStatus(leader, message);
    case "Campaign": // it has won already
    case "TimeoutNow":
    case "ForgetLeader": // it knows who leads
    case "Append": // there is one leader in a term (§5.2), so that no correct sender sends these
    case "Heartbeat":
    case "InstallSnapshot":
    case "ReadIndexResponse":
    case "RequestVoteResponse": // the election is decided
    case "RequestPreVoteResponse":
      return silently(leader);
  }
}

// What a leader does by the clock: it sends heartbeats (§5.2), checks its quorum (thesis §6.2) and gives up a transfer that
// has not succeeded within an election timeout (thesis §3.10).
function tickLeader(leader: Leader): Handled {
  const { electionTick, heartbeatTick, checkQuorum } = leader.options;
  const after = draftLeader(leader);
  const own = draftOwn(leader.own);
  after.own = own;
  after.electionElapsed++;
  own.heartbeatElapsed++;
  const expired = after.electionElapsed >= electionTick;
  if (expired) {
    after.electionElapsed = 0;
    if (checkQuorum) {
      if (!isQuorumActive(leader)) return silently(becomeFollower(leader, leader.term, O.none));
      own.progress = awaitingActivity(leader);
    }
    own.transfer = O.none;
  }
  const beats = own.heartbeatElapsed >= heartbeatTick;
  if (beats) own.heartbeatElapsed = 0;
  const handled = beats ? beat(after) : silently(after);
  const aborted = expired ? abortedTransfer(leader, "TransferTimedOut") : O.none;
  return O.isNone(aborted) ? handled : [handled[0], [aborted.value, ...handled[1]]];
}

// "A leader in Raft steps down if an election timeout elapses without a successful round of heartbeats to a majority of its
// cluster" (thesis §6.2).
function stepCheckQuorum(leader: Leader): Handled {
  if (!isQuorumActive(leader)) return silently(becomeFollower(leader, leader.term, O.none));
  const after = draftLeader(leader);
  after.own = withProgress(leader.own, awaitingActivity(leader));
  return silently(after);
}

function isQuorumActive({ configuration, own: { progress } }: Leader): boolean {
  return voteResult(configuration, progress.map((peer) => peer.recentActive)) === "won";
}

function awaitingActivity({ id, configuration, own: { progress } }: Leader): readonly Progress[] {
  return progress.map((peer, i) => configuration.members[i] === id ? peer : inactive(peer));
}
