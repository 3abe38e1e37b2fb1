/**
 * What one key does: the sequential store that a linearizable one must look like.
 *
 * @module
 */
import type { Operation } from "./operation.ts";

/** The value of a key; null if the key does not exist. */
export type Value = string | null;

/** The value after `operation`, or undefined if from `value` it cannot be answered as it was. */
export function after(operation: Operation, value: Value): Value | undefined {
  switch (operation.op) {
    case "get":
      return operation.output === value ? value : undefined;
    case "put":
      return operation.value;
    case "append":
      return afterAppend(operation, value);
    case "cas":
      if (operation.output === "0") return value === operation.expect ? undefined : value;
      return value === operation.expect ? operation.value : undefined;
    case "delete":
      if (operation.output === null) return null;
      return (value !== null) === (operation.output !== "0") ? null : undefined;
    case "incr":
      return afterIncrement(operation, value);
  }
}

/** The operation with nothing known of its answer: its effect alone. A `cas` of this kind stores its value. */
export function withoutAnswer(operation: Operation): Operation {
  return { ...operation, return: null, ok: null, output: null };
}

/** Whether the operation leaves every value as it is, as far as its answer tells. */
export function isReadOnly({ op, output }: Operation): boolean {
  return op === "get" || ((op === "cas" || op === "delete") && output === "0");
}

/** Whether the operation is possible with every value and always leaves the same one. */
export function isBlind({ op, output }: Operation): boolean {
  return op === "put" || (op === "delete" && output === null);
}

/** The one value that the operation's answer demands to be there before; undefined if several would do. */
export function demanded(operation: Operation): Value | undefined {
  const { op, output, expect } = operation;
  if (op === "get") return output;
  if (op === "cas" && output !== "0") return expect;
  if (op === "delete" && output === "0") return null;
  if (op !== "incr" || output === null) return undefined;
  if (!isCounter(output)) return undefined;
  const before = BigInt(output) - amount(operation);
  return before === 0n ? undefined : String(before); // 0 may also be a key that does not exist
}

/** Whether `value` can be added to. */
export function isCounter(value: Value): boolean {
  return value === null || /^-?\d+$/.test(value);
}

/** How many bytes `text` has in UTF-8. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // A surrogate pair is two units here and four bytes there.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return length;
}

function afterAppend({ value: suffix, output }: Operation, value: Value): Value | undefined {
  const whole = (value ?? "") + (suffix ?? "");
  return output === null || Number(output) === byteLength(whole) ? whole : undefined;
}

function afterIncrement(operation: Operation, value: Value): Value | undefined {
  if (!isCounter(value)) return undefined;
  const sum = String(BigInt(value ?? "0") + amount(operation));
  return operation.output === null || operation.output === sum ? sum : undefined;
}

function amount({ value }: Operation): bigint {
  return BigInt(isCounter(value) ? value ?? "1" : "0");
}
