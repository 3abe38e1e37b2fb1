/**
 * Why no correct sender could have produced an input. Numbers are written as they came: what a refusal complains of need
 * not be a whole number.
 *
 * @module
 */
import type { RefusedReason } from "../../core/outbox.ts";
import { Enumeration } from "./enumeration.ts";
import { CONF_CHANGE_ERRORS } from "./names.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const REASONS = new Enumeration<RefusedReason["type"]>("reason of a refusal", {
  CommitBeyondLog: 0,
  ConflictWithCommitted: 1,
  NotAWholeNumber: 2,
  RandomOutOfRange: 3,
  EntriesOutOfOrder: 4,
  EmptyProposal: 5,
  UnreadableConfChange: 6,
  TermMissing: 7,
  TermOnForwarded: 8,
  FromItself: 9,
  NotAMember: 10,
  ReadNeverAsked: 11,
  NothingToSend: 12,
  InvalidSnapshot: 13,
});

/** Writes why no correct sender could have produced an input. */
export function writeRefusedReason(writer: Writer, reason: RefusedReason): void {
  REASONS.write(writer, reason.type);
  switch (reason.type) {
    case "CommitBeyondLog":
      writer.f64(reason.commit);
      writer.f64(reason.last);
      return;
    case "ConflictWithCommitted":
      writer.f64(reason.index);
      return;
    case "ReadNeverAsked":
      writer.f64(reason.position);
      return;
    case "NothingToSend":
      writer.f64(reason.to);
      return;
    case "InvalidSnapshot":
      CONF_CHANGE_ERRORS.write(writer, reason.error);
      return;
    case "NotAWholeNumber":
    case "RandomOutOfRange":
    case "EntriesOutOfOrder":
    case "EmptyProposal":
    case "UnreadableConfChange":
    case "TermMissing":
    case "TermOnForwarded":
    case "FromItself":
    case "NotAMember":
      return;
  }
}

/** Reads why no correct sender could have produced an input. */
export function readRefusedReason(reader: Reader): RefusedReason {
  const type = REASONS.read(reader);
  switch (type) {
    case "CommitBeyondLog":
      return { type, commit: reader.f64(), last: reader.f64() };
    case "ConflictWithCommitted":
      return { type, index: reader.f64() };
    case "ReadNeverAsked":
      return { type, position: reader.f64() };
    case "NothingToSend":
      return { type, to: reader.f64() };
    case "InvalidSnapshot":
      return { type, error: CONF_CHANGE_ERRORS.read(reader) };
    case "NotAWholeNumber":
    case "RandomOutOfRange":
    case "EntriesOutOfOrder":
    case "EmptyProposal":
    case "UnreadableConfChange":
    case "TermMissing":
    case "TermOnForwarded":
    case "FromItself":
    case "NotAMember":
      return { type };
  }
}
