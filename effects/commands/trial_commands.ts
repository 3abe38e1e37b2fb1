/**
 * The commands that try a cluster: of processes, with harm, failover and speed; and of simulated machines.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";
import { addSimulationCommands } from "./simulation_commands.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addTrialCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addTorture(program, output, done);
  addFailover(program, output, done);
  addBenchCluster(program, output, done);
  addSimulationCommands(program, output, done);
}

function addTorture(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("torture")
    .summary("do harm to a cluster of processes, and check that it keeps its promises")
    .description(
      "Runs a cluster of node processes under clients that write and read, kills, pauses and cuts off nodes at random, and\n" +
        "checks afterwards that every history is linearizable and that no acknowledged write is missing.",
    )
    .option("--nodes <n>", "how many nodes", "3")
    .option("--minutes <n>", "how long harm is done", "1")
    .option("--seed <n>", "what determines everything that is drawn; random if it is not given")
    .option("--clients <n>", "how many clients")
    .option("--faults <list>", "which faults: names with commas, all or none")
    .option("--election-ms <ms>", "the election timeout of the nodes")
    .option("--recovery-ms <ms>", "how long each step of a recovery may take")
    .option("--lease-reads", "leaders answer reads by their lease; draws no cuts unless --faults says so")
    .option("--store <kind>", "where the nodes keep their pairs: sqlite, memory")
    .option("--data <folder>", "the folder of data and logs, which stays")
    .option("--history <file>", "write the history, one JSON object a line")
    .option("--json", "write one JSON object")
    .addHelpText("after", "\nExamples:\n  deno task torture\n  deno task torture --minutes 10 --seed 7 --nodes 5")
    .action(async (options) => done(await (await import("../torture/command.ts")).torture(options, output)));
}

function addFailover(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("failover")
    .summary("measure how long a cluster is without a leader")
    .description(
      "Kills the leader of a cluster of node processes again and again, and measures the time to the first write that\n" +
        "succeeds. Exit code 1 if the median is above two election timeouts.",
    )
    .option("--times <n>", "how often", "10")
    .option("--nodes <n>", "how many nodes", "3")
    .option("--election-ms <ms>", "their election timeout", "1000")
    .option("--json", "write one JSON object")
    .addHelpText("after", "\nExamples:\n  deno task failover\n  deno task failover --times 30 --election-ms 500")
    .action(async (options) => done(await (await import("../torture/failover_command.ts")).failover(options, output)));
}

function addBenchCluster(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("bench-cluster")
    .summary("measure a cluster on this machine")
    .description(
      "Starts node processes with durable writes, has clients ask the leader, and writes rate, latencies and the CPU time of\n" +
        "the servers. 64-byte values, 10,000 keys; the clients run in this process.",
    )
    .option("--clients <list>", "how many at the same time", "1,64,256")
    .option("--operations <list>", "put, get", "put,get")
    .option("--seconds <n>", "how long each is measured", "5")
    .option("--nodes <n>", "how many nodes", "3")
    .option("--store <kind>", "where the pairs are kept: sqlite, memory", "sqlite")
    .option(
      "--catch-up <entries>",
      "instead: how fast a follower that was down for so many entries gets them from the log",
    )
    .option("--snapshot <MB>", "instead: how fast one that was down gets a snapshot of so many megabytes")
    .option("--tls <folder>", "with TLS between the nodes: ca.pem, and N.pem with N.key for node N, are in the folder")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  deno task bench:cluster\n  deno task bench:cluster --clients 64 --operations put\n  deno task bench:cluster --catch-up 100000\n" +
        "  deno task bench:cluster --snapshot 200",
    )
    .action(async (options) => done(await (await import("./bench_cluster.ts")).benchCluster(options, output)));
}
