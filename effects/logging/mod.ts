/**
 * Structured logs. The library is silent; a program gives it one of these loggers.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jsonLogger, withFields } from "./mod.ts";
 *
 * const lines: string[] = [];
 * const logger = withFields(jsonLogger((line) => lines.push(line), { wall: () => "12:00" }), { node: 1 });
 * logger.log("info", "The node is ready.", { term: 7 });
 * logger.log("debug", "Too small to be written.");
 * assertEquals(lines, ['{"time":"12:00","level":"info","message":"The node is ready.","node":1,"term":7}']);
 * ```
 *
 * @module
 */
export { withFields } from "./fields.ts";
export { jsonLogger } from "./json_logger.ts";
export { atLeast, isLogged, LOG_LEVELS } from "./level.ts";
export { type LogFields, type Logger, type LogLevel, silentLogger } from "./logger.ts";
export { limitRepeats, type RepeatOptions } from "./repeats.ts";
export { textLogger, type TextOptions } from "./text_logger.ts";
export { type WriteLine, type WriterOptions } from "./writer.ts";
