/**
 * Runs the commands of a transcript.
 *
 * @module
 */
import { Arguments } from "./commands/arguments.ts";
import type { Commands } from "./commands/command.ts";
import { INPUT_COMMANDS } from "./commands/inputs.ts";
import { NETWORK_COMMANDS } from "./commands/network.ts";
import { NODE_COMMANDS } from "./commands/nodes.ts";
import { SHOW_COMMANDS } from "./commands/show.ts";
import { Cluster } from "./host/cluster.ts";
import { Trace } from "./text/trace.ts";

const COMMANDS: Commands = { ...NODE_COMMANDS, ...INPUT_COMMANDS, ...NETWORK_COMMANDS, ...SHOW_COMMANDS };

/** One run: its commands come one after the other and all talk to one cluster. */
export class Interpreter {
  readonly #trace = new Trace();
  readonly #cluster = new Cluster(this.#trace);

  /** Runs a command line and answers what it prints; `quiet COMMAND` prints only roles, refusals and faults. */
  run(line: string): readonly string[] {
    const args = new Arguments(line);
    const name = args.word();
    this.#trace.level = name === "quiet" ? "essential" : "all";
    this.#run(name === "quiet" ? args.word() : name, args);
    args.finish();
    this.#cluster.check();
    return this.#trace.take();
  }

  #run(name: string, args: Arguments): void {
    if (!Object.hasOwn(COMMANDS, name)) throw new Error(`Cannot run "${name}": there is no such command.`);
    COMMANDS[name](this.#cluster, args);
  }
}
