/**
 * What a command is, and the table of all of them.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Action } from "./action.ts";
import type { CommandContext } from "./context.ts";
import type { Request } from "./parser.ts";
import { isWord, toLower } from "./words.ts";

/** An argument, as `COMMAND DOCS` describes it. */
export interface Argument {
  /** What it is called. */
  readonly name: string;
  /** What it is; a `pure-token` is a word that stands for itself, a `oneof` and a `block` have parts. */
  readonly type: "key" | "string" | "integer" | "pattern" | "pure-token" | "oneof" | "block";
  /** The word that comes before it, or that it is. */
  readonly token?: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Whether there may be several. */
  readonly multiple?: boolean;
  /** Its parts. */
  readonly arguments?: readonly Argument[];
}

/** A command, as `COMMAND` and `COMMAND DOCS` describe it, and what it does. */
export interface CommandSpec {
  /** Its name, in lower case; of a subcommand, the part behind the bar. */
  readonly name: string;
  /** How many words its requests have, its name included; negative where there may be more. */
  readonly arity: number;
  /** Redis' flags. */
  readonly flags: readonly string[];
  /** The positions of the first and the last key (negative: from the end) and their distance; all 0 where there are none. */
  readonly keys?: readonly [first: number, last: number, step: number];
  /** One sentence. */
  readonly summary: string;
  /** The version of Redis that had it first, or of this server where Redis does not have it. */
  readonly since: string;
  /** Redis' group. */
  readonly group: "string" | "generic" | "connection" | "server" | "raft";
  /** How its time grows. */
  readonly complexity: string;
  /** Its arguments. */
  readonly arguments?: readonly Argument[];
  /** Its subcommands. */
  readonly subcommands?: readonly CommandSpec[];
  /** What a request with a right number of words asks for. It may change the client's state. */
  readonly interpret: (request: Request, context: CommandContext) => Action;
}

/** A command that was found, with its name as Redis writes it: `client|setname`. */
export interface Found {
  /** The command. */
  readonly spec: CommandSpec;
  /** Its full name. */
  readonly fullName: string;
}

/** All commands, found by their names in whatever case. */
export class CommandTable {
  /** In the order in which they were given. */
  readonly all: readonly CommandSpec[];
  readonly #byHash: ReadonlyMap<number, readonly Found[]>;

  /** A table of these commands. */
  constructor(specs: readonly CommandSpec[]) {
    this.all = specs;
    const byHash = new Map<number, Found[]>();
    for (const spec of specs) {
      const hash = hashName(new TextEncoder().encode(spec.name));
      byHash.set(hash, [...byHash.get(hash) ?? [], { spec, fullName: spec.name }]);
    }
    this.#byHash = byHash;
  }

  /** The command with this name. */
  find(name: Bytes): Option<Found> {
    const bucket = this.#byHash.get(hashName(name));
    if (bucket === undefined) return O.none;
    for (const found of bucket) if (isWord(name, found.spec.name)) return O.some(found);
    return O.none;
  }

  /** The command or subcommand with this name, as in `client|setname`. */
  findFull(fullName: string): Option<Found> {
    const [name, subname] = fullName.toLowerCase().split("|");
    const found = this.find(new TextEncoder().encode(name));
    if (O.isNone(found) || subname === undefined) return found;
    return findSubcommand(found.value, new TextEncoder().encode(subname));
  }
}

/** The subcommand of `found` with this name. */
export function findSubcommand({ spec, fullName }: Found, name: Bytes): Option<Found> {
  const sub = spec.subcommands?.find((sub) => isWord(name, sub.name));
  return sub === undefined ? O.none : O.some({ spec: sub, fullName: `${fullName}|${sub.name}` });
}

/** Whether a request with so many words is one of this command. */
export function fitsArity(spec: CommandSpec, words: number): boolean {
  return spec.arity >= 0 ? words === spec.arity : words >= -spec.arity;
}

/** FNV-1a of the name in lower case. */
function hashName(name: Bytes): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ toLower(name[i]), 0x01000193);
  return hash;
}
