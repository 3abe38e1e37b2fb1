/**
 * Comparing passwords.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Bytes } from "../../core/entry.ts";

/** Whether `given` is `password`, in a time that tells nothing of it, its length included. */
export function isPassword(given: Bytes, password: string): boolean {
  return timingSafeEqual(digest(given), digest(new TextEncoder().encode(password)));
}

function digest(bytes: Bytes): Bytes {
  return createHash("sha256").update(bytes).digest();
}
