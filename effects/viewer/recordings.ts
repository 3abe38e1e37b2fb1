/**
 * Finds the recordings that are to be seen.
 *
 * @module
 */
import { isEtcdRecording } from "../debugger/timeline_files.ts";
import { BadInput } from "../etcd/bad_input.ts";
import { isRecording, openRecordings } from "../recording/read_folder.ts";
import type { ViewedRecording } from "./server.ts";

/**
 * The recordings at `paths`, as {@linkcode openRecordings} finds them, or one of etcd's library, of which `run` is to be seen.
 * Throws {@linkcode BadInput}.
 */
export async function viewedRecordings(paths: readonly string[], run?: string): Promise<readonly ViewedRecording[]> {
  for (const path of paths) {
    if (await isRecording(path) || !await isEtcdRecording(path)) continue;
    if (paths.length > 1) {
      throw new BadInput(`${path}: this is a recording of a whole cluster. It cannot be opened along with others.`);
    }
    return [{ name: path, format: "etcd", files: [path], ...run === undefined ? {} : { run } }];
  }
  if (run !== undefined) {
    throw new BadInput("--run chooses a run of a recording of etcd-io/raft; these are recordings of nodes.");
  }
  return (await openRecordings(paths)).map(({ files, format, name }) => ({ name, format, files }));
}

/** Of recordings that grow, the end: their last segments. One that has none yet is left out. */
export async function newestSegments(paths: readonly string[]): Promise<readonly ViewedRecording[]> {
  const recordings: ViewedRecording[] = [];
  for (const path of paths) {
    if (!await isRecording(path)) continue;
    for (const { files, format, name } of await openRecordings([path])) {
      recordings.push({ name, format, files: files.slice(-SEGMENTS) });
    }
  }
  return recordings;
}

/** So many segments of a node that runs are shown: the whole one before the one that grows, and that. */
const SEGMENTS = 2;
