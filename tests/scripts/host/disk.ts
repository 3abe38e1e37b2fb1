/**
 * A disk in memory. Writes become durable in the order in which they were asked for, and a crash loses those that have not.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type HardState, Log, type Persist, type Snapshot } from "../../../core/mod.ts";

/** What survives a crash, and the writes that are on their way. */
export class Disk {
  /** Whether a write waits for the command `flush`. */
  manual = false;
  /** None if nothing was ever written. */
  hardState: O.Option<HardState> = O.none;
  /** The durable log. */
  log: Log = Log.after();
  /** The last snapshot that a leader has sent. */
  received: O.Option<Snapshot> = O.none;
  #writes: readonly Persist[] = [];

  /** The writes that are not durable yet, oldest first. */
  get writes(): readonly Persist[] {
    return this.#writes;
  }

  /** Takes a write. */
  write(persist: Persist): void {
    this.#writes = [...this.#writes, persist];
  }

  /** The oldest write becomes durable. */
  flush(): Persist {
    const [persist, ...rest] = this.#writes;
    this.#writes = rest;
    const { hardState, snapshot, entries } = persist;
    if (O.isSome(snapshot)) {
      this.log = this.log.restore(snapshot.value);
      this.received = snapshot;
    }
    this.log = this.log.append(entries);
    if (O.isSome(hardState)) this.hardState = hardState;
    return persist;
  }

  /** Forgets the beginning of the log. */
  compact(index: number): void {
    this.log = this.log.compact(index);
  }

  /** Loses what is not durable; answers how many writes that were. */
  crash(): number {
    const lost = this.#writes.length;
    this.#writes = [];
    return lost;
  }
}
