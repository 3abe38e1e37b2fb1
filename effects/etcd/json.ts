/**
 * The kinds of values that recordings are made of.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as t from "io-ts";

/** Whether `value` is a whole number from 0 to 2^53 - 1. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isSafeInteger(value);
}

/** Whether `value` is a string of base64 with padding. */
export function isBase64(value: unknown): value is string {
  return typeof value === "string" && value.length % 4 === 0 && BASE64.test(value);
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Codec of {@linkcode isCount}. */
export const Count: t.Type<number> = new t.Type(
  "Count",
  isCount,
  (value, context) => isCount(value) ? t.success(value) : t.failure(value, context, "must be a whole number"),
  t.identity,
);

/** Codec of {@linkcode isBase64}. */
export const Base64: t.Type<string> = new t.Type(
  "Base64",
  isBase64,
  (value, context) => isBase64(value) ? t.success(value) : t.failure(value, context, "must be base64"),
  t.identity,
);

/** Codec of an object with all of `required`, any of `optional`, and nothing else. */
export function exactly<R extends t.Props, O extends t.Props = Record<never, never>>(
  name: string,
  required: R,
  optional?: O,
): t.Type<t.TypeOf<t.ReadonlyC<t.IntersectionC<[t.TypeC<R>, t.PartialC<O>]>>>> {
  type A = t.TypeOf<t.ReadonlyC<t.IntersectionC<[t.TypeC<R>, t.PartialC<O>]>>>;
  const members: t.Type<A> = t.intersection([t.type(required), t.partial(optional ?? {})]) as unknown as t.Type<A>;
  const known = new Set([...Object.keys(required), ...Object.keys(optional ?? {})]);
  const strange = (value: unknown): string | undefined =>
    typeof value === "object" && value !== null ? Object.keys(value).find((key) => !known.has(key)) : undefined;
  return new t.Type<A>(
    name,
    (value): value is A => members.is(value) && strange(value) === undefined,
    (value, context) => {
      const decoded = members.validate(value, context);
      const unknownKey = strange(value);
      if (E.isLeft(decoded) || unknownKey === undefined) return decoded;
      return t.failure(value, context, `"${unknownKey}" is not a known member`);
    },
    t.identity,
  );
}
