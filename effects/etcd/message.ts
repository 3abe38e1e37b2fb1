/**
 * Messages between the recorded form and ours.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import {
  type Header,
  type HostMessage,
  type Message,
  type Node,
  type NodeId,
  type PeerMessage,
  type Proposal,
  proposal,
} from "../../core/mod.ts";
import {
  describeEntry,
  fromSnapshot,
  isEntry,
  isProposal,
  isSnapshot,
  NO_SNAPSHOT,
  toEntries,
  toProposals,
  toSnapshot,
} from "./entries.ts";
import { isPosition } from "./foreign.ts";
import type { RecordedEntry, RecordedMessage } from "./recorded_message.ts";
import type { RunMemory } from "./run_memory.ts";

/** Why a recorded message is none of ours: it is work for a storage thread, and no input. */
export type Unrepresentable = "NoInput";

/** What `recorded` says to `node`, in one message of ours, in two, or in none at all. */
export function toMessages(
  recorded: RecordedMessage,
  node: Pick<Node, "id" | "term" | "role">,
  memory: RunMemory,
): Either<Unrepresentable, readonly Message[]> {
  const { type, entries = NONE, term = 0 } = recorded;
  switch (type) {
    case "MsgReadIndexResp": // which read is answered, is said by exactly one entry; otherwise only the term counts
      if (entries.length !== 1) return term > node.term ? E.right([onlyTerm(node.id, term)]) : NOTHING;
      break;
    case "MsgStorageAppend":
    case "MsgStorageApply":
      return E.left("NoInput");
    case "MsgStorageApplyResp":
      if (entries.length === 0) return term > node.term ? E.right([onlyTerm(node.id, term)]) : NOTHING;
      break;
  }
  // The library sends a request on in the name of whoever asked, and fills in the node itself where that is nobody.
  const unnamed = type === "MsgTransferLeader" && recorded.from === undefined && node.role === "follower";
  const message = toMessage(unnamed ? { ...recorded, from: node.id } : recorded, node.id, memory);
  if (term === node.term || !isHostMessage(message)) return E.right([message]);
  // Term 0 says that the rule of terms is skipped; a Persisted that is not compared with any term is one of this term.
  if (term === 0) return E.right([message.type === "Persisted" ? { ...message, term: node.term } : message]);
  // The library applies the rule of terms to whatever has a term, also to what comes from its own host (§5.1).
  if (term < node.term) return message.type === "Persisted" ? E.right([message]) : NOTHING;
  return E.right([onlyTerm(node.id, term), message]);
}

const NOTHING: Either<Unrepresentable, readonly Message[]> = E.right([]);

/** A peer message that says nothing but that there is a higher term. */
function onlyTerm(to: NodeId, term: number): Message {
  return { type: "RequestVoteResponse", from: 0, to, term, granted: false };
}

/** Whether a message comes from the node's own host: those have no sender and no term. */
export function isHostMessage(message: Message): message is HostMessage {
  return !("from" in message);
}

const NONE: readonly RecordedEntry[] = [];

