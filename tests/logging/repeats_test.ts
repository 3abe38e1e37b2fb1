import { assertEquals } from "@std/assert";
import type { LogFields, Logger } from "../../effects/logging/mod.ts";
import { limitRepeats } from "../../effects/logging/mod.ts";

class Kept implements Logger {
  readonly events: [message: string, fields: LogFields | undefined][] = [];

  log(_level: string, message: string, fields?: LogFields): void {
    this.events.push([message, fields]);
  }
}

function setup(everyMs: number, key?: (level: string, message: string, fields: LogFields | undefined) => string) {
  const kept = new Kept();
  let now = 0;
  const logger = limitRepeats(kept, { clock: { now: () => now }, everyMs, key });
  return { kept, logger, pass: (ms: number) => void (now += ms) };
}

Deno.test("equal events are let through once in a while, with the number of those that were left out", () => {
  const { kept, logger, pass } = setup(1_000);
  for (let i = 0; i < 10; i++) {
    logger.log("warn", "Slow.", { i });
    pass(300);
  }
  pass(5_000);
  logger.log("warn", "Slow.");
  assertEquals(kept.events, [
    ["Slow.", { i: 0 }],
    ["Slow.", { i: 4, repeats: 3 }],
    ["Slow.", { i: 8, repeats: 3 }],
    ["Slow.", { repeats: 1 }],
  ]);
});

Deno.test("other sentences and other levels are other events", () => {
  const { kept, logger } = setup(1_000);
  logger.log("warn", "Slow.");
  logger.log("error", "Slow.");
  logger.log("warn", "Full.");
  logger.log("warn", "Full.", { x: 1 });
  assertEquals(kept.events.map(([message]) => message), ["Slow.", "Slow.", "Full."]);
});

Deno.test("a key may tell events apart by their fields", () => {
  const { kept, logger } = setup(1_000, (_level, message, fields) => `${message} ${fields?.peer}`);
  for (const peer of [1, 2, 1, 2, 3]) logger.log("warn", "Refused.", { peer });
  assertEquals(kept.events.map(([, fields]) => fields?.peer), [1, 2, 3]);
});

Deno.test("an event can be let through once and never again", () => {
  const { kept, logger, pass } = setup(Infinity);
  for (let i = 0; i < 5; i++) {
    logger.log("warn", "Slow.");
    pass(1e12);
  }
  assertEquals(kept.events.length, 1);
});

Deno.test("events are forgotten, those first that were written longest ago, so that memory stays bounded", () => {
  const { kept, logger, pass } = setup(1_000, (_level, message) => message);
  for (const message of ["0", "1"]) logger.log("warn", message);
  pass(1_000);
  for (let i = 2; i < 1_000; i++) logger.log("warn", String(i));
  logger.log("warn", "1"); // written again, so that it is the youngest
  logger.log("warn", "1000"); // takes the place of 0
  logger.log("warn", "1001"); // takes the place of 2
  kept.events.length = 0;
  for (const message of ["1", "3", "999", "1000", "1001", "0"]) logger.log("warn", message);
  assertEquals(kept.events.map(([message]) => message), ["0"]);
});
