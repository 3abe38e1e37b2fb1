/** What was proposed: commands of RaftKV in words, and the requests of clients that were tried again. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import { type Bytes, type Message, proposal } from "../../core/mod.ts";
import { describeEntry } from "../../effects/debugger/explain/entry_words.ts";
import { describeKvData, kvRequestIn, quoted } from "../../effects/debugger/explain/kv_data.ts";
import { explainIndex, explainStep, linesOfSentences } from "../../effects/debugger/mod.ts";
import type { KvCommand } from "../../effects/kv/command.ts";
import { kvCommandCodec } from "../../effects/kv/command_codec.ts";
import { LeftOut } from "../../effects/recording/payload.ts";
import { encodeEnvelope } from "../../effects/session/envelope.ts";
import { lonelyTimeline, lonelyWith } from "./lonely.ts";

const [A, B, ONE] = ["a", "b", "1"].map(bytes);
const PUT: KvCommand = { type: "Set", cf: "default", key: A, value: ONE, condition: "always", returnOld: false };

Deno.test("every command of RaftKV is told in words", () => {
  const cases: readonly (readonly [KvCommand, string])[] = [
    [PUT, 'put "a" = "1"'],
    [{ ...PUT, condition: "ifAbsent", cf: "lock" }, 'put "a" = "1" if there is none in family lock'],
    [{ ...PUT, condition: "ifPresent" }, 'put "a" = "1" if there is one'],
    [
      { type: "SetMany", cf: "default", pairs: [A, B, A, B].map((key) => ({ key, value: ONE })) },
      'put "a" = "1", "b" = "1", "a" = "1" and 1 more',
    ],
    [{ type: "Delete", cf: "default", keys: [A, B] }, 'delete "a", "b"'],
    [{ type: "AppendValue", cf: "default", key: A, value: ONE }, 'append "1" to "a"'],
    [{ type: "Increment", cf: "default", key: A, by: -5n }, 'add -5 to "a"'],
    [{ type: "CompareAndSet", cf: "default", key: A, value: ONE, expected: O.some(B) }, 'put "a" = "1" if it is "b"'],
    [{ type: "CompareAndSet", cf: "default", key: A, value: ONE, expected: O.none }, 'put "a" = "1" if there is none'],
  ];
  for (const [command, words] of cases) {
    assertEquals(describeKvData(encodeEnvelope({ type: "Plain", command: kvCommandCodec.encode(command) })), words);
  }
});

Deno.test("for whom a command is, and what opens and closes a session", () => {
  const command = kvCommandCodec.encode(PUT);
  assertEquals(describeKvData(inSession(7, 3)), 'put "a" = "1" for session 7, request 3');
  assertEquals(kvRequestIn(inSession(7, 3)), "request 3 of session 7");
  const keyed = encodeEnvelope({ type: "Keyed", key: "order-9", command });
  assertEquals(describeKvData(keyed), 'put "a" = "1" for the request with key "order-9"');
  assertEquals(kvRequestIn(keyed), 'the request with key "order-9"');
  assertEquals(kvRequestIn(encodeEnvelope({ type: "Plain", command })), null);
  assertEquals(
    describeKvData(encodeEnvelope({ type: "Open", nonce: new Uint8Array(8) })),
    "open a session, whose number is the index",
  );
  assertEquals(describeKvData(encodeEnvelope({ type: "Close", session: 7 })), "close session 7");
});

Deno.test("a command of a simulation has a number before it", () => {
  for (const number of [1, 300, 70_000]) {
    const command = kvCommandCodec.encode(PUT);
    const numbered = new Uint8Array(4 + command.length);
    new DataView(numbered.buffer).setUint32(0, number);
    numbered.set(command, 4);
    assertEquals(describeKvData(encodeEnvelope({ type: "Plain", command: numbered })), 'put "a" = "1"');
  }
});

Deno.test("bytes of other programs are no commands, whatever they are", () => {
  for (const foreign of ["", "hello", '{"put":"a"}', "\x00", "\x00\x00", "\x02\x07\x03", "\x03", "\x01abc"]) {
    assertEquals(describeKvData(bytes(foreign)), null, JSON.stringify(foreign));
  }
  assertEquals(describeKvData(new Uint8Array(64)), null);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
    const words = describeKvData(data);
    assert(words === null || (words.length < 400 && !/[\p{Cc}]/u.test(words)), words ?? "");
  }));
});

Deno.test("bytes in a sentence are short and can be printed", () => {
  assertEquals(quoted(bytes('ü "x"\\\n\u202e')), '"ü \\"x\\"\\\\\\n\\u{202e}"');
  assertEquals(quoted(Uint8Array.of(0, 255, 65)), '"\\x00\\xffA"');
  assertEquals(quoted(bytes("€".repeat(30))), '"€€€€€€€€€€…" (90 bytes)');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
    const words = quoted(data);
    assert(words.length <= 2 + 32 * 10 + 20 && !/[\p{C}]/u.test(words), words);
  }));
});

Deno.test("a payload that was left out is said to be, and another describer is asked first", () => {
  assertEquals(
    describeEntry(proposal(new LeftOut(12, O.none))),
    "a command of 12 bytes, which the recording leaves out",
  );
  assertEquals(describeEntry(proposal(bytes("hello"))), "a command of 5 bytes");
  const describe = (data: Bytes): string => `say ${new TextDecoder().decode(data)}`;
  assertEquals(describeEntry(proposal(bytes("hello")), { describe }), "say hello");
});

Deno.test("a request that a client tried again: every index that holds it, and what came to nothing", async () => {
  const propose = (ticket: number, data: Bytes): Message => ({ type: "Propose", ticket, entries: [proposal(data)] });
  const timeline = await lonelyTimeline([
    propose(1, inSession(2, 3, 1)),
    { type: "Campaign" },
    propose(2, inSession(2, 3, 1)),
    propose(3, inSession(2, 3, 2)),
    propose(4, inSession(2, 4)),
  ]);
  const told = linesOfSentences(explainIndex(timeline, 2));
  assertEquals(told[0], 'Entry 2 of term 1: put "a" = "1" for session 2, request 3.');
  assertEquals(told.slice(2, 4), [
    "  Request 3 of session 2 was also proposed in step 1, to no effect: no leader is known.",
    "  Request 3 of session 2 is also at 3/1 (proposed in step 13): the first one that is committed is applied, the others get its reply.",
  ]);
  assert(!linesOfSentences(explainIndex(timeline, 4)).join("\n").includes("also"));
  const first = linesOfSentences(explainStep(timeline, 1)).join("\n");
  assertStringIncludes(first, '\n  It holds put "a" = "1" for session 2, request 3.\n');
  assertStringIncludes(
    first,
    "\n    Request 3 of session 2 is at 2/1 (proposed in step 8) and 3/1 (proposed in step 13): the first one that is committed",
  );
});

Deno.test("a step shows the entries that come, and not their bytes", async () => {
  const timeline = await lonelyWith([inSession(2, 3)]);
  const told = linesOfSentences(explainStep(timeline, 7)).join("\n");
  assertStringIncludes(told, '\n    log.2: nothing → 2/1, put "a" = "1" for session 2, request 3\n');
});

Deno.test("equal bytes without a session are another attempt only where one came to nothing", async () => {
  const data = encodeEnvelope({ type: "Plain", command: kvCommandCodec.encode(PUT) });
  const twice = await lonelyWith([data, data]);
  assert(!linesOfSentences(explainIndex(twice, 2)).join("\n").includes("also"));
  const vain = await lonelyTimeline([
    { type: "Propose", ticket: 1, entries: [proposal(data)] },
    { type: "Campaign" },
    { type: "Propose", ticket: 2, entries: [proposal(data)] },
  ]);
  assertStringIncludes(
    linesOfSentences(explainIndex(vain, 2)).join("\n"),
    "\n  The same bytes were also proposed in step 1, to no effect: no leader is known.",
  );
});

function inSession(session: number, sequence: number, acknowledged = sequence - 1): Bytes {
  return encodeEnvelope({ type: "InSession", session, sequence, acknowledged, command: kvCommandCodec.encode(PUT) });
}

function bytes(text: string): Bytes {
  return new TextEncoder().encode(text);
}
