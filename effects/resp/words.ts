/**
 * Words of requests as text.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

const UTF_8 = new TextDecoder();

/** The text of `bytes`, one character a byte, so that nothing is lost; at most `most` of them. */
export function asLatin1(bytes: Bytes, most = bytes.length): string {
  let text = "";
  for (let i = 0; i < bytes.length && i < most; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** The text of `bytes`; what is no UTF-8 is replaced. */
export function asText(bytes: Bytes): string {
  return UTF_8.decode(bytes);
}

/** Whether `bytes` spell `word`, which is in lower case, in whatever case. */
export function isWord(bytes: Bytes, word: string): boolean {
  if (bytes.length !== word.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (toLower(bytes[i]) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** The small letter of a capital one; any other byte as it is. */
export function toLower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
