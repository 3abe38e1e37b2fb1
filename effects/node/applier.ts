/**
 * Carries out `Apply` and `RestoreSnapshot`: the committed entries reach the state machine in order, once, in batches, and
 * whoever waits for one of them hears what became of it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { changeConfiguration, type ConfChange, NO_CHANGE } from "../../core/conf_change.ts";
import { decodeConfChange } from "../../core/conf_change_bytes.ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import { type Entry, type EntryId, isConfChange } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { OpenStorage } from "../storage/storage.ts";
import { ApplyBatch } from "./apply_batch.ts";
import type { Fold } from "./fold.ts";
import type { Meters } from "./meters.ts";
import { addressesIn } from "./members.ts";
import type { Outcome } from "./outcome.ts";
import { restoreMachine } from "./snapshot_stream.ts";
import type { StateMachine } from "./state_machine.ts";
import { stopReason } from "./stop_reason.ts";
import type { SystemState } from "./system_state.ts";

/** What an applier is made of. */
export interface ApplierParts<Command, Reply, Query, Answer> {
  /** The node. */
  readonly fold: Fold;
  /** What is replicated. */
  readonly machine: StateMachine<Command, Reply, Query, Answer>;
  /** The shell's part of it. */
  readonly system: SystemState;
  /** Where received snapshots are. */
  readonly storage: OpenStorage;
  /** Time, to notice slow applies and to let others have their turn. */
  readonly clock: Clock;
  /** Where slow applies are reported. */
  readonly logger: Logger;
  /** Is told how long it took. */
  readonly meters?: Meters;
  /** An apply that takes longer, in milliseconds, is worth a warning. */
  readonly slowMs: number;
  /** Who wants to know what became of entries. */
  readonly observer: ApplyObserver<Reply>;
}

/** Hears of what is applied. */
export interface ApplyObserver<Reply> {
  /** An entry was applied. */
  applied(id: EntryId, outcome: Outcome<Reply>): void;
  /** Everything up to `index` is applied; the last entries of it had `bytes` bytes of data. */
  appliedUpTo(index: number, bytes: number): void;
  /** A committed change of the configuration was applied. */
  reconfigured(configuration: ConfigurationIds, index: number): void;
  /** A snapshot took the place of everything up to its index. */
  restored(snapshot: Snapshot): void;
}

/** The most entries in a batch. */
const BATCH = 1024;
/** Milliseconds after which others have their turn before the next batch. */
const TURN_MS = 8;

/** Feeds a state machine. */
export class Applier<Command, Reply, Query, Answer> {
  readonly #parts: ApplierParts<Command, Reply, Query, Answer>;
  #queue: Entry[] = [];
  #head = 0;
  #snapshot: Option<Snapshot> = O.none;
  #atRest: (() => void)[] = [];
  #busy = false;
  #stopped = false;
  #index: number;
  /** Counted since the start. */
  readonly counters = { appliedEntries: 0, applyBatches: 0, slowApplies: 0 };

  /** The state machine has applied the log up to `index`. */
  constructor(parts: ApplierParts<Command, Reply, Query, Answer>, index: number) {
    this.#parts = parts;
    this.#index = index;
  }

  /** Up to where the state machine has applied the log. */
  get index(): number {
    return this.#index;
  }

  /** Takes committed entries. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#queue.push(entry);
  }

  /** A durable snapshot replaces the state, and whatever was handed out and is not applied yet. */
  restore(snapshot: Snapshot): void {
    this.#queue = [];
    this.#head = 0;
    this.#snapshot = O.some(snapshot);
  }

  /** Calls `work` when no batch is under way: between two of them, the state is that of `index`. */
  whenAtRest(work: () => void): void {
    this.#atRest.push(work);
    this.flush();
  }

