/**
 * Loggers end in a function that takes lines.
 *
 * @module
 */
import type { LogLevel } from "./logger.ts";

/** Takes one line, without its line break. */
export type WriteLine = (line: string) => void;

/** How a logger that writes lines is set up. */
export interface WriterOptions {
  /** The least important level that is written; `info` if it is not given. */
  readonly level?: LogLevel;
  /** The time of day, as it is to be written; without it lines carry no time. */
  readonly wall?: () => string;
}

/** Hands `line` on. A stream that is closed or full must not stop the node that logs to it: the line is lost then. */
export function writeSafely(write: WriteLine, line: string): void {
  try {
    write(line);
  } catch {
    // There is nowhere left to say so.
  }
}
