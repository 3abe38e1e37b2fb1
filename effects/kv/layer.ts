/**
 * Changes that are not in the database yet: the newest value of every key that was set or removed, in blocks of bytes.
 *
 * A database of pages pays for every page that a transaction touches, and many changes at once, in the order of their keys,
 * touch each page once. So changes collect here, where they cost a fraction of a microsecond and no garbage, and go to the
 * database together. A block is handed over as it is:
 *
 * ```text
 * record  family (1) · length of the key (4) · room for a value (4) · length of the value (4) · key · room
 * ```
 *
 * A family of {@linkcode DEAD} marks a record that a later one replaces; a length of {@linkcode REMOVED} says that the key is
 * removed.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { SystemRecord } from "../node/state_machine.ts";
import { Slab } from "../wire/slab.ts";

/** In place of a family: a later record has the value of the key. */
export const DEAD = 255;

/** In place of the length of a value: the key is removed. */
export const REMOVED = 0xffff_ffff;

/** The length of what stands before the key of a record. */
export const RECORD_HEADER = 13;

/** The usual size of a block; only a record that is longer makes a longer one. */
export const BLOCK = 1 << 20;

const MAX_BLOCKS = 1 << 20;

const LEAST_SLOTS = 1024;

/** An entry of the table: the hash of its key, the number of its block counted from 1, and its offset in it. */
const STRIDE = 3;

/** A value that is read is a copy, since the one in the layer may be written over. */
const read = new Slab();

/** A part of the changes. */
interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: DataView<ArrayBuffer>;
  used: number;
}

/** A hash table from keys to the records in its blocks. */
export class Layer {
  /** The index of the last batch in it. */
  index = 0;
  /** The system records that have changed. */
  readonly records = new Map<string, Bytes | null>();
  private readonly blocks: Block[] = [];
  private table: Int32Array<ArrayBuffer>;
  private mask: number;
  private entries = 0;
  private total = 0;

  /** A layer with nothing in it, made for as many keys as `like` has. */
  constructor(like?: Layer) {
    const keys = like === undefined ? 0 : like.entries;
    this.mask = LEAST_SLOTS - 1;
    while (this.mask >> 1 < keys) this.mask = 2 * this.mask + 1;
    this.table = new Int32Array(STRIDE * (this.mask + 1));
  }

  /** The bytes that it holds. */
  get size(): number {
    return this.total;
  }

  /** Whether it holds no batch. */
  get isEmpty(): boolean {
    return this.index === 0;
  }

  /** A copy of the value of `key`, which has `hash`; null if it is removed, undefined if nothing is known of it here. */
  get(family: number, key: Bytes, hash: number): Bytes | null | undefined {
    const entry = this.find(family, key, hash);
    const block = this.table[entry + 1];
    if (block === 0) return undefined;
    const { bytes, words } = this.blocks[block - 1];
    const at = this.table[entry + 2];
    const length = words.getUint32(at + 9, true);
    if (length === REMOVED) return null;
    const from = at + RECORD_HEADER + key.length;
    return read.copy(bytes, from, from + length);
  }

  /** Sets the value of `key`, which has `hash`, or removes it (null). Copies both. */
  set(family: number, key: Bytes, hash: number, value: Bytes | null): void {
    const entry = this.find(family, key, hash);
    const { table } = this;
    const known = table[entry + 1];
    if (known !== 0 && this.overwrite(this.blocks[known - 1], table[entry + 2], key.length, value)) return;
    const at = this.append(family, key, value);
    table[entry] = hash;
    table[entry + 1] = this.blocks.length;
    table[entry + 2] = at;
    if (known === 0 && ++this.entries > this.mask >> 1) this.grow();
  }

  /** Copies of the blocks, one by one. */
  *copies(): Generator<Uint8Array<ArrayBuffer>, void> {
    for (const { bytes, used } of this.blocks) yield bytes.slice(0, used);
  }

  /** The system records that have changed. */
  changedRecords(): readonly SystemRecord[] {
    return Array.from(this.records, ([key, value]) => ({ key, value }));
  }

  /** Writes over the record at `at` if there is room; otherwise it is dead. */
  private overwrite({ bytes, words }: Block, at: number, keyLength: number, value: Bytes | null): boolean {
    if (value === null) {
      words.setUint32(at + 9, REMOVED, true);
      return true;
    }
    if (value.length > words.getUint32(at + 5, true)) {
      bytes[at] = DEAD;
      return false;
    }
    words.setUint32(at + 9, value.length, true);
    bytes.set(value, at + RECORD_HEADER + keyLength);
    return true;
  }

  private append(family: number, key: Bytes, value: Bytes | null): number {
    const room = value === null ? 0 : value.length;
    const length = RECORD_HEADER + key.length + room;
    const block = this.blockFor(length);
    const { bytes, words, used } = block;
    bytes[used] = family;
    words.setUint32(used + 1, key.length, true);
    words.setUint32(used + 5, room, true);
    words.setUint32(used + 9, value === null ? REMOVED : room, true);
    bytes.set(key, used + RECORD_HEADER);
    if (value !== null) bytes.set(value, used + RECORD_HEADER + key.length);
    block.used += length;
    this.total += length;
    return used;
  }

  private blockFor(length: number): Block {
    const last = this.blocks.at(-1);
    if (last !== undefined && last.used + length <= last.bytes.length) return last;
    if (this.blocks.length === MAX_BLOCKS) throw new RangeError("Cannot keep so many changes in memory.");
    const bytes = new Uint8Array(Math.max(length, this.blocks.length === 0 ? BLOCK >> 4 : BLOCK));
    const block: Block = { bytes, words: new DataView(bytes.buffer), used: 0 };
    this.blocks.push(block);
    return block;
  }

  /** Where the entry of `key` is, or would be. */
  private find(family: number, key: Bytes, hash: number): number {
    const { table, mask } = this;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const entry = STRIDE * slot;
      const block = table[entry + 1];
      if (block === 0 || (table[entry] === hash && this.isAt(block, table[entry + 2], family, key))) return entry;
    }
  }

  private isAt(block: number, at: number, family: number, key: Bytes): boolean {
    const { bytes, words } = this.blocks[block - 1];
    if (bytes[at] !== family || words.getUint32(at + 1, true) !== key.length) return false;
    const from = at + RECORD_HEADER;
    for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return false;
    return true;
  }

  private grow(): void {
    const { table } = this;
    const mask = this.mask = 2 * this.mask + 1;
    const grown = this.table = new Int32Array(STRIDE * (mask + 1));
    for (let from = 0; from < table.length; from += STRIDE) {
      if (table[from + 1] === 0) continue;
      let slot = table[from] & mask;
      while (grown[STRIDE * slot + 1] !== 0) slot = (slot + 1) & mask;
      grown[STRIDE * slot] = table[from];
      grown[STRIDE * slot + 1] = table[from + 1];
      grown[STRIDE * slot + 2] = table[from + 2];
    }
  }
}

/**
 * The hash of a key. Where nobody outside knows `seed`, nobody can choose keys that collide.
 *
 * ```ts
 * import { assertNotEquals } from "@std/assert";
 * import { hashKey } from "./layer.ts";
 *
 * assertNotEquals(hashKey(1, 0, new Uint8Array([1, 2])), hashKey(1, 0, new Uint8Array([2, 1])));
 * ```
 */
export function hashKey(seed: number, family: number, key: Bytes): number {
  let hash = Math.imul(seed ^ (family + 1), 0x3c6ef35f);
  for (let i = 0; i < key.length; i++) hash = Math.imul((hash ^ (hash >>> 15)) + key[i], 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
