/**
 * Where the reducer and a recording differ.
 *
 * @module
 */

/** One member that is not as it was recorded. */
export interface Difference {
  /** Its path, named as in the recording: `set.progress.3.match`, `send[0]`. */
  readonly field: string;
  /** What was recorded. */
  readonly expected: unknown;
  /** What the reducer has. */
  readonly got: unknown;
  /** The two are equal but for a member that a message of this type does not have, and that was echoed or kept. */
  readonly echo: boolean;
}

/** Collects what differs in one transition. */
export class Differences {
  readonly list: Difference[] = [];

  /** Notes a difference if `got` is not `expected`. */
  same(field: string, expected: unknown, got: unknown): void {
    if (expected !== got) this.add(field, expected, got);
  }

  /** Notes a difference. */
  add(field: string, expected: unknown, got: unknown, echo = false): void {
    this.list.push({ field, expected, got, echo });
  }

  /** Whether nothing differs. */
  get none(): boolean {
    return this.list.length === 0;
  }
}
