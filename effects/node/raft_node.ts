/**
 * A running node, as its program sees it.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";
import type { FaultReason, RejectReason, RoleChangeReason, RoleName } from "../../core/outbox.ts";
import type { Address, Incarnation, SnapshotFile } from "../storage/storage.ts";

/** Why a request certainly has no effect. */
export type WhyRejected =
  | RejectReason
  /** Too many requests wait already. */
  | "Overloaded"
  /** The command, or what it is encoded to, is larger than the limit. */
  | "TooLarge"
  /** The request was aborted, or the node closed, before it was handed on. */
  | "Aborted"
  /** Another leader's entry took the place of this one. */
  | "Replaced"
  /** The client session is not known any more. An earlier attempt may have had an effect. */
  | "SessionExpired"
  /** The session has already acknowledged the reply to this request. */
  | "AlreadyAcknowledged"
  /** The membership cannot be changed in this way. */
  | "InvalidChange";

/** The request certainly has no effect, and never will. */
export interface ProposalRejected extends Tagged<"Rejected"> {
  /** Why. */
  readonly reason: WhyRejected;
  /** Who leads, as far as this node knows. */
  readonly leader: Option<{ readonly id: NodeId; readonly address: Option<Address> }>;
}

/** Perhaps it has an effect, and nobody here will learn it: the node stopped, or a snapshot passed over its entry. */
export interface ProposalUnknown extends Tagged<"Unknown"> {
  /** Why, in a sentence. */
  readonly message: string;
}

/** Perhaps it has an effect, or will have: the deadline passed, or the request was aborted, while it was under way. */
export type ProposalTimeout = Tagged<"Timeout">;

/** Why there is no reply. */
export type ProposeError = ProposalRejected | ProposalUnknown | ProposalTimeout;

/** Why a read was not answered. It had no effect in any case. */
export type ReadError = ProposalRejected | ProposalUnknown | ProposalTimeout;

/** What a request may carry. */
export interface RequestOptions {
  /** Milliseconds until the answer is `Timeout`; the node's `requestTimeoutMs` if it is not given. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Makes a retry of the same command harmless for as long as the key is remembered; at most 128 characters. */
  readonly idempotencyKey?: string;
}

/** What a read may carry. */
export interface ReadOptions extends Omit<RequestOptions, "idempotencyKey"> {
  /** `linearizable` (the default), or `stale`: whatever this node has applied, at once. */
  readonly consistency?: "linearizable" | "stale";
}

/** A change of the membership: what is to be true of these nodes afterwards. More than one goes through a joint configuration. */
export interface MemberChanges {
  /** Nodes that become voters: new ones are added as learners first, and promoted when they have caught up. */
  readonly add?: ReadonlyMap<NodeId, Address>;
  /** Nodes that become learners. */
  readonly learners?: ReadonlyMap<NodeId, Address>;
  /** Learners that become voters. */
  readonly promote?: readonly NodeId[];
  /** Nodes that leave. */
  readonly remove?: readonly NodeId[];
}

/** A session: its commands are applied exactly once, however often they have to be sent. */
export interface Session<Command, Reply> {
  /** Its number: the index of the entry that opened it. */
  readonly id: number;
  /** As `RaftNode.propose`, but it tries again until the deadline; commands are applied in the order of the calls. */
  propose(command: Command, options?: RequestOptions): Promise<Either<ProposeError, Reply>>;
  /** Ends it. */
  close(): Promise<void>;
}

/** What is known of a member. */
export interface MemberStatus {
  /** The node. */
  readonly id: NodeId;
  /** Where it listens for its peers. */
  readonly address: Option<Address>;
  /** Its part in the configuration. */
  readonly part: "voter" | "learner" | "outgoing";
  /** On a leader: the last entry that it is known to hold. */
  readonly match: Option<number>;
  /** Whether messages to it have a connection now. */
  readonly connected: boolean;
}

