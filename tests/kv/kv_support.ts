/**
 * What the tests of RaftKV share.
 *
 * @module
 */
import fc from "fast-check";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/mod.ts";
import {
  COLUMN_FAMILIES,
  type ColumnFamily,
  type KvAnswer,
  type KvCommand,
  type KvQuery,
  type KvReply,
} from "../../effects/kv/mod.ts";
import type { StateMachine, SystemRecord } from "../../effects/node/state_machine.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** RaftKV as a state machine. */
export type KvMachine = StateMachine<KvCommand, KvReply, KvQuery, KvAnswer>;

/** The bytes of a text. */
export function bytes(text: string): Bytes {
  return ENCODER.encode(text);
}

/** The text of bytes. */
export function text(bytes: Bytes): string {
  return DECODER.decode(bytes);
}

/** A `Set` without conditions. */
export function set(key: string, value: string, cf: ColumnFamily = "default"): KvCommand {
  return { type: "Set", cf, key: bytes(key), value: bytes(value), condition: "always", returnOld: false };
}

/** A `Delete` of one key. */
export function del(key: string, cf: ColumnFamily = "default"): KvCommand {
  return { type: "Delete", cf, keys: [bytes(key)] };
}

/** A `CompareAndSet`; `expected` null if the key must not exist. */
export function cas(key: string, expected: string | null, value: string): KvCommand {
  const known = expected === null ? O.none : O.some(bytes(expected));
  return { type: "CompareAndSet", cf: "default", key: bytes(key), expected: known, value: bytes(value) };
}

/** Applies `commands` as one batch. */
export async function apply(
  machine: KvMachine,
  index: number,
  commands: readonly KvCommand[],
  records: readonly SystemRecord[] = [],
): Promise<readonly KvReply[]> {
  return await machine.apply({ commands, index, records: () => records });
}

/** The values of `keys`, null where there is none. */
export async function valuesOf(
  machine: KvMachine,
  keys: readonly string[],
  cf: ColumnFamily = "default",
): Promise<readonly (string | null)[]> {
  const answer = await machine.query({ type: "Get", cf, keys: keys.map(bytes) });
  if (answer.type !== "Values") throw new Error(`Get was answered by ${answer.type}.`);
  return answer.values.map((value) => O.isNone(value) ? null : text(value.value));
}

/** All pairs of a family, as texts, by scans of `limit`. */
export async function pairsOf(
  machine: KvMachine,
  cf: ColumnFamily = "default",
  limit = 1000,
): Promise<readonly (readonly [string, string])[]> {
  const pairs: [string, string][] = [];
  let start: Bytes = new Uint8Array(0);
  for (;;) {
    const answer = await machine.query({ type: "Scan", cf, start, limit });
    if (answer.type !== "Pairs") throw new Error(`Scan was answered by ${answer.type}.`);
    for (const { key, value } of answer.pairs) pairs.push([text(key), text(value)]);
    if (O.isNone(answer.next)) return pairs;
    start = answer.next.value;
  }
}

/** All there is, by families. */
export async function contentsOf(machine: KvMachine): Promise<readonly (readonly (readonly [string, string])[])[]> {
  return await Promise.all(COLUMN_FAMILIES.map((cf) => pairsOf(machine, cf)));
}

/** The number of keys of a family. */
export async function countOf(machine: KvMachine, cf: ColumnFamily = "default"): Promise<number> {
  const answer = await machine.query({ type: "CountKeys", cf });
  if (answer.type !== "Size") throw new Error(`CountKeys was answered by ${answer.type}.`);
  return answer.count;
}

/** Everything that a stream gives. */
export async function collect(chunks: AsyncIterable<Bytes>): Promise<readonly Bytes[]> {
  const all: Bytes[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** `chunks` as a stream, with a pause before each. */
export async function* streamOf(chunks: readonly Bytes[]): AsyncGenerator<Bytes, void> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** `chunks` as one. */
export function joined(chunks: readonly Bytes[]): Bytes {
  return Uint8Array.from(chunks.flatMap((chunk) => Array.from(chunk)));
}

/** As `fc.record`, but the records look like those of the program. */
export function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

/** Any command; keys and values are short, and few keys are used again and again. */
export const anyCommand: fc.Arbitrary<KvCommand> = commands();

function commands(): fc.Arbitrary<KvCommand> {
  const cf = fc.constantFrom(...COLUMN_FAMILIES);
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("a", "ab", "b", "", "\u0000", "z").map(bytes) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 5 }) },
  );
  const value = fc.oneof(
    fc.constantFrom("", "0", "5", "-7", "9223372036854775807", "01", "x").map(bytes),
    fc.uint8Array({ maxLength: 30 }),
  );
  const type = <T extends KvCommand["type"]>(name: T) => fc.constant<T>(name);
  return fc.oneof(
    record({
      type: type("Set"),
      cf,
      key,
      value,
      condition: fc.constantFrom("always" as const, "ifAbsent" as const, "ifPresent" as const),
      returnOld: fc.boolean(),
    }),
    record({ type: type("SetMany"), cf, pairs: fc.array(record({ key, value }), { maxLength: 4 }) }),
    record({ type: type("Delete"), cf, keys: fc.array(key, { maxLength: 4 }) }),
    record({ type: type("AppendValue"), cf, key, value }),
    record({
      type: type("Increment"),
      cf,
      key,
      by: fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
    }),
    record({
      type: type("CompareAndSet"),
      cf,
      key,
      expected: fc.oneof(fc.constant(O.none), value.map((value) => O.some(value))),
      value,
    }),
  );
}
