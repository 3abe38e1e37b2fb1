/**
 * The few operations of a history that by themselves cannot be ordered.
 *
 * @module
 */
import { demanded, isReadOnly, type Value, withoutAnswer } from "./model.ts";
import { isDone, isOpen, type Operation } from "./operation.ts";
import { search } from "./search.ts";
import { tellStory } from "./story.ts";

/** Why a history of one key is not linearizable. */
export interface Counterexample {
  /** The key. */
  readonly key: string;
  /** The operations that cannot be ordered, and those that wrote what they tell of, in the order of their calls. */
  readonly operations: readonly Operation[];
  /** The one of them by whose return there is no order any more. */
  readonly last: Operation;
  /** The values that the key can have had then; none if there are too many ways to tell. */
  readonly values: readonly Value[];
  /** How many other operations on the key there are: whatever came of them, it would not help. */
  readonly others: number;
  /** All of it in sentences, a line each. */
  readonly story: readonly string[];
}

/** How many combinations to look at for each attempt to do without an operation: it is one of many. */
const PATIENCE = 2_000;

/** Finds a counterexample in `history`, of which a search of `limit` steps has found that it has no order. */
export function findCounterexample(history: readonly Operation[], limit: number): Counterexample {
  const last = firstImpossible(history, limit);
  const shrinking = new Shrinking(until(history, last), last, Math.min(limit, PATIENCE));
  shrinking.run();
  const core = shrinking.core();
  const operations = [...core, ...witnesses(history, core)].sort((a, b) => a.call - b.call);
  const values = valuesBefore(until(operations, last), last) ?? valuesBefore(shrinking.demands(), last) ?? [];
  const found = { key: last.key, operations, last, values };
  const others = history.length - operations.length;
  return { ...found, others, story: tellStory({ ...found, others }) };
}

/** The operation by whose return there is no order any more: if what comes before one has none, so has all of it. */
function firstImpossible(history: readonly Operation[], limit: number): Operation {
  const answered = history.filter(isDone).sort((a, b) => endOf(a) - endOf(b));
  let [low, high] = [0, answered.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (search(until(history, answered[middle]), { limit }).type === "Stuck") high = middle;
    else low = middle + 1;
  }
  return answered[low];
}

/** What had been called when `last` returned; of what had not returned by then, the effect alone. */
function until(history: readonly Operation[], last: Operation): readonly Operation[] {
  const end = endOf(last);
  return history.filter((operation) => operation.call <= end && (isDone(operation) || isOpen(operation)))
    .flatMap((operation) => endOf(operation) <= end ? [operation] : relax(operation));
}

/** A read that nothing is demanded of is left out, a write may take effect at any time after its call, or never. */
function relax(operation: Operation): readonly Operation[] {
  return isReadOnly(operation) ? [] : [withoutAnswer(operation)];
}

function endOf(operation: Operation): number {
  return operation.return ?? Infinity;
}

/** Demands less and less, as long as there still is no order. */
class Shrinking {
  readonly #operations: readonly Operation[];
  readonly #last: Operation;
  readonly #limit: number;
  readonly #relaxed = new Set<Operation>();

  constructor(operations: readonly Operation[], last: Operation, limit: number) {
    this.#operations = operations;
    this.#last = last;
    this.#limit = limit;
    for (const operation of operations) if (isOpen(operation)) this.#relaxed.add(operation);
  }

  /** Twice, because what was needed at first may not be needed any more when others are gone. */
  run(): void {
    for (let round = 0; round < 2; round++) this.#relax(this.core().filter((operation) => operation !== this.#last));
  }

  /** The operations that are still demanded to be answered as they were, within their times. */
  core(): readonly Operation[] {
    return this.#operations.filter((operation) => !this.#relaxed.has(operation));
  }

  /** What is left of all operations. */
  demands(relaxed: ReadonlySet<Operation> = this.#relaxed): readonly Operation[] {
    return this.#operations.flatMap((operation) => relaxed.has(operation) ? relax(operation) : [operation]);
  }

  #relax(operations: readonly Operation[]): void {
    if (operations.length === 0) return;
    const demands = this.demands(new Set([...this.#relaxed, ...operations]));
    if (search(demands, { limit: this.#limit }).type === "Stuck") {
      for (const operation of operations) this.#relaxed.add(operation);
    } else if (operations.length > 1) {
      const half = operations.length >> 1;
      this.#relax(operations.slice(0, half));
      this.#relax(operations.slice(half));
    }
  }
}

/** The values that the key can have had before `last`; undefined if the search does not come to that. */
function valuesBefore(operations: readonly Operation[], last: Operation): readonly Value[] | undefined {
  const result = search(operations, { limit: PATIENCE, lookAhead: false });
  return result.type === "Stuck" && result.operation === last ? result.values : undefined;
}

/** Who wrote the values that the operations of `core` tell of, where it is none of them. */
function witnesses(history: readonly Operation[], core: readonly Operation[]): readonly Operation[] {
  const told = core.flatMap((operation) => demanded(operation) ?? []);
  const shown = new Set(core);
  return history.filter((operation) =>
    !shown.has(operation) && !isReadOnly(operation) && operation.ok !== false && operation.value !== null &&
    told.some((value) => isPartOf(operation, value))
  );
}

function isPartOf({ op, value }: Operation, told: string): boolean {
  if (op === "put" || op === "cas") return told === value;
  return op === "append" && value !== null && told.includes(value);
}
