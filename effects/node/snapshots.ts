/**
 * Makes, sends and receives snapshots (§7), and decides when the log is cut.
 *
 * A machine without a disk of its own is snapshotted so that the log can be cut. One with a disk is a snapshot itself: the
 * log is cut up to what is durable in it, and a snapshot file is made only for a peer that needs one.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type EntryId, NO_BYTES, type NodeId } from "../../core/entry.ts";
import type { InstallSnapshot } from "../../core/message.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { OpenStorage, SnapshotFile, SnapshotWriter } from "../storage/storage.ts";
import type { OpenTransport } from "../transport/transport.ts";
import type { Applier } from "./applier.ts";
import type { Fold } from "./fold.ts";
import type { NodeEvent } from "./raft_node.ts";
import { writeSnapshot } from "./snapshot_stream.ts";
import type { StateMachine } from "./state_machine.ts";
import { stopReason } from "./stop_reason.ts";
import type { SystemState } from "./system_state.ts";

/** When a log is cut. */
export interface CompactionLimits {
  /** With so many applied entries in the log it is time. */
  readonly entries: number;
  /** With so many bytes of applied entries in the log it is time. */
  readonly bytes: number;
  /** So many entries stay, for peers that are a little behind. */
  readonly keep: number;
}

/** A hundred thousand entries or 256 MiB, of which ten thousand entries stay. */
export const COMPACTION_LIMITS: CompactionLimits = { entries: 100_000, bytes: 256 * 1024 * 1024, keep: 10_000 };

/** What the keeper of snapshots is made of. */
export interface SnapshotParts<Command, Reply, Query, Answer> {
  /** The node. */
  readonly fold: Fold;
  /** What is replicated. */
  readonly machine: StateMachine<Command, Reply, Query, Answer>;
  /** The shell's part of it. */
  readonly system: SystemState;
  /** What feeds it. */
  readonly applier: Applier<Command, Reply, Query, Answer>;
  /** Where snapshots are. */
  readonly storage: OpenStorage;
  /** The way to peers. */
  readonly transport: () => OpenTransport | null;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** When the log is cut. */
  readonly limits: CompactionLimits;
  /** Who listens. */
  readonly emit: (event: NodeEvent) => void;
  /** Time, for the log. */
  readonly clock: Clock;
  /** Where events go. */
  readonly logger: Logger;
}

/** Keeps snapshots. */
export class Snapshots<Command, Reply, Query, Answer> {
  readonly #parts: SnapshotParts<Command, Reply, Query, Answer>;
  #making: Promise<O.Option<Snapshot>> | null = null;
  #syncing = false;
  #made: O.Option<Snapshot> = O.none;
  /** Whether peers may be sent the snapshot that was made. */
  #offered = true;
  readonly #sending = new Map<NodeId, EntryId>();
  #bytes = 0;
  /** Counted since the start. */
  readonly counters = { snapshotsMade: 0, snapshotsSent: 0, snapshotsFailed: 0 };

  /** `made` is the snapshot that was found. */
  constructor(parts: SnapshotParts<Command, Reply, Query, Answer>, made: O.Option<Snapshot>) {
    this.#parts = parts;
    this.#made = made;
  }

  /** A peer needs one, and there is none. */
  wanted(): void {
    this.#make().catch((error) => this.#failed(error));
  }

  /** Sends one to a peer. */
  send(message: InstallSnapshot): void {
    this.#send(message).catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (!this.#parts.signal.aborted) this.#parts.fold.stop(stopReason(error, "StateMachineFailed"));
  }

  async #send(message: InstallSnapshot): Promise<void> {
    const { clock, emit, fold, logger, signal, storage, transport } = this.#parts;
    const { to: peer, snapshot } = message;
    if (this.#sending.has(peer)) return;
    const open = transport();
    const file = storage.openSnapshot(snapshot);
    if (open === null || O.isNone(file)) return fold.deliver({ type: "SnapshotStatus", peer, arrived: false });
    this.#sending.set(peer, snapshot);
    const began = clock.now();
    const arrived = await open.sendSnapshot(message, file.value, signal);
    const [ms, bytes] = [Math.round(clock.now() - began), file.value.size];
    file.value.close();
    this.#sending.delete(peer);
    if (signal.aborted) return;
    if (arrived) this.counters.snapshotsSent++;
    else this.counters.snapshotsFailed++;
    logger.log("info", "A snapshot was sent", { to: peer, index: snapshot.index, arrived, bytes, ms });
    emit({ type: "SnapshotSent", to: peer, index: snapshot.index, arrived });
    fold.deliver({ type: "SnapshotStatus", peer, arrived });
  }

