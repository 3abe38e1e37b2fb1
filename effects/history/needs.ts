/**
 * Values that some answer still tells of, and what could still write them: where a value is left that is needed again
 * and nothing is left to write it, there is no point in going on.
 *
 * @module
 */
import { byteLength, demanded, isCounter, isReadOnly, type Value } from "./model.ts";
import type { Operation } from "./operation.ts";

/** Counts needs and sources of values, while operations are ordered and taken back. */
export class Needs {
  readonly #numbers = new Map<Value, number>();
  readonly #values: Value[] = [];
  readonly #needed: number[] = [];
  readonly #sources: number[] = [];
  readonly #byLength = new Map<number, number[]>();
  readonly #longest: readonly number[];

  /** What `operations`, which were answered, tell of. */
  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const value = demanded(operation);
      if (value !== undefined) this.#needed[this.#number(value)]++;
    }
    for (const [number, value] of this.#values.entries()) {
      const length = byteLength(value ?? "");
      const alike = this.#byLength.get(length);
      if (alike === undefined) this.#byLength.set(length, [number]);
      else alike.push(number);
    }
    this.#longest = [...this.#values.keys()].sort((a, b) => this.#lengthOf(a) - this.#lengthOf(b));
  }

  /** The number of the value that the operation tells of; −1 if there is none. */
  needOf(operation: Operation): number {
    return this.numberOf(demanded(operation));
  }

  /** The number of a value; −1 if nothing tells of it. */
  numberOf(value: Value | undefined): number {
    return value === undefined ? -1 : this.#numbers.get(value) ?? -1;
  }

  /** The numbers of the values that the operation can lead to, and that something tells of. */
  sourceOf(operation: Operation): readonly number[] {
    const { op, value, output } = operation;
    if (isReadOnly(operation)) return [];
    if (op === "append") return this.#endingIn(value ?? "", output);
    if (op === "incr" && output === null) return this.#all((told) => isCounter(told) && told !== null);
    const number = this.numberOf(op === "delete" ? null : op === "incr" ? output : value);
    return number < 0 ? [] : [number];
  }

  /** An operation that tells of a value is ordered (−1) or taken back (+1). */
  need(number: number, change: 1 | -1): void {
    if (number >= 0) this.#needed[number] += change;
  }

  /** An operation that could lead to these values is there (+1) or not any more (−1). */
  source(numbers: readonly number[], change: 1 | -1): void {
    for (const number of numbers) this.#sources[number] += change;
  }

  /** Whether the longest value that something still tells of does not begin with `value`: what only grows cannot get there. */
  isAstray(value: Value): boolean {
    for (let at = this.#longest.length - 1; at >= 0; at--) {
      const number = this.#longest[at];
      if (this.#needed[number] > 0) return !(this.#values[number] ?? "").startsWith(value ?? "");
    }
    return false;
  }

  /** Whether a value that is not there now is needed and cannot come again. */
  isLost(number: number): boolean {
    return number >= 0 && this.#needed[number] > 0 && this.#sources[number] === 0;
  }

  #lengthOf(number: number): number {
    return this.#values[number]?.length ?? 0;
  }

  #number(value: Value): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#values.push(value) - 1;
      this.#needed.push(0);
      this.#sources.push(0);
      this.#numbers.set(value, number);
    }
    return number;
  }

  /** The length that was answered leaves few values to compare with. */
  #endingIn(suffix: string, length: string | null): readonly number[] {
    if (length === null) return this.#all((value) => value !== null && value.endsWith(suffix));
    const alike = this.#byLength.get(Number(length)) ?? [];
    return alike.filter((number) => this.#values[number]?.endsWith(suffix));
  }

  #all(test: (value: Value) => boolean): readonly number[] {
    return this.#values.flatMap((value, number) => test(value) ? [number] : []);
  }
}
