/**
 * Messages and entries as they are recorded: the members that a message has are those that are neither zero nor empty.
 *
 * @module
 */
import * as t from "io-ts";
import { Base64, Count, exactly } from "./json.ts";

/** `normal` when present differs from absent only in the encoded size. */
export type RecordedEntryType = "normal" | "confChange" | "confChangeV2";

/** One node's part of a recorded configuration change. */
export interface RecordedChange {
  readonly type: "addNode" | "removeNode" | "updateNode" | "addLearnerNode";
  readonly id: number;
}

/** A decoded configuration change. */
export interface RecordedConfChange {
  readonly transition: "auto" | "jointImplicit" | "jointExplicit";
  readonly changes: readonly RecordedChange[];
  readonly context?: string;
}

/** An entry. A member is absent if and only if the field is absent in the encoded entry. */
export interface RecordedEntry {
  readonly term?: number;
  readonly index?: number;
  readonly type?: RecordedEntryType;
  readonly data?: string;
  /** What `data` says; not part of the entry. */
  readonly cc?: RecordedConfChange;
}

/** A configuration, every list in ascending order. */
export interface RecordedConfig {
  readonly voters: readonly number[];
  readonly votersOutgoing: readonly number[];
  readonly learners: readonly number[];
  readonly learnersNext: readonly number[];
  readonly autoLeave: boolean;
}

/** A snapshot. */
export interface RecordedSnapshot {
  readonly index: number;
  readonly term: number;
  readonly confState: RecordedConfig;
  readonly data?: string;
}

/** The names of the messages that a node can be given. */
export type RecordedMessageType = keyof typeof MESSAGE_TYPES;

/** A sender or receiver: a node, or one of the local storage threads. */
export type RecordedAddress = number | "append" | "apply";

/** A message. Which members it has depends on its type. */
export interface RecordedMessage {
  readonly type: RecordedMessageType;
  readonly from?: RecordedAddress;
  readonly to?: RecordedAddress;
  readonly term?: number;
  readonly logTerm?: number;
  readonly index?: number;
  readonly entries?: readonly RecordedEntry[];
  readonly commit?: number;
  readonly vote?: number;
  readonly snapshot?: RecordedSnapshot;
  readonly reject?: boolean;
  readonly rejectHint?: number;
  readonly context?: string;
  readonly responses?: readonly RecordedMessage[];
}

/** Every message type, as keys. */
export const MESSAGE_TYPES = {
  MsgHup: null,
  MsgProp: null,
  MsgApp: null,
  MsgAppResp: null,
  MsgVote: null,
  MsgVoteResp: null,
  MsgPreVote: null,
  MsgPreVoteResp: null,
  MsgSnap: null,
  MsgHeartbeat: null,
  MsgHeartbeatResp: null,
  MsgTimeoutNow: null,
  MsgTransferLeader: null,
  MsgReadIndex: null,
  MsgReadIndexResp: null,
  MsgForgetLeader: null,
  MsgUnreachable: null,
  MsgSnapStatus: null,
  MsgBeat: null,
  MsgCheckQuorum: null,
  MsgStorageAppend: null,
  MsgStorageAppendResp: null,
  MsgStorageApply: null,
  MsgStorageApplyResp: null,
} as const;

/** Codec of {@linkcode RecordedConfChange}. */
export const RecordedConfChange: t.Type<RecordedConfChange> = exactly("RecordedConfChange", {
  transition: t.keyof({ auto: null, jointImplicit: null, jointExplicit: null }),
  changes: t.readonlyArray(exactly("RecordedChange", {
    type: t.keyof({ addNode: null, removeNode: null, updateNode: null, addLearnerNode: null }),
    id: Count,
  })),
}, { context: Base64 });

/** Codec of {@linkcode RecordedEntry}. */
export const RecordedEntry: t.Type<RecordedEntry> = exactly("RecordedEntry", {}, {
  term: Count,
  index: Count,
  type: t.keyof({ normal: null, confChange: null, confChangeV2: null }),
  data: Base64,
  cc: RecordedConfChange,
});

/** Codec of {@linkcode RecordedConfig}. */
export const RecordedConfig: t.Type<RecordedConfig> = exactly("RecordedConfig", {
  voters: t.readonlyArray(Count),
  votersOutgoing: t.readonlyArray(Count),
  learners: t.readonlyArray(Count),
  learnersNext: t.readonlyArray(Count),
  autoLeave: t.boolean,
});

/** Codec of {@linkcode RecordedSnapshot}. */
export const RecordedSnapshot: t.Type<RecordedSnapshot> = exactly("RecordedSnapshot", {
  index: Count,
  term: Count,
  confState: RecordedConfig,
}, { data: Base64 });

const RecordedAddress: t.Type<RecordedAddress> = t.union([Count, t.literal("append"), t.literal("apply")]);

/** Codec of {@linkcode RecordedMessage}. */
export const RecordedMessage: t.Type<RecordedMessage> = t.recursion(
  "RecordedMessage",
  (self: t.Type<RecordedMessage>): t.Type<RecordedMessage> =>
    exactly("RecordedMessage", { type: t.keyof(MESSAGE_TYPES) }, {
      from: RecordedAddress,
      to: RecordedAddress,
      term: Count,
      logTerm: Count,
      index: Count,
      entries: t.readonlyArray(RecordedEntry),
      commit: Count,
      vote: Count,
      snapshot: RecordedSnapshot,
      reject: t.boolean,
      rejectHint: Count,
      context: Base64,
      responses: t.readonlyArray(self),
    }),
);
