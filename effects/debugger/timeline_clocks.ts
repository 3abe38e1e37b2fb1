/**
 * Puts the times of all runs on one clock. Each recording knows the milliseconds since its run began, and perhaps the time
 * of day at which that was. Messages say more: none is received before it was sent.
 *
 * @module
 */
import type { Track, TrackRun } from "./timeline_track.ts";

/** A message that was certainly received by this step, and sent by that one. */
export interface Pair {
  /** The run that sent it, as its position among all runs. */
  readonly from: number;
  /** When, on its own clock. */
  readonly sent: number;
  /** The run that received it. */
  readonly to: number;
  /** When, on its own clock. */
  readonly received: number;
}

/** What is known of when a run began, on the clock of all. */
interface Bounds {
  least: number;
  most: number;
}

/**
 * The times of the steps of a track on its own clock. A record has one time, that of its first step: the others are spread
 * up to the next record.
 */
export function ownTimes(track: Track): Float64Array<ArrayBuffer> {
  const times = track.times.finish();
  for (const { first, behind } of track.runs) {
    for (let from = first; from < behind;) {
      let to = from + 1;
      while (to < behind && times[to] === times[from]) to++;
      const room = to < behind ? times[to] - times[from] : 0;
      for (let i = from + 1; i < to; i++) times[i] = times[from] + room * (i - from) / (to - from);
      from = to;
    }
  }
  return times;
}

/** Where the clock of every run stands, in what has to be added to its times; `runs` are those of each track in order. */
export function offsetsOf(
  runs: readonly TrackRun[],
  lasts: readonly number[],
  before: readonly (number | null)[],
  pairs: Iterable<Pair>,
): readonly number[] {
  const ways = waysOf(runs.length, pairs);
  const offsets = new Array<number>(runs.length).fill(NaN);
  /** Whether a run has exchanged messages with one that has its place. */
  const talks = new Array<boolean>(runs.length).fill(false);
  for (let placed = 0; placed < runs.length; placed++) {
    const next = nextRun(offsets, talks, before);
    offsets[next] = placeOf(next, runs, lasts, before, offsets, ways[next]);
    for (const other of ways[next].keys()) talks[other] = true;
  }
  return offsets;
}

/** The shortest times from a send in one run to the receipt in another one and back, as far as their own clocks can tell. */
interface Way {
  there: number;
  back: number;
}

/** For each run the ways to those with which it has exchanged messages. */
function waysOf(count: number, pairs: Iterable<Pair>): readonly ReadonlyMap<number, Way>[] {
  const ways = Array.from({ length: count }, () => new Map<number, Way>());
  for (const { from, sent, to, received } of pairs) {
    const delay = received - sent;
    const [out, home] = [wayTo(ways[from], to), wayTo(ways[to], from)];
    out.there = Math.min(out.there, delay);
    home.back = Math.min(home.back, delay);
  }
  return ways;
}

function wayTo(ways: Map<number, Way>, other: number): Way {
  const known = ways.get(other);
  if (known !== undefined) return known;
  const way = { there: Infinity, back: Infinity };
  ways.set(other, way);
  return way;
}

/** A run that has exchanged messages with one that has its place; else the one after such a run of the same node; else any. */
function nextRun(
  offsets: readonly number[],
  talks: readonly boolean[],
  before: readonly (number | null)[],
): number {
  let [ready, open] = [-1, -1];
  for (let run = 0; run < offsets.length; run++) {
    if (!Number.isNaN(offsets[run])) continue;
    if (open < 0) open = run;
    const previous = before[run];
    if (previous !== null && Number.isNaN(offsets[previous])) continue;
    if (talks[run]) return run;
    if (ready < 0) ready = run;
  }
  return ready >= 0 ? ready : open;
}

function placeOf(
  run: number,
  runs: readonly TrackRun[],
  lasts: readonly number[],
  before: readonly (number | null)[],
  offsets: readonly number[],
  ways: ReadonlyMap<number, Way>,
): number {
  const previous = before[run];
  // A part of a run behind a gap has the clock of the part before.
  if (previous !== null && runs[previous].run === runs[run].run && runs[previous].end === "gap") {
    return offsets[previous];
  }
  const bounds: Bounds = { least: -Infinity, most: Infinity };
  if (previous !== null) bounds.least = offsets[previous] + lasts[previous];
  for (const [other, { back, there }] of ways) {
    if (Number.isNaN(offsets[other])) continue;
    bounds.least = Math.max(bounds.least, offsets[other] - back);
    bounds.most = Math.min(bounds.most, offsets[other] + there);
  }
  return within(bounds, runs[run].began);
}

/** The time of day if it is possible; else the middle of what is. */
function within({ least, most }: Bounds, began: number | null): number {
  const middle = Number.isFinite(least) && Number.isFinite(most) ? (least + most) / 2 : null;
  if (began !== null) return middle !== null && least > most ? middle : Math.min(Math.max(began, least), most);
  return middle ?? (Number.isFinite(least) ? least : Number.isFinite(most) ? most : 0);
}
