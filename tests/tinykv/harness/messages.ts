/**
 * Messages in which everything that a test does not name is absent.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  type Append,
  type AppendResponse,
  type ConfChange,
  type ConfigurationIds,
  type EntryId,
  type Header,
  type Heartbeat,
  type HeartbeatResponse,
  type InstallSnapshot,
  NO_BYTES,
  NO_ENTRIES,
  NO_MEMBERS,
  type NodeId,
  ORIGIN,
  type PeerMessage,
  type Proposal,
  proposal,
  type Propose,
  type RequestVote,
  type RequestVoteResponse,
  type Snapshot,
  type TimeoutNow,
  type TransferLeader,
} from "../../../core/mod.ts";
import { bytes } from "./entries.ts";

/** The sender of a message that TinyKV's test leaves without one. */
export const NOBODY: NodeId = 0;

/** The ticket of every request: no test makes two that could be confused. */
export const TICKET = 7;

/** An `Append`; without `content`, one that vouches for nothing but the leader. */
export function append(header: Header, content: Partial<Pick<Append, "prev" | "entries" | "commit">> = {}): Append {
  return { type: "Append", ...header, prev: ORIGIN, entries: NO_ENTRIES, commit: 0, ...content };
}

/** An acknowledgement of everything up to `index`. */
export function appendResponse(header: Header, index: number): AppendResponse {
  return { type: "AppendResponse", ...header, index, hint: O.none };
}

/** The acknowledgement of `message` by its receiver. */
export function ack({ from, to, term, prev, entries }: Append): AppendResponse {
  return appendResponse({ from: to, to: from, term }, prev.index + entries.length);
}

/** A `Heartbeat` that carries the commit index `commit`. */
export function heartbeat(header: Header, commit = 0): Heartbeat {
  return { type: "Heartbeat", ...header, commit, read: O.none };
}

/** A `HeartbeatResponse`. */
export function heartbeatResponse(header: Header): HeartbeatResponse {
  return { type: "HeartbeatResponse", ...header, read: O.none };
}

/** The request of a candidate whose log ends at `last`. */
export function requestVote(header: Header, last: EntryId = ORIGIN): RequestVote {
  return { type: "RequestVote", ...header, last: { index: last.index, term: last.term }, transfer: false };
}

/** A vote, or its refusal. */
export function voteResponse(header: Header, granted: boolean): RequestVoteResponse {
  return { type: "RequestVoteResponse", ...header, granted };
}

/** An `InstallSnapshot`. */
export function installSnapshot(header: Header, snapshot: Snapshot): InstallSnapshot {
  return { type: "InstallSnapshot", ...header, snapshot };
}

/** A `TimeoutNow`. */
export function timeoutNow(header: Header): TimeoutNow {
  return { type: "TimeoutNow", ...header };
}

/** A snapshot at `position` with these `voters` and no data. */
export function snapshotAt(position: EntryId, ...voters: readonly NodeId[]): Snapshot {
  return { index: position.index, term: position.term, configuration: voting(voters), data: NO_BYTES };
}

/** The configuration with these `voters` and nobody else. */
export function voting(voters: readonly NodeId[]): ConfigurationIds {
  return { ...NO_MEMBERS, voters };
}

/** The proposal of `what`: text, or anything that core can propose. */
export function propose(what: string | Proposal): Propose {
  const entry = typeof what === "string" ? proposal(what === "" ? NO_BYTES : bytes(what)) : what;
  return { type: "Propose", ticket: TICKET, entries: [entry] };
}

/** The request of the host that `transferee` shall lead; what TinyKV's message says by its sender. */
export function transferTo(transferee: NodeId): TransferLeader {
  return { type: "TransferLeader", ticket: TICKET, transferee };
}

/** The change that makes `id` a voter. */
export function addNode(id: NodeId): ConfChange {
  return { transition: "auto", changes: [{ type: "addNode", id }], context: NO_BYTES };
}

/** The change that removes `id`. */
export function removeNode(id: NodeId): ConfChange {
  return { transition: "auto", changes: [{ type: "removeNode", id }], context: NO_BYTES };
}

/** Whether `message` carries entries or the commit index. */
export function isAppend(message: PeerMessage): message is Append {
  return message.type === "Append";
}

/** `messages` by their receiver: the order of messages to different nodes is not what TinyKV's tests are about. */
export function byReceiver<M extends PeerMessage>(messages: readonly M[]): readonly M[] {
  return [...messages].sort((a, b) => a.to - b.to);
}
