/**
 * Which events are worth writing.
 *
 * @module
 */
import type { LogFields, Logger, LogLevel } from "./logger.ts";

/** All levels, the least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Whether an event of `level` is written where `least` is the least important level that is. */
export function isLogged(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** Passes on what is at least as important as `least`, and drops the rest. */
export function atLeast(logger: Logger, least: LogLevel): Logger {
  return {
    log(level: LogLevel, message: string, fields?: LogFields): void {
      if (isLogged(level, least)) logger.log(level, message, fields);
    },
  };
}
