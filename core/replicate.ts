/**
 * Replication (§5.3), the leader's side: what each peer is sent next.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Draft, withProgress } from "./draft.ts";
import { NO_ENTRIES, payloadSize } from "./entry.ts";
import { type Handled, refuse } from "./handled.ts";
import type { PeerMessage } from "./message.ts";
import type { Leader } from "./node.ts";
import type { Effect, RefusedReason } from "./outbox.ts";
import {
  becomeSnapshot,
  isFull,
  type Probe,
  type Progress,
  type Replicate,
  sentAppend,
  sentCommit,
} from "./progress.ts";

/**
 * What a leader sends in one step, and what it knows of its peers afterwards. A handler makes one for the leader that it
 * is about to return, complete but for the progress of its peers, and returns what {@linkcode handled} makes of it.
 */
export class Replication {
  readonly #leader: Draft<Leader>;
  #progress: Progress[] | null;
  readonly #effects: Effect[];
  #count = 0;
  #objection: RefusedReason | null = null;

  /**
   * Begins with nothing sent; `room` is the number of effects that are expected, and `own` the progress of `leader` if the
   * handler has just made it.
   */
  constructor(leader: Draft<Leader>, room: number, own: Progress[] | null = null) {
    this.#leader = leader;
    this.#progress = own;
    this.#effects = new Array<Effect>(room);
  }

  /** What the handler answers. */
  handled(): Handled {
    const leader = this.#leader;
    if (this.#objection !== null) return refuse(leader, this.#objection);
    if (this.#progress !== null) leader.own = withProgress(leader.own, this.#progress);
    const effects = this.#effects;
    return [leader, effects.length === this.#count ? effects : effects.slice(0, this.#count)];
  }

  // What is known of the peer at `position` by now.
  #progressAt(position: number): Progress {
    return (this.#progress === null ? this.#leader.own.progress : this.#progress)[position];
  }

  /** Sends every peer what it lacks; with `evenIfEmpty`, if only the commit index. */
  appendToAll(evenIfEmpty: boolean): void {
    const { id, configuration: { members } } = this.#leader;
    let before: Progress | null = null; // what was known of the peer at `sent`, before it was sent something
    let sent = -1;
    for (let i = 0; i < members.length; i++) {
      if (members[i] === id) continue;
      const progress = this.#progressAt(i);
      if (progress === before && this.#sameTo(i, sent)) continue;
      if (!this.appendTo(i, evenIfEmpty)) continue;
      before = progress;
      sent = i;
    }
  }

  // Of whom the same is known as of the peer at `sent`, which was the last one to be sent anything, gets the same.
  #sameTo(position: number, sent: number): boolean {
    const last = this.#effects[this.#count - 1];
    if (last.type !== "Send" || last.message.type !== "Append") return false;
    const { from, term, prev, entries, commit } = last.message;
    const to = this.#leader.configuration.members[position];
    this.#send({ type: "Append", from, to, term, prev, entries, commit });
    this.#know(position, this.#progressAt(sent));
    return true;
  }

  /**
   * Sends the peer at `position` the next entries, or a snapshot if they are gone, unless it is paused; without entries
   * only if `evenIfEmpty`. Answers whether anything was sent.
   */
  appendTo(position: number, evenIfEmpty: boolean): boolean {
    const { id: from, term, log, commit, options, configuration } = this.#leader;
    const progress = this.#progressAt(position);
    if (progress.state === "snapshot" || progress.paused) return false;
    const { next } = progress;
    if (!log.knows(next - 1)) return this.#snapshotTo(position, progress);
    // A full window gets an empty message, so that it moves again even if everything in it was lost.
    const full = progress.state === "replicate" && isFull(progress.inflights, options);
    const entries = full || next > log.lastIndex ? NO_ENTRIES : log.page(next, options.maxSizePerMsg);
    if (entries.length === 0 && !evenIfEmpty) return false;
    const to = configuration.members[position];
    this.#send({ type: "Append", from, to, term, prev: log.idAt(next - 1), entries, commit });
    this.#know(position, sentAppend(progress, entries.length, payloadSize(entries), commit, options));
    return true;
  }

  /** Sends every peer a heartbeat (§5.2), with the position of the last read that waits for it (thesis §6.4). */
  heartbeatToAll(read: Option<number>): void {
    const { id: from, term, commit: committed, configuration: { members } } = this.#leader;
    for (let i = 0; i < members.length; i++) {
      if (members[i] === from) continue;
      const progress = this.#progressAt(i);
      // A peer that does not have the entries yet must not be told that they are committed.
      const commit = Math.min(progress.match, committed);
      this.#send({ type: "Heartbeat", from, to: members[i], term, commit, read });
      if (progress.sentCommit !== commit) this.#know(i, sentCommit(progress, commit));
    }
  }

  /** Wants something else done, after what was sent so far. */
  say(effect: Effect): void {
    this.#effects[this.#count++] = effect;
  }

  #send(message: PeerMessage): void {
    if (message.to === this.#leader.id) this.#objection = { type: "FromItself" };
    this.say({ type: "Send", message });
  }

  #know(position: number, progress: Progress): void {
    if (this.#progress === null) this.#progress = this.#leader.own.progress.slice();
    this.#progress[position] = progress;
  }

  #snapshotTo(position: number, progress: Probe | Replicate): boolean {
    if (!progress.recentActive) return false; // it would not arrive
    const { id: from, term, configuration, pendingSnapshot, snapshot: available } = this.#leader;
    const to = configuration.members[position];
    const snapshot = O.isSome(pendingSnapshot) ? pendingSnapshot : available;
    if (O.isNone(snapshot)) {
      this.say({ type: "SnapshotWanted", to });
      return false;
    }
    if (snapshot.value.index === 0) {
      this.#objection = { type: "NothingToSend", to };
      return false;
    }
    this.#send({ type: "InstallSnapshot", from, to, term, snapshot: snapshot.value });
    this.#know(position, becomeSnapshot(progress, snapshot.value.index));
    return true;
  }
}
