/**
 * The command `explore` and its options. What it does is loaded when it is asked for.
 *
 * @module
 */
import type { Command } from "commander";
import type { ExitCode } from "../commands/judge.ts";
import type { Output } from "../terminal/output.ts";
import { BUDGETS } from "./bounds.ts";
import type { ExploreFlags } from "./flags.ts";
import { PRESETS } from "./presets.ts";

/** Adds the command to the program; `done` is told the exit code. */
export function addExploreCommand(program: Command, output: Output, done: (code: ExitCode) => void): void {
  const command = program.command("explore")
    .summary("look at every state that a small cluster can come to")
    .description(
      "Explores the reducer itself, breadth first: messages arrive in any order or never, timeouts pass at any time. Each kind " +
        "of event happens at most as often as you say. Ends with a table, or with the shortest story of what went wrong.",
    )
    .option(
      "--preset <name>",
      `one of: ${Object.keys(PRESETS).join(", ")}; its number of states must come out, unless other options change it`,
    )
    .option("--nodes <n>", "voters at the beginning")
    .option("--spares <n>", "further nodes, which can be added")
    .option("--terms <n>", "nobody campaigns for a later term");
  for (const name of BUDGETS) command.option(`--${name} <n>`, `how many ${NAMES[name] ?? name}`);
  command
    .option("--in-flight <n>", "messages from one node to another at the same time; more are lost")
    .option("--ordered", "messages from one node to another arrive in order, or are lost; otherwise in any order")
    .option("--forwarding", "clients ask followers as well")
    .option("--delayed-writes", "writes become durable later, in order")
    .option("--delayed-applies", "what is committed is applied later, in order")
    .option("--pre-vote", "campaigns begin with a pre-vote")
    .option("--check-quorum", "leaders check their quorum, and are protected")
    .option("--no-symmetry", "tell states apart that differ only in the numbers of the nodes")
    .option("--recovery", "try from everywhere that a leader can be elected and a command committed again")
    .option(
      "--max-states <n>",
      "look at no more states than these, which is no failure, but proves nothing of the others",
    )
    .option("--record <folder>", "write a counterexample as recordings, one folder a node")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nThe bounds decide how long it takes: each that is raised multiplies the states. Where output is no terminal, nothing is\n" +
        "written until the end; --changes 1 alone takes about two minutes.\n" +
        "\nExamples:\n  deno task explore\n  deno task explore --nodes 3 --terms 2 --proposals 1 --crashes 1\n" +
        "  deno task explore --preset ci\n  deno task explore --proposals 2 --in-flight 1 --delayed-writes --max-states 1000000",
    )
    .action(async (flags: ExploreFlags) => done(await (await import("./command.ts")).explore(flags, output)));
}

const NAMES: Readonly<Record<string, string>> = {
  timeouts: "election timeouts; no limit but the terms if it is not given",
  proposals: "commands of clients",
  duplicates: "messages arrive twice",
  crashes: "crashes, each with a restart",
  beats: "rounds of heartbeats",
  changes: "configuration changes",
  reads: "linearizable reads",
  transfers: "transfers of the leadership",
  checks: "quorum checks",
  unreachable: "reports that a peer cannot be reached",
  drops: "messages that are lost (those that never arrive are lost too)",
};
