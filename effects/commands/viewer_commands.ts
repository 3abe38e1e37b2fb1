/**
 * The commands that show recordings in a browser. What they need is loaded when one of them is called.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addViewerCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addView(program, output, done);
  addDemo(program, output, done);
}

function addView(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("view")
    .summary("show recorded runs in a browser")
    .description(
      "Serves a page on 127.0.0.1 that shows recorded runs step by step: who led, which messages went where, what every node " +
        "knew and what each step changed. In the page the run can be forked: without a message, or with another one. Name the " +
        "recordings of all nodes of a cluster, as folders or files, or one of etcd-io/raft. Ctrl-C ends it.",
    )
    .argument("<files...>", "recordings")
    .option("--run <name>", "of a recording of etcd-io/raft, this run")
    .option("--port <n>", "the port on 127.0.0.1; 0 is any that is free", "0")
    .option("--open", "open the page in the browser of this machine")
    .option("--follow", "the recordings grow: show their newest segments, and go on")
    .option("--json", "write one JSON object with the address of the page")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task view data/recordings\n  deno task view one.jsonl two.jsonl three.jsonl.gz --open\n" +
        "  deno task view tests/recordings/examples.jsonl.gz --run example/failover --port 8080",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../viewer/command.ts")).view(files, options, output))
    );
}

function addDemo(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("demo")
    .summary("watch a cluster elect, replicate, lose its leader and recover")
    .description(
      "Runs a cluster of three nodes in memory, on simulated time: it elects a leader, replicates, loses its leader and " +
        "recovers. Tells the story in sentences, and shows it in the viewer until Ctrl-C. Without a display, or with --text, " +
        "there are only the sentences.",
    )
    .option("--text", "only tell the story")
    .option("--no-open", "serve the page without opening a browser")
    .option("--port <n>", "the port on 127.0.0.1; 0 is any that is free", "0")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task demo\n  deno task demo --text\n  deno task demo --no-open --port 8080",
    )
    .action(async (options) => done(await (await import("../viewer/demo.ts")).demo(options, output)));
}
