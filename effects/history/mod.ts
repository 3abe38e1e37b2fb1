/**
 * Histories of clients, and whether they are linearizable.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkLinearizable, type Operation } from "./mod.ts";
 *
 * const asked = { client: 1, key: "k", value: null, expect: null, ok: true, output: null };
 * const history: Operation[] = [
 *   { ...asked, op: "put", value: "a", call: 0, return: 1 },
 *   { ...asked, op: "get", call: 2, return: 3 }, // finds nothing
 * ];
 * const verdict = checkLinearizable(history);
 * assertEquals(verdict.type === "NotLinearizable" && verdict.counterexample.story.at(-1),
 *   'When client 1 was told not there, the key can only have been "a".');
 * ```
 *
 * @module
 */
export { type Counterexample } from "./counterexample.ts";
export { decodeHistory, encodeHistory, type HistoryError, HistoryRecorder } from "./history.ts";
export {
  checkLinearizable,
  type CheckOptions,
  type GaveUp,
  type Linearizable,
  type NotLinearizable,
  type Verdict,
} from "./linearizable.ts";
export type { Value } from "./model.ts";
export {
  isDone,
  isOpen,
  type Operation,
  OPERATION_NAMES,
  type OperationName,
  type Outcome,
  type Request,
} from "./operation.ts";
