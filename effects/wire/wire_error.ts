/**
 * Why bytes cannot be read, or a value cannot be written.
 *
 * @module
 */

/**
 * The bytes are not what they should be. It is thrown inside the codec only, and caught where decoding begins
 * ({@linkcode decode}), so that others see it on the left of an `Either`.
 */
export class WireError extends Error {
  /** An error with a sentence that says what is wrong. */
  constructor(message: string) {
    super(message);
    this.name = "WireError";
  }
}
