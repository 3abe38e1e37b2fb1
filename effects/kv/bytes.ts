/**
 * Keys and values as bytes. Their order is that of `memcmp` and of SQLite.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

/** Negative if `a` comes before `b`, 0 if they are equal, positive otherwise; a beginning comes before the whole. */
export function compareBytes(a: Bytes, b: Bytes): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i];
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether both have the same bytes. */
export function equalBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/** All of `parts`, one behind the other. */
export function concatBytes(parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
