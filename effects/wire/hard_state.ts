/**
 * The hard state (Figure 2: persistent state).
 *
 * @module
 */
import type { HardState } from "../../core/outbox.ts";
import { readOptionalNumber, writeOptionalNumber } from "./option.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes a hard state. */
export function writeHardState(writer: Writer, { term, vote, commit }: HardState): void {
  writer.varint(term);
  writeOptionalNumber(writer, vote);
  writer.varint(commit);
}

/** Reads a hard state. */
export function readHardState(reader: Reader): HardState {
  return { term: reader.varint(), vote: readOptionalNumber(reader), commit: reader.varint() };
}