  /** Nothing more is applied; resolves when what is under way is done. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#busy ? new Promise((resolve) => this.#atRest.push(resolve)) : Promise.resolve();
  }

  /** Works on what has come, unless it is at work. */
  flush(): void {
    if (this.#busy) return;
    try {
      this.#run();
    } catch (error) {
      this.#fail(error);
    }
  }

  #run(): void {
    const began = this.#parts.clock.now();
    for (;;) {
      for (const work of this.#atRest.splice(0)) work();
      if (this.#stopped) return;
      let under: Promise<void> | null = null;
      if (O.isSome(this.#snapshot)) under = this.#restoreFrom(this.#snapshot.value);
      else if (this.#head === this.#queue.length) return;
      else if (isConfChange(this.#queue[this.#head])) under = this.#reconfigure(this.#queue[this.#head++]);
      else under = this.#apply(this.#nextBatch());
      if (under === null && this.#parts.clock.now() - began > TURN_MS) {
        under = new Promise((resolve) => this.#parts.clock.soon(resolve));
      }
      if (under !== null) return this.#wait(under);
    }
  }

  #wait(under: Promise<void>): void {
    this.#busy = true;
    under.then(() => {
      this.#busy = false;
      this.flush();
      this.#parts.fold.wake();
    }, (error) => {
      this.#busy = false;
      this.#fail(error);
    });
  }

  #nextBatch(): ApplyBatch<Command, Reply> {
    const batch = new ApplyBatch<Command, Reply>(this.#parts.machine.codec, this.#parts.system);
    while (this.#head < this.#queue.length && batch.size < BATCH) {
      const entry = this.#queue[this.#head];
      if (isConfChange(entry)) break;
      batch.add(entry);
      this.#head++;
    }
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return batch;
  }

  /** Null if it is done already. */
  #apply(batch: ApplyBatch<Command, Reply>): Promise<void> | null {
    const { clock, machine } = this.#parts;
    const began = clock.now();
    if (batch.commands.length === 0 && machine.durability === undefined) {
      this.#applied(batch, [], began);
      return null;
    }
    const replies = machine.apply(batch);
    if (replies instanceof Promise) return replies.then((replies) => this.#applied(batch, replies, began));
    this.#applied(batch, replies, began);
    return null;
  }

  #applied(batch: ApplyBatch<Command, Reply>, replies: readonly Reply[], began: number): void {
    const { clock, fold, logger, meters, observer, slowMs } = this.#parts;
    batch.settle(replies);
    this.counters.applyBatches++;
    this.counters.appliedEntries += batch.size;
    const ms = clock.now() - began;
    meters?.apply(ms);
    if (ms > slowMs) {
      this.counters.slowApplies++;
      logger.log("warn", "Applying a batch was slow", { ms: Math.round(ms), limitMs: slowMs, entries: batch.size });
    }
    this.#index = batch.index;
    batch.outcomes((id, outcome) => observer.applied(id, outcome));
    fold.deliver({ type: "Applied", index: batch.index });
    observer.appliedUpTo(batch.index, batch.bytes);
  }

  /** A change of the configuration takes effect when it is applied, before the node hears that it is. */
  #reconfigure(entry: Entry): Promise<void> | null {
    const { fold, machine, observer, system } = this.#parts;
    const decoded = decodeConfChange(entry);
    // Every node has the same configuration here, so all of them veto the same changes.
    const possible = E.isRight(decoded) && E.isRight(changeConfiguration(fold.node.configuration, decoded.right));
    const change: ConfChange = possible ? decoded.right : NO_CHANGE;
    fold.fold({ type: "ApplyConfChange", change });
    const { configuration } = fold.node;
    system.setMembers(configuration, addressesIn(change.context));
    const done = (): void => {
      system.forgetChanges();
      this.#index = entry.index;
      observer.applied(entry, { type: "Reconfigured", configuration, changed: possible });
      observer.reconfigured(configuration, entry.index);
      fold.deliver({ type: "Applied", index: entry.index });
      observer.appliedUpTo(entry.index, entry.data.length);
    };
    if (machine.durability !== undefined) {
      const stored = machine.apply({ commands: [], index: entry.index, records: () => system.changes() });
      if (stored instanceof Promise) return stored.then(done);
    }
    done();
    return null;
  }

  async #restoreFrom(snapshot: Snapshot): Promise<void> {
    const { fold, machine, observer, storage, system } = this.#parts;
    this.#snapshot = O.none;
    const file = storage.openSnapshot(snapshot);
    if (O.isNone(file)) throw new Error(`Cannot find the snapshot at index ${snapshot.index} that was received.`);
    try {
      await restoreMachine(file.value, machine, system);
    } finally {
      file.value.close();
    }
    this.#index = snapshot.index;
    const { index, term, configuration, data } = snapshot;
    fold.deliver({ type: "SnapshotAvailable", index, term, configuration, data });
    observer.restored(snapshot);
    observer.appliedUpTo(snapshot.index, 0);
  }

  #fail(error: unknown): void {
    this.#stopped = true;
    for (const work of this.#atRest.splice(0)) work();
    this.#parts.fold.stop(stopReason(error, "StateMachineFailed"));
  }
}
