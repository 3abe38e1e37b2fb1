/**
 * Bars that nobody sees, on a clock that goes on whenever somebody looks at it.
 *
 * @module
 */
import type { Bar, BarValues, Drawing } from "../../effects/terminal/drawing.ts";

/** What was drawn. */
export type Drawn =
  | { readonly what: "start"; readonly total: number; readonly done: number; readonly values: BarValues }
  | { readonly what: "update"; readonly done: number; readonly values: BarValues }
  | { readonly what: "stop" | "clear" };

/** Keeps what is drawn. */
export class DrawnBars implements Drawing {
  /** All of it, in order. */
  readonly drawn: Drawn[] = [];
  /** When it is; a look at the clock adds `#pace` to it. */
  now = 0;
  /** How often the library was loaded. */
  loads = 0;
  /** The clock. */
  readonly clock: Drawing["clock"] = { now: () => this.now += this.#pace };
  readonly #pace: number;

  /** Each look at the clock takes `pace` milliseconds; none if it is not given. */
  constructor(pace = 0) {
    this.#pace = pace;
  }

  /** As if a library were loaded. */
  async load(): Promise<() => Bar> {
    this.loads++;
    await Promise.resolve();
    return () => ({
      start: (total, done, values) => void this.drawn.push({ what: "start", total, done, values }),
      update: (done, values) => void this.drawn.push({ what: "update", done, values }),
      stop: () => void this.drawn.push({ what: "stop" }),
    });
  }

  /** Notes it. */
  clear(): void {
    this.drawn.push({ what: "clear" });
  }

  /** How many bars were started. */
  get started(): number {
    return this.drawn.filter(({ what }) => what === "start").length;
  }
}
