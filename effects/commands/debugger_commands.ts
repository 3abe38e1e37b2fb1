/**
 * The commands about recordings: replay them, ask them why, compare, change and shrink them. What they need is loaded when
 * one of them is called.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Is told the exit code. */
export type Done = (code: ExitCode) => void;

/** Adds them to the program; `done` is told the exit code. */
export function addDebuggerCommands(program: Command, output: Output, done: Done): void {
  addReplay(program, output, done);
  addExplain(program, output, done);
  addDiff(program, output, done);
  addFork(program, output, done);
  addShrink(program, output, done);
  addExport(program, output, done);
}

function addReplay(program: Command, output: Output, done: Done): void {
  program.command("replay")
    .summary("replay recorded runs and sum them up")
    .description(
      "Replays recorded runs through the reducer step by step, compares every step, and sums up what has happened: those of " +
        "nodes (serve --record), as folders or files, or those of etcd-io/raft. Without files: the ones in tests/recordings. " +
        "Where a step comes out in another way than it was recorded, it says which one, and what differs.",
    )
    .argument("[files...]", "recordings")
    .option("--with <module>", "replay through the step of another version of the module: a path or a specifier")
    .option("--unfinished", "accept runs that nobody has ended: the node has crashed, or it still runs")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task replay\n  deno task replay data/recording --unfinished\n  deno task replay --json run.jsonl.gz\n" +
        "  deno run -A effects/cli.ts replay run.jsonl --with ../before/core/mod.ts",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../debugger/command/replay_any.ts")).replayAny(files, options, output))
    );
}

function addExplain(program: Command, output: Output, done: Done): void {
  program.command("explain")
    .summary("say why something happened in recorded runs")
    .description(
      "Says in sentences why the leadership changed and what else is odd; or with an option, what became of an index, a term, " +
        "a step or a ticket. Name the recordings of all nodes that you have: what one node sent and another never got shows only then. " +
        "Steps have numbers over all nodes, in an order in which every message is received after it was sent.",
    )
    .argument("<files...>", "the recordings of the nodes of a cluster, or one of etcd-io/raft")
    .option("--index <i>", "why the entry at this index is committed, or is not, and what became of its proposal")
    .option(
      "--term <t>",
      "what happened in this term: who campaigned and why, who voted for whom, who led and how that ended",
    )
    .option("--step <s>", "what this step did and why; <node>:<step> counts the steps of one node")
    .option("--ticket <n>", "what became of what a host asked for with this ticket; if several have it, in which steps")
    .option("--node <i>", "with --ticket: only the host of this node")
    .option("--run <name>", "of a recording of etcd-io/raft, this run")
    .option(
      "--with <module>",
      "tell what another version of the module makes of the recorded inputs: a path or a specifier",
    )
    .option(
      "--data <module>",
      "a module whose default export says what the data of an entry is: bytes to text, or null",
    )
    .option(
      "--json",
      "write one JSON object: nodes, steps and chapters; sentences have text, depth and the steps they name",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  deno task explain data/recordings\n  deno task explain one.jsonl two.jsonl three.jsonl --index 57\n" +
        "  deno task explain data/recordings --step 3:1204",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../debugger/command/explain.ts")).explainRecordings(files, options, output))
    );
}

function addDiff(program: Command, output: Output, done: Done): void {
  program.command("diff")
    .summary("say where two recordings differ, or two versions on one")
    .description(
      "Finds the first step in which two recordings of a node differ, or in which another version of the module does " +
        "something else with the inputs of one, and shows how, member by member. Of two clusters, or of one with --with, " +
        "every node is compared, and the difference that happened first is shown. Recordings of etcd-io/raft need --with. " +
        "Exit code 1: they differ.",
    )
    .argument("<files...>", "two recordings or folders with those of a cluster, or one with --with")
    .option("--with <module>", "another version of the module: a path or a specifier")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task diff before.jsonl after.jsonl\n  deno task diff data/recordings data/forked\n" +
        "  deno task diff run.jsonl --with ../before/core/mod.ts",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../debugger/command/diff.ts")).diffRecordings(files, options, output))
    );
}

