/**
 * Every message of the reducer's union, as recordings hold them, and the way in for those that arrive from a peer.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import { readHostMessage, writeHostMessage } from "./host_message.ts";
import { FIRST_HOST_TAG } from "./message_tags.ts";
import { readPeerMessage, writePeerMessage } from "./peer_message.ts";
import { decode, type Reader } from "./reader.ts";
import type { WireError } from "./wire_error.ts";
import type { Writer } from "./writer.ts";

/** Writes a message of a peer or of the host. */
export function writeMessage(writer: Writer, message: Message): void {
  switch (message.type) {
    case "Append":
    case "AppendResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "RequestVote":
    case "RequestVoteResponse":
    case "RequestPreVote":
    case "RequestPreVoteResponse":
    case "InstallSnapshot":
    case "TimeoutNow":
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
      writePeerMessage(writer, message);
      return;
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "Propose":
    case "ReadIndex":
    case "TransferLeader":
    case "ForgetLeader":
    case "Unreachable":
    case "SnapshotStatus":
    case "ApplyConfChange":
    case "Persisted":
    case "Applied":
    case "SnapshotAvailable":
    case "SnapshotUnavailable":
    case "Compact":
      writeHostMessage(writer, message);
      return;
  }
}

/** Reads a message of a peer or of the host; bytes in it are views. */
export function readMessage(reader: Reader): Message {
  return reader.peek() < FIRST_HOST_TAG ? readPeerMessage(reader) : readHostMessage(reader);
}

/**
 * The message that a peer has sent, if it is one: messages of a host are refused, whatever sends them. Bytes in it are
 * views of `bytes`.
 */
export function decodePeerMessage(bytes: Bytes): Either<WireError, PeerMessage> {
  return decode(bytes, readPeerMessage);
}