/** What `recorded` says to node `id`, whatever its term is. */
export function toMessage(recorded: RecordedMessage, id: NodeId, memory: RunMemory): Message {
  const { index = 0, logTerm = 0, commit = 0, reject = false, entries = NONE, context } = recorded;
  const from = typeof recorded.from === "number" ? recorded.from : 0;
  const to = typeof recorded.to === "number" ? recorded.to : 0;
  const term = recorded.term ?? 0;
  switch (recorded.type) {
    case "MsgApp":
      return {
        type: "Append",
        from,
        to,
        term,
        prev: { index, term: logTerm },
        entries: toEntries(entries, memory),
        commit,
      };
    case "MsgAppResp": {
      const hint = reject ? O.some({ index: recorded.rejectHint ?? 0, term: logTerm }) : O.none;
      return { type: "AppendResponse", from, to, term, index, hint };
    }
    case "MsgHeartbeat":
      return {
        type: "Heartbeat",
        from,
        to,
        term,
        commit,
        read: isPosition(context) ? toPosition(context, memory) : O.none,
      };
    case "MsgHeartbeatResp":
      return { type: "HeartbeatResponse", from, to, term, read: toPosition(context, memory) };
    case "MsgVote":
      return { type: "RequestVote", from, to, term, last: { index, term: logTerm }, transfer: context === TRANSFER };
    case "MsgPreVote":
      return { type: "RequestPreVote", from, to, term, last: { index, term: logTerm }, transfer: context === TRANSFER };
    case "MsgVoteResp":
      return { type: "RequestVoteResponse", from, to, term, granted: !reject };
    case "MsgPreVoteResp":
      return { type: "RequestPreVoteResponse", from, to, term, granted: !reject };
    case "MsgSnap": {
      const snapshot = recorded.snapshot === undefined ? NO_SNAPSHOT : toSnapshot(recorded.snapshot, memory);
      return { type: "InstallSnapshot", from, to, term, snapshot };
    }
    case "MsgTimeoutNow":
      return { type: "TimeoutNow", from, to, term };
    case "MsgProp": {
      const proposals = toProposals(entries, memory);
      return recorded.from === undefined || from === id
        ? { type: "Propose", ticket: memory.ticket(), entries: proposals }
        : { type: "ForwardedPropose", from, to, term, entries: proposals };
    }
    case "MsgReadIndex": {
      const data = entries[0]?.data;
      return recorded.from === undefined
        ? { type: "ReadIndex", ticket: memory.ticket(data), context: memory.bytes(data) }
        : { type: "ForwardedReadIndex", from, to, term, context: memory.bytes(data) };
    }
    case "MsgReadIndexResp":
      return { type: "ReadIndexResponse", from, to, term, index, context: memory.bytes(entries[0].data) };
    case "MsgTransferLeader":
      return term === 0
        ? { type: "TransferLeader", ticket: memory.ticket(), transferee: from }
        : { type: "ForwardedTransferLeader", from, to, term, transferee: from };
    case "MsgHup":
      return { type: "Campaign" };
    case "MsgBeat":
      return { type: "Beat" };
    case "MsgCheckQuorum":
      return { type: "CheckQuorum" };
    case "MsgForgetLeader":
      return { type: "ForgetLeader" };
    case "MsgUnreachable":
      return { type: "Unreachable", peer: from };
    case "MsgSnapStatus":
      return { type: "SnapshotStatus", peer: from, arrived: !reject };
    case "MsgStorageAppendResp": {
      const snapshot = recorded.snapshot === undefined ? O.none : O.some(recorded.snapshot.index);
      return { type: "Persisted", term, last: { index, term: logTerm }, snapshot };
    }
    case "MsgStorageApplyResp":
      return { type: "Applied", index: entries[entries.length - 1].index ?? 0 };
    case "MsgStorageAppend":
    case "MsgStorageApply":
      throw new Error(`Cannot read ${recorded.type}: it is no input.`);
  }
}

/** The context of a campaign that a leadership transfer has started: "CampaignTransfer". */
const TRANSFER = "Q2FtcGFpZ25UcmFuc2Zlcg==";

/** The context of a heartbeat is a position in 8 bytes, little-endian. A shorter one is a position that nobody has. */
function toPosition(context: string | undefined, memory: RunMemory): Option<number> {
  if (context === undefined || context === "") return O.none;
  const bytes = memory.bytes(context);
  if (bytes.length < 8) return O.some(-1);
  let position = 0;
  for (let i = 7; i >= 0; i--) position = position * 256 + bytes[i];
  return O.some(position);
}

