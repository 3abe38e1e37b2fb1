/**
 * Puts the steps of all nodes in one order: each node's own order is kept, a message is received after it was sent, and for
 * the rest the clocks decide.
 *
 * @module
 */
import { lastUpTo } from "./ascending.ts";
import { offsetsOf, ownTimes, type Pair } from "./timeline_clocks.ts";
import { type Fates, Sends } from "./timeline_sends.ts";
import { NO_KEY, type Track, type TrackRun } from "./timeline_track.ts";

/** All steps in one order. */
export interface Ordered {
  /** The track of each step. */
  readonly track: Uint16Array<ArrayBuffer>;
  /** Its position in the track. */
  readonly local: Int32Array<ArrayBuffer>;
  /** The number of the step that sent its message; 0 if there is none. */
  readonly cause: Int32Array<ArrayBuffer>;
  /** About when it happened; it never goes back. */
  readonly at: Float64Array<ArrayBuffer>;
  /** For each track the numbers of its steps. */
  readonly numbers: readonly Int32Array<ArrayBuffer>[];
  /** The numbers of steps whose message was overtaken by a later one. */
  readonly late: ReadonlySet<number>;
  /** What became of all messages. */
  readonly fates: Fates;
}

/** A step whose clock is this much behind the next chance of its cause does not wait for it, in milliseconds. */
const SLACK = 200;
const NONE = -1;

/** The order of all steps of `tracks`; `keys` is the number of keys of their messages. */
export function order(tracks: readonly Track[], keys: number): Ordered {
  const sends = new Sends(tracks, keys);
  return new Merge(tracks, sends, sharedTimes(tracks, sends)).run();
}

/** The order that `sequence` says: positions of tracks, once for every step. */
export function orderAs(tracks: readonly Track[], keys: number, sequence: ArrayLike<number>): Ordered {
  const merge = new Merge(tracks, new Sends(tracks, keys), tracks.map(({ length }) => new Float64Array(length)));
  return merge.along(sequence);
}

/** The times of all steps on a clock that all tracks share. */
function sharedTimes(tracks: readonly Track[], sends: Sends): readonly Float64Array<ArrayBuffer>[] {
  const times = tracks.map(ownTimes);
  const runs: TrackRun[] = [];
  const before: (number | null)[] = [];
  const lasts: number[] = [];
  const bases: number[] = [];
  tracks.forEach((track, t) => {
    bases.push(runs.length);
    track.runs.forEach((run, i) => {
      before.push(i === 0 ? null : runs.length - 1);
      lasts.push(run.behind > run.first ? times[t][run.behind - 1] : 0);
      runs.push(run);
    });
  });
  const offsets = offsetsOf(runs, lasts, before, pairsOf(tracks, sends, times, bases));
  tracks.forEach((track, t) => {
    let last = -Infinity;
    track.runs.forEach(({ first, behind }, i) => {
      for (let at = first; at < behind; at++) {
        times[t][at] = last = Math.max(last, times[t][at] + offsets[bases[t] + i]);
      }
    });
  });
  return times;
}

/** Messages of which there was only one: who received it, received this one. */
function* pairsOf(
  tracks: readonly Track[],
  sends: Sends,
  times: readonly Float64Array[],
  bases: readonly number[],
): Generator<Pair> {
  const senders = tracks.map((track) => new SenderSteps(track));
  for (const [t, track] of tracks.entries()) {
    for (const [r, { first, behind }] of track.runs.entries()) {
      for (let local = first; local < behind; local++) {
        const key = track.receives.at(local);
        const message = key === NO_KEY ? -1 : sends.only(key);
        if (message < 0) continue;
        const sender = trackOf(sends.bases, message);
        if (sender === t) continue;
        const { local: sentAt, run } = senders[sender].find(message - sends.bases[sender]);
        yield { from: bases[sender] + run, sent: times[sender][sentAt], to: bases[t] + r, received: times[t][local] };
      }
    }
  }
}

function trackOf(bases: readonly number[], message: number): number {
  let track = bases.length - 1;
  while (bases[track] > message) track--;
  return track;
}

/** Finds the steps that sent messages. */
class SenderSteps {
  constructor(private readonly track: Track) {}

  /** The step that sent the message at `position` among those of the track. */
  find(position: number): { readonly local: number; readonly run: number } {
    const { runs, sendsBefore } = this.track;
    const local = lastUpTo(sendsBefore.length, (i) => sendsBefore.at(i), position);
    return { local, run: lastUpTo(runs.length, (i) => runs[i].first, local) };
  }
}

class Merge {
  private readonly track: Uint16Array<ArrayBuffer>;
  private readonly local: Int32Array<ArrayBuffer>;
  private readonly at: Float64Array<ArrayBuffer>;
  private readonly numbers: readonly Int32Array<ArrayBuffer>[];
  private readonly heads: number[];
  private count = 0;

  constructor(
    private readonly tracks: readonly Track[],
    private readonly sends: Sends,
    private readonly times: readonly Float64Array[],
  ) {
    const length = tracks.reduce((sum, track) => sum + track.length, 0);
    this.track = new Uint16Array(length);
    this.local = new Int32Array(length);
    this.at = new Float64Array(length);
    this.numbers = tracks.map((track) => new Int32Array(track.length));
    this.heads = tracks.map(() => 0);
  }

