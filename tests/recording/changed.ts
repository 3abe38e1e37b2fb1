/**
 * Every value that differs from another one in a single place: what a hash has to notice.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { Log, NO_BYTES } from "../../core/mod.ts";

/** A value that differs from the original, and where. */
export interface Changed<A> {
  /** The names of the members on the way to what was changed. */
  readonly path: string;
  /** The value. */
  readonly value: A;
}

/** All values that differ from `value` in one leaf: another number, flag or byte, an element less, nothing in an option. */
export function* everyChange<A>(value: A, path = ""): Generator<Changed<A>> {
  for (const other of changes(value, path)) yield other as Changed<A>;
}

function* changes(value: unknown, path: string): Generator<Changed<unknown>> {
  if (typeof value === "number") return yield { path, value: value === 5 ? 6 : 5 };
  if (typeof value === "boolean") return yield { path, value: !value };
  if (typeof value !== "object" || value === null) return; // names are other variants, which have other members
  if (value instanceof Uint8Array) return yield* changesOfBytes(value, path);
  if (value instanceof Log) return yield* changesOfLog(value, path);
  if (Array.isArray(value)) return yield* changesOfList(value, path);
  if (isSome(value)) {
    yield { path: `${path}?`, value: O.none };
    for (const other of changes(value.value, path)) yield { path: other.path, value: O.some(other.value) };
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (name === "_tag") continue;
    for (const other of changes(member, `${path}.${name}`)) {
      yield { path: other.path, value: { ...value, [name]: other.value } };
    }
  }
}

function* changesOfBytes(bytes: Uint8Array, path: string): Generator<Changed<unknown>> {
  yield { path: `${path}.length`, value: Uint8Array.of(...bytes, 0) };
  if (bytes.length === 0) return;
  yield { path: `${path}.none`, value: NO_BYTES };
  for (const at of new Set([0, bytes.length - 1])) {
    yield { path: `${path}[${at}]`, value: bytes.with(at, bytes[at] ^ 1) };
  }
}

function* changesOfList(list: readonly unknown[], path: string): Generator<Changed<unknown>> {
  for (let i = 0; i < list.length; i++) {
    yield { path: `${path}[${i}]-`, value: list.toSpliced(i, 1) };
    for (const other of changes(list[i], `${path}[${i}]`)) yield { path: other.path, value: list.with(i, other.value) };
  }
}

function* changesOfLog(log: Log, path: string): Generator<Changed<unknown>> {
  const entries = log.slice(log.first, log.last.index);
  if (entries.length > 0) {
    yield { path: `${path}.last`, value: Log.of(log.snapshot, entries.slice(0, -1)) };
    yield { path: `${path}.first`, value: log.compact(log.first) };
  }
  yield { path: `${path}.snapshot.term`, value: Log.of({ ...log.snapshot, term: log.snapshot.term + 1 }, entries) };
  for (let i = 0; i < entries.length; i++) {
    for (const other of changes(entries[i], `${path}[${i}]`)) {
      if (other.path.endsWith(".index")) continue; // it would be a log with a gap
      const changed = entries.map((entry, at) => at === i ? { ...entry, ...asObject(other.value) } : entry);
      yield { path: other.path, value: Log.of(log.snapshot, changed) };
    }
  }
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function isSome(value: object): value is O.Some<unknown> {
  return "_tag" in value && value._tag === "Some";
}
