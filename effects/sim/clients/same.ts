/**
 * Whether two values are alike, and how a value reads in a sentence: answers of state machines can be anything.
 *
 * @module
 */
import { equalBytes } from "../../kv/bytes.ts";

/** Whether `a` and `b` have the same structure: primitives, bytes, arrays, maps, sets, and whatever has members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (kindOf(a) !== kindOf(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return equalBytes(bytesOf(a), bytesOf(b));
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return equalBytes(new Uint8Array(a), new Uint8Array(b));
  if (a instanceof Map && b instanceof Map) return isSame([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return isSame([...a], [...b]);
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return hasSameMembers(a, b);
}

/** A copy of `value`, or itself where it cannot be copied: what a machine answers it may go on working with. */
export function copyOf<A>(value: A): A {
  if (typeof value !== "object" || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    return value; // it holds functions, or something else that no clone has
  }
}

/** The value in a sentence, cut where it is long; bytes are shown as text. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, readable) ?? String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

const MOST_SHOWN = 120;
const decoder = new TextDecoder();

function readable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}

function hasSameMembers(a: object, b: object): boolean {
  const [ours, theirs] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return ours.length === theirs.size && ours.every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)));
}

/** "[object Map]" and the like. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
