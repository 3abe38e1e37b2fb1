/**
 * What the debugger's commands have in common.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { ReadCount } from "../../etcd/reader.ts";
import { isRecording, type OpenRecording, openRecordings } from "../../recording/read_folder.ts";
import { describePlace, RecordingError } from "../../recording/record.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { type Reducer, type Run, RunCollector } from "../run.ts";
import type { Timeline, TimelineOptions } from "../timeline.ts";
import { openTimeline } from "../timeline_files.ts";
import { describeWrongStep, DetailedReplay } from "../wrong_step.ts";

/** What every command takes. */
export interface CommandOptions {
  /** Whether to write one JSON object, and not lines for people. */
  readonly json?: boolean;
}

/** A recording does not come out as it was recorded, so that nothing more can be said about it. */
export class NotAsRecorded extends Error {
  /** The name of the error. */
  override readonly name = "NotAsRecorded";
}

/** What was asked for is not in the recordings. */
export class NotFound extends Error {
  /** The name of the error. */
  override readonly name = "NotFound";
}

/**
 * Does some work; 2 and a sentence for input that cannot be used, 1 for a recording that does not come out as recorded, or in
 * which something is not found.
 */
export async function answering(output: Output, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotAsRecorded || error instanceof NotFound) {
      output.err(`error: ${error.message}`);
      return 1;
    }
    if (!(error instanceof BadInput || error instanceof RecordingError)) throw error;
    output.err(`error: ${error.message}`);
    return 2;
  }
}

/** Reads `recordings` in `work`, and draws how far it is. */
export async function withProgress<A>(
  recordings: readonly OpenRecording[],
  output: Output,
  work: (progress: Progress, count: ReadCount) => Promise<A>,
): Promise<A> {
  const progress = new Progress(output, recordings.reduce((sum, { bytes }) => sum + bytes, 0));
  try {
    return await work(progress, { bytes: 0 });
  } finally {
    progress.stop();
  }
}

/** The timeline of the recordings at `paths`. */
export async function readTimeline(
  paths: readonly string[],
  options: Omit<TimelineOptions, "count">,
  output: Output,
): Promise<Timeline> {
  const total = await sizeOf(paths);
  const progress = new Progress(output, total);
  let read = 0;
  const count = {
    get bytes(): number {
      return read;
    },
    set bytes(bytes: number) {
      read = bytes;
      void progress.update(bytes, bytes);
    },
  };
  try {
    const opened = await openTimeline(paths, { ...options, count });
    if (E.isRight(opened)) return opened.right;
    const { differs, message } = opened.left;
    if (differs === undefined) throw new BadInput(message);
    throw new NotAsRecorded(`${message}\n  ${await hint(paths)}`);
  } finally {
    progress.stop();
  }
}

/** What shows more of a recording with which the reducer disagrees. */
async function hint(paths: readonly string[]): Promise<string> {
  for (const path of paths) if (!await isRecording(path)) return `conform ${path} shows what differs.`;
  return "replay shows what differs, and replay --with <module> whether it comes out under another version.";
}

/** The size of the files at `paths`, as far as they are there. */
async function sizeOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const info = await Deno.stat(path).catch(() => null);
    if (info?.isFile) bytes += info.size;
    if (!info?.isDirectory) continue;
    const names: string[] = [];
    for await (const { name } of Deno.readDir(path)) names.push(`${path}/${name}`);
    bytes += await sizeOf(names);
  }
  return bytes;
}

/** A recording and the runs in it. */
export interface ReadRecording {
  /** What it is called. */
  readonly name: string;
  /** Its runs. */
  readonly runs: readonly Run[];
}

/** How to read a recording. */
export interface ReadOptions {
  /** Whether it has to come out as it was recorded; true if it is not given. */
  readonly verify?: boolean;
}

