/**
 * When each node ran: what is sent to a node that does not run is never received, whatever the network does.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import { countUpTo } from "./ascending.ts";
import type { Ordered } from "./timeline_order.ts";
import type { TrackRun } from "./timeline_track.ts";

/** What is known of a node at an instant: it ran, or it did not, or its recording does not tell. */
export type Whereabouts = "running" | "down" | "unknown";

/** A run, by the numbers of its first and last steps. */
interface Life {
  readonly first: number;
  readonly last: number;
  readonly run: TrackRun;
}

/** The lives of all nodes. */
export class Lives {
  readonly #lives = new Map<NodeId, Life[]>();

  /** Those of `tracks` in this order. */
  constructor(
    tracks: readonly { readonly node: NodeId; readonly runs: readonly TrackRun[] }[],
    { numbers }: Pick<Ordered, "numbers">,
  ) {
    tracks.forEach(({ node, runs }, t) => {
      const lives = this.#lives.get(node) ?? [];
      for (const run of runs) {
        const { behind, first } = run;
        if (behind > first) lives.push({ run, first: numbers[t][first], last: numbers[t][behind - 1] });
      }
      this.#lives.set(node, lives.sort((a, b) => a.first - b.first));
    });
  }

  /** What is known of `node` behind step `number` of the story. */
  at(node: NodeId, number: number): Whereabouts {
    const lives = this.#lives.get(node);
    if (lives === undefined) return "unknown";
    // The first life that is not over.
    const next = countUpTo(lives.length, (i) => lives[i].last, number);
    if (next < lives.length && lives[next].first <= number) return "running";
    if (next === 0) return lives[0]?.run.before === 0 ? "down" : "unknown";
    const { end } = lives[next - 1].run;
    if (end === "closed") return "down";
    // A gap is in the recording, not in the life of the node.
    return end === "gap" || next === lives.length ? "unknown" : "down";
  }
}
