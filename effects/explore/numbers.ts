/**
 * Typed arrays that grow: numbers without an object for each of them.
 *
 * @module
 */

/** A list of 32-bit numbers. */
export class Numbers {
  #length = 0;
  /** The numbers; what is behind `length` is of no meaning. Another array after each `push`. */
  items: Int32Array;

  /** With room for `capacity` numbers. */
  constructor(capacity = 1024) {
    this.items = new Int32Array(capacity);
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** The bytes that are taken up. */
  get bytes(): number {
    return this.items.byteLength;
  }

  /** Adds a number. */
  push(value: number): void {
    if (this.#length === this.items.length) this.#grow(this.#length + 1);
    this.items[this.#length++] = value;
  }

  /** Adds the first `count` numbers of `values`. */
  append(values: Int32Array, count: number): void {
    const length = this.#length + count;
    if (length > this.items.length) this.#grow(length);
    const { items } = this;
    for (let i = 0, at = this.#length; i < count; i++) items[at + i] = values[i];
    this.#length = length;
  }

  /** Forgets all of them, but not their room. */
  clear(): void {
    this.#length = 0;
  }

  #grow(least: number): void {
    const items = new Int32Array(Math.max(least, Math.ceil(this.items.length * 1.5)));
    items.set(this.items);
    this.items = items;
  }
}
