/**
 * The replicated log (§5.3): immutable versions that share their entries.
 *
 * Entries lie in chunks. All full chunks are in the spine; the last one, the tail, is an append-only array that versions
 * share, each knowing how much of it is its own. A version that ends where the tail ends appends by pushing; any other
 * version copies the tail first. So appending and looking up take constant time at any length, and an older version stays
 * valid for ever.
 *
 * @module
 */
import { type Entry, type EntryId, NO_ENTRIES, ORIGIN } from "./entry.ts";
import type { Snapshot } from "./snapshot.ts";

const CHUNK_BITS = 10;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;

/** What versions of a log share until a chunk is full, entries are replaced, or the log is compacted. */
interface Chunks {
  /** The position just before the first entry. */
  readonly snapshot: EntryId;
  /** The index of the first slot of the first chunk. */
  readonly base: number;
  /** The full chunks. */
  readonly spine: readonly (readonly Entry[])[];
  /** The last chunk; slots beyond the end of a version are those of other versions. */
  readonly tail: Entry[];
}

/** One version of a log: entries `first` to `last`, behind the position that a snapshot covers. */
export class Log {
  private constructor(
    private readonly chunks: Chunks,
    /** The index of the last position: of the last entry, or of the snapshot if there is none. */
    readonly lastIndex: number,
    private readonly lastTerm: number,
    /** The entries that the operation which made this version wrote; what has to be persisted. */
    readonly written: readonly Entry[],
  ) {}

  /** A log without entries, behind `snapshot`. */
  static after(snapshot: EntryId = ORIGIN): Log {
    const chunks = { snapshot, base: snapshot.index + 1, spine: [], tail: [] };
    return new Log(chunks, snapshot.index, snapshot.term, NO_ENTRIES);
  }

  /** A log of `entries`, which follow `snapshot` without gaps. */
  static of(snapshot: EntryId, entries: readonly Entry[]): Log {
    return Log.after(snapshot).append(entries);
  }

  /** The position just before the first entry: its term is known, its entry is gone (§7). */
  get snapshot(): EntryId {
    return this.chunks.snapshot;
  }

  /** The last position, with its term. */
  get last(): EntryId {
    return { index: this.lastIndex, term: this.lastTerm };
  }

  /** The index of the first entry that is held. */
  get first(): number {
    return this.snapshot.index + 1;
  }

  /** The number of entries that are held. */
  get length(): number {
    return this.lastIndex - this.snapshot.index;
  }

  /** Whether the term at `index` is known: an entry that is held, or the position of the snapshot. */
  knows(index: number): boolean {
    return index >= this.snapshot.index && index <= this.lastIndex;
  }

  /** The term at `index`, or 0 where it is not known. */
  termAt(index: number): number {
    if (index === this.lastIndex) return this.lastTerm;
    if (index === this.snapshot.index) return this.snapshot.term;
    return this.knows(index) ? this.at(index).term : 0;
  }

  /** The position `index`, which must be known, with its term. */
  idAt(index: number): EntryId {
    if (index === this.lastIndex) return this.last;
    return index === this.snapshot.index ? this.snapshot : { index, term: this.termAt(index) };
  }

  /** Whether this log has an entry at `index` with `term` (the Log Matching Property, §5.3). */
  matches(index: number, term: number): boolean {
    return this.knows(index) && this.termAt(index) === term;
  }

  /** Whether a log that ends at `theirs` is at least as up-to-date as this one (§5.4.1). */
  isUpToDate(theirs: EntryId): boolean {
    return theirs.term > this.last.term || (theirs.term === this.last.term && theirs.index >= this.last.index);
  }

  /** The entry at `index`, which must be held. */
  at(index: number): Entry {
    const { base, spine, tail } = this.chunks;
    const slot = index - base;
    const chunk = slot >> CHUNK_BITS;
    return (chunk < spine.length ? spine[chunk] : tail)[slot & MASK];
  }

  /** The entries `from` to `to`, both included; all of them must be held. */
  slice(from: number, to: number): readonly Entry[] {
    if (from > to) return NO_ENTRIES;
    const { written } = this;
    if (written.length === to - from + 1 && written[0].index === from) return written;
    if (from === to) return [this.at(from)];
    const entries = new Array<Entry>(to - from + 1);
    for (let i = 0; i < entries.length; i++) entries[i] = this.at(from + i);
    return entries;
  }

  /** The longest run of entries from `from` on whose sizes add up to at most `maxSize`, but at least one if there is one. */
  page(from: number, maxSize: number): readonly Entry[] {
    const last = this.lastIndex;
    if (maxSize === Infinity || from >= last) return this.slice(from, last);
    let to = from;
    let size = this.at(from).size;
    while (to < last && (size += this.at(to + 1).size) <= maxSize) to++;
    return this.slice(from, to);
  }

  /** How many of `entries`, from the first on, this log already holds: those behind them conflict or are new (§5.3). */
  agreement(entries: readonly Entry[]): number {
    let count = 0;
    while (count < entries.length && this.matches(entries[count].index, entries[count].term)) count++;
    return count;
  }

  /** The last position up to `index` whose term is at most `term`; term 0 where the term is not known (end of §5.3). */
  lastWithTermUpTo(term: number, index: number): EntryId {
    for (let i = index; i > 0; i--) {
      if (!this.knows(i)) return { index: i, term: 0 };
      const ours = this.termAt(i);
      if (ours <= term) return { index: i, term: ours };
    }
    return ORIGIN;
  }

  /** Writes `entries`, which follow each other without gaps, over whatever is at and behind the first of them. */
  append(entries: readonly Entry[]): Log {
    if (entries.length === 0) return this;
    const { base } = this.chunks;
    let { spine, tail } = this.chunks;
    const slot = entries[0].index - base;
    const chunk = slot >> CHUNK_BITS;
    let length = slot & MASK;
    if (chunk < spine.length) { // everything from inside a full chunk on goes
      tail = spine[chunk].slice(0, length);
      spine = spine.slice(0, chunk);
    } else if (chunk > spine.length) { // the tail is full
      spine = [...spine, tail];
      tail = [];
    } else if (tail.length !== length) { // another version has gone on from here, or entries are replaced
      tail = tail.slice(0, length);
    }
    for (let i = 0; i < entries.length; i++) {
      if (length === CHUNK) {
        spine = [...spine, tail];
        tail = [];
        length = 0;
      }
      tail[length++] = entries[i];
    }
    const chunks = tail === this.chunks.tail ? this.chunks : { snapshot: this.chunks.snapshot, base, spine, tail };
    const { index, term } = entries[entries.length - 1];
    return new Log(chunks, index, term, entries);
  }

  /** Forgets the entries up to `index`, which must be known (§7). */
  compact(index: number): Log {
    if (index <= this.snapshot.index) return this;
    const snapshot: EntryId = { index, term: this.termAt(index) };
    if (index === this.lastIndex) return Log.after(snapshot);
    const { base, spine, tail } = this.chunks;
    const gone = (index + 1 - base) >> CHUNK_BITS;
    const chunks = { snapshot, base: base + (gone << CHUNK_BITS), spine: spine.slice(gone), tail };
    return new Log(chunks, this.lastIndex, this.lastTerm, NO_ENTRIES);
  }

  /** A log that holds nothing but the position of `snapshot` (§7). */
  restore(snapshot: Snapshot): Log {
    return Log.after({ index: snapshot.index, term: snapshot.term });
  }
}
