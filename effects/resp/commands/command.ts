/**
 * What commands there are: COMMAND COUNT LIST INFO DOCS GETKEYS.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { answer } from "../action.ts";
import { type Argument, type CommandSpec, type CommandTable, fitsArity, type Found } from "../command.ts";
import type { Request } from "../parser.ts";
import { bulk, error, integer, line, list, NIL, type Reply, text } from "../reply.ts";
import { asLatin1 } from "../words.ts";
import { container } from "./container.ts";

const INVALID = error("ERR Invalid command specified");
const NO_KEYS = error("ERR The command has no key arguments");
const WRONG_COUNT = error("ERR Invalid number of arguments specified for command");
const NAMES: Argument = { name: "command-name", type: "string", optional: true, multiple: true };

/** `COMMAND …`, which describes what `table` holds. */
export function commandCommand(table: () => CommandTable): CommandSpec {
  const everyInfo = (): Reply => list(table().all.map((spec) => info({ spec, fullName: spec.name })));
  return container(
    {
      name: "command",
      arity: -1,
      summary: "Describes commands",
      since: "2.8.13",
      group: "server",
      interpret: () => answer(everyInfo()),
    },
    [
      sub("count", 2, "Returns the number of commands", [], () => integer(table().all.length)),
      sub("list", 2, "Returns the names of commands", [], () => list(table().all.map(({ name }) => text(name)))),
      sub("info", -2, "Describes commands to programs", [NAMES], (request) => {
        if (request.length === 2) return everyInfo();
        return list(named(table(), request).map((found) => O.isSome(found) ? info(found.value) : NIL));
      }),
      sub("docs", -2, "Describes commands to people", [NAMES], (request) => {
        const all = table().all.map((spec): Found => ({ spec, fullName: spec.name }));
        const found = request.length === 2
          ? all
          : named(table(), request).flatMap((found) => O.isSome(found) ? [found.value] : []);
        return list(found.flatMap(({ spec, fullName }) => [text(fullName), docs(spec, fullName)]));
      }),
      sub("getkeys", -4, "Returns the keys of a request", [
        { name: "command", type: "string" },
        { name: "arg", type: "string", optional: true, multiple: true },
      ], (request) => keysOf(table(), request.slice(2))),
    ],
  );
}

function named(table: CommandTable, request: Request): readonly O.Option<Found>[] {
  return request.slice(2).map((name) => table.findFull(asLatin1(name)));
}

function info({ spec, fullName }: Found): Reply {
  const { arity, flags, keys = [0, 0, 0], subcommands = [] } = spec;
  return list([
    ...[text(fullName), integer(arity), list(flags.map(line)), ...keys.map(integer)],
    list(categories(spec).map(line)),
    ...[list([]), list([])], // tips, key specifications
    list(subcommands.map((sub) => info({ spec: sub, fullName: `${fullName}|${sub.name}` }))),
  ]);
}

function categories({ flags, group }: CommandSpec): readonly string[] {
  const all = ["readonly", "write", "admin", "fast"].filter((flag) => flags.includes(flag));
  const kinds = all.map((flag) => flag === "readonly" ? "read" : flag);
  const subject = group === "generic" ? ["keyspace"] : group === "string" || group === "connection" ? [group] : [];
  return [...kinds, ...subject, ...(flags.includes("fast") ? [] : ["slow"])].map((name) => `@${name}`);
}

function docs(spec: CommandSpec, fullName: string): Reply {
  const { summary, since, group, complexity, arguments: args = [], subcommands = [] } = spec;
  const subDocs = subcommands.flatMap((sub) => {
    const name = `${fullName}|${sub.name}`;
    return [text(name), docs(sub, name)];
  });
  return list([
    ...[text("summary"), text(summary), text("since"), text(since), text("group"), text(group)],
    ...[text("complexity"), text(complexity)],
    ...(args.length === 0 ? [] : [text("arguments"), list(args.map(argument))]),
    ...(subDocs.length === 0 ? [] : [text("subcommands"), list(subDocs)]),
  ]);
}

function argument({ name, type, token, optional, multiple, arguments: parts }: Argument): Reply {
  const flags = [...(optional ? ["optional"] : []), ...(multiple ? ["multiple"] : [])];
  return list([
    ...[text("name"), text(name), text("type"), text(type)],
    ...(type === "key" ? [text("key_spec_index"), integer(0)] : []),
    ...(token === undefined ? [] : [text("token"), text(token)]),
    ...(flags.length === 0 ? [] : [text("flags"), list(flags.map(line))]),
    ...(parts === undefined ? [] : [text("arguments"), list(parts.map(argument))]),
  ]);
}

function keysOf(table: CommandTable, request: Request): Reply {
  const found = table.find(request[0]);
  if (O.isNone(found)) return INVALID;
  const { spec } = found.value;
  if (spec.keys === undefined) return NO_KEYS;
  if (!fitsArity(spec, request.length)) return WRONG_COUNT;
  const [first, last, step] = spec.keys;
  const end = last < 0 ? request.length + last : last;
  return list(request.filter((_, i) => i >= first && i <= end && (i - first) % step === 0).map(bulk));
}

function sub(
  name: string,
  arity: number,
  summary: string,
  args: readonly Argument[],
  reply: (request: Request) => Reply,
): CommandSpec {
  return {
    name,
    arity,
    flags: ["loading", "stale"],
    summary,
    since: "2.8.13",
    group: "server",
    complexity: "O(N)",
    arguments: args,
    interpret: (request) => answer(reply(request)),
  };
}
