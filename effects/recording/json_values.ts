/**
 * The kinds of values that the JSON form of recordings is made of.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import * as t from "io-ts";
import { type Bytes, isWhole } from "../../core/entry.ts";
import { digits, type Hash, hexadecimal, parseHash } from "./hash.ts";
import { LeftOut } from "./payload.ts";

/** A codec between a value and its JSON. */
export type JsonCodec<A> = t.Type<A, unknown>;

/** A codec that goes by way of `raw`: `decode` says on the left what is wrong with a raw value. */
export function mapped<R, A>(
  name: string,
  raw: JsonCodec<R>,
  is: (value: unknown) => value is A,
  decode: (value: R) => Either<string, A>,
  encode: (value: A) => R,
): JsonCodec<A> {
  return new t.Type<A, unknown>(
    name,
    is,
    (value, context) => {
      const validated = raw.validate(value, context);
      if (E.isLeft(validated)) return validated;
      const decoded = decode(validated.right);
      return E.isLeft(decoded) ? t.failure(value, context, decoded.left) : t.success(decoded.right);
    },
    (value) => raw.encode(encode(value)),
  );
}

/** A whole number from 0 on. */
export const whole: JsonCodec<number> = mapped(
  "whole number",
  t.number,
  (value): value is number => typeof value === "number" && isWhole(value),
  (value) => isWhole(value) ? E.right(value) : E.left(`${value} is not a whole number from 0 on`),
  (value) => value,
);

/** Any number: those that JSON does not have are written as text. */
export const real: JsonCodec<number> = mapped(
  "number",
  t.union([t.number, t.string]),
  (value): value is number => typeof value === "number",
  (value) => {
    if (typeof value === "number") return E.right(value);
    return STRANGE.has(value) ? E.right(Number(value)) : E.left(`"${value}" is no number`);
  },
  (value) => Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value),
);

const STRANGE: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity", "-0"]);

/** Bytes, in base64. */
export const bytes: JsonCodec<Bytes> = mapped(
  "bytes",
  t.string,
  (value): value is Bytes => value instanceof Uint8Array,
  fromBase64,
  (value) => value.toBase64(),
);

/** 64 bits, in sixteen hexadecimal digits. */
export const hash: JsonCodec<Hash> = mapped(
  "hash",
  t.string,
  (value): value is Hash => typeof value === "object" && value !== null && "high" in value && "low" in value,
  (value) => E.fromOption(() => `"${value}" is no hash`)(parseHash(value)),
  hexadecimal,
);

/** 32 bits, in eight hexadecimal digits. */
export const check: JsonCodec<number> = mapped(
  "check",
  t.string,
  (value): value is number => typeof value === "number" && value >>> 0 === value,
  (value) => /^[0-9a-f]{8}$/.test(value) ? E.right(parseInt(value, 16)) : E.left(`"${value}" is no check`),
  digits,
);

/** What may be missing, as null. */
export function option<A>(codec: JsonCodec<A>): JsonCodec<Option<A>> {
  return mapped(
    `${codec.name} or null`,
    t.union([t.null, codec]),
    (value): value is Option<A> => typeof value === "object" && value !== null && "_tag" in value,
    (value): Either<string, Option<A>> => E.right(value === null ? O.none : O.some(value)),
    (value) => O.isNone(value) ? null : value.value,
  );
}

const leftOut = t.type({ length: whole, hash: option(hash) });

/** The data of an entry: bytes, or how many were left out and what their hash is. */
export const payload: JsonCodec<Bytes> = mapped(
  "data",
  t.union([bytes, leftOut]),
  (value): value is Bytes => value instanceof Uint8Array,
  (value) => E.right(value instanceof Uint8Array ? value : new LeftOut(value.length, value.hash)),
  (value) => value instanceof LeftOut ? { length: value.length, hash: value.of } : value,
);

/** The codec of one kind of a union. */
interface Variant<A> {
  is(value: unknown): value is A;
  validate(value: unknown, context: t.Context): t.Validation<A>;
  encode(value: A): unknown;
}

/** One of several kinds of objects, told from each other by their `type`. */
export function tagged<A extends { readonly type: string }>(
  name: string,
  codecs: { readonly [K in A["type"]]: Variant<Extract<A, { readonly type: K }>> },
): JsonCodec<A> {
  const of = (value: unknown): Variant<A> | null => {
    const type = typeof value === "object" && value !== null && "type" in value ? value.type : null;
    return typeof type === "string" && isKey(codecs, type) ? codecs[type] : null;
  };
  return new t.Type<A, unknown>(
    name,
    (value): value is A => of(value)?.is(value) ?? false,
    (value, context) => {
      const codec = of(value);
      return codec === null ? t.failure(value, context, `it is no ${name}`) : codec.validate(value, context);
    },
    (value) => of(value)?.encode(value),
  );
}

function isKey<T extends object>(object: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(object, key);
}

function fromBase64(text: string): Either<string, Bytes> {
  try {
    return E.right(Uint8Array.fromBase64(text));
  } catch {
    return E.left("it is not base64");
  }
}
