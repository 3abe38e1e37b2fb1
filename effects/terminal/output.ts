/**
 * Where a command writes, so that a test can read it.
 *
 * @module
 */
import type { Drawing } from "./drawing.ts";

/** Two streams of lines, and whether somebody is watching. */
export interface Output {
  /** Writes a line of the result. */
  readonly out: (line: string) => void;
  /** Writes a line that is no part of the result. */
  readonly err: (line: string) => void;
  /** Whether `err` goes to a terminal, where a progress bar can be drawn. */
  readonly terminal: boolean;
  /** Whether `out` goes to a terminal: a bar would come between the lines of long results. */
  readonly prints?: boolean;
  /** How a bar is drawn; on the terminal of this process if it is not given. */
  readonly drawing?: Drawing;
}

/** The streams of this process. */
export function processOutput(): Output {
  return {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    terminal: Deno.stderr.isTerminal(),
    prints: Deno.stdout.isTerminal(),
  };
}

/** Streams that keep what is written, for tests. */
export class CapturedOutput implements Output {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly terminal = false;
  readonly out = (line: string): void => void this.lines.push(line);
  readonly err = (line: string): void => void this.errors.push(line);
}
