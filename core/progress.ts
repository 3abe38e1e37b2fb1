/**
 * What a leader knows of a peer's log (§5.3: `nextIndex` and `matchIndex`), and how fast it may send.
 *
 * ```text
 *               acknowledged            entries are gone
 *   Probe ────────────────────▶ Replicate ────────────▶ SnapshotProgress
 *     ▲   rejected, unreachable     │                        │
 *     └─────────────────────────────┴────────────────────────┘
 *                                  snapshot arrived, failed, or was overtaken
 * ```
 *
 * @module
 */
import type { Options } from "./options.ts";
import { addInflight, freeInflights, type Inflights, NO_INFLIGHTS } from "./inflights.ts";

/** What is known of a peer in every state. */
export interface Peer {
  /** The peer is known to hold the leader's log up to here. */
  readonly match: number;
  /** The next entry to send; above `match`. */
  readonly next: number;
  /** The commit index last sent. */
  readonly sentCommit: number;
  /** The peer has answered since the last quorum check. */
  readonly recentActive: boolean;
}

/** The leader looks for where the logs agree: one message in flight, until it is answered or a heartbeat is. */
export interface Probe extends Peer {
  /** The variant. */
  readonly state: "probe";
  /** An `Append` with entries is on its way. */
  readonly paused: boolean;
}

/** The leader sends ahead of the acknowledgements. */
export interface Replicate extends Peer {
  /** The variant. */
  readonly state: "replicate";
  /** The window was full when something was last sent. */
  readonly paused: boolean;
  /** What was sent and not yet acknowledged. */
  readonly inflights: Inflights;
}

/** The peer needs entries that are gone: it was sent a snapshot and gets nothing else meanwhile (§7). */
export interface SnapshotProgress extends Peer {
  /** The variant. */
  readonly state: "snapshot";
  /** Index of the snapshot that was sent. */
  readonly pendingSnapshot: number;
}

/** What a leader knows of one peer. */
export type Progress = Probe | Replicate | SnapshotProgress;

/** Where a leader starts with a peer of which it knows nothing. */
export function unknownProgress(next: number): Probe {
  return { state: "probe", match: 0, next, sentCommit: 0, recentActive: false, paused: false };
}

/** The leader's own progress when its term begins. */
export function ownProgress(match: number): Replicate {
  return {
    state: "replicate",
    match,
    next: match + 1,
    sentCommit: 0,
    recentActive: true,
    paused: false,
    inflights: NO_INFLIGHTS,
  };
}

/** The progress of a node that has just become a member: counted as active, so that it is not missed at once. */
export function newMemberProgress(lastIndex: number): Probe {
  return { ...unknownProgress(Math.max(lastIndex, 1)), recentActive: true };
}

/** Falls back to looking for where the logs agree; behind a snapshot if one was sent. */
export function becomeProbe(progress: Progress): Probe {
  const { match, recentActive } = progress;
  const next = progress.state === "snapshot" ? Math.max(match, progress.pendingSnapshot) + 1 : match + 1;
  const sentCommit = Math.min(progress.sentCommit, next - 1);
  return { state: "probe", match, next, sentCommit, recentActive, paused: false };
}

/** A snapshot at `index` was sent. */
export function becomeSnapshot(progress: Progress, index: number): SnapshotProgress {
  const { match, recentActive } = progress;
  return { state: "snapshot", match, next: index + 1, sentCommit: index, recentActive, pendingSnapshot: index };
}

/** Whether the window of unacknowledged messages is full. */
export function isFull(inflights: Inflights, options: Options): boolean {
  return inflights.count >= options.maxInflightMsgs || inflights.bytes >= options.maxInflightBytes;
}

/** Whether a commit index beyond what was sent would tell the peer something. */
export function canBumpCommit(progress: Progress, commit: number): boolean {
  return commit > progress.sentCommit && progress.sentCommit < progress.next - 1;
}

/** Whether an acknowledgement of `index` says something new, or lets a probed peer be sent to again. */
export function advances(progress: Progress, index: number): boolean {
  return index > progress.match || (index === progress.match && progress.state === "probe");
}

