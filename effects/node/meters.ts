/**
 * How long a node's disk and state machine take.
 *
 * @module
 */

/** Is told every duration, in milliseconds. */
export interface Meters {
  /** A sync of the log took so long. */
  sync(ms: number): void;
  /** Applying a batch took so long. */
  apply(ms: number): void;
}
