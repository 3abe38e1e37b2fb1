/**
 * Numbers on a command line.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";

/** From where to where a number may be. */
export interface Range {
  /** The least. */
  readonly least: number;
  /** The most. */
  readonly most: number;
}

/** A whole number that was given for `flag`, or on the left what is wrong with it. */
export function wholeNumber(flag: string, text: string, range: Range): Either<string, number> {
  return inRange(flag, text, { ...range, pattern: /^\d+$/, kind: "whole number" });
}

/** A number with or without decimals that was given for `flag`, or on the left what is wrong with it. */
export function decimalNumber(flag: string, text: string, range: Range): Either<string, number> {
  return inRange(flag, text, { ...range, pattern: /^\d+(\.\d+)?$/, kind: "number" });
}

function inRange(
  flag: string,
  text: string,
  { least, most, pattern, kind }: Range & { readonly pattern: RegExp; readonly kind: string },
): Either<string, number> {
  const value = pattern.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return E.right(value);
  return E.left(`Cannot use ${flag}: "${text}" is not a ${kind} from ${least} to ${most}.`);
}
