/**
 * The records of a layer in the order of their keys.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { concatBytes } from "./bytes.ts";
import { COLUMN_FAMILIES } from "./command.ts";
import { DEAD, RECORD_HEADER, REMOVED } from "./layer.ts";

/** Takes a record; `value` is null if the key is removed. Both are views. */
export type TakeRecord = (family: number, key: Bytes, value: Bytes | null) => void;

/** Gives the records in `blocks` that are not dead to `take`, by families and keys. */
export function takeInOrder(blocks: readonly Bytes[], take: TakeRecord): void {
  const records = new Records(concatBytes(blocks));
  for (let family = 0; family < COLUMN_FAMILIES.length; family++) {
    for (const at of records.sorted(family)) take(family, records.key(at), records.value(at));
  }
}

/** So many records can be sorted by their digests: these have 32 of the 53 bits of a number, and 21 are left to count. */
const MOST_DIGESTED = 1 << 21;

const MOST_DIGITS = 16;

/** A byte as a digit: 0 if the key ends before it, otherwise how much more than `least` it is, plus 1. */
interface Digit {
  readonly base: number;
  readonly least: number;
}

/** Records one behind the other; a record is named by its position. */
class Records {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly words: DataView<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.words = new DataView(bytes.buffer);
  }

  key(at: number): Bytes {
    return this.bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + this.keyLength(at));
  }

  value(at: number): Bytes | null {
    const from = at + RECORD_HEADER + this.keyLength(at);
    const length = this.words.getUint32(at + 9, true);
    return length === REMOVED ? null : this.bytes.subarray(from, from + length);
  }

  /** The records of a family that are not dead, in the order of their keys. */
  sorted(family: number): readonly number[] {
    const records = this.live(family);
    if (records.length > MOST_DIGESTED) return records.sort((a, b) => this.compare(a, b));
    const digests = this.digests(records).sort();
    const sorted = new Array<number>(records.length);
    for (let i = 0; i < sorted.length; i++) sorted[i] = records[digests[i] % MOST_DIGESTED];
    this.sortRuns(sorted, digests);
    return sorted;
  }

  private live(family: number): number[] {
    const records: number[] = [];
    for (let at = 0; at < this.bytes.length;) {
      if (this.bytes[at] === family && family !== DEAD) records.push(at);
      at += RECORD_HEADER + this.keyLength(at) + this.words.getUint32(at + 5, true);
    }
    return records;
  }

  /**
   * For each record, a number for the first bytes in which the keys differ, and behind it the record's place in `records`:
   * most of them are in order when these numbers are, and to sort numbers takes a fraction of the time that it takes to
   * compare keys all over memory.
   */
  private digests(records: readonly number[]): Float64Array<ArrayBuffer> {
    const shared = this.sharedPrefix(records);
    const digits = this.digits(records, shared);
    const digests = new Float64Array(records.length);
    for (let i = 0; i < records.length; i++) {
      const length = this.keyLength(records[i]) - shared;
      const from = records[i] + RECORD_HEADER + shared;
      let digest = 0;
      for (let j = 0; j < digits.length; j++) {
        const { base, least } = digits[j];
        digest = base * digest + (j < length ? this.bytes[from + j] - least + 1 : 0);
      }
      digests[i] = digest * MOST_DIGESTED + i;
    }
    return digests;
  }

  /** How the bytes behind the shared ones become the digits of a number: the fewer values they have, the more of them fit. */
  private digits(records: readonly number[], shared: number): readonly Digit[] {
    const digits: Digit[] = [];
    for (let j = 0, size = 1; j < MOST_DIGITS; j++) {
      let least = 255;
      let most = 0;
      for (const at of records) {
        if (shared + j >= this.keyLength(at)) continue;
        const byte = this.bytes[at + RECORD_HEADER + shared + j];
        if (byte < least) least = byte;
        if (byte > most) most = byte;
      }
      const base = Math.max(0, most - least + 1) + 1; // One more: the end of a key comes before every byte.
      size *= base;
      if (size > 2 ** 32) break;
      digits.push({ base, least });
    }
    return digits;
  }

  private sharedPrefix(records: readonly number[]): number {
    if (records.length === 0) return 0;
    let shared = this.keyLength(records[0]);
    const first = records[0] + RECORD_HEADER;
    for (const at of records) {
      const length = Math.min(shared, this.keyLength(at));
      const from = at + RECORD_HEADER;
      shared = 0;
      while (shared < length && this.bytes[from + shared] === this.bytes[first + shared]) shared++;
    }
    return shared;
  }

  /** Sorts the records that have the same digest. */
  private sortRuns(records: number[], digests: Float64Array): void {
    for (let from = 0, to = 1; from < records.length; from = to++) {
      const end = (Math.floor(digests[from] / MOST_DIGESTED) + 1) * MOST_DIGESTED;
      while (to < records.length && digests[to] < end) to++;
      if (to - from === 1) continue;
      const run = records.slice(from, to).sort((a, b) => this.compare(a, b));
      for (let i = 0; i < run.length; i++) records[from + i] = run[i];
    }
  }

  private compare(a: number, b: number): number {
    const { bytes } = this;
    const lengthOfA = this.keyLength(a);
    const lengthOfB = this.keyLength(b);
    const length = Math.min(lengthOfA, lengthOfB);
    const keyA = a + RECORD_HEADER;
    const keyB = b + RECORD_HEADER;
    for (let i = 0; i < length; i++) {
      const difference = bytes[keyA + i] - bytes[keyB + i];
      if (difference !== 0) return difference;
    }
    return lengthOfA - lengthOfB;
  }

  private keyLength(at: number): number {
    return this.words.getUint32(at + 1, true);
  }
}