/** The position as the context of a heartbeat; what does not fit into 8 bytes comes out as text that nothing equals. */
function fromPosition(read: Option<number>): string | undefined {
  if (O.isNone(read)) return undefined;
  const position = read.value;
  if (!Number.isSafeInteger(position) || position < 0) return `position ${position}`;
  if (position !== lastPosition) {
    const bytes = new Uint8Array(8);
    for (let i = 0, rest = position; i < 8; i++, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
    lastPosition = position;
    lastContext = bytes.toBase64();
  }
  return lastContext;
}

// One round of heartbeats has the same context for everybody.
let lastPosition = 0;
let lastContext = "AAAAAAAAAAA=";

/** What a message of ours has in the recorded form, but for its entries and its snapshot. */
export interface Plain {
  readonly type: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: number;
  readonly logTerm: number;
  readonly index: number;
  readonly commit: number;
  readonly reject: boolean;
  readonly rejectHint: number;
  readonly context: string | undefined;
}

/** The plain members of `message`. */
export function plain(message: PeerMessage): Plain {
  switch (message.type) {
    case "Append": {
      const { prev, commit } = message;
      return members("MsgApp", message, prev.term, prev.index, commit);
    }
    case "AppendResponse": {
      const { index, hint } = message;
      return O.isSome(hint)
        ? members("MsgAppResp", message, hint.value.term, index, 0, true, hint.value.index)
        : members("MsgAppResp", message, 0, index);
    }
    case "RequestVote":
    case "RequestPreVote": {
      const { type, last, transfer } = message;
      const context = transfer ? TRANSFER : undefined;
      const name = type === "RequestVote" ? "MsgVote" : "MsgPreVote";
      return members(name, message, last.term, last.index, 0, false, 0, context);
    }
    case "RequestVoteResponse":
      return members("MsgVoteResp", message, 0, 0, 0, !message.granted);
    case "RequestPreVoteResponse":
      return members("MsgPreVoteResp", message, 0, 0, 0, !message.granted);
    case "Heartbeat":
      return members("MsgHeartbeat", message, 0, 0, message.commit, false, 0, fromPosition(message.read));
    case "HeartbeatResponse":
      return members("MsgHeartbeatResp", message, 0, 0, 0, false, 0, fromPosition(message.read));
    case "InstallSnapshot":
      return members("MsgSnap", message);
    case "TimeoutNow":
      return members("MsgTimeoutNow", message);
    case "ForwardedPropose":
      return members("MsgProp", message);
    case "ForwardedReadIndex":
      return members("MsgReadIndex", message);
    case "ReadIndexResponse":
      return members("MsgReadIndexResp", message, 0, message.index);
    case "ForwardedTransferLeader":
      return members("MsgTransferLeader", { ...message, from: message.transferee });
  }
}

function members(
  type: string,
  { from, to, term }: Header,
  logTerm = 0,
  index = 0,
  commit = 0,
  reject = false,
  rejectHint = 0,
  context?: string,
): Plain {
  return { type, from, to, term, logTerm, index, commit, reject, rejectHint, context };
}

/** Whether `message` is in all respects the one that was recorded. */
export function isMessage(message: PeerMessage, recorded: RecordedMessage, memory: RunMemory): boolean {
  const ours = plain(message);
  return ours.type === recorded.type && ours.from === (recorded.from ?? 0) && ours.to === (recorded.to ?? 0) &&
    ours.term === (recorded.term ?? 0) && ours.logTerm === (recorded.logTerm ?? 0) &&
    ours.index === (recorded.index ?? 0) && ours.commit === (recorded.commit ?? 0) &&
    ours.reject === (recorded.reject ?? false) && ours.rejectHint === (recorded.rejectHint ?? 0) &&
    (ours.context ?? "") === (recorded.context ?? "") && (recorded.vote ?? 0) === 0 &&
    (recorded.responses ?? NONE).length === 0 && hasEntries(message, recorded.entries ?? NONE, memory) &&
    hasSnapshot(message, recorded, memory);
}

function hasEntries(message: PeerMessage, recorded: readonly RecordedEntry[], memory: RunMemory): boolean {
  switch (message.type) {
    case "Append": {
      const { entries } = message;
      if (entries.length !== recorded.length) return false;
      for (let i = 0; i < entries.length; i++) if (!isEntry(entries[i], recorded[i], memory)) return false;
      return true;
    }
    case "ForwardedPropose":
      return areProposals(message.entries, recorded, memory);
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
      return areProposals([proposal(message.context)], recorded, memory);
    default:
      return recorded.length === 0;
  }
}

function areProposals(
  proposals: readonly Proposal[],
  recorded: readonly RecordedEntry[],
  memory: RunMemory,
): boolean {
  return proposals.length === recorded.length &&
    proposals.every((one, i) => isProposal(one, recorded[i], memory));
}

function hasSnapshot(message: PeerMessage, { snapshot }: RecordedMessage, memory: RunMemory): boolean {
  return message.type === "InstallSnapshot"
    ? snapshot !== undefined && isSnapshot(message.snapshot, snapshot, memory)
    : snapshot === undefined;
}

/** A message for people to read: as it would be recorded. */
export function describeMessage(message: PeerMessage): unknown {
  const present = Object.entries(plain(message)).filter(([, value]) => value !== 0 && value !== false && value);
  const described: { [member: string]: unknown } = Object.fromEntries(present);
  if ("entries" in message && message.entries.length > 0) described.entries = message.entries.map(describeEntry);
  if (message.type === "ForwardedReadIndex" || message.type === "ReadIndexResponse") {
    described.entries = [{ data: message.context.toBase64() }];
  }
  if (message.type === "InstallSnapshot") described.snapshot = fromSnapshot(message.snapshot);
  return described;
}
