/**
 * A table of numbers by pairs of numbers.
 *
 * @module
 */

/** What there is for a pair that was never set. */
export const UNKNOWN = -1;

const EMPTY = -1;

/** Maps pairs of numbers from 0 on to numbers. Open addressing, three numbers a slot. */
export class PairTable {
  #mask: number;
  #slots: Int32Array;
  #count = 0;

  /** With room for a few pairs. */
  constructor() {
    this.#mask = 1023;
    this.#slots = new Int32Array(3 * 1024).fill(EMPTY);
  }

  /** How many pairs there are. */
  get size(): number {
    return this.#count;
  }

  /** The bytes that are taken up. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** What the pair was set to, or {@linkcode UNKNOWN}. */
  get(a: number, b: number): number {
    const slots = this.#slots;
    let slot = mix(a, b) & this.#mask;
    while (true) {
      const at = slot * 3;
      if (slots[at] === EMPTY) return UNKNOWN;
      if (slots[at] === a && slots[at + 1] === b) return slots[at + 2];
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Sets what a pair, that was not set before, is mapped to. */
  set(a: number, b: number, value: number): void {
    if (2 * ++this.#count > this.#mask) this.#grow();
    this.#put(a, b, value);
  }

  #put(a: number, b: number, value: number): void {
    let slot = mix(a, b) & this.#mask;
    while (this.#slots[slot * 3] !== EMPTY) slot = (slot + 1) & this.#mask;
    this.#slots[slot * 3] = a;
    this.#slots[slot * 3 + 1] = b;
    this.#slots[slot * 3 + 2] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(3 * (this.#mask + 1)).fill(EMPTY);
    for (let at = 0; at < old.length; at += 3) if (old[at] !== EMPTY) this.#put(old[at], old[at + 1], old[at + 2]);
  }
}

function mix(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
