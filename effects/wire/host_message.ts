/**
 * The messages that a host gives to its own node: recordings hold them, and nothing else does.
 *
 * @module
 */
import type { HostMessage } from "../../core/message.ts";
import { readConfChange, writeConfChange } from "./conf_change.ts";
import { readEntryId, readProposals, writeEntryId, writeProposals } from "./entry.ts";
import {
  APPLIED,
  APPLY_CONF_CHANGE,
  BEAT,
  CAMPAIGN,
  CHECK_QUORUM,
  COMPACT,
  FORGET_LEADER,
  PERSISTED,
  PROPOSE,
  READ_INDEX,
  SNAPSHOT_AVAILABLE,
  SNAPSHOT_STATUS,
  SNAPSHOT_UNAVAILABLE,
  TICK,
  TRANSFER_LEADER,
  UNREACHABLE,
} from "./message_tags.ts";
import { readOptionalNumber, writeOptionalNumber } from "./option.ts";
import type { Reader } from "./reader.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Writer } from "./writer.ts";

/** Writes a message. */
export function writeHostMessage(writer: Writer, message: HostMessage): void {
  switch (message.type) {
    case "Tick":
      writer.u8(TICK);
      writer.f64(message.random);
      return;
    case "Campaign":
      writer.u8(CAMPAIGN);
      return;
    case "Beat":
      writer.u8(BEAT);
      return;
    case "CheckQuorum":
      writer.u8(CHECK_QUORUM);
      return;
    case "Propose":
      writer.u8(PROPOSE);
      writer.varint(message.ticket);
      writeProposals(writer, message.entries);
      return;
    case "ReadIndex":
      writer.u8(READ_INDEX);
      writer.varint(message.ticket);
      writer.bytes(message.context);
      return;
    case "TransferLeader":
      writer.u8(TRANSFER_LEADER);
      writer.varint(message.ticket);
      writer.varint(message.transferee);
      return;
    case "ForgetLeader":
      writer.u8(FORGET_LEADER);
      return;
    case "Unreachable":
      writer.u8(UNREACHABLE);
      writer.varint(message.peer);
      return;
    case "SnapshotStatus":
      writer.u8(SNAPSHOT_STATUS);
      writer.varint(message.peer);
      writer.boolean(message.arrived);
      return;
    case "ApplyConfChange":
      writer.u8(APPLY_CONF_CHANGE);
      writeConfChange(writer, message.change);
      return;
    case "Persisted":
      writer.u8(PERSISTED);
      writer.varint(message.term);
      writeEntryId(writer, message.last);
      writeOptionalNumber(writer, message.snapshot);
      return;
    case "Applied":
      writer.u8(APPLIED);
      writer.varint(message.index);
      return;
    case "SnapshotAvailable":
      writer.u8(SNAPSHOT_AVAILABLE);
      writeSnapshot(writer, message);
      return;
    case "SnapshotUnavailable":
      writer.u8(SNAPSHOT_UNAVAILABLE);
      return;
    case "Compact":
      writer.u8(COMPACT);
      writer.varint(message.index);
      return;
  }
}

/** Reads a message; proposals, contexts and data in it are views. */
export function readHostMessage(reader: Reader): HostMessage {
  const tag = reader.u8();
  switch (tag) {
    case TICK:
      return { type: "Tick", random: reader.f64() };
    case CAMPAIGN:
      return { type: "Campaign" };
    case BEAT:
      return { type: "Beat" };
    case CHECK_QUORUM:
      return { type: "CheckQuorum" };
    case PROPOSE:
      return { type: "Propose", ticket: reader.varint(), entries: readProposals(reader) };
    case READ_INDEX:
      return { type: "ReadIndex", ticket: reader.varint(), context: reader.bytes() };
    case TRANSFER_LEADER:
      return { type: "TransferLeader", ticket: reader.varint(), transferee: reader.varint() };
    case FORGET_LEADER:
      return { type: "ForgetLeader" };
    case UNREACHABLE:
      return { type: "Unreachable", peer: reader.varint() };
    case SNAPSHOT_STATUS:
      return { type: "SnapshotStatus", peer: reader.varint(), arrived: reader.boolean() };
    case APPLY_CONF_CHANGE:
      return { type: "ApplyConfChange", change: readConfChange(reader) };
    case PERSISTED:
      return {
        type: "Persisted",
        term: reader.varint(),
        last: readEntryId(reader),
        snapshot: readOptionalNumber(reader),
      };
    case APPLIED:
      return { type: "Applied", index: reader.varint() };
    case SNAPSHOT_AVAILABLE: {
      const { index, term, configuration, data } = readSnapshot(reader);
      return { type: "SnapshotAvailable", index, term, configuration, data };
    }
    case SNAPSHOT_UNAVAILABLE:
      return { type: "SnapshotUnavailable" };
    case COMPACT:
      return { type: "Compact", index: reader.varint() };
  }
  throw reader.failure(`${tag} is no message of a host`);
}
