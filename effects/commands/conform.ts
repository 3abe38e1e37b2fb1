/**
 * `conform`: compares every recorded transition with what the reducer makes of it.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import { answering, type ExitCode, judge, type JudgeOptions } from "./judge.ts";
import { allRecordings, shippedRecordings } from "./recordings.ts";

/** What `conform` can be told. */
export interface ConformOptions extends JudgeOptions {
  /** The folder of the recordings that are judged along with those of the repository, when no file is named. */
  readonly conformance?: string;
}

/** Judges `files`, or all recordings that there are, and says where the reducer differs from them. */
export function conform(files: readonly string[], options: ConformOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const named = files.length > 0
      ? files
      : [...await shippedRecordings(), ...await allRecordings(options.conformance)];
    return await judge(named, options, output);
  }, options);
}
