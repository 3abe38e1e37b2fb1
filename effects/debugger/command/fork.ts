/**
 * `fork`: another future from a past instant, as a recording.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Message } from "../../../core/message.ts";
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import { message as messageCodec } from "../../recording/json_message.ts";
import type { Output } from "../../terminal/output.ts";
import { EditError, forkRun } from "../fork.ts";
import { runsOfFork } from "../fork_runs.ts";
import { forkTimeline } from "../fork_timeline.ts";
import { describeNode } from "../explain/step.ts";
import { listInWords, many, nodesInWords } from "../words.ts";
import { linesOfRuns } from "../write_run.ts";
import {
  answering,
  chosenRun,
  type CommandOptions,
  makeFolder,
  makeRoomFor,
  openNodes,
  readOne,
  readTimeline,
  wholeNumber,
  wholeNumbers,
  withSteps,
  writeFile,
} from "./common.ts";

/** How to go on in another way. */
export interface ForkOptions extends CommandOptions {
  /** The last step that stays. */
  readonly at: string;
  /** Steps that do not happen, with commas between them. */
  readonly drop?: string;
  /** Messages that come right behind the last step that stays, as JSON. */
  readonly insert?: readonly string[];
  /** Messages that take the place of others, as `step=JSON`. */
  readonly edit?: readonly string[];
  /** The run, by the number of its first segment. */
  readonly run?: string;
  /** The file to write to; standard output if it is not given. */
  readonly out?: string;
}

/** Writes another future of the recordings at `paths`. 0: done; 1: they do not replay; 2: it cannot be done. */
export function forkRecordings(paths: readonly string[], options: ForkOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const [path, ...more] = paths;
    if (path === undefined) throw new BadInput("Name a recording.");
    const recordings = await openNodes(paths);
    const write = async (file: string, lines: readonly string[]): Promise<void> => {
      await makeRoomFor(file, recordings);
      await writeFile(file, `${lines.join("\n")}\n`);
    };
    await (more.length > 0 || recordings.length > 1
      ? forkCluster(paths, options, output, write)
      : forkNode(path, options, output, write));
    return 0;
  }, options);
}

type Write = (file: string, lines: readonly string[]) => Promise<void>;

async function forkNode(path: string, options: ForkOptions, output: Output, write: Write): Promise<void> {
  const at = wholeNumber("--at", options.at);
  const drop = wholeNumbers("--drop", options.drop);
  const insert = (options.insert ?? []).map((text) => readMessage("--insert", text));
  const edit = new Map((options.edit ?? []).map(readEdit));
  const recording = await readOne(path, output);
  const run = chosenRun(recording, options.run === undefined ? undefined : wholeNumber("--run", options.run), at);
  const fork = orBadInput(() => forkRun(run, { at, drop, insert, edit }));
  const lines = await withSteps(fork.inputs.length, output, (step) => linesOfRuns([fork], step));
  if (options.out === undefined) return lines.forEach(output.out);
  await write(options.out, lines);
  const steps = fork.before + fork.inputs.length;
  if (options.json) output.out(JSON.stringify({ file: options.out, steps, at }));
  else output.out(`${options.out}: ${steps} steps, as in ${recording.name} up to step ${at}`);
}

async function forkCluster(
  paths: readonly string[],
  options: ForkOptions,
  output: Output,
  write: Write,
): Promise<void> {
  const { out, run } = options;
  if (run !== undefined) throw new BadInput("--run chooses a run of one recording, and these are several.");
  if (out === undefined) throw new BadInput("These are several recordings. Name a folder for the new ones with --out.");
  const at = wholeNumber("--at", options.at);
  const drop = wholeNumbers("--drop", options.drop);
  const insert = (options.insert ?? []).map(readInsert);
  const edit = new Map((options.edit ?? []).map(readEdit));
  const timeline = await readTimeline(paths, {}, output);
  const files: string[] = [];
  // All that is behind the step is computed, and then all of it once more while it is written.
  const fork = await withSteps(2 * timeline.length - at, output, async (step) => {
    const fork = orBadInput(() => forkTimeline(timeline, { at, drop, insert, edit }, { step }));
    await makeFolder(out);
    for (const [node, runs] of [...runsOfFork(timeline, fork)].sort(([a], [b]) => a - b)) {
      const file = `${out}/${node}.jsonl`;
      await write(file, linesOfRuns(runs, step));
      files.push(file);
    }
    return fork;
  });
  const { diverged, nodes, steps, vanished } = fork;
  if (options.json) {
    const states = [...nodes.values()].map(({ id, role, term, commit, log }) => ({
      id,
      role,
      term,
      commit,
      last: log.last,
    }));
    return output.out(
      JSON.stringify({ files, at, steps: steps.length, vanished, diverged: [...diverged.keys()], nodes: states }),
    );
  }
  output.out(
    `${many(steps.length, "step")} behind step ${at}; ${many(vanished.length, "recorded step")} did not happen.`,
  );
  output.out(
    diverged.size === 0
      ? "No node was told anything else."
      : `The runs of ${nodesInWords([...diverged.keys()].sort((a, b) => a - b))} are other ones.`,
  );
  for (const node of nodes.values()) output.out(`At the end node ${node.id} is ${describeNode(node)}.`);
  output.out(`${listInWords(files)} hold it.`);
}

/** A message from JSON, in the form that recordings have. */
export function readMessage(name: string, text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${name}: this is no JSON (${error instanceof Error ? error.message : error}): ${text}`);
  }
  const decoded = messageCodec.decode(value);
  if (E.isRight(decoded)) return decoded.right;
  const [{ context, message }] = decoded.left.toSorted((a, b) => b.context.length - a.context.length);
  const member = context.map(({ key }) => key).filter((key) => key !== "").join(".");
  throw new BadInput(
    `${name}: this is no message${
      member === "" ? "" : ` ("${member}" is wrong: ${message ?? "another value is needed"})`
    }: ${text}`,
  );
}

/** `2:{…}`: the node and what it is told. */
function readInsert(text: string): { readonly node: number; readonly message: Message } {
  const [, node, json] = /^(\d+):(.*)$/s.exec(text) ?? [];
  if (node === undefined || json === undefined) {
    throw new BadInput(`--insert: for several recordings, write the node and the message, as in 2:{…}: ${text}`);
  }
  return { node: Number(node), message: readMessage("--insert", json) };
}

function readEdit(text: string): readonly [number, Message] {
  const [, number, json] = /^(\d+)=(.*)$/s.exec(text) ?? [];
  if (number === undefined || json === undefined) {
    throw new BadInput(`--edit: write the step and the message, as in 12={…}: ${text}`);
  }
  return [Number(number), readMessage("--edit", json)];
}

function orBadInput<A>(work: () => A): A {
  try {
    return work();
  } catch (error) {
    if (error instanceof EditError) throw new BadInput(error.message);
    throw error;
  }
}
