/**
 * What the debugger's commands have in common.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { step as coreStep } from "../../../core/step.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { ReadCount } from "../../etcd/reader.ts";
import { isRecording, type OpenRecording, openRecordings } from "../../recording/read_folder.ts";
import { describePlace, type PlacedRecord, RecordingError } from "../../recording/record.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { type Reducer, type Run, RunCollector } from "../run.ts";
import type { Timeline, TimelineError, TimelineOptions } from "../timeline.ts";
import { isEtcdRecording, openTimeline } from "../timeline_files.ts";
import { describeWrongStep, DetailedReplay } from "../wrong_step.ts";
import { NotAsRecorded } from "./answering.ts";
import { Unfinished } from "./unfinished.ts";

export * from "./answering.ts";

/** The recordings of nodes at `paths`. Throws {@linkcode BadInput} if there are others, or none. */
export async function openNodes(paths: readonly string[]): Promise<readonly OpenRecording[]> {
  for (const path of paths) {
    if (!await isOfEtcd(path)) continue;
    throw new BadInput(
      `${path}: this is a recording of etcd-io/raft, which can be replayed, explained, viewed, drawn (export --to mermaid) ` +
        "and compared under another version (diff --with). This needs recordings of nodes.",
    );
  }
  return await openRecordings(paths);
}

/** Whether there is a recording of etcd's library at `path`. */
export async function isOfEtcd(path: string): Promise<boolean> {
  return !await isRecording(path) && await isEtcdRecording(path);
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
  options: Omit<TimelineOptions, "count" | "watch">,
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
  const unfinished = new Unfinished();
  const watch = (placed: PlacedRecord) => unfinished.take(placed);
  const opened = await openTimeline(paths, { ...options, count, watch }).finally(() => progress.stop());
  if (E.isLeft(opened)) throw await whyNot(opened.left, paths);
  unfinished.tell(output);
  return opened.right;
}

async function whyNot({ differs, message, place }: TimelineError, paths: readonly string[]): Promise<Error> {
  if (differs) return new NotAsRecorded(`${message}\n  ${await hint(paths)}`, place);
  if (place === null) return new BadInput(message);
  return new RecordingError(place, message.replace(`${describePlace(place)}: `, ""));
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
  /** Is told now and then how many bytes and steps were read. */
  readonly tell?: (bytes: number, steps: number) => void | Promise<void>;
}

/** The one recording at `path`. */
export async function readOne(path: string, output: Output, options: ReadOptions = {}): Promise<ReadRecording> {
  const recordings = await openNodes([path]);
  if (recordings.length > 1) {
    throw new BadInput(
      `${path}: these are ${recordings.length} recordings. Name one: ${recordings.map(({ name }) => name).join(", ")}.`,
    );
  }
  const unfinished = new Unfinished();
  const read = await withProgress(recordings, output, async (progress) => {
    const tell = (bytes: number, steps: number) => progress.update(bytes, steps);
    return await readRuns(unfinished.in(recordings)[0], { tell, ...options });
  });
  unfinished.tell(output);
  return read;
}

/** The runs of a recording. */
export async function readRuns(
  { name, records }: OpenRecording,
  { tell = () => {}, verify = true }: ReadOptions,
): Promise<ReadRecording> {
  const collector = new RunCollector();
  const replay = new DetailedReplay();
  const count = { bytes: 0 };
  let steps = 0;
  for await (const some of records(count)) {
    for (const placed of some) {
      collector.take(placed);
      if (verify) replay.take(placed);
      if (placed.record.type === "Steps") steps += placed.record.messages.length;
    }
    await tell(count.bytes, steps);
  }
  const [wrong] = replay.wrong;
  if (wrong !== undefined) {
    const { difference: { details, place, step } } = wrong;
    const lines = [`${describePlace(place)}: step ${step}: ${details}`, ...describeWrongStep(wrong)];
    throw new NotAsRecorded(lines.join("\n  "), place);
  }
  if (collector.runs.length === 0) throw new BadInput(`${name}: no state in this recording is complete.`);
  return { name, runs: collector.runs };
}

/** Does some work that takes about `total` steps of the core's reducer, which it is given, and draws how far it is. */
export async function withSteps<A>(
  total: number,
  output: Output,
  work: (step: Reducer) => A | Promise<A>,
): Promise<A> {
  const progress = new Progress(output, total);
  try {
    await progress.ready();
    return await work(watched(coreStep, (steps) => progress.show(steps, steps)));
  } finally {
    progress.stop();
  }
}

/** A reducer that says now and then how many steps it has taken, so that work which is made of steps can be watched. */
export function watched(reducer: Reducer, tell: (steps: number) => void): Reducer {
  let steps = 0;
  return (node, message) => {
    if (++steps % TELL_EVERY === 0) tell(steps);
    return reducer(node, message);
  };
}

const TELL_EVERY = 256;

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
    if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
      throw new BadInput(`${path}: this cannot be a folder, because there is a file. Choose another name with --out.`);
    }
    throw new BadInput(`${path}: this folder cannot be made (${error instanceof Error ? error.message : error}).`);
  }
}

/**
 * Makes the folder for the file `path`. Throws {@linkcode BadInput} if there is a folder with the name of the file, or if it
 * is a file of one of `recordings`, which are read.
 */
export async function makeRoomFor(path: string, recordings: readonly OpenRecording[] = []): Promise<void> {
  if (path.endsWith("/") || (await Deno.stat(path).catch(() => null))?.isDirectory) {
    throw new BadInput(`${path}: this is a folder. Name a file with --out.`);
  }
  const cut = path.lastIndexOf("/");
  if (cut > 0) await makeFolder(path.slice(0, cut));
  const there = await Deno.realPath(path).catch(() => null);
  if (there === null) return;
  for (const file of recordings.flatMap(({ files }) => files)) {
    if (await Deno.realPath(file) === there) {
      throw new BadInput(`${path}: this is the recording that is read. Choose another name with --out.`);
    }
  }
}

/** Writes text to a file, and makes the folder for it. */
export async function writeFile(path: string, text: string): Promise<void> {
  await makeRoomFor(path);
  try {
    await Deno.writeTextFile(path, text);
  } catch (error) {
    throw new BadInput(`${path}: cannot be written (${error instanceof Error ? error.message : error}).`);
  }
}

function isReducer(value: unknown): value is Reducer {
  return typeof value === "function";
}
