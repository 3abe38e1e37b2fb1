/**
 * How a run of a node ended.
 *
 * @module
 */
import type { Timeline, TimelineRun } from "../timeline.ts";
import { many } from "../words.ts";

/** The next run of the node, which shows that this one has certainly ended; undefined if there is none. */
export function laterRun(
  { runs }: Pick<Timeline, "runs">,
  { last, node }: Pick<TimelineRun, "last" | "node">,
): TimelineRun | undefined {
  return runs.find((other) => other.node === node && other.first > last);
}

/**
 * How a run ended, `at` a place: `crashed after step 54; it started again in step 90`. A node that is there again later has
 * certainly crashed; of another one nobody knows.
 */
export function runEndInWords(
  { runs }: Pick<Timeline, "runs">,
  { end, last, leftOut, node }: TimelineRun,
  at = "",
): string {
  if (end === "gap") return `was recorded no longer${at}, where its recorder left out ${many(leftOut, "step")}`;
  const next = laterRun({ runs }, { last, node });
  const again = next === undefined ? "" : `; it started again in step ${next.first}`;
  if (end === "closed") return `was closed${at}${again}`;
  return next === undefined ? `stopped without a word${at}: it crashed, or its recording ends` : `crashed${at}${again}`;
}
