/**
 * Carries out `Persist`: one write and one sync for everything that came together (group commit), and what depends on it
 * leaves afterwards.
 *
 * While a sync is under way, the next group gathers and is written; it is synced when the sync has returned. So disk and
 * network work at the same time, and the busier the node is, the more a sync is worth.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { PeerMessage, Persisted } from "../../core/message.ts";
import type { Persist } from "../../core/outbox.ts";
import type { OpenStorage } from "../storage/storage.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Fold } from "./fold.ts";
import type { Meters } from "./meters.ts";

/** What a persistence is made of. */
export interface PersistenceParts {
  /** The node. */
  readonly fold: Fold;
  /** Its disk. */
  readonly storage: OpenStorage;
  /** Where messages to peers leave. */
  readonly send: (message: PeerMessage) => void;
  /** Time, to notice slow syncs. */
  readonly clock: Clock;
  /** Where slow syncs are reported. */
  readonly logger: Logger;
  /** Is told how long it took. */
  readonly meters?: Meters;
  /** A sync that takes longer, in milliseconds, is worth a warning. */
  readonly slowMs: number;
}

/** Writes and syncs, in groups. */
export class Persistence {
  readonly #parts: PersistenceParts;
  #gathered: Persist[] = [];
  #written: Persist[] = [];
  #callbacks: (() => void)[] = [];
  #wantsSync = false;
  #syncing: Promise<void> | null = null;
  #failed = false;
  /** Counted since the start. */
  readonly counters = { syncs: 0, groups: 0, slowSyncs: 0 };

  /** Nothing is written yet. */
  constructor(parts: PersistenceParts) {
    this.#parts = parts;
  }

  /** Whether a sync is under way. */
  get busy(): boolean {
    return this.#syncing !== null;
  }

  /** Takes a `Persist` of the outbox; the next `flush` writes it. */
  add(persist: Persist): void {
    this.#gathered.push(persist);
  }

  /** Something else was written to the storage; `durable` is called when it is. */
  wantSync(durable: () => void): void {
    this.#wantsSync = true;
    this.#callbacks.push(durable);
    this.#begin();
  }

  /** Writes what was gathered, and begins a sync where one is due and none is under way. */
  flush(): void {
    if (this.#gathered.length > 0) {
      const group = this.#gathered;
      this.#gathered = [];
      const toWrite = group.filter(holdsSomething);
      if (toWrite.length > 0) this.#parts.storage.write(toWrite);
      this.counters.groups++;
      for (const persist of group) {
        this.#wantsSync ||= persist.sync;
        if (persist.then.length > 0) this.#written.push(persist);
      }
    }
    this.#begin();
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#syncing !== null && !this.#failed) await this.#syncing;
  }

  #begin(): void {
    if (this.#syncing !== null || this.#failed) return;
    if (!this.#wantsSync) { // everything before is durable: what only waited for that may leave
      const group = this.#written;
      this.#written = [];
      this.#release(group);
      return;
    }
    const [group, callbacks] = [this.#written, this.#callbacks];
    this.#written = [];
    this.#callbacks = [];
    this.#wantsSync = false;
    this.counters.syncs++;
    this.#syncing = this.#sync(group, callbacks);
  }

  async #sync(group: readonly Persist[], callbacks: readonly (() => void)[]): Promise<void> {
    const { storage, clock, fold, logger, meters, slowMs } = this.#parts;
    const began = clock.now();
    try {
      await storage.sync();
    } catch (error) {
      this.#failed = true;
      this.#syncing = null;
      fold.stop({ type: "StorageFailed", message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#syncing = null;
    const ms = clock.now() - began;
    meters?.sync(ms);
    if (ms > slowMs) {
      this.counters.slowSyncs++;
      logger.log("warn", "A sync of the log was slow", { ms: Math.round(ms), limitMs: slowMs });
    }
    this.#release(group);
    for (const durable of callbacks) durable();
    fold.turn();
  }

  /** Everything in `group` is durable. */
  #release(group: readonly Persist[]): void {
    const { fold, send } = this.#parts;
    let persisted: Persisted | null = null;
    for (const { then } of group) {
      for (const message of then) {
        if (message.type === "Persisted") persisted = lastOf(persisted, message, fold);
        else if (message.to === fold.node.id) fold.deliver(message);
        else send(message);
      }
    }
    if (persisted !== null) fold.deliver(persisted);
  }
}

/** In a group the last report stands for all, but for a snapshot, which only one of them names. */
function lastOf(before: Persisted | null, message: Persisted, fold: Fold): Persisted {
  if (before !== null && O.isSome(before.snapshot) && O.isNone(message.snapshot)) fold.deliver(before);
  return message;
}

function holdsSomething({ hardState, entries, snapshot }: Persist): boolean {
  return entries.length > 0 || O.isSome(hardState) || O.isSome(snapshot);
}