  run(): Ordered {
    while (this.count < this.track.length) this.take(this.next());
    return this.ordered();
  }

  along(sequence: ArrayLike<number>): Ordered {
    while (this.count < this.track.length) this.take(sequence[this.count]);
    return this.ordered();
  }

  private ordered(): Ordered {
    const { track, local, at, numbers, sends } = this;
    return { track, local, at, numbers, fates: sends.fates, ...causesOf(track, this.tracks, sends) };
  }

  /** The track whose next step comes next: the earliest one that does not have to wait. */
  private next(): number {
    let [best, waiting] = [NONE, NONE];
    for (let t = 0; t < this.tracks.length; t++) {
      if (this.heads[t] >= this.tracks[t].length) continue;
      const time = this.times[t][this.heads[t]];
      if (best !== NONE && time >= this.times[best][this.heads[best]]) continue;
      if (this.waitsFor(t) === NONE) best = t;
      else if (waiting === NONE || time < this.times[waiting][this.heads[waiting]]) waiting = t;
    }
    if (waiting === NONE) return best;
    const time = this.times[waiting][this.heads[waiting]];
    if (best !== NONE && this.times[best][this.heads[best]] <= time) return best;
    return this.inCircle(waiting) ?? best;
  }

  /** The track whose next step will send what the next step of track `t` received; -1 if that need not wait. */
  private waitsFor(t: number): number {
    const key = this.tracks[t].receives.at(this.heads[t]);
    if (key === NO_KEY || this.sends.waits(key)) return NONE;
    const message = this.sends.next(key);
    if (message < 0) return NONE;
    const sender = trackOf(this.sends.bases, message);
    if (sender === t) return NONE;
    if (!this.sends.wasReceived(key)) return sender;
    // It is the one before once more, or the next one already.
    return this.early(t, message, sender) <= SLACK ? sender : NONE;
  }

  /** How many milliseconds before `message` was sent the next step of track `t` happened, as their clocks say it. */
  private early(t: number, message: number, sender: number): number {
    const { local } = new SenderSteps(this.tracks[sender]).find(message - this.sends.bases[sender]);
    return this.times[sender][local] - this.times[t][this.heads[t]];
  }

  /**
   * If those for whom track `t` waits wait in a circle, one of them has not received the next message with its key, but the
   * one before once more: the one that would have been the earliest. Null if somebody in the row can go on.
   */
  private inCircle(t: number): number | null {
    const row = [t];
    for (;;) {
      const next = this.waitsFor(row[row.length - 1]);
      if (next === NONE) return null;
      const at = row.indexOf(next);
      if (at >= 0) return this.leastLikely(row.slice(at));
      row.push(next);
    }
  }

  private leastLikely(circle: readonly number[]): number {
    let [found, most] = [circle[0], -Infinity];
    for (const t of circle) {
      const key = this.tracks[t].receives.at(this.heads[t]);
      if (!this.sends.wasReceived(key)) continue;
      const message = this.sends.next(key);
      const early = this.early(t, message, trackOf(this.sends.bases, message));
      if (early > most) [found, most] = [t, early];
    }
    return found;
  }

  private take(t: number): void {
    const track = this.tracks[t];
    const local = this.heads[t]++;
    const number = ++this.count;
    this.track[number - 1] = t;
    this.local[number - 1] = local;
    this.numbers[t][local] = number;
    const time = this.times[t][local];
    this.at[number - 1] = number === 1 ? time : Math.max(time, this.at[number - 2]);
    const key = track.receives.at(local);
    if (key !== NO_KEY) this.sends.receive(key, number);
    this.sends.send(t, local, number);
  }
}

/** What each step received, once that is settled for all of them. */
function causesOf(
  track: Uint16Array,
  tracks: readonly Track[],
  sends: Sends,
): Pick<Ordered, "cause" | "late"> {
  const message = new Int32Array(track.length).fill(NONE);
  sends.received.forEach((number, sent) => {
    if (number > 0) message[number - 1] = sent;
  });
  for (const [sent, numbers] of sends.duplicates) for (const number of numbers) message[number - 1] = sent;
  const cause = new Int32Array(track.length);
  const late = new Set<number>();
  const { length } = sends.bases;
  // For each track and each track that sent to it, the last message that arrived; and the last one that waited for a disk.
  const [arrived, waited] = [new Int32Array(length * length).fill(NONE), new Int32Array(length * length).fill(NONE)];
  for (let i = 0; i < track.length; i++) {
    const sent = message[i];
    if (sent === NONE) continue;
    cause[i] = sends.sentBy(sent);
    const sender = trackOf(sends.bases, sent);
    const way = track[i] * length + sender;
    const waits = tracks[sender].waits.at(sent - sends.bases[sender]) === 1;
    if (sent <= (waits ? waited : arrived)[way]) late.add(i + 1);
    arrived[way] = Math.max(arrived[way], sent);
    if (waits) waited[way] = Math.max(waited[way], sent);
  }
  return { cause, late };
}
