/**
 * Linearizability by its definition: tries every order. For small histories only.
 *
 * @module
 */
import type { Operation } from "../../effects/history/mod.ts";
import { Store } from "./store.ts";

/** Whether `operations`, on any keys, can be put into an order. */
export function canBeOrdered(operations: readonly Operation[]): boolean {
  return goesOn(operations.filter(({ ok }) => ok !== false), new Store());
}

function goesOn(left: readonly Operation[], store: Store): boolean {
  if (left.every(({ ok }) => ok === null)) return true; // those need never happen
  return left.some((next) => {
    const rest = left.filter((operation) => operation !== next);
    if (rest.some((other) => other.return !== null && other.return < next.call)) return false;
    const after = store.copy();
    const output = after.apply(next);
    return (next.ok === null || agree(next, output)) && goesOn(rest, after);
  });
}

function agree({ op, output }: Operation, real: string | null): boolean {
  if (op === "put") return true;
  if (op === "get") return output === real;
  return output === null ? op !== "cas" || real === "1" : output === real;
}
