/**
 * One value of every kind, written down by hand: golden files hold them. The compiler sees that none is missing.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  addInflight,
  type ConfChange,
  configuration,
  type ConfigurationIds,
  DEFAULT_OPTIONS,
  type Effect,
  EMPTY_PROPOSAL,
  type Entry,
  entryAt,
  type FaultReason,
  type HardState,
  Log,
  type Message,
  type MessageType,
  NO_BYTES,
  NO_INFLIGHTS,
  type Node,
  ORIGIN,
  proposal,
  proposeConfChange,
  type RefusedReason,
  type RoleChangeReason,
  type RoleName,
  type Snapshot,
} from "../../core/mod.ts";

const LARGEST = Number.MAX_SAFE_INTEGER;
const HEADER = { from: 1, to: 300, term: 70_000 };

/** Some bytes. */
export const BYTES: Uint8Array = Uint8Array.of(0, 1, 127, 128, 255);

/** A joint configuration, its lists in no order. */
export const CONFIGURATION: ConfigurationIds = {
  voters: [3, 1, 200],
  votersOutgoing: [1, 2],
  learners: [9],
  learnersNext: [2],
  autoLeave: true,
};

/** A snapshot. */
export const SNAPSHOT: Snapshot = { index: 1000, term: 69, configuration: CONFIGURATION, data: BYTES };

/** A change of three nodes. */
export const CHANGE: ConfChange = {
  transition: "jointExplicit",
  changes: [{ type: "addNode", id: 4 }, { type: "removeNode", id: 200 }, { type: "addLearnerNode", id: 5 }],
  context: BYTES,
};

/** Entries of all types behind (1000, 69), one of them in a new term, one with a size of its own. */
export const ENTRIES: readonly Entry[] = [
  entryAt(proposal(BYTES), 1001, 69),
  entryAt(proposeConfChange(CHANGE), 1002, 69),
  entryAt(EMPTY_PROPOSAL, 1003, 70),
  entryAt(proposal(new Uint8Array(200).fill(7), "confChange"), 1004, 70),
  { ...entryAt(proposal(NO_BYTES), 1005, 70), size: LARGEST },
];

/** A hard state. */
export const HARD_STATE: HardState = { term: 70, vote: O.some(3), commit: 1003 };

/** A message of every type. */
export const MESSAGES: { readonly [K in MessageType]: Extract<Message, { type: K }> } = {
  Append: { type: "Append", ...HEADER, prev: { index: 1000, term: 69 }, entries: ENTRIES, commit: 999 },
  AppendResponse: { type: "AppendResponse", ...HEADER, index: LARGEST, hint: O.some({ index: 128, term: 127 }) },
  RequestVote: { type: "RequestVote", ...HEADER, last: { index: 1005, term: 70 }, transfer: true },
  RequestVoteResponse: { type: "RequestVoteResponse", ...HEADER, granted: false },
  RequestPreVote: { type: "RequestPreVote", ...HEADER, last: ORIGIN, transfer: false },
  RequestPreVoteResponse: { type: "RequestPreVoteResponse", ...HEADER, granted: true },
  Heartbeat: { type: "Heartbeat", ...HEADER, commit: 2 ** 31, read: O.some(2 ** 32) },
  HeartbeatResponse: { type: "HeartbeatResponse", ...HEADER, read: O.none },
  InstallSnapshot: { type: "InstallSnapshot", ...HEADER, snapshot: SNAPSHOT },
  TimeoutNow: { type: "TimeoutNow", ...HEADER },
  ForwardedPropose: { type: "ForwardedPropose", ...HEADER, entries: [proposal(BYTES), { ...EMPTY_PROPOSAL, size: 1 }] },
  ForwardedReadIndex: { type: "ForwardedReadIndex", ...HEADER, term: 0, context: BYTES },
  ReadIndexResponse: { type: "ReadIndexResponse", ...HEADER, context: BYTES, index: 1004 },
  ForwardedTransferLeader: { type: "ForwardedTransferLeader", ...HEADER, transferee: 2 },
  Tick: { type: "Tick", random: 0.3 },
  Campaign: { type: "Campaign" },
  Beat: { type: "Beat" },
  CheckQuorum: { type: "CheckQuorum" },
  Propose: { type: "Propose", ticket: 12, entries: [proposeConfChange(CHANGE)] },
  ReadIndex: { type: "ReadIndex", ticket: 13, context: NO_BYTES },
  TransferLeader: { type: "TransferLeader", ticket: 14, transferee: 3 },
  ForgetLeader: { type: "ForgetLeader" },
  Unreachable: { type: "Unreachable", peer: 3 },
  SnapshotStatus: { type: "SnapshotStatus", peer: 200, arrived: true },
  ApplyConfChange: { type: "ApplyConfChange", change: CHANGE },
  Persisted: { type: "Persisted", term: 70, last: { index: 1005, term: 70 }, snapshot: O.some(1000) },
  Applied: { type: "Applied", index: 1003 },
  SnapshotAvailable: { type: "SnapshotAvailable", ...SNAPSHOT },
  SnapshotUnavailable: { type: "SnapshotUnavailable" },
  Compact: { type: "Compact", index: 1000 },
};

