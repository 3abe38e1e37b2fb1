/**
 * How a node's own past is contradicted. Numbers are written as they came: what a fault complains of need not be a whole
 * number.
 *
 * @module
 */
import type { FaultReason } from "../../core/outbox.ts";
import { Enumeration } from "./enumeration.ts";
import { CONF_CHANGE_ERRORS } from "./names.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const REASONS = new Enumeration<FaultReason["type"]>("reason of a fault", {
  CommitBeyondLog: 0,
  AppliedOutOfRange: 1,
  PersistedFromTheFuture: 2,
  CompactBeyondApplied: 3,
  CompactBeyondSnapshot: 4,
  ConfChangeNotApplicable: 5,
});

/** Writes how a node's own past is contradicted. */
export function writeFaultReason(writer: Writer, reason: FaultReason): void {
  REASONS.write(writer, reason.type);
  switch (reason.type) {
    case "CommitBeyondLog":
      writer.f64(reason.commit);
      writer.f64(reason.last);
      return;
    case "AppliedOutOfRange":
      writer.f64(reason.index);
      writer.f64(reason.applied);
      writer.f64(reason.commit);
      return;
    case "PersistedFromTheFuture":
      writer.f64(reason.term);
      return;
    case "CompactBeyondApplied":
      writer.f64(reason.index);
      writer.f64(reason.applied);
      return;
    case "CompactBeyondSnapshot":
      writer.f64(reason.index);
      return;
    case "ConfChangeNotApplicable":
      CONF_CHANGE_ERRORS.write(writer, reason.error);
      return;
  }
}

/** Reads how a node's own past is contradicted. */
export function readFaultReason(reader: Reader): FaultReason {
  const type = REASONS.read(reader);
  switch (type) {
    case "CommitBeyondLog":
      return { type, commit: reader.f64(), last: reader.f64() };
    case "AppliedOutOfRange":
      return { type, index: reader.f64(), applied: reader.f64(), commit: reader.f64() };
    case "PersistedFromTheFuture":
      return { type, term: reader.f64() };
    case "CompactBeyondApplied":
      return { type, index: reader.f64(), applied: reader.f64() };
    case "CompactBeyondSnapshot":
      return { type, index: reader.f64() };
    case "ConfChangeNotApplicable":
      return { type, error: CONF_CHANGE_ERRORS.read(reader) };
  }
}
