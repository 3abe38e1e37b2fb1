/**
 * The messages that nodes send each other.
 *
 * ```text
 * message   tag (1) · from · to · term · what the message carries besides
 * ```
 *
 * @module
 */
import type { Append, PeerMessage } from "../../core/message.ts";
import { readEntries, readEntryId, readProposals, writeEntries, writeEntryId, writeProposals } from "./entry.ts";
import {
  APPEND,
  APPEND_RESPONSE,
  FORWARDED_PROPOSE,
  FORWARDED_READ_INDEX,
  FORWARDED_TRANSFER_LEADER,
  HEARTBEAT,
  HEARTBEAT_RESPONSE,
  INSTALL_SNAPSHOT,
  READ_INDEX_RESPONSE,
  REQUEST_PRE_VOTE,
  REQUEST_PRE_VOTE_RESPONSE,
  REQUEST_VOTE,
  REQUEST_VOTE_RESPONSE,
  TIMEOUT_NOW,
} from "./message_tags.ts";
import { readOption, readOptionalNumber, writeOption, writeOptionalNumber } from "./option.ts";
import type { Reader } from "./reader.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Writer } from "./writer.ts";

/** Writes a message. */
export function writePeerMessage(writer: Writer, message: PeerMessage): void {
  switch (message.type) {
    case "Append":
      writeHeader(writer, APPEND, message);
      writeAppend(writer, message);
      return;
    case "AppendResponse":
      writeHeader(writer, APPEND_RESPONSE, message);
      writer.varint(message.index);
      writeOption(writer, message.hint, writeEntryId);
      return;
    case "Heartbeat":
      writeHeader(writer, HEARTBEAT, message);
      writer.varint(message.commit);
      writeOptionalNumber(writer, message.read);
      return;
    case "HeartbeatResponse":
      writeHeader(writer, HEARTBEAT_RESPONSE, message);
      writeOptionalNumber(writer, message.read);
      return;
    case "RequestVote":
      writeHeader(writer, REQUEST_VOTE, message);
      writeEntryId(writer, message.last);
      writer.boolean(message.transfer);
      return;
    case "RequestVoteResponse":
      writeHeader(writer, REQUEST_VOTE_RESPONSE, message);
      writer.boolean(message.granted);
      return;
    case "RequestPreVote":
      writeHeader(writer, REQUEST_PRE_VOTE, message);
      writeEntryId(writer, message.last);
      writer.boolean(message.transfer);
      return;
    case "RequestPreVoteResponse":
      writeHeader(writer, REQUEST_PRE_VOTE_RESPONSE, message);
      writer.boolean(message.granted);
      return;
    case "InstallSnapshot":
      writeHeader(writer, INSTALL_SNAPSHOT, message);
      writeSnapshot(writer, message.snapshot);
      return;
    case "TimeoutNow":
      writeHeader(writer, TIMEOUT_NOW, message);
      return;
    case "ForwardedPropose":
      writeHeader(writer, FORWARDED_PROPOSE, message);
      writeProposals(writer, message.entries);
      return;
    case "ForwardedReadIndex":
      writeHeader(writer, FORWARDED_READ_INDEX, message);
      writer.bytes(message.context);
      return;
    case "ReadIndexResponse":
      writeHeader(writer, READ_INDEX_RESPONSE, message);
      writer.bytes(message.context);
      writer.varint(message.index);
      return;
    case "ForwardedTransferLeader":
      writeHeader(writer, FORWARDED_TRANSFER_LEADER, message);
      writer.varint(message.transferee);
      return;
  }
}

/** Reads a message; entries, contexts and snapshots in it are views. Those of a host are refused. */
export function readPeerMessage(reader: Reader): PeerMessage {
  const tag = reader.u8();
  const from = reader.varint();
  const to = reader.varint();
  const term = reader.varint();
  switch (tag) {
    case APPEND: {
      const prev = readEntryId(reader);
      const commit = reader.varint();
      return { type: "Append", from, to, term, prev, entries: readEntries(reader, prev), commit };
    }
    case APPEND_RESPONSE: {
      const index = reader.varint();
      return { type: "AppendResponse", from, to, term, index, hint: readOption(reader, readEntryId) };
    }
    case HEARTBEAT: {
      const commit = reader.varint();
      return { type: "Heartbeat", from, to, term, commit, read: readOptionalNumber(reader) };
    }
    case HEARTBEAT_RESPONSE:
      return { type: "HeartbeatResponse", from, to, term, read: readOptionalNumber(reader) };
    case REQUEST_VOTE: {
      const last = readEntryId(reader);
      return { type: "RequestVote", from, to, term, last, transfer: reader.boolean() };
    }
    case REQUEST_VOTE_RESPONSE:
      return { type: "RequestVoteResponse", from, to, term, granted: reader.boolean() };
    case REQUEST_PRE_VOTE: {
      const last = readEntryId(reader);
      return { type: "RequestPreVote", from, to, term, last, transfer: reader.boolean() };
    }
    case REQUEST_PRE_VOTE_RESPONSE:
      return { type: "RequestPreVoteResponse", from, to, term, granted: reader.boolean() };
    case INSTALL_SNAPSHOT:
      return { type: "InstallSnapshot", from, to, term, snapshot: readSnapshot(reader) };
    case TIMEOUT_NOW:
      return { type: "TimeoutNow", from, to, term };
    case FORWARDED_PROPOSE:
      return { type: "ForwardedPropose", from, to, term, entries: readProposals(reader) };
    case FORWARDED_READ_INDEX:
      return { type: "ForwardedReadIndex", from, to, term, context: reader.bytes() };
    case READ_INDEX_RESPONSE: {
      const context = reader.bytes();
      return { type: "ReadIndexResponse", from, to, term, context, index: reader.varint() };
    }
    case FORWARDED_TRANSFER_LEADER:
      return { type: "ForwardedTransferLeader", from, to, term, transferee: reader.varint() };
  }
  throw reader.failure(`${tag} is no message of a peer`);
}

function writeHeader(writer: Writer, tag: number, { from, to, term }: PeerMessage): void {
  writer.u8(tag);
  writer.varint(from);
  writer.varint(to);
  writer.varint(term);
}

function writeAppend(writer: Writer, { prev, entries, commit }: Append): void {
  writeEntryId(writer, prev);
  writer.varint(commit);
  writeEntries(writer, entries, prev);
}