/** An effect of every type. */
export const EFFECTS: { readonly [K in Effect["type"]]: Extract<Effect, { type: K }> } = {
  Persist: {
    type: "Persist",
    hardState: O.some(HARD_STATE),
    entries: ENTRIES,
    snapshot: O.some(SNAPSHOT),
    sync: true,
    then: [MESSAGES.AppendResponse, MESSAGES.Persisted],
  },
  Send: { type: "Send", message: MESSAGES.Heartbeat },
  Apply: { type: "Apply", entries: ENTRIES },
  RestoreSnapshot: { type: "RestoreSnapshot", snapshot: SNAPSHOT },
  SnapshotWanted: { type: "SnapshotWanted", to: 2 },
  ReadReady: { type: "ReadReady", ticket: 13, index: 1003 },
  ForwardedReadReady: { type: "ForwardedReadReady", context: BYTES, index: 1003 },
  Appended: { type: "Appended", ticket: 12, first: 1004, count: 2 },
  Rejected: { type: "Rejected", ticket: O.none, reason: "TransferTimedOut" },
  RoleChanged: {
    type: "RoleChanged",
    from: "preCandidate",
    to: "candidate",
    term: 71,
    lead: O.none,
    reason: { type: "PreVoteWon" },
  },
  Refused: { type: "Refused", reason: { type: "EmptyProposal" } },
  Fault: { type: "Fault", reason: { type: "CompactBeyondSnapshot", index: 5 } },
};

/** Every reason of a change of role. */
export const ROLE_CHANGE_REASONS: { readonly [K in RoleChangeReason["type"]]: Extract<RoleChangeReason, { type: K }> } =
  {
    ElectionTimeout: { type: "ElectionTimeout" },
    CampaignRequested: { type: "CampaignRequested" },
    TransferRequested: { type: "TransferRequested", by: 3 },
    PreVoteWon: { type: "PreVoteWon" },
    ElectionWon: { type: "ElectionWon" },
    ElectionLost: { type: "ElectionLost" },
    HigherTerm: { type: "HigherTerm", from: 2, message: "Heartbeat" },
    LeaderFound: { type: "LeaderFound", leader: 2 },
    LeaderForgotten: { type: "LeaderForgotten" },
    QuorumInactive: { type: "QuorumInactive" },
    RemovedFromConfiguration: { type: "RemovedFromConfiguration" },
  };

