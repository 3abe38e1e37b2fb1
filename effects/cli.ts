/**
 * The command line: every command is a part of this one program.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { addClusterCommands } from "./commands/cluster_commands.ts";
import { addDebuggerCommands } from "./commands/debugger_commands.ts";
import type { ExitCode } from "./commands/judge.ts";
import { addOperationCommands } from "./commands/operation_commands.ts";
import { addReducerCommands } from "./commands/reducer_commands.ts";
import { addTrialCommands } from "./commands/trial_commands.ts";
import { addViewerCommands } from "./commands/viewer_commands.ts";
import { type Output, processOutput } from "./terminal/output.ts";

export type { Bar, BarValues, Drawing } from "./terminal/drawing.ts";
export type { ExitCode, Output };

/** Runs the program with `args`, and returns its exit code: 0 all is good, 1 something differs, 2 used in a wrong way. */
export async function main(args: readonly string[], output: Output = processOutput()): Promise<ExitCode> {
  let code: ExitCode = 0;
  const done = (result: ExitCode): void => void (code = result);
  const program = new Command("raftfold")
    .description("Raft as one pure function, and a key-value store on it.")
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
  addClusterCommands(program, output, done);
  addOperationCommands(program, output, done);
  addTrialCommands(program, output, done);
  addReducerCommands(program, output, done);
  addDebuggerCommands(program, output, done);
  addViewerCommands(program, output, done);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code === "commander.helpDisplayed" || error.code === "commander.version" ? 0 : 2;
  }
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
