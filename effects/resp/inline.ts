/**
 * Inline commands: words on a line, quoted as in a shell, for people with a terminal.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";

const SPACE = 0x20;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const BACKSLASH = 0x5c;
const ESCAPES: ReadonlyMap<number, number> = new Map(
  [["n", "\n"], ["r", "\r"], ["t", "\t"], ["b", "\b"], ["a", "\x07"]].map(([name, byte]) => [
    name.charCodeAt(0),
    byte.charCodeAt(0),
  ]),
);

/**
 * The words of a line; none if a quote is not closed, or is followed by anything but a space. In double quotes `\xHH`,
 * `\n`, `\r`, `\t`, `\b` and `\a` stand for bytes and `\` takes any other byte as it is; in single quotes only `\'` does.
 */
export function splitInline(line: Bytes): Option<readonly Bytes[]> {
  const words: Bytes[] = [];
  const word = new Uint8Array(line.length); // a word is never longer than what spells it
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at])) at++;
    if (at >= line.length) return O.some(words);
    let length = 0;
    let quote = 0;
    for (;; at++) {
      if (at >= line.length) {
        if (quote !== 0) return O.none;
        break;
      }
      const byte = line[at];
      if (quote !== 0) {
        if (byte === quote) {
          if (at + 1 < line.length && !isSpace(line[at + 1])) return O.none;
          at++;
          break;
        }
        if (byte === BACKSLASH && isEscaped(line, at, quote)) {
          const width = escapeWidth(line, at, quote);
          word[length++] = unescape(line, at, width);
          at += width - 1;
        } else word[length++] = byte;
      } else if (endsWord(byte)) break;
      else if (byte === DOUBLE || byte === SINGLE) quote = byte;
      else word[length++] = byte;
    }
    words.push(word.slice(0, length));
  }
}

/** Whether the backslash at `at` begins an escape, rather than being a byte like others. */
function isEscaped(line: Bytes, at: number, quote: number): boolean {
  if (at + 1 >= line.length) return false;
  return quote === DOUBLE || line[at + 1] === SINGLE;
}

function escapeWidth(line: Bytes, at: number, quote: number): number {
  const isHex = quote === DOUBLE && line[at + 1] === 0x78 && hexDigit(line[at + 2]) >= 0 && hexDigit(line[at + 3]) >= 0;
  return isHex ? 4 : 2;
}

function unescape(line: Bytes, at: number, width: number): number {
  if (width === 4) return hexDigit(line[at + 2]) * 16 + hexDigit(line[at + 3]);
  const byte = line[at + 1];
  return byte === SINGLE ? SINGLE : ESCAPES.get(byte) ?? byte;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Redis ends a word at fewer kinds of space than it skips between words. */
function endsWord(byte: number): boolean {
  return isSpace(byte) && byte !== 0x0b && byte !== 0x0c;
}

/** As C's `isspace`. */
function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}
