/**
 * The same machine or message with other numbers for the nodes. The protocol knows numbers only as names, so that whatever
 * becomes of the one becomes of the other, with the same change of names.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { ConfChange } from "../../core/conf_change.ts";
import { decodeConfChange, proposeConfChange } from "../../core/conf_change_bytes.ts";
import { configuration, type ConfigurationIds } from "../../core/configuration.ts";
import { type Entry, type EntryId, isConfChange, type NodeId, type Proposal } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { Leadership, Node, ReadRequest } from "../../core/node.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Ghost } from "./ghost.ts";
import type { DurableState, Host } from "./host.ts";
import type { Input } from "./input.ts";

/** New names: at `id` - 1, the new number of node `id`. */
export type Renaming = readonly NodeId[];

/** The host under other names. */
export function renamedHost(names: Renaming, host: Host): Host {
  const { node, disk, queue, machine, pending } = host;
  return {
    id: nameOf(names, host.id),
    node: renamedNode(names, node),
    disk: renamedDisk(names, disk),
    queue: queue.map((persist) => renamedPersist(names, persist)),
    machine: { ...machine, configuration: renamedIds(names, machine.configuration) },
    pending: pending.map((work) =>
      "entry" in work ? { entry: renamedEntry(names, work.entry) } : { snapshot: renamedSnapshot(names, work.snapshot) }
    ),
  };
}

/** The message under other names. */
export function renamedMessage(names: Renaming, message: PeerMessage): PeerMessage {
  const header = { from: nameOf(names, message.from), to: nameOf(names, message.to) };
  switch (message.type) {
    case "Append":
      return { ...message, ...header, entries: message.entries.map((entry) => renamedEntry(names, entry)) };
    case "InstallSnapshot":
      return { ...message, ...header, snapshot: renamedSnapshot(names, message.snapshot) };
    case "ForwardedPropose":
      return { ...message, ...header, entries: message.entries.map((entry) => renamedProposal(names, entry)) };
    case "ForwardedTransferLeader":
      return { ...message, ...header, transferee: nameOf(names, message.transferee) };
    case "AppendResponse":
    case "RequestVote":
    case "RequestVoteResponse":
    case "RequestPreVote":
    case "RequestPreVoteResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "TimeoutNow":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
      return { ...message, ...header };
  }
}

/** The input under other names. */
export function renamedInput(names: Renaming, input: Input): Input {
  switch (input.type) {
    case "deliver":
      return { type: "deliver", message: renamedMessage(names, input.message) };
    case "change":
      return { ...input, change: renamedChange(names, input.change) };
    case "transfer":
      return { ...input, to: nameOf(names, input.to) };
    case "unreachable":
      return { ...input, peer: nameOf(names, input.peer) };
    case "timeout":
    case "idle":
    case "crash":
    case "flush":
    case "apply":
    case "beat":
    case "checkQuorum":
    case "propose":
    case "snapshot":
    case "read":
      return input;
  }
}

/** The configuration change under other names. */
export function renamedChange(names: Renaming, change: ConfChange): ConfChange {
  return { ...change, changes: change.changes.map(({ type, id }) => ({ type, id: nameOf(names, id) })) };
}

/** The past under other names. */
export function renamedGhost(names: Renaming, { elected, committed, reads }: Ghost): Ghost {
  return {
    elected: elected.map((id) => id === 0 ? 0 : nameOf(names, id)),
    committed: committed.map(({ entry, term }) => ({ entry: renamedPosition(names, entry), term })),
    reads,
  };
}

function nameOf(names: Renaming, id: NodeId): NodeId {
  return id >= 1 && id <= names.length ? names[id - 1] : id;
}

function renamedNode(names: Renaming, node: Node): Node {
  const renamed = configuration(renamedIds(names, node.configuration));
  const common = {
    id: nameOf(names, node.id),
    configuration: renamed,
    snapshot: O.map((snapshot: Snapshot) => renamedSnapshot(names, snapshot))(node.snapshot),
    vote: renamedId(names, node.vote),
    lead: renamedId(names, node.lead),
    log: renamedLog(names, node.log),
    pendingSnapshot: O.map((snapshot: Snapshot) => renamedSnapshot(names, snapshot))(node.pendingSnapshot),
    heldReads: node.heldReads.map((request) => renamedRead(names, request)),
  };
  switch (node.role) {
    case "follower":
      return { ...node, ...common };
    case "preCandidate":
    case "candidate":
      return { ...node, ...common, own: node.own.map(({ from, granted }) => ({ from: nameOf(names, from), granted })) };
    case "leader":
      return { ...node, ...common, own: renamedLeadership(names, node) };
  }
}

