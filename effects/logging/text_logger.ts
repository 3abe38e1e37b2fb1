/**
 * Logs for people: one line an event.
 *
 * @module
 */
import { isLogged } from "./level.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import { type WriteLine, type WriterOptions, writeSafely } from "./writer.ts";

/** How a logger for people is set up. */
export interface TextOptions extends WriterOptions {
  /** Whether levels are coloured, for terminals; not if it is not given. */
  readonly colors?: boolean;
}

/**
 * Writes each event as one line: the time, the level, the sentence, and the fields as `name=value`. Control characters are
 * escaped, so that nothing that is logged can look like another line or steer a terminal.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { textLogger } from "./text_logger.ts";
 *
 * const lines: string[] = [];
 * textLogger((line) => lines.push(line)).log("warn", "The disk is slow.", { ms: 120, path: "data/1 a" });
 * assertEquals(lines, ['warn  The disk is slow. ms=120 path="data/1 a"']);
 * ```
 */
export function textLogger(write: WriteLine, options: TextOptions = {}): Logger {
  const { level: least = "info", wall, colors = false } = options;
  return {
    log(level: LogLevel, message: string, fields?: LogFields): void {
      if (!isLogged(level, least)) return;
      const time = wall === undefined ? "" : `${wall()} `;
      writeSafely(write, `${time}${paint(level, colors)} ${escapeControls(message)}${textOf(fields)}`);
    },
  };
}

/** Escape sequences (ECMA-48, SGR) that begin a colour. */
const COLORS: Readonly<Record<LogLevel, string>> = {
  debug: "\x1b[90m",
  info: "\x1b[36m",
  warn: "\x1b[33m",
  error: "\x1b[31m",
};

function paint(level: LogLevel, colors: boolean): string {
  const padded = level.padEnd(5);
  return colors ? `${COLORS[level]}${padded}\x1b[0m` : padded;
}

function textOf(fields: LogFields | undefined): string {
  if (fields === undefined) return "";
  return Object.entries(fields).map(([name, value]) => ` ${plain(name)}=${plain(value)}`).join("");
}

/** The value as it is, or in quotes where a reader could not tell where it ends. */
function plain(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return /^[^\s"=]+$/.test(value) && value === escapeControls(value) ? value : escapeControls(JSON.stringify(value));
}

/** C0 and C1 controls, line separators, and the marks that turn the direction of what follows. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
