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
  const least = leastDelays(runs.length, pairs);
  const offsets = new Array<number>(runs.length).fill(NaN);
  for (let placed = 0; placed < runs.length; placed++) {
    const next = nextRun(runs, offsets, least, before);
    offsets[next] = placeOf(next, runs, lasts, before, offsets, least);
  }
  return offsets;
}

/** The shortest time from a send in one run to the receipt in another, as far as their own clocks can tell. */
function leastDelays(count: number, pairs: Iterable<Pair>): ReadonlyMap<number, number> {
  const least = new Map<number, number>();
  for (const { from, sent, to, received } of pairs) {
    const key = from * count + to;
    const delay = received - sent;
    if (delay < (least.get(key) ?? Infinity)) least.set(key, delay);
  }
  return least;
}

/** A run that has exchanged messages with one that has its place; else the one after such a run of the same node; else any. */
function nextRun(
  runs: readonly TrackRun[],
  offsets: readonly number[],
  least: ReadonlyMap<number, number>,
  before: readonly (number | null)[],
): number {
  const open = runs.flatMap((_, i) => Number.isNaN(offsets[i]) ? [i] : []);
  const isPlaced = (i: number | null): boolean => i !== null && !Number.isNaN(offsets[i]);
  const talks = (i: number): boolean =>
    offsets.some((_, j) => isPlaced(j) && (least.has(i * runs.length + j) || least.has(j * runs.length + i)));
  const ready = open.filter((i) => before[i] === null || isPlaced(before[i]));
  return ready.find(talks) ?? ready[0] ?? open[0];
}

function placeOf(
  run: number,
  runs: readonly TrackRun[],
  lasts: readonly number[],
  before: readonly (number | null)[],
  offsets: readonly number[],
  least: ReadonlyMap<number, number>,
): number {
  const previous = before[run];
  // A part of a run behind a gap has the clock of the part before.
  if (previous !== null && runs[previous].run === runs[run].run && runs[previous].end === "gap") {
    return offsets[previous];
  }
  const bounds: Bounds = { least: -Infinity, most: Infinity };
  if (previous !== null) bounds.least = offsets[previous] + lasts[previous];
  for (let other = 0; other < runs.length; other++) {
    if (Number.isNaN(offsets[other])) continue;
    const there = least.get(other * runs.length + run);
    const back = least.get(run * runs.length + other);
    if (there !== undefined) bounds.least = Math.max(bounds.least, offsets[other] - there);
    if (back !== undefined) bounds.most = Math.min(bounds.most, offsets[other] + back);
  }
  return within(bounds, runs[run].began);
}

/** The time of day if it is possible; else the middle of what is. */
function within({ least, most }: Bounds, began: number | null): number {
  const middle = Number.isFinite(least) && Number.isFinite(most) ? (least + most) / 2 : null;
  if (began !== null) return middle !== null && least > most ? middle : Math.min(Math.max(began, least), most);
  return middle ?? (Number.isFinite(least) ? least : Number.isFinite(most) ? most : 0);
}
