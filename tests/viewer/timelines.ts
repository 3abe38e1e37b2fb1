/**
 * Timelines for the tests of the viewer.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { openTimeline } from "../../effects/debugger/timeline_files.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";

/** The run of the demonstration. */
export async function demoTimeline(): Promise<Timeline> {
  const folder = await Deno.makeTempDir();
  try {
    await recordDemo(folder);
    return await timelineAt(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What is recorded there; in a recording of etcd's library, the run that is named. */
export async function timelineAt(path: string, run?: string): Promise<Timeline> {
  const opened = await openTimeline([path], run === undefined ? {} : { run });
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  return opened.right;
}

/** The number of the first step from `from` on for which `holds`. */
export function firstStep(timeline: Timeline, holds: (number: number) => boolean, from = 1): number {
  for (let number = from; number <= timeline.length; number++) if (holds(number)) return number;
  throw new Error("There is no such step.");
}

/** The step in which a node becomes the leader after another one has lost its power. */
export function secondLeader(timeline: Timeline): number {
  const lost = timeline.runs.find(({ end }) => end === "cut");
  return firstStep(timeline, (number) => timeline.columns.role[number - 1] === 3, (lost?.last ?? 0) + 1);
}
