/**
 * Lists of numbers that grow, a few bytes for each.
 *
 * @module
 */

type Numbers = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A typed array to which numbers are added. */
export class Growing<A extends Numbers> {
  /** How many numbers there are. */
  length = 0;
  #array: A;

  /** Nothing yet; `make` makes an array of zeros. */
  constructor(private readonly make: (length: number) => A) {
    this.#array = make(1024);
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.length === this.#array.length) {
      const grown = this.make(2 * this.length);
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.length++] = value;
  }

  /** The numbers in an array that is exactly as long. */
  finish(): A {
    const exact = this.make(this.length);
    for (let i = 0; i < this.length; i++) exact[i] = this.#array[i];
    return exact;
  }

  /** The number at `index`. */
  at(index: number): number {
    return this.#array[index];
  }
}

/** Bytes. */
export type GrowingBytes = Growing<Uint8Array<ArrayBuffer>>;
/** Whole numbers of 32 bits. */
export type GrowingWords = Growing<Int32Array<ArrayBuffer>>;
/** Any numbers. */
export type GrowingNumbers = Growing<Float64Array<ArrayBuffer>>;

/** No bytes yet. */
export function growingBytes(): GrowingBytes {
  return new Growing((length) => new Uint8Array(length));
}

/** No words yet. */
export function growingWords(): GrowingWords {
  return new Growing((length) => new Int32Array(length));
}

/** No numbers yet. */
export function growingNumbers(): GrowingNumbers {
  return new Growing((length) => new Float64Array(length));
}
