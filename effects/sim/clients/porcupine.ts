/**
 * Histories for other people's checkers.
 *
 * @module
 */
import { encodeHistory } from "../../history/history.ts";
import type { Operation } from "../../history/operation.ts";
import { withoutCounters } from "./kv_history.ts";

/**
 * The history as JSON Lines, `{client, op: get|put|append|cas|delete, key, value, expect, call, return, ok, output}`, times
 * in nanoseconds, `return` and `ok` null where nobody knows the outcome. Keys that somebody counts with are left out.
 */
export function toPorcupine(operations: readonly Operation[]): string {
  return encodeHistory(withoutCounters(operations));
}
