/**
 * What is wrong with a file that cannot be judged.
 *
 * @module
 */

/** A file, or a line of it, is no recording. The message says what, where, and what to do. */
export class BadInput extends Error {
  /** The name of the error. */
  override readonly name = "BadInput";
}
