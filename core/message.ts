/**
 * Everything that a node can be told: one closed union.
 *
 * Peer messages come from other nodes, or from the node itself by way of {@linkcode Persist.then}; they carry `from`,
 * `to` and `term`. Host messages come from the program that runs the node and carry nothing of that.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes, Entry, EntryId, NodeId, Proposal } from "./entry.ts";
import type { ConfigurationIds } from "./configuration.ts";
import type { ConfChange } from "./conf_change.ts";
import type { Snapshot } from "./snapshot.ts";

/** A number by which the host knows a request of its own again. It never leaves the node. */
export type Ticket = number;

/** What every peer message carries. */
export interface Header {
  readonly from: NodeId;
  readonly to: NodeId;
  /** The sender's term; 0 is "none", and the term rule is skipped. */
  readonly term: number;
}

/** Leader → peer: write `entries` behind `prev` (§5.3, AppendEntries). */
export interface Append extends Header {
  readonly type: "Append";
  /** The position before the first entry, which must match (`prevLogIndex`, `prevLogTerm`). */
  readonly prev: EntryId;
  readonly entries: readonly Entry[];
  /** The leader's commit index. */
  readonly commit: number;
}

/** Peer → leader, and leader → itself: the answer to `Append` and `InstallSnapshot`. */
export interface AppendResponse extends Header {
  readonly type: "AppendResponse";
  /** Acknowledged up to here; or, with `hint`, the position that did not match. */
  readonly index: number;
  /** Refused: a guess where the logs may agree (end of §5.3). */
  readonly hint: Option<EntryId>;
}

/** Candidate → voter (§5.2). */
export interface RequestVote extends Header {
  readonly type: "RequestVote";
  /** The end of the candidate's log (§5.4.1). */
  readonly last: EntryId;
  /** The leader itself has asked for this campaign: its lease does not stand in the way (thesis §3.10). */
  readonly transfer: boolean;
}

/** Voter → candidate. */
export interface RequestVoteResponse extends Header {
  readonly type: "RequestVoteResponse";
  readonly granted: boolean;
}

/** Pre-candidate → voter: would you vote for me in `term`? (thesis §9.6) */
export interface RequestPreVote extends Header {
  readonly type: "RequestPreVote";
  readonly last: EntryId;
  readonly transfer: boolean;
}

/** Voter → pre-candidate. */
export interface RequestPreVoteResponse extends Header {
  readonly type: "RequestPreVoteResponse";
  readonly granted: boolean;
}

/** Leader → peer: I am here (§5.2). */
export interface Heartbeat extends Header {
  readonly type: "Heartbeat";
  /** The leader's commit index, but not beyond what the peer is known to hold. */
  readonly commit: number;
  /** The position of the last read that waits for this heartbeat round (thesis §6.4). */
  readonly read: Option<number>;
}

/** Peer → leader. */
export interface HeartbeatResponse extends Header {
  readonly type: "HeartbeatResponse";
  /** The `read` of the heartbeat. */
  readonly read: Option<number>;
}

/** Leader → peer: the entries that you need are gone; take this instead (§7). */
export interface InstallSnapshot extends Header {
  readonly type: "InstallSnapshot";
  readonly snapshot: Snapshot;
}

/** Leader → transfer target: campaign at once (thesis §3.10). */
export interface TimeoutNow extends Header {
  readonly type: "TimeoutNow";
}

/** Follower → leader: a proposal of the follower's host. */
export interface ForwardedPropose extends Header {
  readonly type: "ForwardedPropose";
  readonly entries: readonly Proposal[];
}

/** Follower → leader: a read of the follower's host. */
export interface ForwardedReadIndex extends Header {
  readonly type: "ForwardedReadIndex";
  readonly context: Bytes;
}

/** Leader → follower: the read `context` may be served once `index` is applied. */
export interface ReadIndexResponse extends Header {
  readonly type: "ReadIndexResponse";
  readonly context: Bytes;
  readonly index: number;
}

/** Follower → leader: its host wants `transferee` to lead. */
export interface ForwardedTransferLeader extends Header {
  readonly type: "ForwardedTransferLeader";
  readonly transferee: NodeId;
}

