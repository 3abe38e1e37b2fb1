/**
 * How replies are written.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import { bulk, bulkOrNil, error, integer, line, list, NIL, OK, type Reply, text } from "../../effects/resp/reply.ts";
import { ReplyWriter } from "../../effects/resp/writer.ts";
import { bytes, characters } from "./talk.ts";

function write(...replies: readonly Reply[]): string {
  const writer = new ReplyWriter();
  for (const reply of replies) writer.write(reply);
  const { size } = writer;
  const written = writer.take().map(characters).join("");
  assertEquals(written.length, size);
  return written;
}

Deno.test("ReplyWriter writes every type of reply", () => {
  assertEquals(write(OK), "+OK\r\n");
  assertEquals(write(line("PONG")), "+PONG\r\n");
  assertEquals(write(error("ERR no")), "-ERR no\r\n");
  assertEquals(write(bulk(bytes("a\r\n\0\xff"))), "$5\r\na\r\n\0\xff\r\n");
  assertEquals(write(bulk(new Uint8Array(0))), "$0\r\n\r\n");
  assertEquals(write(text("é")), "$2\r\n\xc3\xa9\r\n");
  assertEquals(write(NIL), "$-1\r\n");
  assertEquals(write(bulkOrNil(O.none)), "$-1\r\n");
  assertEquals(write(bulkOrNil(O.some(bytes("x")))), "$1\r\nx\r\n");
  assertEquals(write(list([])), "*0\r\n");
  assertEquals(write(list([integer(1), list([OK, NIL])])), "*2\r\n:1\r\n*2\r\n+OK\r\n$-1\r\n");
});

Deno.test("ReplyWriter writes numbers as they are", () => {
  const numbers = [0, 9, 10, 99, 100, 999_999_999, 1e9, 2 ** 53 - 1, -1, -10, 2n ** 63n - 1n, -(2n ** 63n)];
  for (const number of numbers) assertEquals(write(integer(number)), `:${number}\r\n`);
  fc.assert(fc.property(fc.maxSafeInteger(), (number) => assertEquals(write(integer(number)), `:${number}\r\n`)));
});

Deno.test("ReplyWriter keeps errors on one line, and writes a byte for each character", () => {
  assertEquals(write(error("ERR a\r\nb\nc\xff€")), "-ERR a  b c\xff?\r\n");
});

Deno.test("ReplyWriter grows, and joins what was written to one piece", () => {
  const writer = new ReplyWriter();
  for (let i = 0; i < 10_000; i++) writer.write(bulk(bytes(String(i))));
  const segments = writer.take();
  assertEquals(segments.length, 1);
  assertEquals(
    characters(segments[0]),
    Array.from({ length: 10_000 }, (_, i) => `$${String(i).length}\r\n${i}\r\n`).join(""),
  );
});

Deno.test("ReplyWriter does not copy large values", () => {
  const large = new Uint8Array(100_000).fill(0x61);
  const writer = new ReplyWriter();
  for (const reply of [OK, bulk(large), OK, bulk(large)]) writer.write(reply);
  const segments = writer.take();
  assertEquals(segments.map((segment) => segment === large ? "large" : characters(segment)), [
    "+OK\r\n$100000\r\n",
    "large",
    "\r\n+OK\r\n$100000\r\n",
    "large",
    "\r\n",
  ]);
  assertStrictEquals(segments[1], large);
});

Deno.test("ReplyWriter leaves what was taken alone while it is written", () => {
  const writer = new ReplyWriter();
  writer.write(line("first"));
  const [first] = writer.take();
  assertEquals([writer.size, writer.unsent], [0, 8]);
  for (let i = 0; i < 1_000; i++) writer.write(line("second"));
  assertEquals(characters(first), "+first\r\n");
  assertEquals([writer.size, writer.unsent], [9_000, 9_008]);
  writer.sent();
  assertEquals(writer.unsent, 9_000);
  const [second] = writer.take();
  writer.write(line("third"));
  assertEquals(characters(second), "+second\r\n".repeat(1_000));
  assertEquals(writer.take().map(characters), ["+third\r\n"]);
});

Deno.test("ReplyWriter writes whatever replies come, in any number of pieces", () => {
  const value = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(40_000)));
  fc.assert(fc.property(fc.array(fc.array(value, { maxLength: 5 }), { maxLength: 5 }), (turns) => {
    const writer = new ReplyWriter();
    let written = "";
    for (const values of turns) {
      for (const one of values) writer.write(bulk(one));
      written += writer.take().map(characters).join("");
    }
    const expected = turns.flat().map((one) => `$${one.length}\r\n${characters(one)}\r\n`).join("");
    assert(written === expected);
  }));
});