/** Every reason of a refusal. */
export const REFUSED_REASONS: { readonly [K in RefusedReason["type"]]: Extract<RefusedReason, { type: K }> } = {
  CommitBeyondLog: { type: "CommitBeyondLog", commit: 0.5, last: 3 },
  ConflictWithCommitted: { type: "ConflictWithCommitted", index: 4 },
  NotAWholeNumber: { type: "NotAWholeNumber" },
  RandomOutOfRange: { type: "RandomOutOfRange" },
  EntriesOutOfOrder: { type: "EntriesOutOfOrder" },
  EmptyProposal: { type: "EmptyProposal" },
  UnreadableConfChange: { type: "UnreadableConfChange" },
  TermMissing: { type: "TermMissing" },
  TermOnForwarded: { type: "TermOnForwarded" },
  FromItself: { type: "FromItself" },
  NotAMember: { type: "NotAMember" },
  ReadNeverAsked: { type: "ReadNeverAsked", position: -1 },
  NothingToSend: { type: "NothingToSend", to: 2 },
  InvalidSnapshot: { type: "InvalidSnapshot", error: "InvalidConfiguration" },
};

/** Every reason of a fault. */
export const FAULT_REASONS: { readonly [K in FaultReason["type"]]: Extract<FaultReason, { type: K }> } = {
  CommitBeyondLog: { type: "CommitBeyondLog", commit: 7, last: 6 },
  AppliedOutOfRange: { type: "AppliedOutOfRange", index: 8, applied: 5, commit: 7 },
  PersistedFromTheFuture: { type: "PersistedFromTheFuture", term: Infinity },
  CompactBeyondApplied: { type: "CompactBeyondApplied", index: 9, applied: 5 },
  CompactBeyondSnapshot: { type: "CompactBeyondSnapshot", index: 9 },
  ConfChangeNotApplicable: { type: "ConfChangeNotApplicable", error: "AlreadyJoint" },
};

const COMMON = {
  id: 1,
  options: { ...DEFAULT_OPTIONS, maxSizePerMsg: 1 << 20, checkQuorum: true, readOnlyOption: "leaseBased" },
  configuration: configuration(CONFIGURATION),
  snapshot: O.some(SNAPSHOT),
  term: 70,
  vote: O.some(3),
  lead: O.none,
  log: Log.of({ index: 1000, term: 69 }, ENTRIES),
  stable: 1004,
  pendingSnapshot: O.none,
  commit: 1003,
  applied: 1002,
  electionElapsed: 4,
  timeout: O.some(17),
  heldReads: [MESSAGES.ReadIndex, MESSAGES.ForwardedReadIndex],
} as const;

const PEER = { match: 1000, next: 1001, sentCommit: 999, recentActive: true };

/** A node in every role. */
export const NODES: { readonly [K in RoleName]: Extract<Node, { role: K }> } = {
  follower: { role: "follower", ...COMMON, lead: O.some(3), timeout: O.none, own: null },
  preCandidate: { role: "preCandidate", ...COMMON, pendingSnapshot: O.some(SNAPSHOT), own: [] },
  candidate: { role: "candidate", ...COMMON, own: [{ from: 1, granted: true }, { from: 200, granted: false }] },
  leader: {
    role: "leader",
    ...COMMON,
    own: {
      heartbeatElapsed: 1,
      transfer: O.some({ transferee: 3, ticket: O.some(14) }),
      pendingConfIndex: 1002,
      uncommittedSize: 205,
      reads: {
        confirmed: 3,
        pending: [{ index: 1001, request: MESSAGES.ReadIndex }, { index: 1003, request: MESSAGES.ForwardedReadIndex }],
        acks: [{ from: 1, position: 5 }, { from: 3, position: 4 }],
      },
      progress: [
        { state: "replicate", ...PEER, paused: false, inflights: NO_INFLIGHTS },
        { state: "probe", ...PEER, paused: true },
        {
          state: "replicate",
          ...PEER,
          paused: true,
          inflights: addInflight(addInflight(addInflight(NO_INFLIGHTS, 1001, 5), 1003, 20), 1004, 200),
        },
        { state: "snapshot", ...PEER, pendingSnapshot: 1000 },
        { state: "probe", ...PEER, recentActive: false, paused: false },
      ],
    },
  },
};
