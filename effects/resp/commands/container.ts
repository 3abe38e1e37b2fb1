/**
 * Commands that only hold subcommands.
 *
 * @module
 */
import { answer } from "../action.ts";
import type { Argument, CommandSpec } from "../command.ts";
import { wrongArity } from "../errors.ts";
import { line, list } from "../reply.ts";

/** A command whose second word says what it does. It has a `HELP` besides. */
export function container(
  spec: Pick<CommandSpec, "name" | "summary" | "since" | "group"> & Partial<Pick<CommandSpec, "arity" | "interpret">>,
  subcommands: readonly CommandSpec[],
): CommandSpec {
  return {
    arity: -2,
    flags: [],
    complexity: "Depends on the subcommand.",
    interpret: () => answer(wrongArity(spec.name)),
    ...spec,
    subcommands: [...subcommands, help(spec.name, spec.group, subcommands)],
  };
}

function help(name: string, group: CommandSpec["group"], subcommands: readonly CommandSpec[]): CommandSpec {
  const heading = `${name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`;
  const lines = subcommands.flatMap((sub) => [
    [sub.name.toUpperCase(), ...(sub.arguments ?? []).map(spell)].join(" "),
    `    ${sub.summary}.`,
  ]);
  const reply = list([heading, ...lines, "HELP", "    Prints this help."].map(line));
  return {
    name: "help",
    arity: 2,
    flags: ["loading", "stale"],
    summary: "Shows what there is",
    since: "5.0.0",
    group,
    complexity: "O(1)",
    interpret: () => answer(reply),
  };
}

/** An argument as people write it. */
function spell({ name, type, token, optional, multiple, arguments: parts = [] }: Argument): string {
  const inner = type === "oneof" ? parts.map(spell).join("|") : parts.map(spell).join(" ");
  const plain = type === "pure-token" ? token ?? name : [token ?? "", inner || `<${name}>`].join(" ").trim();
  const repeated = multiple ? `${plain} [${plain} ...]` : plain;
  return optional ? `[${repeated}]` : repeated;
}