/** The peer holds the leader's log up to `index`, which {@linkcode advances}; `first` is the leader's first entry. */
export function acknowledged(progress: Progress, index: number, first: number): Progress {
  const { next, sentCommit } = progress;
  switch (progress.state) {
    case "probe":
      return replicating(index, index + 1, sentCommit, NO_INFLIGHTS);
    case "replicate":
      return replicating(index, Math.max(next, index + 1), sentCommit, freeInflights(progress.inflights, index));
    case "snapshot": {
      // Whether the snapshot arrived does not matter: it is enough that the log goes on from where the peer is.
      if (index + 1 < first) {
        return { ...progress, match: index, next: Math.max(next, index + 1), recentActive: true };
      }
      const probed = Math.max(index, progress.pendingSnapshot);
      return replicating(index, index + 1, Math.min(sentCommit, probed), NO_INFLIGHTS);
    }
  }
}

/** The `Append` at `index` was refused, with `hint` as the place to try next; the same progress if that is old news. */
export function rejected(progress: Progress, index: number, hint: number): Progress {
  const { match, next } = progress;
  if (progress.state === "replicate") return index <= match ? progress : becomeProbe(progress);
  if (next - 1 !== index) return progress;
  const lowered = Math.max(Math.min(index, hint + 1), match + 1);
  const sentCommit = Math.min(progress.sentCommit, lowered - 1);
  return progress.state === "probe"
    ? { ...progress, next: lowered, sentCommit, paused: false }
    : { ...progress, next: lowered, sentCommit };
}

/** An `Append` with `count` entries of `bytes` payload bytes and the commit index `commit` was sent. */
export function sentAppend(
  progress: Probe | Replicate,
  count: number,
  bytes: number,
  commit: number,
  options: Options,
): Progress {
  const { match, next, recentActive } = progress;
  if (progress.state === "probe") {
    return { state: "probe", match, next, sentCommit: commit, recentActive, paused: progress.paused || count > 0 };
  }
  const inflights = count > 0 ? addInflight(progress.inflights, next + count - 1, bytes) : progress.inflights;
  return {
    state: "replicate",
    match,
    next: next + count,
    sentCommit: commit,
    recentActive,
    paused: isFull(inflights, options),
    inflights,
  };
}

/** The commit index `commit` was sent along. */
export function sentCommit(progress: Progress, commit: number): Progress {
  return progress.sentCommit === commit ? progress : { ...progress, sentCommit: commit };
}

/** The peer is alive. */
export function active(progress: Progress): Progress {
  return progress.recentActive ? progress : { ...progress, recentActive: true };
}

/** A new quorum check begins. */
export function inactive(progress: Progress): Progress {
  return progress.recentActive ? { ...progress, recentActive: false } : progress;
}

/** The peer has answered a heartbeat: one more `Append` may be sent even if earlier ones were lost. */
export function resumed(progress: Progress): Progress {
  const live = active(progress);
  return live.state !== "snapshot" && live.paused ? { ...live, paused: false } : live;
}

/**
 * The one of `all` at another position that says the same as the one at `position`, or that one itself: what is known of
 * peers that keep up with each other is kept once.
 */
export function sharedProgress(all: readonly Progress[], position: number): Progress {
  const progress = all[position];
  for (let i = 0; i < all.length; i++) if (i !== position && saysTheSame(all[i], progress)) return all[i];
  return progress;
}

// Of a window with something in it, versions are not compared: they seldom are the same.
function saysTheSame(a: Progress, b: Progress): boolean {
  return a.match === b.match && a.next === b.next && a.sentCommit === b.sentCommit &&
    a.recentActive === b.recentActive && a.state === "replicate" && b.state === "replicate" &&
    a.paused === b.paused && a.inflights === b.inflights;
}

function replicating(match: number, next: number, sentCommit: number, inflights: Inflights): Replicate {
  return { state: "replicate", match, next, sentCommit, recentActive: true, paused: false, inflights };
}
