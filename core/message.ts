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

/** A variant of a union, told from the others by its name. */
export interface Tagged<Type extends string> {
  /** The name of the variant. */
  readonly type: Type;
}

/** What every peer message carries. */
export interface Header {
  /** The sender. */
  readonly from: NodeId;
  /** The receiver. */
  readonly to: NodeId;
  /** The sender's term; 0 is "none", and the term rule is skipped. */
  readonly term: number;
}

/** Leader → peer: write `entries` behind `prev` (§5.3, AppendEntries). */
export interface Append extends Header, Tagged<"Append"> {
  /** The position before the first entry, which must match (`prevLogIndex`, `prevLogTerm`). */
  readonly prev: EntryId;
  /** They follow `prev` without gaps; none where only the commit index is news. */
  readonly entries: readonly Entry[];
  /** The leader's commit index. */
  readonly commit: number;
}

/** Peer → leader, and leader → itself: the answer to `Append` and `InstallSnapshot`. */
export interface AppendResponse extends Header, Tagged<"AppendResponse"> {
  /** Acknowledged up to here; or, with `hint`, the position that did not match. */
  readonly index: number;
  /** Refused: a guess where the logs may agree (end of §5.3). */
  readonly hint: Option<EntryId>;
}

/** Candidate → voter (§5.2). */
export interface RequestVote extends Header, Tagged<"RequestVote"> {
  /** The end of the candidate's log (§5.4.1). */
  readonly last: EntryId;
  /** The leader itself has asked for this campaign: its lease does not stand in the way (thesis §3.10). */
  readonly transfer: boolean;
}

/** Voter → candidate. */
export interface RequestVoteResponse extends Header, Tagged<"RequestVoteResponse"> {
  /** Whether the sender votes for the receiver. */
  readonly granted: boolean;
}

/** Pre-candidate → voter: would you vote for me in `term`? (thesis §9.6) */
export interface RequestPreVote extends Header, Tagged<"RequestPreVote"> {
  /** The end of the candidate's log (§5.4.1). */
  readonly last: EntryId;
  /** The leader itself has asked for this campaign. */
  readonly transfer: boolean;
}

/** Voter → pre-candidate. */
export interface RequestPreVoteResponse extends Header, Tagged<"RequestPreVoteResponse"> {
  /** Whether the sender would vote for the receiver. */
  readonly granted: boolean;
}

/** Leader → peer: I am here (§5.2). */
export interface Heartbeat extends Header, Tagged<"Heartbeat"> {
  /** The leader's commit index, but not beyond what the peer is known to hold. */
  readonly commit: number;
  /** The position of the last read that waits for this heartbeat round (thesis §6.4). */
  readonly read: Option<number>;
}

/** Peer → leader. */
export interface HeartbeatResponse extends Header, Tagged<"HeartbeatResponse"> {
  /** The `read` of the heartbeat. */
  readonly read: Option<number>;
}

/** Leader → peer: the entries that you need are gone; take this instead (§7). */
export interface InstallSnapshot extends Header, Tagged<"InstallSnapshot"> {
  /** It replaces the log of a peer that does not have its position. */
  readonly snapshot: Snapshot;
}

/** Leader → transfer target: campaign at once (thesis §3.10). */
export interface TimeoutNow extends Header, Tagged<"TimeoutNow"> {}

/** Follower → leader: a proposal of the follower's host. */
export interface ForwardedPropose extends Header, Tagged<"ForwardedPropose"> {
  /** What the leader is to append, in one run. */
  readonly entries: readonly Proposal[];
}

/** Follower → leader: a read of the follower's host. */
export interface ForwardedReadIndex extends Header, Tagged<"ForwardedReadIndex"> {
  /** By what the follower knows the read again. */
  readonly context: Bytes;
}

/** Leader → follower: the read `context` may be served once `index` is applied. */
export interface ReadIndexResponse extends Header, Tagged<"ReadIndexResponse"> {
  /** The context of the forwarded read. */
  readonly context: Bytes;
  /** What must be applied before the read is served. */
  readonly index: number;
}

