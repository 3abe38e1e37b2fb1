/**
 * A node's state as it is recorded, and what changes of it.
 *
 * @module
 */
import * as t from "io-ts";
import { Count, exactly } from "./json.ts";
import { RecordedConfig, RecordedEntry, RecordedMessage, RecordedSnapshot } from "./recorded_message.ts";

/** The part that a node plays. */
export type RecordedRole = "follower" | "preCandidate" | "candidate" | "leader";

/** A position in the log. */
export interface RecordedPosition {
  readonly index: number;
  readonly term: number;
}

/** The whole log. */
export interface RecordedLog {
  readonly snapshot: RecordedPosition;
  readonly entries: readonly RecordedEntry[];
  readonly stable: number;
  readonly pendingSnapshot: RecordedSnapshot | null;
}

/** What changes of a log: `snapshot` cuts it off at the front, `from` and `entries` replace its end. */
export interface RecordedLogDelta {
  readonly snapshot?: RecordedPosition;
  readonly from?: number;
  readonly entries?: readonly RecordedEntry[];
  readonly stable?: number;
  readonly pendingSnapshot?: RecordedSnapshot | null;
}

/** What a node keeps of a peer. */
export interface RecordedProgress {
  readonly match: number;
  readonly next: number;
  readonly state: "probe" | "replicate" | "snapshot";
  readonly sentCommit: number;
  readonly pendingSnapshot: number;
  readonly recentActive: boolean;
  readonly msgAppFlowPaused: boolean;
  readonly isLearner: boolean;
  /** Last index and payload bytes of every message on its way, oldest first. */
  readonly inflights: readonly (readonly number[])[];
}

/** A read that waits for a quorum. */
export interface RecordedPendingRead {
  readonly index: number;
  readonly request: RecordedMessage;
}

/** The reads of a leader. */
export interface RecordedReadOnly {
  readonly confirmed: number;
  readonly pending: readonly RecordedPendingRead[];
  readonly acks: { readonly [id: string]: number };
}

/** A node's settings; `null` is no limit. */
export interface RecordedOptions {
  readonly electionTick: number;
  readonly heartbeatTick: number;
  readonly maxSizePerMsg: number | null;
  readonly maxInflightMsgs: number;
  readonly maxInflightBytes: number | null;
  readonly maxUncommittedSize: number | null;
  readonly checkQuorum: boolean;
  readonly preVote: boolean;
  readonly readOnlyOption: "safe" | "leaseBased";
  readonly disableProposalForwarding: boolean;
  readonly disableConfChangeValidation: boolean;
  readonly stepDownOnRemoval: boolean;
}

/** Everything but the log and the peers: members that a delta replaces as a whole. */
export interface RecordedMembers {
  readonly id: number;
  readonly term: number;
  readonly vote: number;
  readonly lead: number;
  readonly role: RecordedRole;
  readonly isLearner: boolean;
  readonly commit: number;
  readonly applied: number;
  /** The snapshot that storage would give to a peer; `null`: it has none at the moment. */
  readonly snapshot: RecordedSnapshot | null;
  readonly config: RecordedConfig;
  readonly votes: { readonly [id: string]: boolean };
  readonly electionElapsed: number;
  readonly heartbeatElapsed: number;
  readonly timeout: number;
  readonly leadTransferee: number;
  readonly pendingConfIndex: number;
  readonly uncommittedSize: number;
  readonly readOnly: RecordedReadOnly;
  readonly pendingReadIndex: readonly RecordedMessage[];
  readonly options: RecordedOptions;
}

/** The state of a node. */
export interface RecordedState extends RecordedMembers {
  readonly log: RecordedLog;
  readonly progress: { readonly [id: string]: RecordedProgress };
}

/** What changes of a state. A peer that is `null` is gone. */
export interface RecordedDelta extends Partial<RecordedMembers> {
  readonly log?: RecordedLogDelta;
  readonly progress?: { readonly [id: string]: RecordedProgress | null };
}

const Position: t.Type<RecordedPosition> = exactly("RecordedPosition", { index: Count, term: Count });

const PendingSnapshot: t.Type<RecordedSnapshot | null> = t.union([RecordedSnapshot, t.null]);

const Limit: t.Type<number | null> = t.union([Count, t.null]);

const Log: t.Type<RecordedLog> = exactly("RecordedLog", {
  snapshot: Position,
  entries: t.readonlyArray(RecordedEntry),
  stable: Count,
  pendingSnapshot: PendingSnapshot,
});

const LogDelta: t.Type<RecordedLogDelta> = exactly("RecordedLogDelta", {}, {
  snapshot: Position,
  from: Count,
  entries: t.readonlyArray(RecordedEntry),
  stable: Count,
  pendingSnapshot: PendingSnapshot,
});

const Progress: t.Type<RecordedProgress> = exactly("RecordedProgress", {
  match: Count,
  next: Count,
  state: t.keyof({ probe: null, replicate: null, snapshot: null }),
  sentCommit: Count,
  pendingSnapshot: Count,
  recentActive: t.boolean,
  msgAppFlowPaused: t.boolean,
  isLearner: t.boolean,
  inflights: t.readonlyArray(t.readonlyArray(Count)),
});

const ReadOnly: t.Type<RecordedReadOnly> = exactly("RecordedReadOnly", {
  confirmed: Count,
  pending: t.readonlyArray(exactly("RecordedPendingRead", { index: Count, request: RecordedMessage })),
  acks: t.record(t.string, Count),
});

const Options: t.Type<RecordedOptions> = exactly("RecordedOptions", {
  electionTick: Count,
  heartbeatTick: Count,
  maxSizePerMsg: Limit,
  maxInflightMsgs: Count,
  maxInflightBytes: Limit,
  maxUncommittedSize: Limit,
  checkQuorum: t.boolean,
  preVote: t.boolean,
  readOnlyOption: t.keyof({ safe: null, leaseBased: null }),
  disableProposalForwarding: t.boolean,
  disableConfChangeValidation: t.boolean,
  stepDownOnRemoval: t.boolean,
});

const MEMBERS = {
  id: Count,
  term: Count,
  vote: Count,
  lead: Count,
  role: t.keyof({ follower: null, preCandidate: null, candidate: null, leader: null }),
  isLearner: t.boolean,
  commit: Count,
  applied: Count,
  snapshot: PendingSnapshot,
  config: RecordedConfig,
  votes: t.record(t.string, t.boolean),
  electionElapsed: Count,
  heartbeatElapsed: Count,
  timeout: Count,
  leadTransferee: Count,
  pendingConfIndex: Count,
  uncommittedSize: Count,
  readOnly: ReadOnly,
  pendingReadIndex: t.readonlyArray(RecordedMessage),
  options: Options,
};

/** Codec of {@linkcode RecordedState}. */
export const RecordedState: t.Type<RecordedState> = exactly("RecordedState", {
  ...MEMBERS,
  log: Log,
  progress: t.record(t.string, Progress),
});

/** Codec of {@linkcode RecordedDelta}. */
export const RecordedDelta: t.Type<RecordedDelta> = exactly("RecordedDelta", {}, {
  ...MEMBERS,
  log: LogDelta,
  progress: t.record(t.string, t.union([Progress, t.null])),
});
