/**
 * Fields that a whole part of a program puts on its events.
 *
 * @module
 */
import type { LogFields, Logger, LogLevel } from "./logger.ts";

/**
 * Adds `fields` to every event; where an event has a field of the same name, its own counts.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { withFields } from "./fields.ts";
 * import { jsonLogger } from "./json_logger.ts";
 *
 * const lines: string[] = [];
 * withFields(jsonLogger((line) => lines.push(line)), { node: 1 }).log("info", "Elected.", { term: 7 });
 * assertEquals(lines, ['{"level":"info","message":"Elected.","node":1,"term":7}']);
 * ```
 */
export function withFields(logger: Logger, fields: LogFields): Logger {
  return {
    log(level: LogLevel, message: string, own?: LogFields): void {
      logger.log(level, message, own === undefined ? fields : { ...fields, ...own });
    },
  };
}
