/**
 * The commands about the reducer: judge it, measure it.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";
import { bench } from "./bench.ts";
import { conform } from "./conform.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addReducerCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addConform(program, output, done);
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
