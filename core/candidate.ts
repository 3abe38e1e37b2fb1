/**
 * Candidates (§5.2) and pre-candidates (thesis §9.6): they count votes, and give way to a leader of their term.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { stepAppend } from "./append.ts";
import { ownCampaign, requestVotes, stepCampaign } from "./campaign.ts";
import { draftAs } from "./draft.ts";
import { idOrNone } from "./entry.ts";
import { type Handled, refuse, silently } from "./handled.ts";
import { stepHeartbeat } from "./heartbeat.ts";
import { stepInstallSnapshot } from "./install_snapshot.ts";
import type { PeerMessage, RequestPreVoteResponse, RequestVoteResponse } from "./message.ts";
import type { Candidate, Follower, PreCandidate } from "./node.ts";
import { positionOf } from "./configuration.ts";
import { appendNoop, dropPropose } from "./propose.ts";
import { dropReadIndex } from "./read_index.ts";
import type { RoleMessage } from "./role_message.ts";
import { becomeCandidate, becomeFollower, becomeLeader } from "./roles.ts";
import { tickElection } from "./timeout.ts";
import { dropTransferLeader } from "./transfer.ts";
import { recordVote, tally } from "./vote.ts";

/** What a (pre-)candidate does with a message of its own term. */
export function stepCandidate(candidate: PreCandidate | Candidate, message: RoleMessage): Handled {
  switch (message.type) {
    case "RequestVoteResponse": // answers to the pre-vote may still come while the election is on, and the other way round
      return candidate.role === "candidate" ? countVote(candidate, message) : silently(candidate);
    case "RequestPreVoteResponse":
      return candidate.role === "preCandidate" ? countPreVote(candidate, message) : silently(candidate);
    case "Append": // "If AppendEntries RPC received from new leader: convert to follower" (Figure 2)
      return stepAppend(concede(candidate, message), message);
    case "Heartbeat":
      return stepHeartbeat(concede(candidate, message), message);
    case "InstallSnapshot":
      return stepInstallSnapshot(concede(candidate, message), message);
    case "Tick":
      return tickElection(candidate, message);
    case "Campaign":
      return stepCampaign(candidate, ownCampaign(candidate));
    case "Propose":
    case "ForwardedPropose":
      return dropPropose(candidate, message);
    case "ReadIndex":
    case "ForwardedReadIndex":
      return dropReadIndex(candidate, message);
    case "TransferLeader":
    case "ForwardedTransferLeader":
      return dropTransferLeader(candidate, message);
    case "TimeoutNow": // it campaigns already
    case "ReadIndexResponse": // of a leader that is gone: the read may be older than what the next one commits
    case "AppendResponse": // answers to what this node sent when it led
    case "HeartbeatResponse":
    case "ForgetLeader": // there is none
    case "Beat": // only a leader has heartbeats to send, a quorum to check and peers to keep track of
    case "CheckQuorum":
    case "Unreachable":
    case "SnapshotStatus":
      return silently(candidate);
  }
}

function countVote(before: Candidate, message: RequestVoteResponse): Handled {
  const candidate = draftAs("candidate", before, recordVote(before.own, message.from, message.granted));
  const result = tally(candidate.own, candidate.configuration);
  if (O.isNone(result)) return silently(candidate);
  if (result.value === "lost") return silently(becomeFollower(candidate, candidate.term, O.none));
  // A candidate that was removed from the configuration since has nobody's mandate.
  if (positionOf(candidate.configuration, candidate.id) < 0) return refuse(before, { type: "NotAMember" });
  return appendNoop(becomeLeader(candidate));
}

function countPreVote(before: PreCandidate, message: RequestPreVoteResponse): Handled {
  const candidate = draftAs("preCandidate", before, recordVote(before.own, message.from, message.granted));
  const result = tally(candidate.own, candidate.configuration);
  if (O.isNone(result)) return silently(candidate);
  if (result.value === "lost") return silently(becomeFollower(candidate, candidate.term, O.none));
  return requestVotes(becomeCandidate(candidate), "election");
}

// The message is from the leader of this very term; or it has no term, and then neither has the follower, as in etcd.
function concede(candidate: PreCandidate | Candidate, message: PeerMessage): Follower {
  return becomeFollower(candidate, message.term, idOrNone(message.from));
}
