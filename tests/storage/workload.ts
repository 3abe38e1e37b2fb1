/**
 * What a node does with its storage, at random, and what it may rely on at every moment.
 *
 * A history is the list of what the storage held after each operation. After a crash it has to hold one of these, not older
 * than the last that was synced.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Bytes, type Entry, type EntryId, ORIGIN } from "../../core/entry.ts";
import type { HardState } from "../../core/outbox.ts";
import type { MemoryDisk } from "../../effects/disk/memory_disk.ts";
import { type Random, seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { type Found, type OpenStorage, type Storage, StorageFailure } from "../../effects/storage/storage.ts";
import {
  compacted,
  foundModel,
  lastOf,
  type Model,
  type ModelSnapshot,
  persisted,
  remembered,
  termAt,
  textOf,
} from "./model.ts";
import { entryOf, persistOf, snapshotOf } from "./persists.ts";

/** What may be relied on. */
export interface Promises {
  /** What the storage held from the last sync on, in order. */
  readonly history: readonly Model[];
  /** Snapshots that are complete, and those that may be: being finished, or removed. */
  readonly complete: ReadonlyMap<string, ModelSnapshot>;
  readonly perhaps: ReadonlyMap<string, ModelSnapshot>;
  /** What was applied up to here is committed in the cluster and never replaced, even if this node forgets that it is. */
  readonly applied: number;
}

/** The storage that the workload uses. Its segments are small, so that there are many, but not always equally small. */
export function storageOn(disk: MemoryDisk, random: Random): Storage {
  const segmentBytes = random.next() < 0.7 ? 1536 : 4096;
  const recordBytes = random.next() < 0.7 ? 400 : 1 << 20;
  return fileStorage("data/1", { disk, segmentBytes, recordBytes });
}

/** A node at work. */
export class Workload {
  private history: Model[];
  private synced = 0;
  private complete: Map<string, ModelSnapshot>;
  private perhaps: Map<string, ModelSnapshot>;
  private everApplied: number;

  constructor(private storage: OpenStorage, private readonly random: Random, promises: Promises) {
    this.history = [...promises.history];
    this.complete = new Map(promises.complete);
    this.perhaps = new Map(promises.perhaps);
    this.everApplied = promises.applied;
  }

  /** What may be relied on now. */
  get promises(): Promises {
    return {
      history: this.history.slice(this.synced),
      complete: new Map(this.complete),
      perhaps: new Map(this.perhaps),
      applied: this.everApplied,
    };
  }