/** The one recording at `path`. */
export async function readOne(
  path: string,
  output: Output,
  { verify = true }: ReadOptions = {},
): Promise<ReadRecording> {
  const recordings = await openRecordings([path]);
  const [recording] = recordings;
  if (recordings.length > 1) {
    throw new BadInput(
      `${path}: these are ${recordings.length} recordings. Name one: ${recordings.map(({ name }) => name).join(", ")}.`,
    );
  }
  const collector = new RunCollector();
  const replay = new DetailedReplay();
  await withProgress(recordings, output, async (progress, count) => {
    for await (const some of recording.records(count)) {
      for (const placed of some) {
        collector.take(placed);
        if (verify) replay.take(placed);
      }
      await progress.update(count.bytes, replay.summary.steps);
    }
  });
  const [wrong] = replay.wrong;
  if (wrong !== undefined) {
    const { difference: { details, place, step } } = wrong;
    const lines = [`${describePlace(place)}: step ${step}: ${details}`, ...describeWrongStep(wrong)];
    throw new NotAsRecorded(lines.join("\n  "));
  }
  if (collector.runs.length === 0) throw new BadInput(`${path}: no state in this recording is complete.`);
  return { name: recording.name, runs: collector.runs };
}

/** The run that holds step `number`; `wanted` is the number of a run's first segment, and needed if there are several. */
export function chosenRun({ name, runs }: ReadRecording, wanted: number | undefined, number?: number): Run {
  const chosen = wanted === undefined ? runs : runs.filter(({ segment }) => segment.run === wanted);
  if (chosen.length === 1) return chosen[0];
  if (chosen.length === 0) throw new BadInput(`${name}: there is no run ${wanted}. There are ${runsInWords(runs)}.`);
  const fitting = chosen.filter(({ before, inputs }) => {
    return number === undefined || (number >= before && number <= before + inputs.length);
  });
  if (fitting.length === 1) return fitting[0];
  throw new BadInput(`${name}: choose a run with --run. There are ${runsInWords(runs)}.`);
}

function runsInWords(runs: readonly Run[]): string {
  const list = runs.map(({ before, inputs, segment }) => {
    return `${segment.run} (steps ${before + 1} to ${before + inputs.length})`;
  });
  return `the runs ${list.join(", ")}`;
}

/** Imports the reducer of another version of this module: its `step`. */
export async function loadReducer(specifier: string): Promise<Reducer> {
  const { step } = await load(specifier);
  if (!isReducer(step)) throw new BadInput(`${specifier}: this module exports no function "step".`);
  return step;
}

/** Imports a module by its path from the working directory, or by its specifier. */
export async function load(specifier: string): Promise<Readonly<Record<string, unknown>>> {
  const isSpecifier = /^[a-z]+:|^@/.test(specifier);
  const url = isSpecifier ? specifier : new URL(specifier, `file://${Deno.cwd()}/`).href;
  try {
    return await import(url);
  } catch (error) {
    throw new BadInput(
      `${specifier}: this module cannot be loaded (${error instanceof Error ? error.message : error}).`,
    );
  }
}

/** A whole number from an option. */
export function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new BadInput(`${name}: "${text}" is no whole number.`);
  return Number(text);
}

/** Several whole numbers from an option, with commas between them. */
export function wholeNumbers(name: string, text: string | undefined): readonly number[] {
  return text === undefined || text === "" ? [] : text.split(",").map((part) => wholeNumber(name, part.trim()));
}

/** Makes a folder, if it is not there. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw new BadInput(`${path}: this folder cannot be made (${error instanceof Error ? error.message : error}).`);
  }
}

/** Writes text to a file, and makes the folder for it. */
export async function writeFile(path: string, text: string): Promise<void> {
  const cut = path.lastIndexOf("/");
  if (cut > 0) await makeFolder(path.slice(0, cut));
  try {
    await Deno.writeTextFile(path, text);
  } catch (error) {
    throw new BadInput(`${path}: cannot be written (${error instanceof Error ? error.message : error}).`);
  }
}

function isReducer(value: unknown): value is Reducer {
  return typeof value === "function";
}
