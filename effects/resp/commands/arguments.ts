/**
 * Descriptions of arguments that many commands have.
 *
 * @module
 */
import type { Argument } from "../command.ts";

/** A key. */
export const KEY: Argument = { name: "key", type: "key" };

/** Keys. */
export const KEYS: Argument = { name: "key", type: "key", multiple: true };

/** A value. */
export const VALUE: Argument = { name: "value", type: "string" };

/** A word that stands for itself. */
export function token(name: string): Argument {
  return { name: name.toLowerCase(), type: "pure-token", token: name };
}

/** The same, if given. */
export function optional(argument: Argument): Argument {
  return { ...argument, optional: true };
}
