/**
 * Who may ask: whoever knows the token (RFC 6750, bearer tokens).
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Problem, problem } from "./problem.ts";

const ENCODER = new TextEncoder();

/**
 * Whether both are the same, in a time that does not tell where they differ. An empty secret is the same as none: a token
 * file that is empty by mistake opens nothing.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isSameSecret } from "./token.ts";
 *
 * assertEquals([isSameSecret("abc", "abc"), isSameSecret("abd", "abc"), isSameSecret("", "")], [true, false, false]);
 * ```
 */
export function isSameSecret(given: string, secret: string): boolean {
  const a = ENCODER.encode(given);
  const b = ENCODER.encode(secret);
  // Only the length of the secret can show.
  return a.length === b.length ? timingSafeEqual(a, b) && b.length > 0 : false;
}

/** Whether the header `Authorization` has the token. */
export function isAuthorized(header: string | null, token: string): boolean {
  const match = header === null ? null : /^bearer +([^ ]+) *$/i.exec(header);
  return match !== null && isSameSecret(match[1], token);
}

/** What a client without the token is told; none if it may ask. */
export function authorize(request: Request, token: Option<string>): Option<Problem> {
  if (O.isNone(token) || isAuthorized(request.headers.get("authorization"), token.value)) return O.none;
  return O.some(UNAUTHORIZED);
}

const UNAUTHORIZED = problem(401, "Unauthorized", "Cannot serve the request without the bearer token.", {
  headers: { "www-authenticate": 'Bearer realm="raftfold"' },
});
