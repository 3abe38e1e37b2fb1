/**
 * Followers (§5.2): they answer to leaders and candidates, and campaign when they hear of neither.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { stepAppend } from "./append.ts";
import { ownCampaign, stepCampaign } from "./campaign.ts";
import { draftAs } from "./draft.ts";
import { type Handled, silently } from "./handled.ts";
import { stepHeartbeat } from "./heartbeat.ts";
import { stepInstallSnapshot } from "./install_snapshot.ts";
import type { Follower } from "./node.ts";
import { forwardPropose } from "./propose.ts";
import { forwardReadIndex, stepReadIndexResponse } from "./read_index.ts";
import { tickElection } from "./timeout.ts";
import { forwardTransferLeader } from "./transfer.ts";
import type { RoleMessage } from "./role_message.ts";

/** What a follower does with a message of its own term. */
export function stepFollower(follower: Follower, message: RoleMessage): Handled {
  switch (message.type) {
    case "Append":
      return stepAppend(follower, message);
    case "Heartbeat":
      return stepHeartbeat(follower, message);
    case "InstallSnapshot":
      return stepInstallSnapshot(follower, message);
    case "Tick":
      return tickElection(follower, message);
    case "Campaign":
      return stepCampaign(follower, ownCampaign(follower));
    case "TimeoutNow": // the leader vouches for this node: there is nobody whom a pre-vote would protect
      return stepCampaign(follower, "transfer");
    case "Propose":
    case "ForwardedPropose":
      return forwardPropose(follower, message);
    case "ReadIndex":
    case "ForwardedReadIndex":
      return forwardReadIndex(follower, message);
    case "ReadIndexResponse":
      return stepReadIndexResponse(follower, message);
    case "TransferLeader":
    case "ForwardedTransferLeader":
      return forwardTransferLeader(follower, message);
    case "ForgetLeader":
      return forgetLeader(follower);
    case "AppendResponse": // answers to what this node sent when it led
    case "HeartbeatResponse":
    case "RequestVoteResponse": // answers to a campaign that is over
    case "RequestPreVoteResponse":
    case "Beat": // only a leader has heartbeats to send, a quorum to check and peers to keep track of
    case "CheckQuorum":
    case "Unreachable":
    case "SnapshotStatus":
      return silently(follower);
  }
}

// The host knows that the leader is gone: this node may vote at once. With leases that would break a promise. Not in the
// paper; etcd has it.
function forgetLeader(follower: Follower): Handled {
  if (follower.options.readOnlyOption === "leaseBased" || O.isNone(follower.lead)) return silently(follower);
  const after = draftAs("follower", follower, null);
  after.lead = O.none;
  return silently(after);
}
