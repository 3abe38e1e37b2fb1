/**
 * The commands that run nodes. What they need is loaded when one of them is called.
 *
 * @module
 */
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Adds them to the program; `done` is told the exit code. */
export function addClusterCommands(program: Command, output: Output, done: (code: ExitCode) => void): void {
  addStart(program, output, done);
  addServe(program, output, done);
}

function addStart(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("start")
    .summary("run a RaftKV cluster on this machine")
    .description(
      "Starts nodes as processes of their own on 127.0.0.1, says where they listen and who leads, and stops them in order\n" +
        "with Ctrl-C. Started again, they go on with their data. What the reducers are told is recorded in the folder of\n" +
        "each node, up to 64 MiB, and a page on 127.0.0.1 shows what they do while they do it.",
    )
    .option("--data <folder>", "the folder of their data and logs", "./data")
    .option("--nodes <n>", "how many, 1 to 9", "3")
    .option(
      "--port <n>",
      "the first port: Redis from here, HTTP from 100 and peers from 200 above, the page 300 above",
      "6380",
    )
    .option("--store <kind>", "where the pairs are kept: sqlite, memory", "sqlite")
    .option("--no-view", "record nothing, and serve no page")
    .option("--json", "write one JSON object when they run")
    .addHelpText("after", "\nExamples:\n  deno task start\n  deno task start --nodes 5 --data /tmp/five --port 7000")
    .action(async (options) => done(await (await import("./start.ts")).startCluster(options, output)));
}

function addServe(program: Command, output: Output, done: (code: ExitCode) => void): void {
  program.command("serve")
    .summary("run one RaftKV node")
    .description(
      "Runs one node of a replicated key-value store until Ctrl-C or SIGTERM. Redis clients reach it with --resp, others\n" +
        "with --http. Started again with the same --data, it goes on with its data.",
    )
    .requiredOption("--id <n>", "the number of this node: never used by another one")
    .requiredOption(
      "--cluster <list>",
      "the first members and where they listen for each other: 1=host:port,2=host:port",
    )
    .requiredOption("--data <folder>", "the folder of its data")
    .option("--listen <host:port>", "where it listens for its peers, if not where --cluster says")
    .option("--advertise <host:port>", "where its peers reach it, if that is another address")
    .option("--resp <host:port>", "where it listens for Redis clients")
    .option("--http <host:port>", "where it listens for HTTP clients")
    .option("--join", "it is none of the first members: it waits until it is added")
    .option("--tls-ca <file>", "the certificate of the authority that signs the nodes' certificates")
    .option("--tls-cert <file>", "the certificate of this node")
    .option("--tls-key <file>", "the key of that certificate")
    .option("--token-file <file>", "the file with the token that clients must know")
    .option("--election-ms <ms>", "without a leader for so long, there is an election", "1000")
    .option("--heartbeat-ms <ms>", "how often a leader is heard", "100")
    .option("--timeout-ms <ms>", "a request is answered by then at the latest", "5000")
    .option("--store <kind>", "where the pairs are kept: sqlite, memory", "sqlite")
    .option("--record <folder>", "record every input of the reducer")
    .option("--record-mib <n>", "the most that the recording takes, in MiB; 1024, in larger files, if it is not given")
    .option("--record-payloads <what>", "what of the payloads is recorded: full, hash, none", "full")
    .option(
      "--lease-reads",
      "a leader answers reads without a quorum while its lease holds; relies on the clocks' rates",
    )
    .option("--insecure", "listen beyond this machine without certificates or a token")
    .option("--compact-entries <n>", "cut the log when so many applied entries are in it")
    .option("--keep-entries <n>", "so many entries stay when the log is cut")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--json", "write JSON lines, also on a terminal")
    .addHelpText(
      "after",
      "\nExamples:\n  deno run -A effects/cli.ts serve --id 1 --cluster 1=127.0.0.1:7001 --data ./data/1 --resp 127.0.0.1:6379\n" +
        "  deno run -A effects/cli.ts serve --id 4 --cluster 1=a:7001,2=b:7001,3=c:7001 --join --listen d:7001 …",
    )
    .action(async (options) => done(await (await import("./serve.ts")).serve(options, output)));
}
