/**
 * The durable storage of a simulated node. Writes become durable in the order in which they were asked for; a crash loses
 * those that have not.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, EntryId, HardState, Persist, Snapshot } from "../../core/mod.ts";

/** What survives a crash, and the writes that are on their way. */
export class Disk {
  /** Null if nothing was ever written. */
  hardState: HardState | null = null;
  /** The position before the first entry. */
  base: EntryId = { index: 0, term: 0 };
  entries: Entry[] = [];
  /** The last snapshot that was made here or received; it can be sent to peers. */
  snapshot: Snapshot | null = null;
  /** The writes that are not durable yet. */
  queue: Persist[] = [];
  // A hard state that nothing waits for: it is written along with the next write that has to be synced.
  #lazy: HardState | null = null;

  /** With `lazyCommit`, a write that need not be synced is not, as the contract allows. */
  constructor(private readonly lazyCommit: boolean) {}

  /** The last durable position. */
  get last(): EntryId {
    return this.entries.length === 0 ? this.base : this.entries[this.entries.length - 1];
  }

  /** The durable commit index. */
  get commit(): number {
    return this.hardState === null ? 0 : this.hardState.commit;
  }

  /** The durable entry at `index`, if there is one. */
  at(index: number): Entry | undefined {
    return this.entries[index - this.base.index - 1];
  }

  /** Makes the oldest write durable and returns it, if there is one. */
  flush(): Persist | undefined {
    const persist = this.queue.shift();
    if (persist === undefined) return undefined;
    if (this.lazyCommit && !persist.sync) {
      if (O.isSome(persist.hardState)) this.#lazy = persist.hardState.value;
      return persist;
    }
    if (this.#lazy !== null) this.hardState = this.#lazy;
    this.#lazy = null;
    if (O.isSome(persist.snapshot)) this.#install(persist.snapshot.value);
    if (persist.entries.length > 0) this.#write(persist.entries);
    if (O.isSome(persist.hardState)) this.hardState = persist.hardState.value;
    return persist;
  }

  /** Forgets the entries up to `index`, but none beyond the durable commit index: `start` would miss them. */
  compact(index: number): void {
    const to = Math.min(index, this.commit);
    const entry = this.at(to);
    if (entry === undefined) return;
    this.entries = this.entries.slice(to - this.base.index);
    this.base = { index: entry.index, term: entry.term };
  }

  /** Whatever was not durable is lost. */
  crash(): void {
    this.queue = [];
    this.#lazy = null;
  }

  /** Whether nothing is on its way, not even a commit index. */
  get isIdle(): boolean {
    return this.queue.length === 0 && this.#lazy === null;
  }

  #write(entries: readonly Entry[]): void {
    const kept = entries[0].index - this.base.index - 1;
    if (kept < 0 || kept > this.entries.length) throw new Error(`Cannot write at ${entries[0].index}: there is a gap.`);
    this.entries = [...this.entries.slice(0, kept), ...entries];
  }

  #install(snapshot: Snapshot): void {
    this.base = { index: snapshot.index, term: snapshot.term };
    this.entries = [];
    this.snapshot = snapshot;
  }
}