/** Follower → leader: its host wants `transferee` to lead. */
export interface ForwardedTransferLeader extends Header, Tagged<"ForwardedTransferLeader"> {
  /** The voter that is to lead. */
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
export interface Tick extends Tagged<"Tick"> {
  /** In [0, 1): the only randomness there is. It is used where an election timeout has to be drawn. */
  readonly random: number;
}

/** Campaign now. */
export type Campaign = Tagged<"Campaign">;

/** A leader sends its heartbeats now; what its tick does every `heartbeatTick`. */
export type Beat = Tagged<"Beat">;

/** A leader steps down unless a quorum was active since the last check; what its tick does every `electionTick`. */
export type CheckQuorum = Tagged<"CheckQuorum">;

/** Append `entries` to the log. */
export interface Propose extends Tagged<"Propose"> {
  /** It comes back with `Appended` or `Rejected`. */
  readonly ticket: Ticket;
  /** They are appended in one run, or not at all. */
  readonly entries: readonly Proposal[];
}

/** From which index on may a linearizable read be served? (thesis §6.4) */
export interface ReadIndex extends Tagged<"ReadIndex"> {
  /** It comes back with `ReadReady` or `Rejected`. */
  readonly ticket: Ticket;
  /** By what this node knows the read again if another node answers it: (incarnation, counter), never reused. */
  readonly context: Bytes;
}

/** Hand the leadership to `transferee` (thesis §3.10). */
export interface TransferLeader extends Tagged<"TransferLeader"> {
  /** It comes back with `Rejected`; success shows in `RoleChanged`. */
  readonly ticket: Ticket;
  /** The voter that is to lead. */
  readonly transferee: NodeId;
}

/** A follower forgets its leader, so that it can vote at once although a leader seems to live. */
export type ForgetLeader = Tagged<"ForgetLeader">;

/** A message to `peer` could not be delivered. */
export interface Unreachable extends Tagged<"Unreachable"> {
  /** Whom the message was for. */
  readonly peer: NodeId;
}

/** The snapshot that was sent to `peer` arrived, or failed. */
export interface SnapshotStatus extends Tagged<"SnapshotStatus"> {
  /** Whom the snapshot was for. */
  readonly peer: NodeId;
  /** Whether the peer has it. */
  readonly arrived: boolean;
}

/** The committed change is applied, before `Applied` says so. A vetoed change is applied as `NO_CHANGE`. */
export interface ApplyConfChange extends Tagged<"ApplyConfChange"> {
  /** What the committed entry holds. */
  readonly change: ConfChange;
}

/** The node's own report that a `Persist` is durable; it travels in `then`. */
export interface Persisted extends Tagged<"Persisted"> {
  /** The term when the write was asked for; an older term's `last` may have been replaced since. */
  readonly term: number;
  /** The last entry of the whole log at that moment. */
  readonly last: EntryId;
  /** Index of the snapshot that was written. */
  readonly snapshot: Option<number>;
}

/** Everything up to `index` is applied, and will still be after a crash once it was persisted. */
export interface Applied extends Tagged<"Applied"> {
  /** The last index that is applied. */
  readonly index: number;
}

/** The host has a snapshot that can be sent to a peer. It says nothing about the log. */
export interface SnapshotAvailable extends EntryId, Tagged<"SnapshotAvailable"> {
  /** The configuration as of `index`. */
  readonly configuration: ConfigurationIds;
  /** Whatever the host needs to find the snapshot; opaque to the protocol. */
  readonly data: Bytes;
}

/** The host has no snapshot to send any more. */
export type SnapshotUnavailable = Tagged<"SnapshotUnavailable">;

/** Forget the log up to `index`: at most the applied index and the available snapshot's. */
export interface Compact extends Tagged<"Compact"> {
  /** The last index to forget. */
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
