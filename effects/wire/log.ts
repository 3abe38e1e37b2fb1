/**
 * A node's log: the position behind which it begins, and its entries (§5.3).
 *
 * @module
 */
import type { Entry, EntryId } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import { LEAST_ENTRY, readEntry, readEntryId, writeEntry, writeEntryId } from "./entry.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** So many entries are put into a log at once, so that a long list of them does not exist besides. */
const RUN = 1024;

/** Writes a log. */
export function writeLog(writer: Writer, log: Log): void {
  writeEntryId(writer, log.snapshot);
  writer.varint(log.length);
  let before = log.snapshot;
  for (let index = log.first; index <= log.last.index; index++) {
    const entry = log.at(index);
    writeEntry(writer, entry, before);
    before = entry;
  }
}

/** Reads a log; the data of its entries are views. */
export function readLog(reader: Reader): Log {
  let before: EntryId = readEntryId(reader);
  let log = Log.after(before);
  for (let left = reader.count(LEAST_ENTRY); left > 0; left -= RUN) {
    const run = new Array<Entry>(Math.min(left, RUN));
    for (let i = 0; i < run.length; i++) before = run[i] = readNext(reader, before);
    log = log.append(run);
  }
  return log;
}

function readNext(reader: Reader, before: EntryId): Entry {
  const entry = readEntry(reader, before);
  if (entry.index !== before.index + 1) throw reader.failure(`the log has a gap before ${entry.index}`);
  return entry;
}
