/**
 * What clients that share keys ask for.
 *
 * @module
 */
import type { Request } from "../../../effects/history/mod.ts";
import type { Random } from "../../../effects/random/random.ts";

/** The keys that clients share; the last one holds a number. */
export const KEYS: readonly string[] = ["a", "b", "n"];

/** Any operation. What it writes is `value`, or ends with it. */
export function anyRequest(value: string, random: Random): Request {
  const [which, what] = [random.next(), random.next()];
  const asked = { key: which < 0.35 ? "a" : which < 0.7 ? "b" : "n", value: null, expect: null };
  if (what < 0.4) return { ...asked, op: "get" };
  if (asked.key === "n") return { ...asked, op: "incr", value: String(Math.floor(what * 10)) };
  if (what < 0.65) return { ...asked, op: "put", value };
  if (what < 0.8) return { ...asked, op: "append", value: `,${value}` };
  if (what < 0.9) return { ...asked, op: "delete" };
  return { ...asked, op: "cas", value };
}
