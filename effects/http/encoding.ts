/**
 * Keys in URLs, and keys and values in JSON. Both are bytes.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { badRequest, type Problem, problem } from "./problem.ts";

/**
 * How bytes are written: `base64` can say everything; `utf8` reads better. In a URL, `utf8` means the bytes themselves,
 * percent-encoded where needed, whatever they are; base64 is understood in both alphabets, with padding or without.
 */
export type Encoding = "base64" | "utf8";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LATIN1 = new TextDecoder("latin1");

const PERCENT = 0x25;

/** The bytes that a part of a URL stands for. */
export function bytesOf(part: string, encoding: Encoding): Either<Problem, Bytes> {
  const bytes = percentDecoded(part);
  if (E.isLeft(bytes) || encoding === "utf8") return bytes;
  return base64Decoded(bytes.right);
}

/** Bytes as a string in JSON; on the left if `encoding` cannot say them. */
export function stringOf(bytes: Bytes, encoding: Encoding): Either<Problem, string> {
  if (encoding === "base64") return E.right(bytes.toBase64());
  try {
    return E.right(DECODER.decode(bytes));
  } catch {
    return E.left(problem(422, "NotUtf8", "Cannot write a key or value that is no UTF-8: ask with encoding=base64."));
  }
}

/** `%2F` is one byte; what is no escape stands for itself. */
function percentDecoded(part: string): Either<Problem, Bytes> {
  if (part === "") return E.right(NO_BYTES);
  const bytes = ENCODER.encode(part);
  if (!part.includes("%")) return E.right(bytes);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== PERCENT) {
      bytes[length++] = bytes[i];
      continue;
    }
    const high = hexDigit(bytes[i + 1]);
    const low = hexDigit(bytes[i + 2]);
    if (high < 0 || low < 0) {
      return E.left(badRequest("Cannot read the URL: % is not followed by two hexadecimal digits."));
    }
    bytes[length++] = high * 16 + low;
    i += 2;
  }
  return E.right(bytes.subarray(0, length));
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function base64Decoded(bytes: Bytes): Either<Problem, Bytes> {
  // A `+` that a client left as it is in a query has become a space.
  const text = LATIN1.decode(bytes).replaceAll("-", "+").replaceAll("_", "/").replaceAll(" ", "+");
  try {
    return E.right(Uint8Array.fromBase64(text));
  } catch {
    return E.left(badRequest("Cannot read base64 in the URL."));
  }
}