function renamedLeadership(
  names: Renaming,
  { configuration: { members }, own }: Extract<Node, { role: "leader" }>,
): Leadership {
  const { transfer, reads, progress } = own;
  // Progress is kept by position, in ascending order of the members.
  const sorted = members.map((id, i) => ({ id: nameOf(names, id), progress: progress[i] })).sort((a, b) => a.id - b.id);
  return {
    ...own,
    progress: sorted.map(({ progress }) => progress),
    transfer: O.isSome(transfer)
      ? O.some({ ...transfer.value, transferee: nameOf(names, transfer.value.transferee) })
      : O.none,
    reads: {
      ...reads,
      pending: reads.pending.map(({ index, request }) => ({ index, request: renamedRead(names, request) })),
      acks: reads.acks.map(({ from, position }) => ({ from: nameOf(names, from), position })),
    },
  };
}

function renamedRead(names: Renaming, request: ReadRequest): ReadRequest {
  return request.type === "ReadIndex"
    ? request
    : { ...request, from: nameOf(names, request.from), to: nameOf(names, request.to) };
}

function renamedDisk(names: Renaming, { hardState, log, snapshot }: DurableState): DurableState {
  return {
    hardState: hardState === null ? null : { ...hardState, vote: renamedId(names, hardState.vote) },
    log: renamedLog(names, log),
    snapshot: snapshot === null ? null : renamedSnapshot(names, snapshot),
  };
}

function renamedPersist(names: Renaming, persist: Persist): Persist {
  return {
    ...persist,
    hardState: O.map((state: HardState) => ({ ...state, vote: renamedId(names, state.vote) }))(persist.hardState),
    entries: persist.entries.map((entry) => renamedEntry(names, entry)),
    snapshot: O.map((snapshot: Snapshot) => renamedSnapshot(names, snapshot))(persist.snapshot),
    then: persist.then.map((message) => message.type === "Persisted" ? message : renamedMessage(names, message)),
  };
}

function renamedLog(names: Renaming, log: Log): Log {
  const entries = log.slice(log.first, log.last.index);
  return entries.some(isConfChange) ? Log.of(log.snapshot, entries.map((entry) => renamedEntry(names, entry))) : log;
}

function renamedPosition(names: Renaming, entry: Entry | EntryId): Entry | EntryId {
  return "data" in entry ? renamedEntry(names, entry) : entry;
}

function renamedEntry(names: Renaming, entry: Entry): Entry {
  return isConfChange(entry) ? { ...entry, data: renamedProposal(names, entry).data } : entry;
}

function renamedProposal<T extends Proposal>(names: Renaming, entry: T): T {
  if (!isConfChange(entry)) return entry;
  const decoded = decodeConfChange(entry);
  if (E.isLeft(decoded) || decoded.right.changes.length === 0) return entry;
  return { ...entry, data: proposeConfChange(renamedChange(names, decoded.right)).data };
}

function renamedSnapshot(names: Renaming, snapshot: Snapshot): Snapshot {
  return { ...snapshot, configuration: renamedIds(names, snapshot.configuration) };
}

function renamedIds(names: Renaming, ids: ConfigurationIds): ConfigurationIds {
  const all = (list: readonly NodeId[]): readonly NodeId[] => list.map((id) => nameOf(names, id)).sort((a, b) => a - b);
  return {
    voters: all(ids.voters),
    votersOutgoing: all(ids.votersOutgoing),
    learners: all(ids.learners),
    learnersNext: all(ids.learnersNext),
    autoLeave: ids.autoLeave,
  };
}

function renamedId(names: Renaming, id: O.Option<NodeId>): O.Option<NodeId> {
  return O.isSome(id) ? O.some(nameOf(names, id.value)) : O.none;
}
