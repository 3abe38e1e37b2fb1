/**
 * What a node has handed to its host since the host last collected it: the sum of its `Persist`s and `Apply`s.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  type Apply,
  type Entry,
  type HardState,
  idOrNone,
  type Node,
  type Outbox,
  type Persist,
  type Snapshot,
} from "../../core/mod.ts";
import { idOf, sameEntry } from "./entries.ts";
import type { RecordedBook, RecordedHardState } from "./recorded.ts";
import type { RecordedLogDelta } from "./recorded_state.ts";

/** The sum of the effects of a node. It is changed in place, effect by effect. */
export class Handover {
  /** Entries to write, without gaps. */
  entries: Entry[] = [];
  /** The last hard state to write, if there is one. */
  hardState: HardState | undefined;
  /** The snapshot to write, if there is one. */
  snapshot: Snapshot | undefined;
  /** The hard state that the host has, if that is known. */
  taken: HardState | undefined;
  /** Committed entries were handed out up to here. */
  through: number;
  /** What the host has taken of them, as far as it is known. */
  applied: number | undefined;
  /** Whether all of this comes from effects; if not, the recorded bookkeeping has to say what went before. */
  complete: boolean;
  /** An effect that contradicts the ones before it, or the node. */
  problem: string | undefined;

  /** Nothing is handed out yet; `complete` if `node` was just constructed, and nobody has collected anything before. */
  constructor(node: Node, complete: boolean) {
    this.through = complete ? node.applied : handedOut(node);
    this.applied = complete ? node.applied : undefined;
    this.taken = complete ? hardStateOf(node) : undefined;
    this.complete = complete;
  }

  /** Adds the effects of a step to `after`. */
  add(after: Node, outbox: Outbox): void {
    for (let i = 0; i < outbox.length; i++) {
      const effect = outbox[i];
      switch (effect.type) {
        case "Persist":
          this.#persist(effect);
          break;
        case "Apply":
          this.#apply(after, effect);
          break;
        case "RestoreSnapshot":
          this.through = effect.snapshot.index;
          break;
      }
    }
    this.#forgetWritten(after);
  }

  /** The host itself has changed the node: what it has put there has to be written like anything else. */
  poked(before: Node, after: Node, log: RecordedLogDelta = {}): void {
    if (before.term !== after.term || before.commit !== after.commit || idOf(before.vote) !== idOf(after.vote)) {
      this.hardState = hardStateOf(after);
    }
    const { first, last } = after.log;
    if (log.from !== undefined) this.#write(after.log.slice(Math.max(log.from, first), last.index));
    if (log.pendingSnapshot !== undefined) this.snapshot = O.toUndefined(after.pendingSnapshot);
    this.through = Math.max(this.through, handedOut(after));
    this.#forgetWritten(after);
  }

  /** What came before is not known from effects: `book` says what the host already has. */
  rebase(node: Node, book: RecordedBook): void {
    const { log } = node;
    const from = Math.max(book.inProgress + 1, log.first);
    this.entries = from > log.last.index ? [] : [...log.slice(from, log.last.index)];
    this.snapshot = book.snapshotInProgress ? undefined : O.toUndefined(node.pendingSnapshot);
    const { term, vote, commit } = book.hardState;
    this.taken = { term, vote: idOrNone(vote), commit };
    this.hardState = hardStateOf(node);
    this.through = handedOut(node);
    this.applied = undefined;
    this.problem = undefined;
    this.complete = true;
  }

  /** The hard state to write, unless it is what the host has already: term and vote may have gone there and back. */
  get movedTo(): HardState | undefined {
    const { hardState, taken } = this;
    if (hardState === undefined || taken === undefined) return hardState;
    return this.voted || hardState.commit !== taken.commit ? hardState : undefined;
  }

  /** Whether the term or the vote is another than the host has. */
  get voted(): boolean {
    const { hardState, taken } = this;
    if (hardState === undefined) return false;
    return taken === undefined || hardState.term !== taken.term || idOf(hardState.vote) !== idOf(taken.vote);
  }

  /** The host of `node` has collected everything. */
  clear(node: Node): void {
    this.taken = hardStateOf(node);
    if (this.entries.length > 0) this.entries = [];
    this.hardState = undefined;
    this.snapshot = undefined;
    this.problem = undefined;
  }

  #persist({ hardState, entries, snapshot }: Persist): void {
    if (O.isSome(hardState)) this.hardState = hardState.value;
    if (O.isSome(snapshot)) {
      this.snapshot = snapshot.value;
      this.entries = [];
    }
    if (entries.length > 0) this.#write(entries);
  }

  #write(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const kept = this.entries.length === 0 ? 0 : entries[0].index - this.entries[0].index;
    if (kept > this.entries.length) this.problem ??= `a Persist leaves a gap before index ${entries[0].index}`;
    this.entries.length = Math.min(Math.max(kept, 0), this.entries.length);
    for (let i = 0; i < entries.length; i++) this.entries.push(entries[i]);
  }

  #apply(after: Node, { entries }: Apply): void {
    const { log, pendingSnapshot } = after;
    if (O.isSome(pendingSnapshot)) this.problem ??= "an Apply comes while a snapshot is being written";
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i];
      if (entry.index !== ++this.through) {
        this.problem ??= `an Apply brings index ${entry.index} where ${this.through} is next`;
        this.through = entry.index;
      } else if (!log.knows(entry.index) || !sameEntry(entry, log.at(entry.index))) {
        this.problem ??= `an Apply brings at index ${entry.index} what is not in the log`;
      }
    }
    if (this.through > handedOut(after)) {
      this.problem ??= `an Apply brings index ${this.through}, which is not committed or not durable yet`;
    }
  }

  /** What the host itself has reported as durable needs no more writing. */
  #forgetWritten({ stable, pendingSnapshot }: Node): void {
    const { entries } = this;
    if (entries.length > 0 && entries[0].index <= stable) entries.splice(0, stable - entries[0].index + 1);
    if (this.snapshot !== undefined && O.isNone(pendingSnapshot)) this.snapshot = undefined;
  }
}

/** Up to where a node has handed out committed entries: what is durable and not behind a snapshot to come. */
export function handedOut({ pendingSnapshot, commit, stable }: Node): number {
  return O.isSome(pendingSnapshot) ? pendingSnapshot.value.index : Math.min(commit, stable);
}

function hardStateOf({ term, vote, commit }: Node): HardState {
  return { term, vote, commit };
}

/** A hard state as it is recorded. */
export function fromHardState({ term, vote, commit }: HardState): RecordedHardState {
  return { term, vote: idOf(vote), commit };
}
