/**
 * Reads recordings before they are served: what the page could not show has to be said where the page was asked for.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { withProgress } from "../debugger/command/common.ts";
import { Unfinished } from "../debugger/command/unfinished.ts";
import { checkRun } from "../debugger/timeline_etcd.ts";
import { BadInput } from "../etcd/bad_input.ts";
import { parseLine } from "../etcd/check_line.ts";
import { readLines } from "../etcd/reader.ts";
import { openRecordings } from "../recording/read_folder.ts";
import { SegmentDecoder } from "../recording/segment_decoder.ts";
import type { Output } from "../terminal/output.ts";
import type { ViewedRecording } from "./server.ts";

/** Reads all of `found`. Throws what is wrong with them: {@linkcode BadInput}, or an error of a recording. */
export async function checkRecordings(found: readonly ViewedRecording[], output: Output): Promise<void> {
  for (const { files, format, run } of found) {
    if (format === "etcd") { for (const file of files) await checkEtcd(file, run); }
    else await checkOurs(files, output);
  }
}

/** Reads segments that may still grow, each by itself: what they hold so far has to be sound. */
export async function checkSegments(found: readonly ViewedRecording[]): Promise<void> {
  for (const { files, format } of found) {
    if (format !== "segments") continue;
    for (const path of files) {
      const decoder = new SegmentDecoder(path);
      for await (const chunk of (await Deno.open(path)).readable) decoder.push(chunk);
    }
  }
}

async function checkOurs(files: readonly string[], output: Output): Promise<void> {
  const unfinished = new Unfinished();
  const recordings = unfinished.in(await openRecordings(files));
  await withProgress(recordings, output, async (progress, count) => {
    let steps = 0;
    for (const { records } of recordings) {
      for await (const some of records(count)) {
        for (const { record } of some) if (record.type === "Steps") steps += record.messages.length;
        await progress.update(count.bytes, steps);
      }
    }
  });
  unfinished.tell(output);
}

async function checkEtcd(path: string, wanted: string | undefined): Promise<void> {
  const runs: string[] = [];
  let number = 0;
  for await (const lines of readLines(path)) {
    for (const text of lines) {
      number++;
      const line = parseLine(text);
      if (E.isLeft(line)) throw new BadInput(`${path}:${number}: ${line.left}`);
      if ("run" in line.right) runs.push(line.right.run);
    }
  }
  checkRun(path, runs, wanted);
}
