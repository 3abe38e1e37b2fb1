/**
 * RaftKV's pairs in memory: for tests and simulations, and for clusters that live on their snapshots and logs.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import type { Durability, Restored, SystemRecord } from "../node/state_machine.ts";
import { COLUMN_FAMILIES, type ColumnFamily } from "./command.ts";
import { OrderedMap } from "./ordered_map.ts";
import type { Pairs } from "./query.ts";
import { SnapshotDecoder } from "./snapshot_decoder.ts";
import { SnapshotEncoder } from "./snapshot_encoder.ts";
import { firstPairs, type KvStore, StoreFailure } from "./store.ts";

/** How a memory store behaves. */
export interface MemoryStoreOptions {
  /**
   * Whether it survives its process, as a store on a disk does: then it has a `durability`, and `crash` says what is left.
   * Without, a node begins with its newest snapshot and its log. False if it is not given.
   */
  readonly durable?: boolean;
  /** Where turns of the loop come from; the machine's clock if it is not given. */
  readonly clock?: Clock;
}

/** A store in memory. */
export interface MemoryStore extends KvStore {
  /** What is left after a crash: the store as of the last `sync`. This one must not be used any more. */
  crash(): MemoryStore;
}

/** An empty store in memory. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new Memory(options, nothing());
}

type Families = { readonly [CF in ColumnFamily]: OrderedMap<Bytes> };

/** A state: nobody changes it any more, but the store whose newest one it is. */
interface State {
  readonly families: Families;
  readonly records: ReadonlyMap<string, Bytes>;
  readonly index: number;
}

/** So many bytes are copied in one turn of the loop. */
const SLICE = 64 << 10;

class Memory implements MemoryStore {
  readonly durability?: Durability;
  private readonly options: MemoryStoreOptions;
  private readonly clock: Clock;
  private families: Families;
  private records: Map<string, Bytes>;
  private index: number;
  private synced: State;
  private isInBatch = false;

  constructor(options: MemoryStoreOptions, found: State) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.families = copyOf(found.families);
    this.records = new Map(found.records);
    this.index = found.index;
    this.synced = found;
    if (options.durable === true) this.durability = this.durabilityOf(found);
  }

  get(cf: ColumnFamily, key: Bytes): Option<Bytes> {
    return O.fromNullable(this.families[cf].get(key));
  }

  scan(cf: ColumnFamily, start: Bytes, limit: number): Pairs {
    return firstPairs(this.families[cf].from(start), limit);
  }

  count(cf: ColumnFamily): number {
    return this.families[cf].size;
  }

  put(cf: ColumnFamily, key: Bytes, value: Bytes): void {
    this.isInBatch = true;
    set(this.families[cf], key, value);
  }

  remove(cf: ColumnFamily, key: Bytes): void {
    this.isInBatch = true;
    this.families[cf].delete(key);
  }

  commit(index: number, records: readonly SystemRecord[]): void {
    this.index = index;
    this.isInBatch = false;
    for (const { key, value } of records) {
      if (value === null) this.records.delete(key);
      else this.records.set(key, value);
    }
  }

  snapshot(): AsyncIterable<Bytes> {
    return this.chunksOf(this.state().families);
  }

  async restore(chunks: AsyncIterable<Bytes>, at: Restored): Promise<void> {
    const families = noFamilies();
    const decoder = new SnapshotDecoder((family, key, value) => set(families[COLUMN_FAMILIES[family]], key, value));
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        decoder.push(chunk.subarray(at, at + SLICE));
        await this.turn();
      }
    }
    decoder.end();
    this.families = families;
    this.records = new Map();
    this.commit(at.index, at.records);
    this.synced = this.state();
  }

  crash(): MemoryStore {
    return new Memory(this.options, this.options.durable === true ? this.synced : nothing());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private durabilityOf(found: State): Durability {
    return {
      index: found.index,
      records: Array.from(found.records, ([key, value]) => ({ key, value })),
      durable: () => this.synced.index,
      sync: async () => {
        const state = this.state();
        await this.turn(); // Like a disk, it takes a while, and a crash may come first.
        if (state.index > this.synced.index) this.synced = state;
        return this.synced.index;
      },
    };
  }

  private async *chunksOf(families: Families): AsyncGenerator<Bytes, void> {
    const encoder = new SnapshotEncoder();
    let bytes = 0;
    for (let family = 0; family < COLUMN_FAMILIES.length; family++) {
      for (const { key, value } of families[COLUMN_FAMILIES[family]].from(NO_BYTES)) {
        encoder.add(family, key, value);
        bytes += key.length + value.length;
        if (bytes < SLICE) continue;
        bytes = 0;
        yield* encoder.ready.splice(0);
        await this.turn();
      }
    }
    encoder.end();
    yield* encoder.ready;
  }

  private state(): State {
    if (this.isInBatch) throw new StoreFailure("The store has failed: a batch was not ended.");
    return { families: copyOf(this.families), records: new Map(this.records), index: this.index };
  }

  private turn(): Promise<void> {
    return new Promise((resolve) => this.clock.soon(resolve));
  }
}

/** Keeps a key and its value as one piece of memory of their own: what they were read from may be large. */
function set(pairs: OrderedMap<Bytes>, key: Bytes, value: Bytes): void {
  const pair = new Uint8Array(key.length + value.length);
  pair.set(key);
  pair.set(value, key.length);
  pairs.set(pair.subarray(0, key.length), pair.subarray(key.length));
}

function nothing(): State {
  return { families: noFamilies(), records: new Map(), index: 0 };
}

function noFamilies(): Families {
  return { default: new OrderedMap(), lock: new OrderedMap(), write: new OrderedMap() };
}

function copyOf({ default: values, lock, write }: Families): Families {
  return { default: values.copy(), lock: lock.copy(), write: write.copy() };
}
