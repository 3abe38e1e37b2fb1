/**
 * The commands about the reducer: judge it, replay it, measure it.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode, JudgeOptions } from "./judge.ts";
import { bench } from "./bench.ts";
import { conform } from "./conform.ts";
import { replay } from "./replay.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addReducerCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addConform(program, output, done);
  addReplay(program, output, done);
  addExport(program, output, done);
  addBench(program, output, done);
}

function addConform(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("conform")
    .summary("compare the reducer with recorded transitions")
    .description(
      "Sets every recorded state, gives the recorded input to the reducer, and says where the outcome differs.\n" +
        "Without files: the recordings in tests/recordings, and those in ../shared/conformance if there are any.",
    )
    .argument("[files...]", "recordings, compressed with gzip or not")
    .option("--conformance <folder>", "the folder of further recordings to judge when no file is named")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task conform\n  deno task conform tests/recordings/examples.jsonl.gz\n" +
        "  deno task conform --json run.jsonl",
    )
    .action(async (files: readonly string[], options) => done(await conform(files, options, output)));
}

function addReplay(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("replay")
    .summary("replay recorded runs and sum them up")
    .description(
      "Replays recorded runs through the reducer step by step, compares every step, and sums up what has happened: those of\n" +
        "nodes (serve --record), as folders or files, or those of etcd-io/raft. Without files: the ones in tests/recordings.",
    )
    .argument("[files...]", "recordings")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task replay\n  deno task replay data/recording\n  deno task replay --json run.jsonl.gz",
    )
    .action(async (files: readonly string[], options) => done(await replayAny(files, options, output)));
}

/** A recording says itself of which kind it is. */
async function replayAny(files: readonly string[], options: JudgeOptions, output: Output): Promise<ExitCode> {
  if (files.length === 0) return await replay(files, options, output);
  const { isRecording, replayRecordings } = await import("../recording/commands.ts");
  const ours = await Promise.all(files.map((file) => isRecording(file).catch(() => false)));
  if (ours.every((is) => is)) return await replayRecordings(files, options, output);
  if (ours.every((is) => !is)) return await replay(files, options, output);
  output.err("Cannot replay recordings of nodes and of etcd-io/raft together: name those of one kind.");
  return 2;
}

function addExport(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("export")
    .summary("turn recordings into JSON Lines")
    .description(
      "Writes recordings of nodes as JSON Lines, which replay takes as well. Their form is documented in effects/recording.",
    )
    .argument("<paths...>", "folders or files of recordings")
    .option(
      "--out <path>",
      "the file, or for several recordings the folder, to write to; standard output if it is not given",
    )
    .option("--json", "write one JSON object that says what was written")
    .addHelpText("after", "\nExamples:\n  deno run -A effects/cli.ts export data/recording --out run.jsonl")
    .action(async (paths: readonly string[], options) =>
      done(await (await import("../recording/commands.ts")).exportRecording(paths, options, output))
    );
}

function addBench(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("bench")
    .summary("run one workload of the speed protocol")
    .description(
      "Runs a workload with N operations on a cluster in memory, after an untimed warm-up, and writes one JSON object:\n" +
        "operations, CPU seconds, steps and a checksum of what was replicated.",
    )
    .argument(
      "<workload>",
      "W1 replicate-3, W2 replicate-5, W3 pipeline-3, W4 batch-3, W5 elections-3, W6 heartbeat-5,\n" +
        "W7 tick-idle, W8 long-log-3",
    )
    .argument("<operations>", "how many")
    .addHelpText("after", "\nExamples:\n  deno task bench W1 200000\n  deno task bench W8 1000000")
    .action((workload: string, operations: string) => done(bench(workload, operations, output)));
}