/** A node at an instant. */
export interface Status {
  /** The cluster. */
  readonly cluster: string;
  /** The node. */
  readonly id: NodeId;
  /** Its data folder. */
  readonly incarnation: Incarnation;
  /** Where it listens for its peers. */
  readonly address: Address;
  /** Its role. */
  readonly role: RoleName;
  /** The latest term it has seen. */
  readonly term: number;
  /** Its vote in that term. */
  readonly vote: Option<NodeId>;
  /** The leader, as far as it is known. */
  readonly lead: Option<NodeId>;
  /** The last entry of its log. */
  readonly last: number;
  /** The first entry of its log that is still there. */
  readonly first: number;
  /** The last entry that is known to be durable. */
  readonly stable: number;
  /** The last entry that is known to be committed. */
  readonly commit: number;
  /** The last entry that is applied. */
  readonly applied: number;
  /** The newest snapshot; 0 if there is none. */
  readonly snapshot: number;
  /** The applied configuration. */
  readonly configuration: ConfigurationIds;
  /** Its members. */
  readonly members: readonly MemberStatus[];
  /** Requests that wait for their answer. */
  readonly waiting: number;
  /** Counted since the start: each name is a metric of its own. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Something that happened. */
export type NodeEvent =
  | {
    readonly type: "RoleChanged";
    readonly from: RoleName;
    readonly to: RoleName;
    readonly term: number;
    readonly lead: Option<NodeId>;
    readonly reason: RoleChangeReason;
  }
  | { readonly type: "MembershipChanged"; readonly configuration: ConfigurationIds; readonly index: number }
  | { readonly type: "SnapshotMade"; readonly index: number; readonly size: number }
  | { readonly type: "SnapshotSent"; readonly to: NodeId; readonly index: number; readonly arrived: boolean }
  | { readonly type: "SnapshotRestored"; readonly index: number }
  | { readonly type: "Compacted"; readonly index: number }
  | { readonly type: "PeerRefused"; readonly peer: NodeId; readonly message: string }
  | { readonly type: "Stopped"; readonly reason: StopReason };

/** Why a node stopped. */
export type StopReason =
  | { readonly type: "Closed" }
  | { readonly type: "Fault"; readonly reason: FaultReason }
  | { readonly type: "StorageFailed"; readonly message: string }
  | { readonly type: "StateMachineFailed"; readonly message: string }
  | { readonly type: "Failed"; readonly message: string };

/** A running node. */
export interface RaftNode<Command, Reply, Query, Answer> {
  /** The node. */
  readonly id: NodeId;
  /** Has the command replicated and applied, on whatever node leads, at most once. It always answers, by the deadline. */
  propose(command: Command, options?: RequestOptions): Promise<Either<ProposeError, Reply>>;
  /** Reads the state as of an instant between the call and the answer. It always answers, by the deadline. */
  read(query: Query, options?: ReadOptions): Promise<Either<ReadError, Answer>>;
  /** Opens a session; sessions that are not used for a long stretch of the log expire. */
  openSession(options?: RequestOptions): Promise<Either<ProposeError, Session<Command, Reply>>>;
  /**
   * Waits until this node leads, and runs `work` with a signal that aborts before another node can be elected, and with
   * the term, which grows with every leader: a resource that refuses lower ones is safe even from work that goes on.
   */
  whileLeader<A>(
    work: (signal: AbortSignal, fence: number) => Promise<A>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Either<ProposalRejected, A>>;
  /** What the node knows now. */
  status(): Status;
  /**
   * What happens from now on. A listener that does not keep up loses events in the middle, never the last one of a kind.
   * It ends when the node has stopped.
   */
  events(): AsyncIterable<NodeEvent>;
  /** Hands the leadership over: to `to`, or to the member that is furthest. Resolves when another node leads. */
  transferLeadership(to?: NodeId, options?: RequestOptions): Promise<Either<ProposeError, NodeId>>;
  /** Changes the membership, on whatever node leads; resolves with the new configuration when all of it is done. */
  changeMembers(changes: MemberChanges, options?: RequestOptions): Promise<Either<ProposeError, ConfigurationIds>>;
  /** Makes a snapshot now, forgets what the log does not need any more, and resolves with the snapshot's index. */
  compact(): Promise<number>;
  /**
   * A snapshot that holds everything that was acknowledged before this call, made while the node goes on. Its file is a
   * backup; it has to be closed.
   */
  backup(options?: RequestOptions): Promise<Either<ReadError, SnapshotFile>>;
  /** Stops in order: a leader hands over first, unless `handOver` is false. */
  close(options?: { readonly handOver?: boolean }): Promise<void>;
  /** Resolves when the node has stopped, with the reason. */
  readonly stopped: Promise<StopReason>;
}
