/**
 * What a client of the key-value store asked for and was told, as one line of JSON in a history.
 *
 * @module
 */

/** What an operation does: `incr` adds, `cas` stores a value if another one is there. */
export type OperationName = "get" | "put" | "append" | "cas" | "delete" | "incr";

/** All of them. */
export const OPERATION_NAMES: readonly OperationName[] = ["get", "put", "append", "cas", "delete", "incr"];

/** What is asked for. */
export interface Request {
  /** What to do. */
  readonly op: OperationName;
  /** The key. */
  readonly key: string;
  /** What `put` and `cas` store and `append` appends; what `incr` adds, 1 if null. Null for the others. */
  readonly value: string | null;
  /** What `cas` wants to find; null if the key must not exist. Null for the others. */
  readonly expect: string | null;
}

/** What came of a request. */
export interface Outcome {
  /** Whether it was carried out. False if it certainly had no effect; null if nobody knows, and perhaps it still will. */
  readonly ok: boolean | null;
  /**
   * What an operation that was carried out told: `get` the value, null if there is none; `append` the new length in
   * bytes; `incr` the new number; `cas` and `delete` "1", or "0" if they changed nothing. Other than for `get`, null
   * says that it is not known (and of `cas`, that the value was stored). Of no meaning where `ok` is not true.
   */
  readonly output: string | null;
}

/** A request and what came of it. Times are in any unit that grows steadily; this program writes nanoseconds. */
export interface Operation extends Request, Outcome {
  /** Who asked. */
  readonly client: number;
  /** When the request was made. */
  readonly call: number;
  /** When the answer was there; null where `ok` is null. */
  readonly return: number | null;
}

/** Whether the operation was carried out for certain. */
export function isDone(operation: Operation): boolean {
  return operation.ok === true && operation.return !== null;
}

/** Whether the operation may have been carried out, or may still be. */
export function isOpen(operation: Operation): boolean {
  return operation.ok === null || (operation.ok && operation.return === null);
}
