/**
 * The columns of a timeline: those of all its nodes, in the order of the story.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import { MARKS, type TimelineColumns } from "./timeline.ts";
import type { Lives } from "./timeline_lives.ts";
import type { Ordered } from "./timeline_order.ts";
import type { Track } from "./timeline_track.ts";

/** The columns of `tracks` in the order `ordered`. */
export function columnsOf(
  { lives, ordered, timed, tracks }: {
    readonly tracks: readonly Track[];
    readonly ordered: Ordered;
    readonly lives: Lives;
    readonly timed: boolean;
  },
  nodes: readonly NodeId[],
): TimelineColumns {
  const { length } = ordered.track;
  const node = new Uint16Array(length);
  const [message, role, marks] = [new Uint8Array(length), new Uint8Array(length), new Uint8Array(length)];
  const [term, commit] = [new Float64Array(length), new Float64Array(length)];
  const positions = tracks.map((track) => nodes.indexOf(track.node));
  for (let i = 0; i < length; i++) {
    const track = tracks[ordered.track[i]];
    const local = ordered.local[i];
    node[i] = positions[ordered.track[i]];
    message[i] = track.tags.at(local);
    role[i] = track.roles.at(local);
    marks[i] = track.marks.at(local);
    term[i] = track.terms.at(local);
    commit[i] = track.commits.at(local);
  }
  for (const number of ordered.late) marks[number - 1] |= MARKS.late;
  for (const numbers of ordered.fates.duplicates.values()) {
    for (const number of numbers) marks[number - 1] |= MARKS.late;
  }
  markLost(marks, ordered, tracks, lives);
  const at = timed ? ordered.at : new Float64Array(length).fill(NaN);
  return { node, message, cause: ordered.cause, at, role, term, commit, marks };
}

/** Marks the steps that sent what was never received, as far as that is known. */
function markLost(
  marks: Uint8Array,
  { fates, numbers }: Ordered,
  tracks: readonly Track[],
  lives: Lives,
): void {
  for (const [t, track] of tracks.entries()) {
    for (let local = 0; local < track.length; local++) {
      const to = local + 1 < track.length ? track.sendsBefore.at(local + 1) : track.sends.length;
      for (let i = track.sendsBefore.at(local); i < to; i++) {
        if (fates.received[fates.bases[t] + i] !== 0) continue;
        const number = numbers[t][local];
        if (lives.at(track.receivers.at(i), number) !== "unknown") marks[number - 1] |= MARKS.lost;
      }
    }
  }
}