  /** Does something. */
  async step(disk: MemoryDisk): Promise<void> {
    const { index } = lastOf(this.model);
    switch (this.pick(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.append(index + 1);
      case 4:
        return this.append(this.fixed + 1 + this.pick(index - this.fixed + 1));
      case 5:
        return this.write({
          hardState: { ...this.hardState, commit: this.commit + this.pick(index - this.commit + 1) },
        });
      case 6:
        this.append(index + 1);
        this.append(index + 2);
        return await this.sync();
      case 7:
      case 8:
        return await this.sync();
      case 9:
        return await this.syncAndWrite();
      case 10:
        return this.remember();
      case 11:
        return this.compact();
      case 12:
        return await this.makeSnapshot();
      case 13:
        return await this.receiveSnapshot();
      case 14:
        return this.keepSnapshots();
      case 15:
        return this.pick(3) === 0 ? await this.reopen(disk) : await this.sync();
    }
  }

  /** Closes the storage. */
  async close(): Promise<void> {
    await this.storage.close();
  }

  private get model(): Model {
    return this.history[this.history.length - 1];
  }

  private get hardState(): HardState {
    return O.getOrElse((): HardState => ({ term: 0, vote: O.none, commit: 0 }))(this.model.hardState);
  }

  private get commit(): number {
    return this.hardState.commit;
  }

  private get fixed(): number {
    return Math.min(Math.max(this.commit, this.everApplied), lastOf(this.model).index);
  }

  // What is committed and durable, whatever a crash would leave: only that is applied, and it is never replaced.
  private apply(): number {
    const { model } = this;
    const possible = this.history.slice(this.synced);
    let index = Math.min(this.commit, ...possible.map((model) => lastOf(model).index));
    while (index > model.base.index && possible.some((other) => !isAlike(other, model, index))) index--;
    this.everApplied = Math.max(this.everApplied, index);
    return index;
  }

  private append(from: number): void {
    const conflict = from <= lastOf(this.model).index;
    const term = this.hardState.term + (conflict || this.pick(8) === 0 ? 1 : 0);
    const count = 1 + this.pick(4);
    const entries = Array.from({ length: count }, (_, i) => this.entry(from + i, Math.max(term, 1)));
    const moved = term !== this.hardState.term;
    const vote = O.some(1 + this.pick(3));
    this.write({ entries, hardState: moved || this.pick(3) === 0 ? { ...this.hardState, term, vote } : undefined });
  }

  private entry(index: number, term: number): Entry {
    const length = this.pick(5) === 0 ? this.pick(300) : this.pick(20);
    return entryOf(index, term, this.random.bytes(length), this.pick(10) === 0 ? "confChangeV2" : "normal");
  }

  private write(parts: Parameters<typeof persistOf>[0]): void {
    const persist = persistOf(parts);
    this.history.push(persisted(this.model, persist));
    this.storage.write([persist]);
  }

  private async sync(): Promise<void> {
    const written = this.history.length - 1;
    await this.storage.sync();
    this.synced = written;
  }

  private async syncAndWrite(): Promise<void> {
    const syncing = this.sync();
    syncing.catch(() => {}); // a write may fail before it is awaited
    this.append(lastOf(this.model).index + 1);
    await Promise.resolve();
    this.append(lastOf(this.model).index + 1);
    await syncing;
  }

  private remember(): void {
    const peer = 1 + this.pick(3);
    const incarnation = this.pick(4) === 0 ? O.none : O.some(`incarnation-${this.pick(5)}`);
    this.history.push(remembered(this.model, peer, incarnation));
    this.storage.rememberPeer(peer, incarnation);
  }

  // A state machine with a disk of its own needs no snapshot behind which its log begins; others do.
  private compact(): void {
    const newest = Math.max(0, ...[...this.complete.values()].map(({ snapshot }) => snapshot.index));
    const applied = this.apply();
    const limit = this.pick(2) === 0 ? applied : Math.min(applied, newest);
    const { base } = this.model;
    if (limit <= base.index) return;
    const index = base.index + 1 + this.pick(limit - base.index);
    const to = { index, term: termAt(this.model, index) };
    this.history.push(compacted(this.model, to));
    this.storage.compact(to);
  }

  private async makeSnapshot(): Promise<void> {
    const index = this.apply();
    const { base } = this.model;
    if (index <= base.index) return;
    const made = this.snapshot({ index, term: termAt(this.model, index) });
    const writer = this.storage.createSnapshot(made.snapshot);
    for (const chunk of made.chunks) writer.write(chunk);
    if (this.pick(4) === 0) return writer.abandon();
    this.perhaps.set(keyOf(made.snapshot), made);
    await writer.finish();
    this.complete.set(keyOf(made.snapshot), made);
  }

  private async receiveSnapshot(): Promise<void> {
    const last = lastOf(this.model);
    const index = Math.max(this.commit, this.everApplied, last.index - 2) + 1 + this.pick(5);
    const term = this.hardState.term + 1;
    const received = this.snapshot({ index, term });
    const file = await fileOf(received);
    const receiver = this.storage.receiveSnapshot(2, { index, term }, file.length);
    const half = receiver.offset + this.pick(file.length - receiver.offset);
    receiver.write(file.subarray(receiver.offset, half));
    if (this.pick(3) === 0) receiver.pause();
    const resumed = this.pick(2) === 0 ? this.storage.receiveSnapshot(2, { index, term }, file.length) : receiver;
    resumed.write(file.subarray(resumed === receiver ? half : resumed.offset));
    this.perhaps.set(keyOf(received.snapshot), received);
    const finished = await resumed.finish();
    if (E.isLeft(finished)) return;
    if (this.pick(4) === 0) return;
    const follow = this.pick(2) === 0 ? [] : [this.entry(index + 1, term)];
    const vote = O.none;
    this.write({ snapshot: received.snapshot, hardState: { term, vote, commit: index }, entries: follow });
    this.everApplied = index;
    await this.sync();
    this.complete.set(keyOf(received.snapshot), received);
  }

  private keepSnapshots(): void {
    const newest = Math.max(0, ...[...this.complete.values()].map(({ snapshot }) => snapshot.index));
    const kept = [...this.complete.values()].map(({ snapshot }) => snapshot).filter(() => this.pick(2) === 0);
    const keys = new Set(kept.map(keyOf));
    for (const [key, { snapshot }] of this.complete) {
      if (!keys.has(key) && snapshot.index < newest) this.complete.delete(key);
    }
    this.storage.keepSnapshots(kept);
  }

  private async reopen(disk: MemoryDisk): Promise<void> {
    await this.storage.close();
    const opened = await storageOn(disk, this.random).open();
    if (E.isLeft(opened)) throw new StorageFailure(opened.left);
    this.storage = opened.right;
    const text = textOf(foundModel(opened.right.found));
    const at = this.history.findIndex((model, i) => i >= this.synced && textOf(model) === text);
    assert(at >= 0, "the storage holds something that it never held since the last sync");
    this.history.length = at + 1;
    this.synced = at;
  }

  private snapshot(at: EntryId): ModelSnapshot {
    // A state at a position is always the same.
    const random = seededRandom(at.index * 1000 + at.term);
    const chunks = Array.from({ length: Math.floor(random.next() * 4) }, () => random.bytes(random.next() * 700));
    return { snapshot: snapshotOf(at.index, at.term, 1, 2, 3), chunks };
  }

  private pick(count: number): number {
    return Math.floor(this.random.next() * count);
  }
}

/** Throws unless what was found is what was promised, and returns what may be relied on now. */
export async function check(found: Found, storage: OpenStorage, promises: Promises): Promise<Promises> {
  const text = textOf(foundModel(found));
  const model = promises.history.find((model) => textOf(model) === text);
  assert(model !== undefined, "the storage holds something that it never held since the last sync");
  const { log } = found;
  const known = new Map([...promises.perhaps, ...promises.complete]);
  const complete = [...promises.complete.values()].filter(({ snapshot: { index, term } }) => log.matches(index, term));
  const newest = Math.max(0, ...complete.map(({ snapshot }) => snapshot.index));
  const index = O.isSome(found.snapshot) ? found.snapshot.value.index : 0;
  assert(index >= newest, `a snapshot at ${newest} was complete, but the newest is at ${index}`);
  const perhaps = new Map<string, ModelSnapshot>();
  for (const [key, model] of known) if (await isThere(storage, model)) perhaps.set(key, model);
  const stays = new Map<string, ModelSnapshot>();
  if (O.isSome(found.snapshot)) {
    const here = perhaps.get(keyOf(found.snapshot.value));
    assert(here !== undefined, "the newest snapshot is none that was made");
    stays.set(keyOf(found.snapshot.value), here);
  }
  return { history: [model], complete: stays, perhaps, applied: promises.applied };
}

/** The bytes of the file of a snapshot, as another node has it. */
export async function fileOf({ snapshot, chunks }: ModelSnapshot): Promise<Bytes> {
  const { memoryStorage } = await import("../../effects/storage/memory_storage.ts");
  const opened = await memoryStorage().open();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const writer = opened.right.createSnapshot(snapshot);
  for (const chunk of chunks) writer.write(chunk);
  const bytes = new Uint8Array(await writer.finish());
  const file = opened.right.openSnapshot(snapshot);
  if (O.isNone(file)) throw new Error("The snapshot is not there.");
  file.value.read(bytes, 0);
  file.value.close();
  await opened.right.close();
  return bytes;
}

async function isThere(storage: OpenStorage, { snapshot, chunks }: ModelSnapshot): Promise<boolean> {
  const file = storage.openSnapshot(snapshot);
  if (O.isNone(file)) return false;
  const found: Bytes[] = [];
  for await (const chunk of file.value.chunks()) found.push(chunk.slice());
  file.value.close();
  assertEquals(found, [...chunks], "a snapshot is there, but with other chunks");
  return true;
}

function isAlike(a: Model, b: Model, index: number): boolean {
  return index <= a.base.index || termAt(a, index) === termAt(b, index);
}

function keyOf({ index, term }: EntryId): string {
  return `${index}-${term}`;
}

export { ORIGIN };
