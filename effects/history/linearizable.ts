/**
 * Whether a history is linearizable (Herlihy and Wing): whether every operation can be given one instant between its
 * call and its return, so that all answers are those of a store that does one thing after the other.
 *
 * @module
 */
import { type Counterexample, findCounterexample } from "./counterexample.ts";
import type { Operation } from "./operation.ts";
import { search } from "./search.ts";

/** What a check has come to. Only `Linearizable` is a success. */
export type Verdict = Linearizable | NotLinearizable | GaveUp;

/** There is an order. */
export interface Linearizable {
  /** The name of the verdict. */
  readonly type: "Linearizable";
  /** How many operations were checked. */
  readonly operations: number;
  /** How many keys they are about. */
  readonly keys: number;
  /** How many combinations were looked at. */
  readonly steps: number;
}

/** There is no order. */
export interface NotLinearizable {
  /** The name of the verdict. */
  readonly type: "NotLinearizable";
  /** What cannot be ordered. */
  readonly counterexample: Counterexample;
  /** How many combinations were looked at. */
  readonly steps: number;
}

/** The limit was reached before it was clear whether there is an order. */
export interface GaveUp {
  /** The name of the verdict. */
  readonly type: "GaveUp";
  /** The keys of which it is not clear. */
  readonly keys: readonly string[];
  /** How many combinations were looked at. */
  readonly steps: number;
}

/** How far to go. */
export interface CheckOptions {
  /** How many combinations to look at for one key at most; a million if it is not given. */
  readonly stepLimit?: number;
}

const STEP_LIMIT = 1_000_000;

/** Checks `operations`, each key by itself: a history is linearizable if it is so for every key. */
export function checkLinearizable(operations: readonly Operation[], options: CheckOptions = {}): Verdict {
  const limit = options.stepLimit ?? STEP_LIMIT;
  const histories = Map.groupBy(operations, ({ key }) => key);
  const unclear: string[] = [];
  let steps = 0;
  for (const [key, history] of histories) {
    const result = search(history, { limit });
    steps += result.steps;
    if (result.type === "GaveUp") unclear.push(key);
    if (result.type === "Stuck") {
      return { type: "NotLinearizable", counterexample: findCounterexample(history, limit), steps };
    }
  }
  if (unclear.length > 0) return { type: "GaveUp", keys: unclear, steps };
  return { type: "Linearizable", operations: operations.length, keys: histories.size, steps };
}
