/**
 * Patterns of keys, as Redis matches them.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const CARET = 0x5e;
const DASH = 0x2d;

/**
 * Whether all of `key` matches: `*` is any bytes, `?` is one, `[a-c]` one of these, `[^a]` one that is not, `\` takes the
 * next byte as it is. The time is at most proportional to the product of the lengths.
 */
export function matchesGlob(pattern: Bytes, key: Bytes): boolean {
  let at = 0; // in the pattern
  let position = 0; // in the key
  let star = -1; // the last star passed, and from where in the key it was tried
  let retry = 0;
  for (;;) {
    if (at < pattern.length && pattern[at] === STAR) {
      star = at++;
      retry = position;
      if (at === pattern.length) return true;
      continue;
    }
    if (position === key.length) return at === pattern.length;
    const next = at < pattern.length ? matchOne(pattern, at, key[position]) : -1;
    if (next >= 0) {
      at = next;
      position++;
    } else if (star >= 0) { // only the last star needs another try: an earlier one has taken as little as it could
      at = star + 1;
      position = ++retry;
    } else return false;
  }
}

/** The bytes that every key begins with that matches `pattern`. */
export function literalPrefix(pattern: Bytes): Bytes {
  const prefix: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    let byte = pattern[at];
    if (byte === STAR || byte === QUESTION_MARK || byte === OPEN) break;
    if (byte === BACKSLASH && at + 1 < pattern.length) byte = pattern[++at];
    prefix.push(byte);
  }
  return Uint8Array.from(prefix);
}

/** Where the pattern goes on behind the element at `at`, or -1 if `byte` does not match it. */
function matchOne(pattern: Bytes, at: number, byte: number): number {
  switch (pattern[at]) {
    case QUESTION_MARK:
      return at + 1;
    case OPEN:
      return matchClass(pattern, at + 1, byte);
    case BACKSLASH:
      if (at + 1 < pattern.length) return pattern[at + 1] === byte ? at + 2 : -1;
      break;
  }
  return pattern[at] === byte ? at + 1 : -1;
}

/** As `matchOne`, for a class that begins at `from`. A class that is not closed ends with the pattern. */
function matchClass(pattern: Bytes, from: number, byte: number): number {
  let at = from;
  const negated = pattern[at] === CARET;
  if (negated) at++;
  let found = false;
  while (at < pattern.length && pattern[at] !== CLOSE) {
    if (pattern[at] === BACKSLASH && at + 1 < pattern.length) {
      if (pattern[++at] === byte) found = true;
    } else if (at + 2 < pattern.length && pattern[at + 1] === DASH) {
      const low = Math.min(pattern[at], pattern[at + 2]);
      const high = Math.max(pattern[at], pattern[at + 2]);
      if (byte >= low && byte <= high) found = true;
      at += 2;
    } else if (pattern[at] === byte) found = true;
    at++;
  }
  return found === negated ? -1 : Math.min(at + 1, pattern.length);
}
