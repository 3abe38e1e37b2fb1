/**
 * Structured logs: an event with a level, a sentence and fields. The library is silent unless it is given a logger.
 *
 * @module
 */

/** How much an event matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** What an event carries besides its sentence. Secrets and payloads have no place here. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Takes log events. It must not throw and must not block. */
export interface Logger {
  /** Takes one event; `message` is a sentence that is the same for every event of its kind. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLogger: Logger = { log: () => {} };
