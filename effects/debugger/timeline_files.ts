/**
 * Opens the recordings of a cluster's nodes among the files of this machine as one timeline.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { BadInput } from "../etcd/bad_input.ts";
import { readLines } from "../etcd/reader.ts";
import { isRecording, openRecordings } from "../recording/read_folder.ts";
import type { Timeline, TimelineError, TimelineOptions } from "./timeline.ts";
import { buildTimeline } from "./timeline_build.ts";
import { buildEtcdTimeline, isEtcdHeader } from "./timeline_etcd.ts";

/**
 * The timeline of the recordings at `paths`: segments, folders with segments or with such folders, and JSON Lines, of nodes
 * of one cluster; or one recording of etcd's library. On the left is the first thing that is wrong with them.
 */
export async function openTimeline(
  paths: readonly string[],
  options: TimelineOptions = {},
): Promise<Either<TimelineError, Timeline>> {
  try {
    for (const path of paths) {
      if (await isRecording(path) || !await isEtcdRecording(path)) continue;
      if (paths.length > 1) {
        throw new BadInput(`${path}: this is a recording of a whole cluster. It cannot be opened along with others.`);
      }
      return await buildEtcdTimeline(path, readLines(path, options.count), options);
    }
    const recordings = await openRecordings(paths);
    const sources = recordings.map(({ name, records }) => ({ name, records: () => records(options.count) }));
    return await buildTimeline(sources, options);
  } catch (error) {
    if (error instanceof BadInput) return E.left({ message: error.message, place: null });
    throw error;
  }
}

/** Whether the file at `path` is a recording of etcd's library. */
export async function isEtcdRecording(path: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => null);
  if (info === null || !info.isFile) return false;
  for await (const [first] of readLines(path)) if (first !== undefined) return isEtcdHeader(first);
  return false;
}