/** What nodes tell each other. */
export type PeerMessage =
  | Append
  | AppendResponse
  | RequestVote
  | RequestVoteResponse
  | RequestPreVote
  | RequestPreVoteResponse
  | Heartbeat
  | HeartbeatResponse
  | InstallSnapshot
  | TimeoutNow
  | ForwardedPropose
  | ForwardedReadIndex
  | ReadIndexResponse
  | ForwardedTransferLeader;

/** One tick of the logical clock. */
export interface Tick {
  readonly type: "Tick";
  /** In [0, 1): the only randomness there is. It is used where an election timeout has to be drawn. */
  readonly random: number;
}

/** Campaign now. */
export interface Campaign {
  readonly type: "Campaign";
}

/** A leader sends its heartbeats now; what its tick does every `heartbeatTick`. */
export interface Beat {
  readonly type: "Beat";
}

/** A leader steps down unless a quorum was active since the last check; what its tick does every `electionTick`. */
export interface CheckQuorum {
  readonly type: "CheckQuorum";
}

/** Append `entries` to the log. */
export interface Propose {
  readonly type: "Propose";
  readonly ticket: Ticket;
  readonly entries: readonly Proposal[];
}

/** From which index on may a linearizable read be served? (thesis §6.4) */
export interface ReadIndex {
  readonly type: "ReadIndex";
  readonly ticket: Ticket;
  /** By what this node knows the read again if another node answers it: (incarnation, counter), never reused. */
  readonly context: Bytes;
}

/** Hand the leadership to `transferee` (thesis §3.10). */
export interface TransferLeader {
  readonly type: "TransferLeader";
  readonly ticket: Ticket;
  readonly transferee: NodeId;
}

/** A follower forgets its leader, so that it can vote at once although a leader seems to live. */
export interface ForgetLeader {
  readonly type: "ForgetLeader";
}

/** A message to `peer` could not be delivered. */
export interface Unreachable {
  readonly type: "Unreachable";
  readonly peer: NodeId;
}

/** The snapshot that was sent to `peer` arrived, or failed. */
export interface SnapshotStatus {
  readonly type: "SnapshotStatus";
  readonly peer: NodeId;
  readonly arrived: boolean;
}

/** The committed change is applied, before `Applied` says so. A vetoed change is applied as one without effect. */
export interface ApplyConfChange {
  readonly type: "ApplyConfChange";
  readonly change: ConfChange;
}

/** The node's own report that a `Persist` is durable; it travels in `then`. */
export interface Persisted {
  readonly type: "Persisted";
  /** The term when the write was asked for; an older term's `last` may have been replaced since. */
  readonly term: number;
  /** The last entry of the whole log at that moment. */
  readonly last: EntryId;
  /** Index of the snapshot that was written. */
  readonly snapshot: Option<number>;
}

/** Everything up to `index` is applied, and will still be after a crash once it was persisted. */
export interface Applied {
  readonly type: "Applied";
  readonly index: number;
}

/** The host has a snapshot that can be sent to a peer. It says nothing about the log. */
export interface SnapshotAvailable extends EntryId {
  readonly type: "SnapshotAvailable";
  readonly configuration: ConfigurationIds;
  readonly data: Bytes;
}

/** The host has, for now, no snapshot to send. */
export interface SnapshotUnavailable {
  readonly type: "SnapshotUnavailable";
}

/** Forget the log up to `index`: at most the applied index and the available snapshot's. */
export interface Compact {
  readonly type: "Compact";
  readonly index: number;
}

/** What the host tells its node. */
export type HostMessage =
  | Tick
  | Campaign
  | Beat
  | CheckQuorum
  | Propose
  | ReadIndex
  | TransferLeader
  | ForgetLeader
  | Unreachable
  | SnapshotStatus
  | ApplyConfChange
  | Persisted
  | Applied
  | SnapshotAvailable
  | SnapshotUnavailable
  | Compact;

/** The input of the reducer. */
export type Message = PeerMessage | HostMessage;

/** The name of a message. */
export type MessageType = Message["type"];

/** The messages that vouch for something durable: they leave only by way of `Persist.then`. */
export type Acknowledgement = AppendResponse | RequestVoteResponse | RequestPreVoteResponse;
