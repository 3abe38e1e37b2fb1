/**
 * Messages as a transcript shows them, without sender and receiver.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes, HostMessage, Message, NodeId, PeerMessage, Persisted } from "../../../core/mod.ts";
import { confChangeText, configurationText, entriesText, idText, proposalText, snapshotText } from "./entry.ts";

/** A message that node `id` gets; one of a peer with its sender. */
export function messageText(id: NodeId, message: Message): string {
  if (!("from" in message)) return hostMessageText(message);
  return `${message.from === id ? "itself" : message.from} ${peerMessageText(message)}`;
}

/** A message between nodes. */
export function peerMessageText(message: PeerMessage): string {
  // Term 0 is "none".
  const head = message.term === 0 ? message.type : `${message.type} term=${message.term}`;
  switch (message.type) {
    case "Append": {
      const { prev, entries, commit } = message;
      return `${head} prev=${idText(prev)} entries=${entriesText(entries)} commit=${commit}`;
    }
    case "AppendResponse": {
      const { index, hint } = message;
      return O.isNone(hint) ? `${head} index=${index}` : `${head} rejects=${index} hint=${idText(hint.value)}`;
    }
    case "RequestVote":
    case "RequestPreVote":
      return `${head} last=${idText(message.last)}${message.transfer ? " transfer" : ""}`;
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
      return `${head} ${message.granted ? "granted" : "refused"}`;
    case "Heartbeat":
      return `${head} commit=${message.commit}${readText(message.read)}`;
    case "HeartbeatResponse":
      return `${head}${readText(message.read)}`;
    case "InstallSnapshot":
      return `${head} snapshot=${snapshotText(message.snapshot)}`;
    case "TimeoutNow":
      return head;
    case "ForwardedPropose":
      return `${head} entries=[${message.entries.map(proposalText).join(", ")}]`;
    case "ForwardedReadIndex":
      return `${head} context=${contextText(message.context)}`;
    case "ReadIndexResponse":
      return `${head} context=${contextText(message.context)} index=${message.index}`;
    case "ForwardedTransferLeader":
      return `${head} transferee=${message.transferee}`;
  }
}

/** A message of the node's own host. */
export function hostMessageText(message: HostMessage): string {
  switch (message.type) {
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "ForgetLeader":
    case "SnapshotUnavailable":
      return message.type;
    case "Propose":
      return `Propose #${message.ticket} ${message.entries.map(proposalText).join(", ") || "nothing"}`;
    case "ReadIndex":
      return `ReadIndex #${message.ticket} context=${contextText(message.context)}`;
    case "TransferLeader":
      return `TransferLeader #${message.ticket} to ${message.transferee}`;
    case "Unreachable":
      return `Unreachable ${message.peer}`;
    case "SnapshotStatus":
      return `SnapshotStatus ${message.peer} ${message.arrived ? "arrived" : "failed"}`;
    case "ApplyConfChange":
      return `ApplyConfChange ${confChangeText(message.change)}`;
    case "Persisted":
      return persistedText(message);
    case "Applied":
      return `Applied ${message.index}`;
    case "SnapshotAvailable":
      return `SnapshotAvailable ${idText(message)} ${configurationText(message.configuration)}`;
    case "Compact":
      return `Compact ${message.index}`;
  }
}

/** The disk's report. */
export function persistedText({ term, last, snapshot }: Persisted): string {
  const received = O.isSome(snapshot) ? ` snapshot=${snapshot.value}` : "";
  return `Persisted term=${term} last=${idText(last)}${received}`;
}

/** By what a host knows a read again. */
export function contextText(context: Bytes): string {
  return new TextDecoder().decode(context);
}

function readText(read: O.Option<number>): string {
  return O.isSome(read) ? ` read=${read.value}` : "";
}
