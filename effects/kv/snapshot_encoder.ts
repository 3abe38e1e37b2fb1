/**
 * Writes a snapshot.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { CHUNK, END, FIXED, MAGIC, VERSION } from "./snapshot_format.ts";

/** Puts pairs into chunks. Full ones collect in `ready`. */
export class SnapshotEncoder {
  /** Chunks that are full; whoever sends them removes them. */
  readonly ready: Uint8Array<ArrayBuffer>[] = [];
  private chunk: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK);
  private used = 0;
  private pairs = 0;
  private readonly fixed = new Uint8Array(FIXED);
  private readonly words = new DataView(this.fixed.buffer);

  /** Begins the stream. */
  constructor() {
    this.write(Uint8Array.of(...MAGIC, ...VERSION));
  }

  /** Adds a pair; they have to come in order. `family` is the number of its column family in `COLUMN_FAMILIES`. */
  add(family: number, key: Bytes, value: Bytes): void {
    this.header(family, key.length, value.length);
    this.write(key);
    this.write(value);
  }

  /** Adds many pairs: each key with its value behind it in `bytes`, and the lengths of both in `lengths`. */
  addMany(family: number, bytes: Bytes, lengths: readonly number[]): void {
    for (let i = 0, at = 0; i < lengths.length; i += 2) {
      const end = at + lengths[i] + lengths[i + 1];
      this.header(family, lengths[i], lengths[i + 1]);
      this.write(bytes, at, end);
      at = end;
    }
  }

  /** Ends the stream: its last chunk is in `ready`. */
  end(): void {
    this.fixed[0] = END;
    this.words.setBigUint64(1, BigInt(this.pairs), true);
    this.write(this.fixed);
    this.ready.push(this.chunk.slice(0, this.used));
  }

  private header(family: number, keyLength: number, valueLength: number): void {
    this.fixed[0] = family;
    this.words.setUint32(1, keyLength, true);
    this.words.setUint32(5, valueLength, true);
    this.write(this.fixed);
    this.pairs++;
  }

  private write(bytes: Bytes, start = 0, end: number = bytes.length): void {
    for (let from = start; from < end;) {
      const to = Math.min(end, from + CHUNK - this.used);
      this.chunk.set(to - from === bytes.length ? bytes : bytes.subarray(from, to), this.used);
      this.used += to - from;
      from = to;
      if (this.used < CHUNK) continue;
      this.ready.push(this.chunk);
      this.chunk = new Uint8Array(CHUNK);
      this.used = 0;
    }
  }
}
