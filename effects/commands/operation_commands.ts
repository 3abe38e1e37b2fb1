/**
 * The commands that save and mend clusters. What they need is loaded when one of them is called.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addOperationCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addBackup(program, output, done);
  addRestore(program, output, done);
  addRecover(program, output, done);
}

function addBackup(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("backup")
    .summary("back up a running cluster into a file")
    .description(
      "Asks a running node for everything that was acknowledged before, checks every checksum, and makes the file durable\n" +
        "before it gets its name. A file that exists is never overwritten.",
    )
    .argument("<file>", "the file to write")
    .requiredOption("--http <host:port>", "where a node, any one, listens for HTTP clients")
    .option("--token-file <file>", "the file with the token that clients must know; or set RAFTFOLD_TOKEN")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno run -A effects/cli.ts backup monday.backup --http 127.0.0.1:6480\n" +
        "  deno run -A effects/cli.ts backup monday.backup --http db1:8080 --token-file token --json",
    )
    .action(async (file: string, options) => done(await (await import("./backup.ts")).backup(file, options, output)));
}

function addRestore(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("restore")
    .summary("begin a new cluster with a backup")
    .description(
      "Makes a backup the state of one member of a new cluster, in an empty folder. Do it for every member, with the same\n" +
        "file and the same --cluster; then start them all.",
    )
    .argument("<file>", "the backup")
    .option("--new-cluster", "has to be given: a backup is never put into a cluster that exists")
    .requiredOption("--id <n>", "the number of this member")
    .requiredOption("--cluster <list>", "the first members of the new cluster: 1=host:port,2=host:port")
    .requiredOption("--data <folder>", "the folder of this member's data: empty, or not there yet")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  deno run -A effects/cli.ts restore monday.backup --new-cluster --id 1 \\\n" +
        "    --cluster 1=a:7001,2=b:7001,3=c:7001 --data ./data/1",
    )
    .action(async (file: string, options) => done(await (await import("./restore.ts")).restore(file, options, output)));
}

function addRecover(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("recover")
    .summary("go on with one node when a majority is lost for good")
    .description(
      "Makes a stopped node the only member of its cluster. What the lost members had committed and this node does not have\n" +
        "is lost; what this node has and nobody had committed comes true. It says which entries these are, and asks.\n" +
        "As long as a majority can come back, start it instead.",
    )
    .option("--force-new-cluster", "has to be given: the other members can never come back afterwards")
    .requiredOption("--id <n>", "the node that stays: the one with the longest log of the newest term")
    .requiredOption("--data <folder>", "the folder of its data")
    .option("--yes", "do not ask")
    .option("--store <kind>", "where its pairs are kept: sqlite, memory", "sqlite")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  deno run -A effects/cli.ts recover --force-new-cluster --id 2 --data ./data/2",
    )
    .action(async (options) => done(await (await import("./recover.ts")).recover(options, output)));
}
