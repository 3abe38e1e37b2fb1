/**
 * How a progress bar comes to the terminal. A test draws in another way, at times of its own.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock/clock.ts";

/** What stands beside a bar. */
export interface BarValues {
  /** How much is done in a second. */
  readonly rate: string;
  /** How long the rest takes. */
  readonly left: string;
}

/** A bar that is drawn. */
export interface Bar {
  /** Draws it for the first time; `total` is the amount of work. */
  start(total: number, done: number, values: BarValues): void;
  /** Draws how far the work is now. */
  update(done: number, values: BarValues): void;
  /** Takes it away. */
  stop(): void;
}

/** Where bars are drawn. */
export interface Drawing {
  /** When it is. */
  readonly clock: Pick<Clock, "now">;
  /** Loads what draws. What comes of it makes a bar, without waiting for anything. */
  load(): Promise<() => Bar>;
  /** Clears the line of the bar. */
  clear(): void;
}

/** The terminal of this process. */
export const onTerminal: Drawing = {
  clock: systemClock,
  async load() {
    const { default: cliProgress } = await import("cli-progress"); // most commands never need it
    const format = "{bar} {percentage} % · {rate} a second · {left} left";
    return () =>
      new cliProgress.SingleBar({
        format: Deno.noColor ? format : format.replace("{bar}", "\x1b[36m{bar}\x1b[0m"),
        barCompleteChar: "█",
        barIncompleteChar: "░",
        hideCursor: true,
        clearOnComplete: true,
      });
  },
  clear: () => void Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K")),
};
