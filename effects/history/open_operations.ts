/**
 * The operations whose outcome is unknown: each may take effect at any time after its call, or never.
 *
 * @module
 */
import { after, byteLength, isBlind, isCounter, type Value, withoutAnswer } from "./model.ts";
import type { Operation } from "./operation.ts";

/** What the operations that were answered need the value to be, so that one of them can come next. */
export interface Goals {
  /** Whatever it is, it makes a difference. */
  any: boolean;
  /** One of these values. */
  readonly values: Set<Value>;
  /** A value of one of these lengths. */
  readonly lengths: Set<number>;
}

/** An open operation that can come next. */
export interface OpenMove {
  /** Its class. */
  readonly which: number;
  /** The value after it. */
  readonly value: Value;
}

/** Operations with the same effect: where one of them is wanted, the one that was called first will do. */
interface Alike {
  readonly operation: Operation;
  readonly calls: number[];
  used: number;
}

/** Open operations, by what they do, and how many of them are used. */
export class OpenOperations {
  readonly #classes: Alike[] = [];
  readonly #spent: number[] = [];
  readonly #blind: number[] = [];
  readonly #building: number[] = [];
  readonly #putsOf = new Map<Value, number>();
  readonly #swapped = new Set<Value>();
  readonly #appends: boolean;
  readonly #adds: boolean;

  /** None of `operations` is used yet. */
  constructor(operations: readonly Operation[]) {
    const classes = new Map<string, Alike>();
    for (const operation of operations) {
      if (operation.op === "get") continue; // it has no effect
      const name = JSON.stringify([operation.op, operation.value, operation.expect]);
      let alike = classes.get(name);
      if (alike === undefined) classes.set(name, alike = { operation: withoutAnswer(operation), calls: [], used: 0 });
      alike.calls.push(operation.call);
    }
    for (const alike of classes.values()) this.#addClass(alike);
    this.#appends = this.#classes.some(({ operation }) => operation.op === "append");
    this.#adds = this.#classes.some(({ operation }) => operation.op === "incr");
  }

  /** What the operations of each class do, and how many there are. */
  classes(): readonly { readonly operation: Operation; readonly count: number }[] {
    return this.#classes.map(({ operation, calls }) => ({ operation, count: calls.length }));
  }

  /** The classes of what is used, sorted. */
  used(): readonly number[] {
    return this.#spent.length === 0 ? NONE : this.#spent.toSorted((a, b) => a - b);
  }

  /** Uses the next one of a class. */
  use(which: number): void {
    this.#classes[which].used++;
    this.#spent.push(which);
  }

  /** Takes back the last `use`. */
  release(): void {
    const which = this.#spent.pop();
    if (which !== undefined) this.#classes[which].used--;
  }

  /**
   * What can come next and serves one of `goals`, by itself or with others behind it. What was called after `deadline`
   * comes too late. Behind another open operation nothing comes that would undo it: then that one was not needed.
   */
  moves(value: Value, deadline: number, goals: Goals, behindOpen: boolean): readonly OpenMove[] {
    if (this.#classes.length === 0) return [];
    const moves: OpenMove[] = [];
    const consider = (which: number): void => {
      const { operation, calls, used } = this.#classes[which];
      if (used === calls.length || calls[used] > deadline) return;
      const changed = after(operation, value);
      if (changed !== undefined && changed !== value && this.#serves(changed, goals)) {
        moves.push({ which, value: changed });
      }
    };
    this.#building.forEach(consider);
    if (!behindOpen) this.#blindOnes(goals).forEach(consider);
    return moves;
  }

  #addClass(alike: Alike): void {
    const which = this.#classes.push(alike) - 1;
    const { operation } = alike;
    alike.calls.sort((a, b) => a - b);
    (isBlind(operation) ? this.#blind : this.#building).push(which);
    if (operation.op === "put") this.#putsOf.set(operation.value, which);
    if (operation.op === "delete") this.#putsOf.set(null, which);
    if (operation.op === "cas") this.#swapped.add(operation.expect);
  }

  /** There can be thousands: where a certain value is wanted, only those that write it. */
  #blindOnes({ any, values, lengths }: Goals): readonly number[] {
    if (any || lengths.size > 0 || this.#appends || this.#adds) return this.#blind;
    return [...values, ...this.#swapped].flatMap((value) => this.#putsOf.get(value) ?? []);
  }

  #serves(value: Value, { any, values, lengths }: Goals): boolean {
    if (any || values.has(value) || this.#swapped.has(value) || (this.#adds && isCounter(value))) return true;
    const length = lengths.size === 0 ? 0 : byteLength(value ?? "");
    if (lengths.has(length)) return true;
    return this.#appends &&
      (isBeginning(value, values) || isBeginning(value, this.#swapped) || isShorter(length, lengths));
  }
}

const NONE: readonly number[] = [];

function isBeginning(value: Value, values: ReadonlySet<Value>): boolean {
  for (const whole of values) if (whole?.startsWith(value ?? "")) return true;
  return false;
}

function isShorter(length: number, lengths: ReadonlySet<number>): boolean {
  for (const longer of lengths) if (length < longer) return true;
  return false;
}
