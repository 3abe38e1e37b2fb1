/**
 * Warnings that come again and again: a slow disk would otherwise fill it with lines about it.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";

/** What counts as a repeat, and how often one is let through. */
export interface RepeatOptions {
  /** Time. */
  readonly clock: Pick<Clock, "now">;
  /** Milliseconds that have to pass before the same event is written again; `Infinity` for once and never again. */
  readonly everyMs: number;
  /** What makes two events the same one; their level and sentence if it is not given. */
  readonly key?: (level: LogLevel, message: string, fields: LogFields | undefined) => string;
}

/** How many different events are remembered; beyond that the one that was written longest ago is forgotten. */
const MOST_KEYS = 1_000;

interface Seen {
  at: number;
  repeats: number;
}

/**
 * Lets the first of equal events through, then none for `everyMs`, then the next one with the number of those that were
 * left out, as `repeats`.
 */
export function limitRepeats(logger: Logger, options: RepeatOptions): Logger {
  const { clock, everyMs, key = sameSentence } = options;
  const seen = new Map<string, Seen>();
  return {
    log(level: LogLevel, message: string, fields?: LogFields): void {
      const name = key(level, message, fields);
      const now = clock.now();
      const before = seen.get(name);
      if (before !== undefined && now - before.at < everyMs) {
        before.repeats++;
        return;
      }
      seen.delete(name); // so that the order of the map is the order of the last lines
      if (seen.size >= MOST_KEYS) forgetOldest(seen);
      seen.set(name, { at: now, repeats: 0 });
      logger.log(level, message, before?.repeats ? { ...fields, repeats: before.repeats } : fields);
    },
  };
}

function sameSentence(level: LogLevel, message: string): string {
  return `${level} ${message}`;
}

function forgetOldest(seen: Map<string, Seen>): void {
  for (const name of seen.keys()) {
    seen.delete(name);
    return;
  }
}
