/**
 * `replay` for recordings of either kind: those of nodes, and those of etcd's library.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { replay } from "../../commands/replay.ts";
import { isRecording } from "../../recording/read_folder.ts";
import type { Output } from "../../terminal/output.ts";
import { replayRecordings, type ReplayRecordingsOptions } from "./replay.ts";

/** Replays `files`, which say themselves of which kind they are; without any, the ones of the repository. */
export async function replayAny(
  files: readonly string[],
  options: ReplayRecordingsOptions,
  output: Output,
): Promise<ExitCode> {
  const ours = await Promise.all(files.map((file) => isRecording(file).catch(() => false)));
  if (files.length > 0 && ours.every((is) => is)) return await replayRecordings(files, options, output);
  const folder = await folderAmong(files.filter((_, i) => !ours[i]));
  if (folder !== null) return await replayRecordings([folder], options, output); // which says that there is none in it
  if (options.with !== undefined) {
    output.err("error: Only recordings of nodes are replayed through another version.");
    return 2;
  }
  if (ours.every((is) => !is)) return await replay(files, options, output);
  output.err("Cannot replay recordings of nodes and of etcd-io/raft together: name those of one kind.");
  return 2;
}

async function folderAmong(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if ((await Deno.stat(path).catch(() => null))?.isDirectory) return path;
  return null;
}
