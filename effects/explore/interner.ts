/**
 * Small numbers for values: equal values have the same number.
 *
 * @module
 */

/** Values by number, and numbers by value. */
export class Interner<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];

  /** `textOf` must tell values apart; two with the same text are taken for one. */
  constructor(private readonly textOf: (value: T) => string) {}

  /** How many there are. */
  get size(): number {
    return this.#values.length;
  }

  /** The number of `value`; the next one from 0 on if it is new. */
  numberOf(value: T): number {
    const text = this.textOf(value);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#values.length;
      this.#numbers.set(text, number);
      this.#values.push(value);
    }
    return number;
  }

  /** The first value that had this number. */
  at(number: number): T {
    return this.#values[number];
  }
}
