/**
 * Makes a log of its records again.
 *
 * Segments whose entries are compacted are removed, so the first segment that is left may stand where the log had entries
 * that are not there any more. Until the record of the compaction is read, the log is one that begins behind them.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Entry, type EntryId, type NodeId, ORIGIN } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { HardState } from "../../core/outbox.ts";
import { Reader } from "../wire/reader.ts";
import { WireError } from "../wire/wire_error.ts";
import { type Base, type PartTaker, readParts } from "./parts.ts";
import type { FoundRecord } from "./record.ts";
import type { Identity, Incarnation } from "./storage.ts";

/** What the records say so far. */
export class Replay implements PartTaker {
  /** Whose the folder is. */
  owner: Option<Identity> = O.none;
  /** The last hard state. */
  hard: Option<HardState> = O.none;
  /** The data folders of the peers. */
  readonly peers = new Map<NodeId, Incarnation>();
  /** The log, as far as its entries are there. */
  log: Log = Log.after();
  /** The last snapshot that has replaced the log. */
  replacedBy: EntryId | null = null;
  private compactedTo: EntryId = ORIGIN;
  private coveredBy: EntryId = ORIGIN;
  private begun = false;
  private run: Entry[] = [];

  /** Where the log stands. */
  get position(): Base {
    return { compacted: this.compactedTo, covered: this.coveredBy, last: this.log.last };
  }

  /** Takes a record. Throws {@linkcode WireError} where it is unreadable, or contradicts those before it. */
  take(record: FoundRecord): void {
    readParts(new Reader(record.parts), this);
    this.append();
  }

  /** The log behind the position up to which it was compacted; none if entries of it are missing. */
  finish(): Option<Log> {
    const { log, compactedTo } = this;
    if (log.snapshot.index > compactedTo.index) return O.none;
    if (log.snapshot.term === compactedTo.term) return O.some(log);
    return O.some(Log.of(compactedTo, log.slice(log.first, log.last.index)));
  }

  /** An entry: those that follow each other are appended together. */
  entry(entry: Entry): void {
    const { run } = this;
    if (run.length > 0 && entry.index !== run[run.length - 1].index + 1) this.append();
    this.run.push(entry);
  }

  /** A hard state: the last one counts. */
  hardState(hardState: HardState): void {
    this.hard = O.some(hardState);
  }

  /** A snapshot that replaces the log. */
  installed(at: EntryId): void {
    this.append();
    this.log = Log.after(at);
    this.compactedTo = this.coveredBy = this.replacedBy = at;
  }

  /** A compaction. */
  compacted(to: EntryId, covered: EntryId): void {
    this.append();
    if (to.index > this.log.last.index) throw new WireError("the log is compacted beyond its end");
    this.compactedTo = to;
    this.coveredBy = covered;
    if (to.index <= this.log.snapshot.index) return;
    if (!this.log.matches(to.index, to.term)) throw new WireError("the log is compacted to another term than it has");
    this.log = this.log.compact(to.index);
  }

  /** A peer's data folder. */
  peer(peer: NodeId, incarnation: Option<Incarnation>): void {
    if (O.isNone(incarnation)) this.peers.delete(peer);
    else this.peers.set(peer, incarnation.value);
  }

  /** The owner. */
  identity(identity: Identity): void {
    this.owner = O.some(identity);
  }

  /** Where the log stands: that is known already, unless earlier segments are gone. */
  base(base: Base): void {
    this.append();
    if (this.begun) {
      const { compacted, last } = this.position;
      if (isSame(base.compacted, compacted) && isSame(base.last, last)) return;
      throw new WireError("the log does not stand where the segment says");
    }
    this.begun = true;
    this.log = Log.after(base.last);
    this.compactedTo = base.compacted;
    this.coveredBy = base.covered;
  }

  private append(): void {
    const { run } = this;
    if (run.length === 0) return;
    const first = run[0].index;
    if (first > this.log.last.index + 1) throw new WireError("there is a gap in the log");
    if (first <= this.compactedTo.index) throw new WireError("entries are replaced that were compacted");
    if (first <= this.log.snapshot.index) this.log = Log.after({ index: first - 1, term: 0 });
    this.log = this.log.append(run);
    this.run = [];
  }
}

function isSame(a: EntryId, b: EntryId): boolean {
  return a.index === b.index && a.term === b.term;
}
