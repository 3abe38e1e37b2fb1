/**
 * The commands that try the protocol on simulated time, and all of its interleavings.
 *
 * @module
 */
import type { Command } from "commander";
import { addExploreCommand } from "../explore/register.ts";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addSimulationCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addSimulate(program, output, done);
  addExploreCommand(program, output, done);
}

function addSimulate(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("simulate")
    .summary("run clusters on simulated time while everything goes wrong")
    .description(
      "Runs RaftKV nodes on simulated clocks, disks and networks, one run for each seed, on all cores. While clients work, " +
        "messages are lost, nodes crash and disks fail; every promise of the protocol is checked at every step. The same seed " +
        "is the same run. Exit code 1 if something was violated, or if 100 runs of the profile chaos do not show everything.",
    )
    .option("--seeds <list>", "numbers and ranges with commas between them; 1..100 if it is not given")
    .option("--minutes <n>", "go on for so long, with the seeds that follow")
    .option("--profile <name>", "what goes wrong: calm, network, disk, crash, members, chaos; chaos if it is not given")
    .option("--nodes <n>", "how many nodes; if it is not given, the seed decides")
    .option("--clients <n>", "how many clients; if it is not given, the seed decides")
    .option("--seconds <n>", "simulated seconds of each run; 60 if it is not given")
    .option("--lease-reads", "leaders answer reads by their lease; if it is not given, the seed decides")
    .option("--workers <n>", "how many runs at the same time; one for each core if it is not given")
    .option("--shrink", "look for the smallest schedule that fails")
    .option("--record <folder>", "where the recordings of runs that fail go; a new folder if it is not given")
    .option("--export <form>", "write what clients were told for other checkers: porcupine")
    .option("--history <path>", "the file for it, or for several seeds the folder; standard output if it is not given")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task simulate\n  deno task simulate --seeds 1..1000\n  deno task simulate --minutes 10 --profile disk\n" +
        "  deno task simulate --seeds 17 --shrink --record data/failures\n" +
        "  deno task simulate --seeds 17 --export porcupine --history history.jsonl",
    )
    .action(async (options) => done(await (await import("../sim/command/command.ts")).simulate(options, output)));
}
