/**
 * Writes the log: what comes between two syncs is one record, written when the sync begins.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type EntryId, type NodeId, ORIGIN } from "../../core/entry.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import { Writer } from "../wire/writer.ts";
import { fingerprint } from "./identity.ts";
import {
  type Base,
  writeBasePart,
  writeCompactedPart,
  writeEntryPart,
  writeHardStatePart,
  writeIdentityPart,
  writeInstalledPart,
  writePeerPart,
} from "./parts.ts";
import { beginRecord, isEmpty } from "./record.ts";
import type { Segments, Turn } from "./segments.ts";
import type { Identity, Incarnation } from "./storage.ts";

/** What the records of a log say, but for its entries. */
export interface LogState {
  /** Whose it is. */
  readonly owner: Option<Identity>;
  /** The hard state. */
  readonly hard: Option<HardState>;
  /** The peers' data folders. */
  readonly peers: ReadonlyMap<NodeId, Incarnation>;
  /** Where it stands. */
  readonly position: Base;
}

/** A log, from its end on. */
export class LogWriter implements Turn {
  private readonly writer = new Writer(1 << 16);
  private readonly peers: Map<NodeId, Incarnation>;
  private identity: Option<Identity>;
  private hardState: Option<HardState>;
  private compacted: EntryId;
  private covered: EntryId;
  private end: EntryId;
  /** The entry before the next one in the record. */
  private before: EntryId = ORIGIN;
  /** Whether the hard state belongs into the record. */
  private moved = false;

  /** Goes on where `state` is durable. A record that has become larger than `recordBytes` does not wait for a sync. */
  constructor(private readonly segments: Segments, private readonly recordBytes: number, state: LogState) {
    this.peers = new Map(state.peers);
    this.identity = state.owner;
    this.hardState = state.hard;
    this.compacted = state.position.compacted;
    this.covered = state.position.covered;
    this.end = state.position.last;
    beginRecord(this.writer);
  }

  /** The fingerprint of the owner. */
  get owner(): number {
    return fingerprint(this.identity);
  }

  /** The last index. */
  get last(): number {
    return this.end.index;
  }

  /** Writes whose the folder is. */
  identify(identity: Identity): void {
    this.identity = O.some(identity);
    writeIdentityPart(this.writer, identity);
  }

  /** Writes what `persist` holds: all of it is in one record. */
  persist({ hardState, entries, snapshot }: Persist): void {
    if (O.isSome(snapshot)) this.install({ index: snapshot.value.index, term: snapshot.value.term });
    if (O.isSome(hardState)) {
      this.hardState = hardState;
      this.moved = true;
    }
    const { length } = entries;
    if (length === 0) return;
    const { writer } = this;
    let { before } = this;
    const { index } = entries[0];
    if (index > this.end.index + 1 || index <= this.compacted.index) {
      throw new RangeError(`entry ${index} does not follow the log, which ends at ${this.end.index}`);
    }
    for (let i = 0; i < length; i++) {
      writeEntryPart(writer, entries[i], before);
      before = entries[i];
    }
    this.before = this.end = before;
    if (writer.length >= this.recordBytes) this.flush();
  }

  /** Writes a peer's data folder. */
  peer(peer: NodeId, incarnation: Option<Incarnation>): void {
    if (O.isSome(incarnation)) this.peers.set(peer, incarnation.value);
    else this.peers.delete(peer);
    writePeerPart(this.writer, peer, incarnation);
  }

  /** Writes that the log is compacted up to `to`, and that it goes on from a snapshot at `covered`. */
  compact(to: EntryId, covered: EntryId): void {
    if (to.index <= this.compacted.index) return;
    this.compacted = to;
    this.covered = covered;
    writeCompactedPart(this.writer, to, covered);
  }

  /** Writes what waits. What `sync` makes durable then is what was written before this call. */
  beginSync(): void {
    this.flush();
    this.segments.turn(this.writer, this);
    beginRecord(this.writer);
  }

  /** Makes everything written before `beginSync` durable. */
  async sync(): Promise<void> {
    const { index } = this.compacted;
    await this.segments.sync();
    this.segments.removeOne(index);
  }

  /** Makes everything durable, and writes down that it is. */
  async finish(): Promise<void> {
    const { segments } = this;
    this.flush();
    while (segments.synced < segments.position) await segments.sync();
    segments.seal(this.writer);
    await segments.sync();
  }

  /** Closes the files, after what is under way. */
  async close(): Promise<void> {
    await this.segments.close();
  }

  /** Writes the first record of a segment. */
  writeBase(writer: Writer): void {
    const { compacted, covered, end: last } = this;
    if (O.isSome(this.identity)) writeIdentityPart(writer, this.identity.value);
    if (O.isSome(this.hardState)) writeHardStatePart(writer, this.hardState.value);
    for (const [peer, incarnation] of this.peers) writePeerPart(writer, peer, O.some(incarnation));
    writeBasePart(writer, { compacted, covered, last });
  }

  private install(at: EntryId): void {
    this.compacted = this.covered = this.end = at;
    this.segments.replaced(at.index);
    writeInstalledPart(this.writer, at);
  }

  private flush(): void {
    if (this.moved && O.isSome(this.hardState)) writeHardStatePart(this.writer, this.hardState.value);
    this.moved = false;
    if (isEmpty(this.writer)) return;
    this.segments.append(this.writer);
    beginRecord(this.writer);
    this.before = ORIGIN;
  }
}
