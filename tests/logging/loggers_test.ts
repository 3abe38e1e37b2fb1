import { assertEquals } from "@std/assert";
import {
  atLeast,
  isLogged,
  jsonLogger,
  LOG_LEVELS,
  type Logger,
  silentLogger,
  textLogger,
  withFields,
} from "../../effects/logging/mod.ts";

function lines(make: (write: (line: string) => void) => Logger, log: (logger: Logger) => void): readonly string[] {
  const written: string[] = [];
  log(make((line) => written.push(line)));
  return written;
}

function logAll(logger: Logger): void {
  for (const level of LOG_LEVELS) logger.log(level, `This is ${level}.`);
}

Deno.test("a level lets through itself and what is more important", () => {
  const all = LOG_LEVELS.map((least) => LOG_LEVELS.filter((level) => isLogged(level, least)));
  assertEquals(all, [["debug", "info", "warn", "error"], ["info", "warn", "error"], ["warn", "error"], ["error"]]);
});

Deno.test("loggers leave out what is below their level, which is info if nothing is said", () => {
  const counts = [jsonLogger, textLogger].map((logger) => [
    lines((write) => logger(write), logAll).length,
    lines((write) => logger(write, { level: "debug" }), logAll).length,
    lines((write) => logger(write, { level: "error" }), logAll).length,
    lines((write) => atLeast(logger(write, { level: "debug" }), "warn"), logAll).length,
  ]);
  assertEquals(counts, [[3, 4, 1, 2], [3, 4, 1, 2]]);
});

Deno.test("a JSON line has the time, the level, the sentence, and the fields", () => {
  const written = lines(
    (write) => jsonLogger(write, { wall: () => "2026-01-01T00:00:00Z" }),
    (logger) => logger.log("warn", "Slow.", { ms: 1.5, ok: false, peer: null, path: 'a"b\n' }),
  );
  assertEquals(written, [
    '{"time":"2026-01-01T00:00:00Z","level":"warn","message":"Slow.","ms":1.5,"ok":false,"peer":null,"path":"a\\"b\\n"}',
  ]);
});

Deno.test("a field cannot take the place of the time, the level or the sentence, nor be lost", () => {
  const fields = JSON.parse('{"time":1,"level":"debug","message":"m","__proto__":2,"x":3}');
  const [line] = lines(
    (write) => jsonLogger(write, { wall: () => "now" }),
    (logger) => logger.log("info", "Hello.", fields),
  );
  assertEquals(
    line,
    '{"time":"now","level":"info","message":"Hello.","fields.time":1,"fields.level":"debug","fields.message":"m","__proto__":2,"x":3}',
  );
});

Deno.test("a number that JSON lacks is written as a string", () => {
  const [line] = lines(jsonLogger, (logger) => logger.log("info", "Hello.", { a: NaN, b: -Infinity }));
  assertEquals(line, '{"level":"info","message":"Hello.","a":"NaN","b":"-Infinity"}');
});

Deno.test("a text line can be read, and its fields told apart", () => {
  const written = lines((write) => textLogger(write, { level: "debug", wall: () => "12:00:00" }), (logger) => {
    logger.log("info", "Elected.", { term: 7, lead: null, why: "a b", empty: "", pair: "a=b", quote: '"' });
    logger.log("debug", "No fields.");
    logger.log("error", "No fields either.", {});
  });
  assertEquals(written, [
    '12:00:00 info  Elected. term=7 lead=null why="a b" empty="" pair="a=b" quote="\\""',
    "12:00:00 debug No fields.",
    "12:00:00 error No fields either.",
  ]);
});

Deno.test("a text line has colours only where they are asked for", () => {
  const written = lines((write) => textLogger(write, { level: "debug", colors: true }), logAll);
  assertEquals(written, [
    "\x1b[90mdebug\x1b[0m This is debug.",
    "\x1b[36minfo \x1b[0m This is info.",
    "\x1b[33mwarn \x1b[0m This is warn.",
    "\x1b[31merror\x1b[0m This is error.",
  ]);
  assertEquals(lines(textLogger, logAll)[0], "info  This is info.");
});

Deno.test("nothing that is logged can look like another line, or steer a terminal", () => {
  const evil = "a\nb\r\x1b[2Jc\x9b\u2028\u202ed";
  for (const colors of [false, true]) {
    const written = lines((write) => textLogger(write, { colors }), (logger) => {
      logger.log("info", evil, { [evil]: evil });
    });
    assertEquals(written.length, 1);
    const rest = colors ? written[0].replace("\x1b[36m", "").replace("\x1b[0m", "") : written[0];
    // deno-lint-ignore no-control-regex
    assertEquals(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/.test(rest), false, JSON.stringify(rest));
  }
  const [json] = lines(jsonLogger, (logger) => logger.log("info", evil));
  assertEquals(json.includes("\n") || json.includes("\x1b"), false);
});

Deno.test("a stream that is closed does not stop whoever logs", () => {
  for (const logger of [jsonLogger, textLogger]) {
    logger(() => {
      throw new Error("EPIPE");
    }).log("error", "Hello.");
  }
});

Deno.test("withFields() adds fields, and an event's own fields count", () => {
  const written = lines(
    (write) => withFields(withFields(jsonLogger(write), { node: 1, part: "a" }), { part: "b" }),
    (logger) => {
      logger.log("info", "One.");
      logger.log("info", "Two.", { part: "c", x: 1 });
    },
  );
  assertEquals(written, [
    '{"level":"info","message":"One.","node":1,"part":"b"}',
    '{"level":"info","message":"Two.","node":1,"part":"c","x":1}',
  ]);
});

Deno.test("the silent logger says nothing", () => {
  silentLogger.log("error", "Hello.", { x: 1 });
});
