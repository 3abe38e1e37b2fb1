/**
 * `replay` for recordings of either kind: those of nodes, and those of etcd's library.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { replay } from "../../commands/replay.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import { isRecording } from "../../recording/read_folder.ts";
import type { Output } from "../../terminal/output.ts";
import { answering, loadReducer } from "./common.ts";
import { replayRecordings, type ReplayRecordingsOptions } from "./replay.ts";

/** Replays `files`, which say themselves of which kind they are; without any, the ones of the repository. */
export function replayAny(
  files: readonly string[],
  options: ReplayRecordingsOptions,
  output: Output,
): Promise<ExitCode> {
  return answering(output, async () => {
    const ours = await Promise.all(files.map((file) => isRecording(file).catch(() => false)));
    if (files.length > 0 && ours.every((is) => is)) return await replayRecordings(files, options, output);
    const folder = await folderAmong(files.filter((_, i) => !ours[i]));
    if (folder !== null) return await replayRecordings([folder], options, output); // which says that there is none in it
    if (ours.includes(true)) {
      throw new BadInput("Cannot replay recordings of nodes and of etcd-io/raft together: name those of one kind.");
    }
    const step = options.with === undefined ? options.step : await loadReducer(options.with);
    return await replay(files, { ...options, step }, output);
  }, options);
}

async function folderAmong(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if ((await Deno.stat(path).catch(() => null))?.isDirectory) return path;
  return null;
}
