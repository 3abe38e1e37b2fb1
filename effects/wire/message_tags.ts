/**
 * The tags of messages. A tag that was given once is never given to another message.
 *
 * @module
 */
import type { MessageType } from "../../core/message.ts";
import { Enumeration } from "./enumeration.ts";

/** The tag of `Append`. */
export const APPEND = 1;
/** The tag of `AppendResponse`. */
export const APPEND_RESPONSE = 2;
/** The tag of `Heartbeat`. */
export const HEARTBEAT = 3;
/** The tag of `HeartbeatResponse`. */
export const HEARTBEAT_RESPONSE = 4;
/** The tag of `RequestVote`. */
export const REQUEST_VOTE = 5;
/** The tag of `RequestVoteResponse`. */
export const REQUEST_VOTE_RESPONSE = 6;
/** The tag of `RequestPreVote`. */
export const REQUEST_PRE_VOTE = 7;
/** The tag of `RequestPreVoteResponse`. */
export const REQUEST_PRE_VOTE_RESPONSE = 8;
/** The tag of `InstallSnapshot`. */
export const INSTALL_SNAPSHOT = 9;
/** The tag of `TimeoutNow`. */
export const TIMEOUT_NOW = 10;
/** The tag of `ForwardedPropose`. */
export const FORWARDED_PROPOSE = 11;
/** The tag of `ForwardedReadIndex`. */
export const FORWARDED_READ_INDEX = 12;
/** The tag of `ReadIndexResponse`. */
export const READ_INDEX_RESPONSE = 13;
/** The tag of `ForwardedTransferLeader`. */
export const FORWARDED_TRANSFER_LEADER = 14;

/** The tags of a host's messages begin here; those of peers are below. */
export const FIRST_HOST_TAG = 64;

/** The tag of `Tick`. */
export const TICK = 64;
/** The tag of `Campaign`. */
export const CAMPAIGN = 65;
/** The tag of `Beat`. */
export const BEAT = 66;
/** The tag of `CheckQuorum`. */
export const CHECK_QUORUM = 67;
/** The tag of `Propose`. */
export const PROPOSE = 68;
/** The tag of `ReadIndex`. */
export const READ_INDEX = 69;
/** The tag of `TransferLeader`. */
export const TRANSFER_LEADER = 70;
/** The tag of `ForgetLeader`. */
export const FORGET_LEADER = 71;
/** The tag of `Unreachable`. */
export const UNREACHABLE = 72;
/** The tag of `SnapshotStatus`. */
export const SNAPSHOT_STATUS = 73;
/** The tag of `ApplyConfChange`. */
export const APPLY_CONF_CHANGE = 74;
/** The tag of `Persisted`. */
export const PERSISTED = 75;
/** The tag of `Applied`. */
export const APPLIED = 76;
/** The tag of `SnapshotAvailable`. */
export const SNAPSHOT_AVAILABLE = 77;
/** The tag of `SnapshotUnavailable`. */
export const SNAPSHOT_UNAVAILABLE = 78;
/** The tag of `Compact`. */
export const COMPACT = 79;

/** The types of messages, by their tags. */
export const MESSAGE_TYPES: Enumeration<MessageType> = new Enumeration("type of a message", {
  Append: APPEND,
  AppendResponse: APPEND_RESPONSE,
  Heartbeat: HEARTBEAT,
  HeartbeatResponse: HEARTBEAT_RESPONSE,
  RequestVote: REQUEST_VOTE,
  RequestVoteResponse: REQUEST_VOTE_RESPONSE,
  RequestPreVote: REQUEST_PRE_VOTE,
  RequestPreVoteResponse: REQUEST_PRE_VOTE_RESPONSE,
  InstallSnapshot: INSTALL_SNAPSHOT,
  TimeoutNow: TIMEOUT_NOW,
  ForwardedPropose: FORWARDED_PROPOSE,
  ForwardedReadIndex: FORWARDED_READ_INDEX,
  ReadIndexResponse: READ_INDEX_RESPONSE,
  ForwardedTransferLeader: FORWARDED_TRANSFER_LEADER,
  Tick: TICK,
  Campaign: CAMPAIGN,
  Beat: BEAT,
  CheckQuorum: CHECK_QUORUM,
  Propose: PROPOSE,
  ReadIndex: READ_INDEX,
  TransferLeader: TRANSFER_LEADER,
  ForgetLeader: FORGET_LEADER,
  Unreachable: UNREACHABLE,
  SnapshotStatus: SNAPSHOT_STATUS,
  ApplyConfChange: APPLY_CONF_CHANGE,
  Persisted: PERSISTED,
  Applied: APPLIED,
  SnapshotAvailable: SNAPSHOT_AVAILABLE,
  SnapshotUnavailable: SNAPSHOT_UNAVAILABLE,
  Compact: COMPACT,
});
