/**
 * Reads a snapshot.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { compareBytes, concatBytes } from "./bytes.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { END, FIXED, HEADER, MAGIC, VERSION } from "./snapshot_format.ts";
import { StoreFailure } from "./store.ts";

/** Takes a pair; `family` is the number of its column family in `COLUMN_FAMILIES`. */
export type TakePair = (family: number, key: Bytes, value: Bytes) => void;

/** Takes chunks apart. What it refuses, it refuses with a {@linkcode StoreFailure}. */
export class SnapshotDecoder {
  private readonly take: TakePair;
  /** The beginning of what is not complete yet, and how many bytes it takes to go on. */
  private parts: Bytes[] = [];
  private length = 0;
  private needed = HEADER;
  private begun = false;
  private ended = false;
  private pairs = 0;
  private family = 0;
  private last: Bytes | null = null;

  /** Gives every pair to `take`. Its bytes are views of a chunk: whoever keeps them copies them. */
  constructor(take: TakePair) {
    this.take = take;
  }

  /** Reads the next chunk. */
  push(chunk: Bytes): void {
    this.parts.push(chunk);
    this.length += chunk.length;
    if (this.length < this.needed) {
      this.parts[this.parts.length - 1] = chunk.slice(); // The chunk is somebody else's when this returns.
      return;
    }
    const bytes = this.parts.length === 1 ? chunk : concatBytes(this.parts);
    const rest = bytes.slice(this.readAll(bytes));
    this.parts = rest.length === 0 ? [] : [rest];
    this.length = rest.length;
  }

  /** Says that there are no more chunks. */
  end(): void {
    if (!this.ended || this.length > 0) throw new StoreFailure("Cannot restore a snapshot: it is not complete.");
  }

  /** Reads what is complete, and returns where it ends. */
  private readAll(bytes: Bytes): number {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    if (!this.begun) at = this.begin(bytes);
    for (;;) {
      this.needed = FIXED;
      if (this.ended && at < bytes.length) {
        throw new StoreFailure("Cannot restore a snapshot: it goes on behind its end.");
      }
      if (bytes.length - at < FIXED) break;
      if (bytes[at] === END) {
        this.finish(words.getBigUint64(at + 1, true));
        at += FIXED;
        continue;
      }
      const keyLength = words.getUint32(at + 1, true);
      this.needed = FIXED + keyLength + words.getUint32(at + 5, true);
      if (bytes.length - at < this.needed) break;
      const key = bytes.subarray(at + FIXED, at + FIXED + keyLength);
      this.accept(bytes[at], key, bytes.subarray(at + FIXED + keyLength, at + this.needed));
      at += this.needed;
    }
    // The last key is compared with the first one of the next chunk.
    if (this.last !== null) this.last = this.last.slice();
    return at;
  }

  private begin(bytes: Bytes): number {
    if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
      throw new StoreFailure("Cannot restore a snapshot: it is none of RaftKV.");
    }
    if (bytes[4] > VERSION[0]) {
      throw new StoreFailure(
        `Cannot restore a snapshot of version ${bytes[4]}.${bytes[5]}: this program knows versions up to ${
          VERSION.join(".")
        }.`,
      );
    }
    this.begun = true;
    return HEADER;
  }

  private accept(family: number, key: Bytes, value: Bytes): void {
    if (family >= COLUMN_FAMILIES.length) {
      throw new StoreFailure(`Cannot restore a snapshot: ${family} is no column family.`);
    }
    const inOrder = this.last === null || family > this.family ||
      (family === this.family && compareBytes(this.last, key) < 0);
    if (!inOrder) throw new StoreFailure("Cannot restore a snapshot: its keys are not in order.");
    this.family = family;
    this.last = key;
    this.pairs++;
    this.take(family, key, value);
  }

  private finish(pairs: bigint): void {
    if (pairs !== BigInt(this.pairs)) {
      throw new StoreFailure(`Cannot restore a snapshot: it has ${this.pairs} pairs and should have ${pairs}.`);
    }
    this.ended = true;
  }
}