function addFork(program: Command, output: Output, done: Done): void {
  program.command("fork")
    .summary("make a recording of another future")
    .description(
      "Writes a recording that is the same up to a step and goes on in another way. With the recording of one node, the " +
        "others say what they were recorded to say. With those of several, all of them go on: what nodes send then arrives as " +
        "the recorded messages did, and steps have their numbers over all nodes.",
    )
    .argument("<files...>", "the recording of a node, or those of a cluster")
    .requiredOption("--at <s>", "the last step that stays as it was")
    .option("--drop <list>", "these later steps do not happen, with commas between them")
    .option(
      "--insert <json>",
      "this message comes right behind step s, in a cluster <node>:<json>; may be given several times",
      several,
      [],
    )
    .option(
      "--edit <step=json>",
      "in that later step the node is told this message; may be given several times",
      several,
      [],
    )
    .option("--run <n>", "of several runs, the one that begins with this segment")
    .option("--out <path>", "the file to write to, standard output if it is not given; for a cluster, the folder")
    .option("--json", "write one JSON object that says what was written; only with --out")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task fork run.jsonl --at 120 --drop 121,125 > other.jsonl\n" +
        `  deno task fork run.jsonl --at 120 --insert '{"type":"Campaign"}' --out other.jsonl\n` +
        "  deno task fork one.jsonl two.jsonl three.jsonl --at 300 --drop 301 --out other",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../debugger/command/fork.ts")).forkRecordings(files, options, output))
    );
}

function addShrink(program: Command, output: Output, done: Done): void {
  program.command("shrink")
    .summary("find the fewest inputs that violate a property")
    .description(
      "Takes inputs away and makes the others simpler as long as they still violate a property, and writes what is left as " +
        "a recording and as a test. A property is the default export of a module: a function that is shown every step " +
        "({ number, before, message, after, outbox }) and returns what is wrong with it, or null; a check with the member " +
        "stepped, of one node or several; or a function without parameters that makes one of them.",
    )
    .argument("<files...>", "the recording of a node, or those of a cluster")
    .option("--check <module>", "the module with the property")
    .option("--with <module>", "a module whose step is checked; without --check, for doing the same as this version")
    .option("--run <n>", "of several runs, the one that begins with this segment")
    .option("--tries <n>", "try at most so many lists, at least one", "20000")
    .option("--out <name>", "write name.jsonl and name_test.ts", "shrunk")
    .option(
      "--module <specifier>",
      "where the test imports this module from: its name or its folder",
      "@raftfold/raftfold",
    )
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task shrink run.jsonl --check never_behind.ts --out found/behind\n" +
        "  deno task shrink run.jsonl --with ../after/core/mod.ts",
    )
    .action(async (files: readonly string[], options) =>
      done(await (await import("../debugger/command/shrink.ts")).shrinkRecordings(files, options, output))
    );
}

function addExport(program: Command, output: Output, done: Done): void {
  program.command("export")
    .summary("turn recordings into text")
    .description(
      "Writes recordings of nodes as JSON Lines, which all commands take as well; their form is documented in " +
        "effects/recording. Or draws a range of steps of several nodes as a sequence diagram for Mermaid.",
    )
    .argument("<paths...>", "folders or files of recordings")
    .option("--to <form>", "jsonl or mermaid", "jsonl")
    .option("--from <s>", "with mermaid, the first step; 1 if it is not given")
    .option("--to-step <s>", "with mermaid, the last step; at most 200 steps are drawn if it is not given")
    .option("--run <name>", "with mermaid, of a recording of etcd-io/raft, this run")
    .option(
      "--out <path>",
      "the file, or for several recordings as JSON Lines the folder, to write to; standard output if it is not given",
    )
    .option("--json", "write one JSON object: what was written, or the diagram; lines without --out are JSON already")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task export data/recording --out run.jsonl\n" +
        "  deno task export one.jsonl two.jsonl --to mermaid --from 40 --to-step 60 --out story.mmd",
    )
    .action(async (paths: readonly string[], options) =>
      done(await (await import("../debugger/command/export_any.ts")).exportAny(paths, options, output))
    );
}

/** An option that may be given several times. */
function several(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
