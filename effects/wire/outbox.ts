/**
 * What a step wants done: recordings hold it, or a hash of it.
 *
 * @module
 */
import type { Effect, Outbox } from "../../core/outbox.ts";
import { readEntries, writeEntries } from "./entry.ts";
import { Enumeration } from "./enumeration.ts";
import { readFaultReason, writeFaultReason } from "./fault_reason.ts";
import { readList, writeList } from "./list.ts";
import { REJECT_REASONS, ROLE_NAMES } from "./names.ts";
import { readOptionalNumber, writeOptionalNumber } from "./option.ts";
import { readPeerMessage, writePeerMessage } from "./peer_message.ts";
import { readPersist, writePersist } from "./persist.ts";
import type { Reader } from "./reader.ts";
import { readRefusedReason, writeRefusedReason } from "./refused_reason.ts";
import { readRoleChangeReason, writeRoleChangeReason } from "./role_change_reason.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Writer } from "./writer.ts";

const EFFECTS = new Enumeration<Effect["type"]>("effect", {
  Persist: 0,
  Send: 1,
  Apply: 2,
  RestoreSnapshot: 3,
  SnapshotWanted: 4,
  ReadReady: 5,
  ForwardedReadReady: 6,
  Appended: 7,
  Rejected: 8,
  RoleChanged: 9,
  Refused: 10,
  Fault: 11,
});

/** Writes the number of effects and each of them. */
export function writeOutbox(writer: Writer, outbox: Outbox): void {
  writeList(writer, outbox, writeEffect);
}

/** Reads the effects of a step; bytes in them are views. */
export function readOutbox(reader: Reader): Outbox {
  return readList(reader, readEffect);
}

/** Writes one effect. */
export function writeEffect(writer: Writer, effect: Effect): void {
  EFFECTS.write(writer, effect.type);
  switch (effect.type) {
    case "Persist":
      writePersist(writer, effect);
      return;
    case "Send":
      writePeerMessage(writer, effect.message);
      return;
    case "Apply":
      writeEntries(writer, effect.entries);
      return;
    case "RestoreSnapshot":
      writeSnapshot(writer, effect.snapshot);
      return;
    case "SnapshotWanted":
      writer.varint(effect.to);
      return;
    case "ReadReady":
      writer.varint(effect.ticket);
      writer.varint(effect.index);
      return;
    case "ForwardedReadReady":
      writer.bytes(effect.context);
      writer.varint(effect.index);
      return;
    case "Appended":
      writer.varint(effect.ticket);
      writer.varint(effect.first);
      writer.varint(effect.count);
      return;
    case "Rejected":
      writeOptionalNumber(writer, effect.ticket);
      REJECT_REASONS.write(writer, effect.reason);
      return;
    case "RoleChanged":
      ROLE_NAMES.write(writer, effect.from);
      ROLE_NAMES.write(writer, effect.to);
      writer.varint(effect.term);
      writeOptionalNumber(writer, effect.lead);
      writeRoleChangeReason(writer, effect.reason);
      return;
    case "Refused":
      writeRefusedReason(writer, effect.reason);
      return;
    case "Fault":
      writeFaultReason(writer, effect.reason);
      return;
  }
}

/** Reads one effect; bytes in it are views. */
export function readEffect(reader: Reader): Effect {
  const type = EFFECTS.read(reader);
  switch (type) {
    case "Persist":
      return readPersist(reader);
    case "Send":
      return { type, message: readPeerMessage(reader) };
    case "Apply":
      return { type, entries: readEntries(reader) };
    case "RestoreSnapshot":
      return { type, snapshot: readSnapshot(reader) };
    case "SnapshotWanted":
      return { type, to: reader.varint() };
    case "ReadReady":
      return { type, ticket: reader.varint(), index: reader.varint() };
    case "ForwardedReadReady":
      return { type, context: reader.bytes(), index: reader.varint() };
    case "Appended":
      return { type, ticket: reader.varint(), first: reader.varint(), count: reader.varint() };
    case "Rejected":
      return { type, ticket: readOptionalNumber(reader), reason: REJECT_REASONS.read(reader) };
    case "RoleChanged":
      return {
        type,
        from: ROLE_NAMES.read(reader),
        to: ROLE_NAMES.read(reader),
        term: reader.varint(),
        lead: readOptionalNumber(reader),
        reason: readRoleChangeReason(reader),
      };
    case "Refused":
      return { type, reason: readRefusedReason(reader) };
    case "Fault":
      return { type, reason: readFaultReason(reader) };
  }
}
