/**
 * Writes the entries of a keyframe's log a slice at a time, so that a long one takes many short turns.
 *
 * @module
 */
import type { EntryId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import { beginFrame, endFrame } from "../wire/frame.ts";
import type { Writer } from "../wire/writer.ts";
import type { Notes } from "./payload.ts";
import { writeEntriesRecord } from "./record_codec.ts";

const MOST_ENTRIES = 2048;
const MOST_BYTES = 1 << 18;

/** The entries of one version of a log that are still to be written. */
export class LogSlices {
  private prev: EntryId;

  /** All entries of `log`, which does not change although the node goes on. */
  constructor(private readonly log: Log, private readonly notes: Notes) {
    this.prev = log.snapshot;
  }

  /** Whether all are written. */
  get done(): boolean {
    return this.prev.index === this.log.last.index;
  }

  /** Writes the next entries in a frame. */
  write(writer: Writer): void {
    const { log, prev } = this;
    const from = prev.index + 1;
    let to = from;
    let bytes = log.at(from).data.length;
    while (to < log.last.index && to - from < MOST_ENTRIES && bytes < MOST_BYTES) bytes += log.at(++to).data.length;
    const at = beginFrame(writer);
    writeEntriesRecord(writer, prev, this.notes.entries(log.slice(from, to)));
    endFrame(writer, at);
    this.prev = log.idAt(to);
  }
}
