/**
 * Everything that a node wants done: effects as data, in order.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes, Entry, NodeId } from "./entry.ts";
import type { ConfChangeError } from "./conf_change.ts";
import type { MessageType, PeerMessage, Persisted, Tagged, Ticket } from "./message.ts";
import type { Snapshot } from "./snapshot.ts";

/** What must survive a crash besides the log (Figure 2: persistent state; `commit` saves work after a restart). */
export interface HardState {
  /** The latest term the node has seen. */
  readonly term: number;
  /** Its vote in `term`. */
  readonly vote: Option<NodeId>;
  /** The highest index that it knows to be committed. */
  readonly commit: number;
}

/** The message may leave at once. */
export interface Send extends Tagged<"Send"> {
  /** It is for `message.to`. */
  readonly message: PeerMessage;
}

/** Write this; when it and every earlier `Persist` is durable, deliver `then`. With nothing but `then`, a barrier. */
export interface Persist extends Tagged<"Persist"> {
  /** Some if it has changed. */
  readonly hardState: Option<HardState>;
  /** They replace whatever the log holds at and behind the first of them. */
  readonly entries: readonly Entry[];
  /** It replaces the whole log. */
  readonly snapshot: Option<Snapshot>;
  /** False when nothing but `commit` moved: such a write may wait for the next one that has to be synced. */
  readonly sync: boolean;
  /** To peers, or to the node itself. */
  readonly then: readonly (PeerMessage | Persisted)[];
}

/** Apply these committed entries to the state machine, in order, once. */
export interface Apply extends Tagged<"Apply"> {
  /** They follow what was applied last. */
  readonly entries: readonly Entry[];
}

/** The durable snapshot replaces the state of the state machine. */
export interface RestoreSnapshot extends Tagged<"RestoreSnapshot"> {
  /** Where to find the state. */
  readonly snapshot: Snapshot;
}

/** A peer needs a snapshot and none is available: make one and say `SnapshotAvailable`. */
export interface SnapshotWanted extends Tagged<"SnapshotWanted"> {
  /** The peer. */
  readonly to: NodeId;
}

/** The read may be served once `index` is applied. */
export interface ReadReady extends Tagged<"ReadReady"> {
  /** The ticket of the `ReadIndex`. */
  readonly ticket: Ticket;
  /** What must be applied before the read is served. */
  readonly index: number;
}

/** The leader has answered a read that this node forwarded: it may be served once `index` is applied. */
export interface ForwardedReadReady extends Tagged<"ForwardedReadReady"> {
  /** The context of the `ReadIndex`. */
  readonly context: Bytes;
  /** What must be applied before the read is served. */
  readonly index: number;
}

/**
 * The proposal's entries are in the log from `first` on; it is not committed yet, and may never be. If a configuration
 * change among them had to wait, there is an empty entry in its place, and a `Rejected` for the same ticket says why.
 */
export interface Appended extends Tagged<"Appended"> {
  /** The ticket of the `Propose`. */
  readonly ticket: Ticket;
  /** The index of its first entry. */
  readonly first: number;
  /** The number of its entries. */
  readonly count: number;
}

/** Why a request was turned down. */
export type RejectReason =
  | "NoLeader"
  | "ForwardingDisabled"
  | "NotAMember"
  | "TransferInProgress"
  | "UncommittedSizeExceeded"
  | "ConfChangePending"
  | "ConfChangeWhileJoint"
  | "ConfChangeNotJoint"
  | "SteppedDown"
  | "AlreadyLeader"
  | "AlreadyTransferring"
  | "TransfereeIsLearner"
  | "TransfereeUnknown"
  | "TransferReplaced"
  | "TransferTimedOut";

/**
 * A request of the host (or, without a ticket, of a peer's host) certainly has no effect. With a `ConfChange…` reason only
 * the configuration change has none, and `Appended` says where the rest is.
 */
export interface Rejected extends Tagged<"Rejected"> {
  /** The ticket of the request; none if another node's host has asked. */
  readonly ticket: Option<Ticket>;
  /** Why. */
  readonly reason: RejectReason;
}

/** The part that a node plays (Figure 4). */
export type RoleName = "follower" | "preCandidate" | "candidate" | "leader";

/** Why a node's role, term or leader changed. */
export type RoleChangeReason =
  | { readonly type: "ElectionTimeout" }
  | { readonly type: "CampaignRequested" }
  | { readonly type: "TransferRequested"; readonly by: NodeId }
  | { readonly type: "PreVoteWon" }
  | { readonly type: "ElectionWon" }
  | { readonly type: "ElectionLost" }
  | { readonly type: "HigherTerm"; readonly from: NodeId; readonly message: MessageType }
  | { readonly type: "LeaderFound"; readonly leader: NodeId }
  | { readonly type: "LeaderForgotten" }
  | { readonly type: "QuorumInactive" }
  | { readonly type: "RemovedFromConfiguration" };

/** The node's role, term or leader is another than before. */
export interface RoleChanged extends Tagged<"RoleChanged"> {
  /** The role before. */
  readonly from: RoleName;
  /** The role after. */
  readonly to: RoleName;
  /** The term after. */
  readonly term: number;
  /** The leader after, as far as it is known. */
  readonly lead: Option<NodeId>;
  /** Why. */
  readonly reason: RoleChangeReason;
}

/** Why no correct sender could have produced an input. */
export type RefusedReason =
  | { readonly type: "CommitBeyondLog"; readonly commit: number; readonly last: number }
  | { readonly type: "ConflictWithCommitted"; readonly index: number }
  | { readonly type: "NotAWholeNumber" }
  | { readonly type: "RandomOutOfRange" }
  | { readonly type: "EntriesOutOfOrder" }
  | { readonly type: "EmptyProposal" }
  | { readonly type: "UnreadableConfChange" }
  | { readonly type: "TermMissing" }
  | { readonly type: "TermOnForwarded" }
  | { readonly type: "FromItself" }
  | { readonly type: "NotAMember" }
  | { readonly type: "ReadNeverAsked"; readonly position: number }
  | { readonly type: "NothingToSend"; readonly to: NodeId }
  | { readonly type: "InvalidSnapshot"; readonly error: ConfChangeError };

/** The input is not one that a correct sender produces. The node is unchanged; count it and close the connection. */
export interface Refused extends Tagged<"Refused"> {
  /** What is wrong with the input. */
  readonly reason: RefusedReason;
}

/** How a node's own past is contradicted. */
export type FaultReason =
  | { readonly type: "CommitBeyondLog"; readonly commit: number; readonly last: number }
  | { readonly type: "AppliedOutOfRange"; readonly index: number; readonly applied: number; readonly commit: number }
  | { readonly type: "PersistedFromTheFuture"; readonly term: number }
  | { readonly type: "CompactBeyondApplied"; readonly index: number; readonly applied: number }
  | { readonly type: "CompactBeyondSnapshot"; readonly index: number }
  | { readonly type: "ConfChangeNotApplicable"; readonly error: ConfChangeError };

/** This node's durable past or its applied configuration is contradicted. The node is unchanged; stop it. */
export interface Fault extends Tagged<"Fault"> {
  /** What is contradicted. */
  readonly reason: FaultReason;
}

/** One thing that a node wants done. */
export type Effect =
  | Persist
  | Send
  | Apply
  | RestoreSnapshot
  | SnapshotWanted
  | ReadReady
  | ForwardedReadReady
  | Appended
  | Rejected
  | RoleChanged
  | Refused
  | Fault;

/** What a step wants done, in this order. */
export type Outbox = readonly Effect[];

/** Nothing. */
export const NO_EFFECTS: Outbox = [];
