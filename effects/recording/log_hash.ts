/**
 * The hash of a log, kept up to date by what each step has changed.
 *
 * It is the sum of the hashes of the entries that are held, so that one can be added or taken off, and that it does not
 * matter in which order they were added. A log of a million entries is summed up in pieces, from its end to its beginning.
 *
 * @module
 */
import type { Entry } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import { EntryHasher } from "./entry_hash.ts";
import type { Hasher } from "./hash.ts";
import type { Payloads } from "./payload.ts";

const SMALLEST = 1024;

/** The hashes of the entries of one log. */
export class LogHash {
  private log: Log = Log.after();
  private readonly hasher: EntryHasher;
  /** The entries `from` to `to` are summed up: all of the log, or its end. */
  private from = 1;
  private to = 0;
  private high = 0;
  private low = 0;
  /** What steps have added and replaced since {@linkcode restart}, as a sum; what was compacted away stays in it. */
  private changedHigh = 0;
  private changedLow = 0;
  /** Two words for each entry, at a place that its index determines. */
  private words = new Int32Array(2 * SMALLEST);
  private mask = SMALLEST - 1;

  /** An empty log. With `payloads` "none", payloads count by their length only. */
  constructor(payloads: Payloads) {
    this.hasher = new EntryHasher(payloads);
  }

  /** Whether all entries of the log are summed up. */
  get complete(): boolean {
    return this.from === this.log.first && this.to === this.log.last.index;
  }

  /** Takes another log, none of whose entries is summed up yet. */
  reset(log: Log): void {
    this.log = log;
    this.from = log.last.index + 1;
    this.to = log.last.index;
    this.high = 0;
    this.low = 0;
    this.restart();
  }

  /** From now on the changes count. */
  restart(): void {
    this.changedHigh = 0;
    this.changedLow = 0;
  }

  /** Sums up entries before those that are, until all are or `count` entries or `bytes` of payload were; whether all are. */
  advance(count = Infinity, bytes = Infinity): boolean {
    let [left, room] = [count, bytes];
    while (this.from > this.log.first && left > 0 && room > 0) {
      const entry = this.log.at(this.from - 1);
      this.makeRoom(this.from - 1, this.to);
      this.from--;
      this.add(entry);
      left--;
      room -= entry.data.length;
    }
    return this.complete;
  }

  /** A step has made `log` of the log before. */
  follow(log: Log): void {
    const before = this.log;
    if (log === before) return;
    this.log = log;
    const { written } = log;
    // What the step wrote takes the place of everything at and behind it.
    const kept = written.length > 0 ? written[0].index - 1 : log.last.index;
    this.replaceBehind(before, Math.min(kept, this.to));
    if (log.snapshot.index !== before.snapshot.index) this.takeOffUpTo(Math.min(log.snapshot.index, this.to));
    // A reducer makes one change in a step. Of anything else nothing is known but the log itself.
    if (written.length > 0 && written[0].index !== this.to + 1) return this.reset(log);
    for (let i = 0; i < written.length; i++) this.append(written[i]);
    if (this.to !== log.last.index) this.reset(log);
  }

  /** Tells `hasher` the sum of everything, which must be {@linkcode complete}. */
  sum(hasher: Hasher): void {
    hasher.number(this.log.snapshot.index);
    hasher.number(this.log.snapshot.term);
    hasher.number(this.log.last.index);
    hasher.number(this.log.last.term);
    hasher.word(this.high);
    hasher.word(this.low);
  }

  /** Tells `hasher` the sum of what has changed. */
  changes(hasher: Hasher): void {
    hasher.word(this.changedHigh);
    hasher.word(this.changedLow);
  }

  /** Tells `hasher` the hash of `entry`. Where it is an entry of the log, that is known. */
  entry(hasher: Hasher, entry: Entry): void {
    const { index } = entry;
    if (index >= this.from && index <= this.to && this.log.at(index) === entry) {
      const at = 2 * (index & this.mask);
      hasher.word(this.words[at]);
      hasher.word(this.words[at + 1]);
    } else {
      this.hasher.entry(entry);
      hasher.word(this.hasher.high);
      hasher.word(this.hasher.low);
    }
  }

  private append(entry: Entry): void {
    if (this.to < this.from) this.from = entry.index;
    this.makeRoom(this.from, entry.index);
    this.to = entry.index;
    this.add(entry);
    this.changed(this.hasher.high, this.hasher.low);
  }

  private add(entry: Entry): void {
    this.hasher.entry(entry);
    const { high, low } = this.hasher;
    const at = 2 * (entry.index & this.mask);
    this.words[at] = high;
    this.words[at + 1] = low;
    this.high = (this.high + high) | 0;
    this.low = (this.low + low) | 0;
  }

  // What is replaced before it was summed up is still in the log before.
  private replaceBehind(before: Log, index: number): void {
    for (; this.to > index; this.to--) {
      if (this.to >= this.from) {
        this.takeOff(this.to);
        const at = 2 * (this.to & this.mask);
        this.changed(-this.words[at], -this.words[at + 1]);
      } else if (this.to >= before.first) {
        this.hasher.entry(before.at(this.to));
        this.changed(-this.hasher.high, -this.hasher.low);
      }
    }
    if (this.to < this.from) this.empty(index);
  }

  private takeOffUpTo(index: number): void {
    while (this.from <= index && this.from <= this.to) this.takeOff(this.from++);
    if (this.to < this.from) this.empty(this.to);
  }

  private takeOff(index: number): void {
    const at = 2 * (index & this.mask);
    this.high = (this.high - this.words[at]) | 0;
    this.low = (this.low - this.words[at + 1]) | 0;
  }

  private changed(high: number, low: number): void {
    this.changedHigh = (this.changedHigh + high) | 0;
    this.changedLow = (this.changedLow + low) | 0;
  }

  private empty(to: number): void {
    this.to = Math.max(to, this.log.snapshot.index);
    this.from = this.to + 1;
  }

  private makeRoom(from: number, to: number): void {
    const capacity = this.mask + 1;
    if (to - from < capacity) return;
    const mask = 2 * capacity - 1;
    const words = new Int32Array(4 * capacity);
    for (let index = this.from; index <= this.to; index++) {
      words[2 * (index & mask)] = this.words[2 * (index & this.mask)];
      words[2 * (index & mask) + 1] = this.words[2 * (index & this.mask) + 1];
    }
    this.words = words;
    this.mask = mask;
  }
}
