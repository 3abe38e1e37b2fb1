/**
 * Puts the steps of all nodes in one order: each node's own order is kept, a message is received after it was sent, and for
 * the rest the clocks decide.
 *
 * @module
 */
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
    let [low, high] = [0, sendsBefore.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sendsBefore.at(middle) <= position) low = middle;
      else high = middle - 1;
    }
    let run = runs.length - 1;
    while (run > 0 && runs[run].first > low) run--;
    return { local: low, run };
  }
}

class Merge {
  private readonly track: Uint16Array<ArrayBuffer>;
  private readonly local: Int32Array<ArrayBuffer>;
  private readonly cause: Int32Array<ArrayBuffer>;
  private readonly at: Float64Array<ArrayBuffer>;
  private readonly numbers: readonly Int32Array<ArrayBuffer>[];
  private readonly late = new Set<number>();
  /** For each track and each track that sent to it, the last message that arrived. */
  private readonly arrived: Int32Array<ArrayBuffer>;
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
    this.cause = new Int32Array(length);
    this.at = new Float64Array(length);
    this.numbers = tracks.map((track) => new Int32Array(track.length));
    this.arrived = new Int32Array(tracks.length * tracks.length).fill(-1);
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
    const { track, local, cause, at, numbers, late, sends: { fates } } = this;
    return { track, local, cause, at, numbers, late, fates };
  }

  /** The track whose next step comes next: the earliest one that does not have to wait. */
  private next(): number {
    let [best, waiting] = [-1, -1];
    for (let t = 0; t < this.tracks.length; t++) {
      if (this.heads[t] >= this.tracks[t].length) continue;
      const time = this.times[t][this.heads[t]];
      if (best >= 0 && time >= this.times[best][this.heads[best]]) continue;
      if (!this.mustWait(t, time)) best = t;
      else if (waiting < 0 || time < this.times[waiting][this.heads[waiting]]) waiting = t;
    }
    // Equal messages may have been taken for each other, so that everybody waits: then somebody goes on.
    return best >= 0 ? best : waiting;
  }

  /** Whether the next step of track `t` received a message that is still to be sent. */
  private mustWait(t: number, time: number): boolean {
    const key = this.tracks[t].receives.at(this.heads[t]);
    if (key === NO_KEY || this.sends.waits(key)) return false;
    const message = this.sends.next(key);
    if (message < 0) return false;
    const sender = trackOf(this.sends.bases, message);
    if (sender === t) return false;
    if (!this.sends.wasReceived(key)) return true;
    // It is the one before once more, or the next one already.
    const { local } = new SenderSteps(this.tracks[sender]).find(message - this.sends.bases[sender]);
    return this.times[sender][local] <= time + SLACK;
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
    if (key !== NO_KEY) this.receive(t, key, number);
    this.sends.send(t, local, number);
  }

  private receive(t: number, key: number, number: number): void {
    const message = this.sends.receive(key, number);
    if (message < 0) return;
    this.cause[number - 1] = this.sends.sentBy(message);
    const way = t * this.tracks.length + trackOf(this.sends.bases, message);
    if (message <= this.arrived[way]) this.late.add(number);
    else this.arrived[way] = message;
  }
}
