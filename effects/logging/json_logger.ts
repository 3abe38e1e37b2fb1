/**
 * Logs for programs: one JSON object a line.
 *
 * @module
 */
import { isLogged } from "./level.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import { type WriteLine, type WriterOptions, writeSafely } from "./writer.ts";

/** A value that JSON has. */
type JsonValue = string | number | boolean | null;

/**
 * Writes each event as one JSON object: `time`, `level`, `message`, then the fields under their own names. A field that is
 * called like one of these three is written as `fields.time` and so on, and a number that JSON lacks as a string.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jsonLogger } from "./json_logger.ts";
 *
 * const lines: string[] = [];
 * jsonLogger((line) => lines.push(line)).log("warn", "The disk is slow.", { ms: 120 });
 * assertEquals(lines, ['{"level":"warn","message":"The disk is slow.","ms":120}']);
 * ```
 */
export function jsonLogger(write: WriteLine, options: WriterOptions = {}): Logger {
  const { level: least = "info", wall } = options;
  return {
    log(level: LogLevel, message: string, fields?: LogFields): void {
      if (!isLogged(level, least)) return;
      const event: Record<string, JsonValue> = wall === undefined ? {} : { time: wall() };
      event.level = level;
      event.message = message;
      if (fields !== undefined) addFields(event, fields);
      writeSafely(write, JSON.stringify(event));
    },
  };
}

function addFields(event: Record<string, JsonValue>, fields: LogFields): void {
  for (const [name, value] of Object.entries(fields)) {
    const free = name === "time" || name === "level" || name === "message" ? `fields.${name}` : name;
    event[free] = jsonValue(value);
  }
}

function jsonValue(value: JsonValue): JsonValue {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
