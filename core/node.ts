/**
 * The state of one node (Figure 2), in one of its roles (Figure 4).
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Configuration } from "./configuration.ts";
import type { NodeId } from "./entry.ts";
import type { Log } from "./log.ts";
import type { ForwardedReadIndex, ReadIndex, Ticket } from "./message.ts";
import type { Options } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { Snapshot } from "./snapshot.ts";

/** What every role has. */
export interface Common {
  /** This node. */
  readonly id: NodeId;
  /** Its fixed settings. */
  readonly options: Options;
  /** The applied configuration (§6). */
  readonly configuration: Configuration;
  /** The snapshot that can be sent to a peer: none while the host has none, or index 0 where none was ever made (§7). */
  readonly snapshot: Option<Snapshot>;
  /** The latest term this node has seen (§5.1). */
  readonly term: number;
  /** The candidate that got this node's vote in `term` (§5.2). */
  readonly vote: Option<NodeId>;
  /** The leader of `term`, as far as it is known. */
  readonly lead: Option<NodeId>;
  /** The replicated log (§5.3). */
  readonly log: Log;
  /** The last entry that is known to be durable; below the end of the log while entries are being written. */
  readonly stable: number;
  /** A snapshot that was accepted from a leader and is not yet durable. */
  readonly pendingSnapshot: Option<Snapshot>;
  /** The highest index that is known to be committed. */
  readonly commit: number;
  /** The highest index that the host has reported as applied. */
  readonly applied: number;
  /** Ticks since the election timer was restarted; on a leader, since the last quorum check. */
  readonly electionElapsed: number;
  /** How many ticks of `electionElapsed` begin a campaign; none until a tick draws it. */
  readonly timeout: Option<number>;
  /** Reads that wait until a leader's term has its first commit (thesis §6.4). They survive a step-down. */
  readonly heldReads: readonly ReadRequest[];
}

/** Answers to leaders and candidates, and waits (§5.2). */
export interface Follower extends Common {
  /** The role. */
  readonly role: "follower";
  /** A follower has nothing that others have not. */
  readonly own: null;
}

/** Asks whether an election could be won, before it disturbs anybody with a new term (thesis §9.6). */
export interface PreCandidate extends Common {
  /** The role. */
  readonly role: "preCandidate";
  /** The answers so far. */
  readonly own: Votes;
}

/** Asks for votes (§5.2). */
export interface Candidate extends Common {
  /** The role. */
  readonly role: "candidate";
  /** The answers so far. */
  readonly own: Votes;
}

/** Replicates its log (§5.3). */
export interface Leader extends Common {
  /** The role. */
  readonly role: "leader";
  /** What only a leader has. */
  readonly own: Leadership;
}

/** Figure 2, "volatile state on leaders": it begins anew with every election. */
export interface Leadership {
  /** Ticks since the last heartbeats. */
  readonly heartbeatElapsed: number;
  /** The transfer that is under way; meanwhile proposals are rejected (thesis §3.10). */
  readonly transfer: Option<Transfer>;
  /** A configuration change may be proposed once `applied` has reached this (§6). */
  readonly pendingConfIndex: number;
  /** Payload bytes proposed and not yet reported as applied; an estimate. */
  readonly uncommittedSize: number;
  /** Reads that are under way (thesis §6.4). */
  readonly reads: Reads;
  /** What is known of each member, at its position. */
  readonly progress: readonly Progress[];
}

/** A node: everything it knows, and nothing that anybody could change. */
export type Node = Follower | PreCandidate | Candidate | Leader;

/** The answers in a campaign, in the order in which they came. The first one of a voter stands. */
export type Votes = readonly Vote[];

/** One answer. */
export interface Vote {
  /** The voter. */
  readonly from: NodeId;
  /** Its answer. */
  readonly granted: boolean;
}

/** A request for a linearizable read, of this node's host or of a follower's. */
export type ReadRequest = ReadIndex | ForwardedReadIndex;

/** The reads of a leader (thesis §6.4). The k-th pending read, from 1, has the position `confirmed` + k. */
export interface Reads {
  /** How many reads were confirmed in this term of office. */
  readonly confirmed: number;
  /** Reads that wait for a quorum, oldest first. */
  readonly pending: readonly PendingRead[];
  /** Up to which position each node has acknowledged this leader. */
  readonly acks: readonly ReadAck[];
}

/** A read, and the commit index when it arrived. */
export interface PendingRead {
  /** The commit index when the read arrived. */
  readonly index: number;
  /** Who has asked, and for what. */
  readonly request: ReadRequest;
}

/** `from` still followed this leader when the read at `position` was asked. */
export interface ReadAck {
  /** The node that has answered a heartbeat. */
  readonly from: NodeId;
  /** The position that the heartbeat carried. */
  readonly position: number;
}

/** A leadership transfer. */
export interface Transfer {
  /** The voter that is to lead. */
  readonly transferee: NodeId;
  /** By what this leader's host knows it again; none if another node's host has asked. */
  readonly ticket: Option<Ticket>;
}
