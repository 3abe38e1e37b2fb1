/**
 * What a member finds again after a crash: what TinyKV's tests call storage.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Entry, HardState, Log, Persist, Snapshot } from "../../../core/mod.ts";

/** The durable half of a member. */
export class Disk {
  /** None if nothing was ever written. */
  hardState: Option<HardState>;
  /** The entries, and the position of the snapshot before them. */
  log: Log;
  /** The last snapshot that was received or taken. */
  snapshot: Option<Snapshot>;
  #written: readonly Entry[] = [];

  /** A disk on which this is written already. */
  constructor(content: Pick<Disk, "hardState" | "log" | "snapshot">) {
    this.hardState = content.hardState;
    this.log = content.log;
    this.snapshot = content.snapshot;
  }

  /** Makes `persist` durable. */
  write({ hardState, entries, snapshot }: Persist): void {
    if (O.isSome(hardState)) this.hardState = hardState;
    if (O.isSome(snapshot)) {
      this.snapshot = snapshot;
      this.log = this.log.restore(snapshot.value);
      this.#written = [];
    }
    if (entries.length === 0) return;
    this.log = this.log.append(entries);
    this.#written = [...this.#written.filter(({ index }) => index < entries[0].index), ...entries];
  }

  /** Keeps `snapshot` and forgets the log up to it. */
  compact(snapshot: Snapshot): void {
    this.snapshot = O.some(snapshot);
    this.log = this.log.compact(snapshot.index);
  }

  /** The entries that were written since the last call: what TinyKV's tests call unstable. */
  takeWritten(): readonly Entry[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }
}
