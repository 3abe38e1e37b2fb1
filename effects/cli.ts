/**
 * The command line: every command is a part of this one program.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { bench } from "./commands/bench.ts";
import { conform } from "./commands/conform.ts";
import type { ExitCode } from "./commands/judge.ts";
import { replay } from "./commands/replay.ts";
import { type Output, processOutput } from "./terminal/output.ts";

export type { ExitCode, Output };

/** Runs the program with `args`, and returns its exit code: 0 all is good, 1 something differs, 2 used in a wrong way. */
export async function main(args: readonly string[], output: Output = processOutput()): Promise<ExitCode> {
  let code: ExitCode = 0;
  const done = (result: ExitCode): void => void (code = result);
  const program = new Command("raftfold")
    .description("Raft as one pure function: judge it, replay it.")
    .addHelpText("after", "\nExit codes: 0 all is good, 1 something differs, 2 wrong use or bad input.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
      // What follows keeps the parser from asking the environment, for which there is no permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    });
  addConform(program, output, done);
  addReplay(program, output, done);
  addBench(program, output, done);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code === "commander.helpDisplayed" || error.code === "commander.version" ? 0 : 2;
  }
  return code;
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
      "Replays recorded runs step by step, compares every step, and sums up what has happened.\n" +
        "Without files: the recordings in tests/recordings.",
    )
    .argument("[files...]", "recordings, compressed with gzip or not")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task replay\n  deno task replay tests/recordings/examples.jsonl.gz\n" +
        "  deno task replay --json run.jsonl.gz",
    )
    .action(async (files: readonly string[], options) => done(await replay(files, options, output)));
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

if (import.meta.main) Deno.exit(await main(Deno.args));