  /** A snapshot of a leader has taken the place of the log. */
  restored(snapshot: Snapshot): void {
    this.#made = O.some(snapshot);
    this.#offered = true;
    this.#bytes = 0;
    this.#letGo();
    this.#parts.emit({ type: "SnapshotRestored", index: snapshot.index });
  }

  /** A member that a snapshot does not know could not use it: there has to be another one for it. */
  reconfigured(): void {
    const { node } = this.#parts.fold;
    if (O.isNone(node.snapshot) || node.snapshot.value.index === 0) return;
    const { voters, votersOutgoing, learners } = node.snapshot.value.configuration;
    const known = new Set([...voters, ...votersOutgoing, ...learners]);
    if (node.configuration.members.some((id) => !known.has(id))) {
      this.#offered = false;
      this.#parts.fold.deliver({ type: "SnapshotUnavailable" });
    }
  }

  /** So many more bytes of entries were applied. */
  appliedMore(bytes: number): void {
    this.#bytes += bytes;
    this.cutIfDue();
  }

  /** Cuts the log if it is time. Now and then somebody has to ask, since what stood in the way may be over. */
  cutIfDue(): void {
    const { applier, fold, limits, machine } = this.#parts;
    const { index } = fold.node.log.snapshot;
    if (applier.index - index < limits.entries && this.#bytes < limits.bytes) return;
    if (this.#cuttable(applier.index) <= index) return;
    if (machine.durability === undefined) {
      if (this.#making === null) this.compact().catch((error) => this.#failed(error));
    } else this.#compactDurable(machine.durability.durable());
  }

  /** Makes a snapshot, or has the machine become durable, and cuts the log as far as it may be; resolves with the index. */
  async compact(): Promise<number> {
    const { clock, fold, machine } = this.#parts;
    let covered = fold.node.log.snapshot.index;
    if (machine.durability !== undefined) covered = await machine.durability.sync();
    else {
      const made = await this.#make();
      if (O.isSome(made)) covered = made.value.index;
    }
    this.#cut(covered);
    // When this resolves, the log is cut; and whoever calls it in a loop leaves others their turn.
    await new Promise<void>((resolve) => clock.soon(resolve));
    return covered;
  }

  /** Makes a snapshot of what is applied, and opens it. */
  async file(): Promise<O.Option<SnapshotFile>> {
    await this.#making; // it may have begun before what this one has to hold
    const made = await this.#make();
    return O.isSome(made) ? this.#parts.storage.openSnapshot(made.value) : O.none;
  }

  #compactDurable(durable: number): void {
    const { applier, limits, logger, machine } = this.#parts;
    const before = this.#parts.fold.node.log.snapshot.index;
    if (durable - this.#keep() > before) this.#cut(durable);
    const isBehind = applier.index - durable >= limits.entries / 2 || this.#bytes >= limits.bytes;
    if (!isBehind || this.#syncing || machine.durability === undefined) return;
    this.#syncing = true;
    machine.durability.sync().then(
      (index) => {
        this.#syncing = false;
        this.#cut(index);
      },
      (error) => {
        this.#syncing = false;
        logger.log("error", "The state machine could not be made durable", { error: String(error) });
        this.#parts.fold.stop(stopReason(error, "StateMachineFailed"));
      },
    );
  }

  /** How far the log may be cut where everything up to `covered` is in a snapshot, or durable in the machine. */
  #cuttable(covered: number): number {
    const { limits } = this.#parts;
    let to = covered - this.#keep();
    // Who is receiving a snapshot needs what follows it, unless that takes too long.
    for (const { index } of this.#sending.values()) {
      if (to - index < 10 * limits.entries) to = Math.min(to, index);
    }
    return to;
  }

  #keep(): number {
    const { limits, applier, fold } = this.#parts;
    return this.#bytes >= limits.bytes
      ? Math.min(limits.keep, (applier.index - fold.node.log.snapshot.index) >> 1)
      : limits.keep;
  }

  /** Makes a snapshot of what is applied, unless one is being made. */
  #make(): Promise<O.Option<Snapshot>> {
    this.#making ??= this.#makeOne().finally(() => this.#making = null);
    return this.#making;
  }

  async #makeOne(): Promise<O.Option<Snapshot>> {
    const { applier } = this.#parts;
    await new Promise<void>((resolve) => applier.whenAtRest(resolve));
    return await new Promise((resolve) => applier.whenAtRest(() => resolve(this.#makeNow())));
  }

  /** The state is at rest: its copy is begun before anything more is applied. */
  async #makeNow(): Promise<O.Option<Snapshot>> {
    const { applier, clock, emit, fold, logger, machine, signal, storage, system } = this.#parts;
    const { index } = applier;
    const { configuration, log } = fold.node;
    // Behind the beginning of the log the state is about to be replaced, and its term is not known any more.
    if (index === 0 || index < log.snapshot.index || signal.aborted) return O.none;
    if (O.isSome(this.#made) && this.#made.value.index === index) return this.#available(this.#made.value);
    const snapshot: Snapshot = { index, term: log.termAt(index), configuration, data: NO_BYTES };
    const began = clock.now();
    let writer: SnapshotWriter | null = null;
    try {
      writer = storage.createSnapshot(snapshot);
      await writeSnapshot(writer, system.records(), machine.snapshot(), signal);
      const size = await writer.finish();
      this.counters.snapshotsMade++;
      logger.log("info", "A snapshot was made", { index, bytes: size, ms: Math.round(clock.now() - began) });
      emit({ type: "SnapshotMade", index, size });
      if (O.isNone(this.#made) || this.#made.value.index < index) this.#made = O.some(snapshot);
      this.#letGo();
      return this.#available(snapshot);
    } catch (error) {
      if (!signal.aborted) logger.log("error", "A snapshot could not be made", { index, error: String(error) });
      this.#failed(error);
      abandon(writer);
      return O.none;
    }
  }

  #available(snapshot: Snapshot): O.Option<Snapshot> {
    const { index, term, configuration, data } = snapshot;
    const { node } = this.#parts.fold;
    if (index >= node.log.snapshot.index) {
      this.#offered = true;
      this.#parts.fold.deliver({ type: "SnapshotAvailable", index, term, configuration, data });
    }
    return O.some(snapshot);
  }

  /** Cuts the log up to `covered`, which a snapshot or a durable machine stands for, less what is kept for peers. */
  #cut(covered: number): void {
    const { emit, fold } = this.#parts;
    const { log, applied, configuration } = fold.node;
    const to = this.#cuttable(Math.min(covered, applied));
    if (to <= log.snapshot.index) return;
    const id = log.idAt(Math.min(covered, applied));
    // The reducer cuts only behind a snapshot; a durable machine is one, but none that could be sent.
    fold.deliver({ type: "SnapshotAvailable", index: id.index, term: id.term, configuration, data: NO_BYTES });
    fold.deliver({ type: "Compact", index: to });
    if (O.isSome(this.#made) && this.#made.value.index >= to && this.#offered) this.#available(this.#made.value);
    else fold.deliver({ type: "SnapshotUnavailable" });
    this.#bytes = 0;
    emit({ type: "Compacted", index: to });
  }

  #letGo(): void {
    const kept = [...this.#sending.values()];
    if (O.isSome(this.#made)) kept.push(this.#made.value);
    this.#parts.storage.keepSnapshots(kept);
  }
}

/** A storage that has failed removes nothing any more. */
function abandon(writer: SnapshotWriter | null): void {
  try {
    writer?.abandon();
  } catch {
    // The node stops for the reason for which the storage has failed.
  }
}
