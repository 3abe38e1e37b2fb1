/**
 * Puts the state of a keyframe together, while the entries of its log arrive between the steps.
 *
 * @module
 */
import type { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import type { EntriesRecord, KeyframeRecord } from "./record.ts";

/** A keyframe whose log may not be complete yet. */
export class Keyframe {
  /** The record. */
  readonly record: KeyframeRecord;
  #log: Log;

  /** The beginning of a keyframe. */
  constructor(record: KeyframeRecord) {
    this.record = record;
    this.#log = record.node.log;
  }

  /** Whether the state is there. */
  get complete(): boolean {
    return this.#log.last.index === this.record.last.index;
  }

  /** Takes the next entries. */
  add({ entries }: EntriesRecord): void {
    this.#log = this.#log.append(entries);
  }

  /** The state, which must be {@linkcode complete}. */
  node(): Node {
    return { ...this.record.node, log: this.#log };
  }
}
