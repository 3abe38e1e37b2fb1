/**
 * How answers are written.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Problem } from "./problem.ts";

/**
 * On every answer: no cache may keep a value that a later write replaces, and no browser may take a stored value for a
 * page.
 */
const COMMON: Readonly<Record<string, string>> = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

const JSON_HEADERS = { ...COMMON, "content-type": "application/json" };
const BYTES_HEADERS = { ...COMMON, "content-type": "application/octet-stream" };

/** Answers with JSON. */
export function jsonReply(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: JSON_HEADERS });
}

/** Answers with bytes as they are. */
export function bytesReply(bytes: Bytes): Response {
  return new Response(new Uint8Array(bytes), { headers: BYTES_HEADERS });
}

/** Answers with bytes that come one after the other. */
export function streamReply(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  headers: Readonly<Record<string, string>>,
): Response {
  return new Response(stream, { headers: { ...BYTES_HEADERS, ...headers } });
}

/** Answers with text of a type of its own. */
export function textReply(text: string, contentType: string): Response {
  return new Response(text, { headers: { ...COMMON, "content-type": contentType } });
}

/** Answers that it is done, and nothing else. */
export function emptyReply(): Response {
  return new Response(null, { status: 204, headers: COMMON });
}

/** Answers with an error. */
export function problemReply({ status, error, headers }: Problem): Response {
  return new Response(JSON.stringify({ error }), { status, headers: { ...JSON_HEADERS, ...headers } });
}
