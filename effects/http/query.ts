/**
 * What stands behind the question mark.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { badRequest, type Problem } from "./problem.ts";

/** The parameters by name, percent-encoded as they came, but with spaces for `+`. */
export type Parameters = ReadonlyMap<string, string>;

const NONE: Parameters = new Map();

/** Splits a query. A parameter that is not `known` is refused, so that a misspelt one is not ignored. */
export function parseQuery(query: string, known: readonly string[]): Either<Problem, Parameters> {
  if (query === "") return E.right(NONE);
  const parameters = new Map<string, string>();
  for (const part of query.split("&")) {
    if (part === "") continue;
    const [name, value] = halves(part, "=");
    if (!known.includes(name)) {
      return E.left(badRequest(`Cannot use a parameter that is none of: ${known.join(", ")}.`));
    }
    if (parameters.has(name)) return E.left(badRequest(`Cannot use ${name} more than once.`));
    parameters.set(name, value.replaceAll("+", " "));
  }
  return E.right(parameters);
}

/** A parameter that is one of `values`; the first of them if it is not given. */
export function choice<A extends string>(
  parameters: Parameters,
  name: string,
  values: readonly [A, ...A[]],
): Either<Problem, A> {
  const given = parameters.get(name);
  if (given === undefined) return E.right(values[0]);
  const found = values.find((value) => value === given);
  return found === undefined
    ? E.left(badRequest(`Cannot use ${name}: it is one of ${values.join(", ")}.`))
    : E.right(found);
}

/** A parameter that is a whole number from 1 to `most`; undefined if it is not given. */
export function positive(parameters: Parameters, name: string, most: number): Either<Problem, number | undefined> {
  const given = parameters.get(name);
  if (given === undefined) return E.right(undefined);
  const value = /^\d{1,15}$/.test(given) ? Number(given) : 0;
  return value < 1 || value > most
    ? E.left(badRequest(`Cannot use ${name}: it is a whole number from 1 to ${most}.`))
    : E.right(value);
}

/** What stands before and behind the first `separator`; the second is empty if there is none. */
export function halves(text: string, separator: string): readonly [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
