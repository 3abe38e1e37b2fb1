/**
 * Values that are numbers: INCR INCRBY DECR DECRBY.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import { type Action, answer } from "../action.ts";
import type { Argument, CommandSpec } from "../command.ts";
import { NOT_AN_INTEGER } from "../errors.ts";
import { parseInt64 } from "../integer.ts";
import { error } from "../reply.ts";
import { KEY } from "./arguments.ts";
import { number } from "./replies.ts";

const FLAGS = ["write", "denyoom", "fast"];
const DECREMENT_OVERFLOWS = error("ERR decrement would overflow");
const LEAST = -(2n ** 63n);

/** `INCR key`. */
export const INCR: CommandSpec = counter("incr", "Adds one to a value", [], (key) => increment(key, 1n));

/** `DECR key`. */
export const DECR: CommandSpec = counter("decr", "Subtracts one from a value", [], (key) => increment(key, -1n));

/** `INCRBY key increment`. */
export const INCRBY: CommandSpec = counter(
  "incrby",
  "Adds a number to a value",
  [{ name: "increment", type: "integer" }],
  (key, amount) => {
    const by = parseInt64(amount);
    return O.isNone(by) ? answer(NOT_AN_INTEGER) : increment(key, by.value);
  },
);

/** `DECRBY key decrement`. */
export const DECRBY: CommandSpec = counter(
  "decrby",
  "Subtracts a number from a value",
  [{ name: "decrement", type: "integer" }],
  (key, amount) => {
    const by = parseInt64(amount);
    if (O.isNone(by)) return answer(NOT_AN_INTEGER);
    return by.value === LEAST ? answer(DECREMENT_OVERFLOWS) : increment(key, -by.value); // its opposite is no 64-bit number
  },
);

function counter(
  name: string,
  summary: string,
  further: readonly Argument[],
  act: (key: Bytes, amount: Bytes) => Action,
): CommandSpec {
  return {
    name,
    arity: 2 + further.length,
    flags: FLAGS,
    keys: [1, 1, 1],
    summary,
    since: "1.0.0",
    group: "string",
    complexity: "O(1)",
    arguments: [KEY, ...further],
    interpret: ([, key, amount]) => act(key, amount),
  };
}

function increment(key: Bytes, by: bigint): Action {
  return { type: "Change", command: { type: "Increment", cf: "default", key, by }, reply: number };
}
