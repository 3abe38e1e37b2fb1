/**
 * The parser of requests: what it understands, in whatever pieces it comes, and what it refuses.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { DEFAULT_RESP_LIMITS } from "../../effects/resp/limits.ts";
import { type ParserLimits, type Request, RequestParser } from "../../effects/resp/parser.ts";
import { bytes, characters, request } from "./talk.ts";

/** All that a parser makes of some pieces. */
interface Parsed {
  readonly requests: readonly (readonly string[])[];
  readonly failure: string | null;
}

function give(parser: RequestParser, piece: Bytes, trusted = true): readonly Request[] {
  const requests: Request[] = [];
  for (let rest = piece; rest.length > 0;) {
    const room = parser.room();
    assert(room.length > 0);
    const part = rest.subarray(0, room.length);
    room.set(part);
    parser.received(part.length);
    rest = rest.subarray(part.length);
    for (let next = parser.next(trusted); O.isSome(next); next = parser.next(trusted)) requests.push(next.value);
  }
  return requests;
}

function parse(
  pieces: readonly (string | Bytes)[],
  { limits = {}, trusted = true }: { readonly limits?: Partial<ParserLimits>; readonly trusted?: boolean } = {},
): Parsed {
  const parser = new RequestParser({ ...DEFAULT_RESP_LIMITS, ...limits });
  const requests = pieces.flatMap((piece) => give(parser, typeof piece === "string" ? bytes(piece) : piece, trusted));
  return {
    requests: requests.map((words) => words.map(characters)),
    failure: O.isSome(parser.failure) ? parser.failure.value : null,
  };
}

/** Cut before each of these positions. */
function cut(text: string, positions: readonly number[]): readonly string[] {
  const ends = [...positions, text.length];
  return ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}

const KEPT = { limits: { maxArguments: 8, maxBulkBytes: 20, maxInlineBytes: 48, maxRequestBytes: 40 } };

const UNDERSTOOD: Record<string, readonly [input: string, ...requests: readonly string[][]]> = {
  "an array": [request("SET", "a", "1"), ["SET", "a", "1"]],
  "several arrays": [request("GET", "a") + request("GET", "b"), ["GET", "a"], ["GET", "b"]],
  "an inline command": ["SET a 1\r\n", ["SET", "a", "1"]],
  "an inline command behind a bare line feed": ["PING\nPING\n", ["PING"], ["PING"]],
  "both": ["PING\r\n" + request("PING") + "PING\r\n", ["PING"], ["PING"], ["PING"]],
  "any byte in a value": [request("SET", "a\r\n", "\0\r\n$\xff*"), ["SET", "a\r\n", "\0\r\n$\xff*"]],
  "an empty word": [request("GET", ""), ["GET", ""]],
  "an empty line": ["\r\n\n  \r\nPING\r\n", ["PING"]],
  "an empty array": ["*0\r\n*-1\r\n*-10\r\nPING\r\n", ["PING"]],
  "quotes": [`SET "a b" 'c d' "\\x41\\n\\"" 'it\\'s' ""\r\n`, ["SET", "a b", "c d", 'A\n"', "it's", ""]],
  "a quote within a word": [`SET a"b"\r\n`, ["SET", "ab"]],
  "escapes that are none": [`A "\\q\\x4" '\\n' \\n\r\n`, ["A", "qx4", "\\n", "\\n"]],
  "escapes": [`A "\\r\\t\\b\\a\\\\"\r\n`, ["A", "\r\t\b\x07\\"]],
  "as many words as are allowed": [request(..."12345678"), [..."12345678"]],
  "a word as large as is allowed": [request("x".repeat(20)), ["x".repeat(20)]],
  "a line as long as is allowed": [`${"x".repeat(47)}y\r\n`, [`${"x".repeat(47)}y`]],
  "requests as large as is allowed": [
    request("x".repeat(20), "y".repeat(20)).repeat(2),
    ["x".repeat(20), "y".repeat(20)],
    ["x".repeat(20), "y".repeat(20)],
  ],
};

const REFUSED: Record<string, readonly [input: string, failure: string]> = {
  "a count that is no number": ["*x\r\n", "invalid multibulk length"],
  "a count that is missing": ["*\r\n", "invalid multibulk length"],
  "a count with a leading zero": ["*01\r\n", "invalid multibulk length"],
  "a count with a plus sign": ["*+1\r\n", "invalid multibulk length"],
  "a count with a bare line feed": ["*1\n$4\r\nPING\r\n", "invalid multibulk length"],
  "a count beyond the limit": ["*9\r\n", "invalid multibulk length"],
  "a count that no number holds": ["*99999999999999999999\r\n", "invalid multibulk length"],
  "a count that does not end": [`*${"1".repeat(49)}`, "too big mbulk count string"],
  "a word without its length": ["*1\r\nPING\r\n", "expected '$', got 'P'"],
  "a word with another type": ["*2\r\n$3\r\nGET\r\n:1\r\n", "expected '$', got ':'"],
  "a length that is no number": ["*1\r\n$x\r\n", "invalid bulk length"],
  "a length below zero": ["*1\r\n$-1\r\n", "invalid bulk length"],
  "a length beyond the limit": ["*1\r\n$21\r\n", "invalid bulk length"],
  "a length that does not end": [`*1\r\n$${"1".repeat(49)}`, "too big bulk count string"],
  "a word that is longer than its length": ["*1\r\n$4\r\nPINGS\r\n", "expected CRLF behind a bulk string"],
  "a word that ends in half a line break": ["*1\r\n$4\r\nPING\r\r\n", "expected CRLF behind a bulk string"],
  "a request beyond the limit": [request("x".repeat(20), "y".repeat(20), "z"), "too big request"],
  "a line that is too long": [`${"x".repeat(49)}\r\n`, "too big inline request"],
  "a line that does not end": ["x".repeat(50), "too big inline request"],
  "quotes that are not closed": [`GET "a\r\n`, "unbalanced quotes in request"],
  "single quotes that are not closed": [`GET 'a\\'\r\n`, "unbalanced quotes in request"],
  "a quote in the midst of a word": [`GET "a"b\r\n`, "unbalanced quotes in request"],
};

for (const [name, [input, ...requests]] of Object.entries(UNDERSTOOD)) {
  Deno.test(`RequestParser understands ${name}, wherever it is cut`, () => {
    assertHowever(input, { requests, failure: null });
  });
}

for (const [name, [input, failure]] of Object.entries(REFUSED)) {
  Deno.test(`RequestParser refuses ${name}, wherever it is cut, behind what came before`, () => {
    assertHowever(request("PING") + input, { requests: [["PING"]], failure: `Protocol error: ${failure}` });
  });
}

/** At once, byte by byte, and in two pieces with every cut. */
function assertHowever(input: string, expected: Parsed): void {
  assertEquals(parse([input], KEPT), expected);
  assertEquals(parse([...input], KEPT), expected);
  for (let at = 1; at < input.length; at++) assertEquals(parse(cut(input, [at]), KEPT), expected);
}

Deno.test("RequestParser understands nothing any more behind an error", () => {
  assertEquals(parse(["*x\r\n", request("PING")]), {
    requests: [],
    failure: "Protocol error: invalid multibulk length",
  });
});

Deno.test("RequestParser keeps strangers short, as Redis does", () => {
  const stranger = { trusted: false };
  const unauthenticated = (what: string) => `Protocol error: unauthenticated ${what} length`;
  assertEquals(parse([request(..."0123456789")], stranger).failure, null);
  assertEquals(parse([request(..."0123456789a")], stranger).failure, unauthenticated("multibulk"));
  assertEquals(parse([request("x".repeat(16_384))], stranger).requests.length, 1);
  assertEquals(parse([request("x".repeat(16_385))], stranger).failure, unauthenticated("bulk"));
});

Deno.test("RequestParser gives words that stay as they are, whatever comes later", () => {
  const parser = new RequestParser(DEFAULT_RESP_LIMITS);
  const random = seededRandom(7);
  const given: [Request, readonly string[]][] = [];
  for (let i = 0; i < 2_000; i++) {
    const words = Array.from({ length: 3 }, () => characters(random.bytes(Math.floor(random.next() * 100))));
    for (const request_ of give(parser, bytes(request(...words)))) given.push([request_, words]);
  }
  assertEquals(given.length, 2_000);
  for (const [words, texts] of given) assertEquals(words.map(characters), texts);
});

Deno.test("RequestParser reads a large word into a place of its own, without copying it afterwards", () => {
  const parser = new RequestParser(DEFAULT_RESP_LIMITS);
  give(parser, bytes("*2\r\n$3\r\nSET\r\n$100000\r\n"));
  const value = seededRandom(1).bytes(100_000);
  assertEquals(give(parser, value.subarray(0, 50_000)), []);
  const room = parser.room();
  assertEquals(room.length, 50_000);
  room.set(value.subarray(50_000));
  parser.received(50_000);
  assert(O.isNone(parser.next()));
  const [words] = give(parser, bytes("\r\n"));
  assertEquals(words[1], value);
  assertStrictEquals(words[1].buffer, room.buffer);
});

Deno.test("RequestParser sets memory aside for what has arrived, not for what was announced", () => {
  const parser = new RequestParser(DEFAULT_RESP_LIMITS);
  give(parser, bytes(`*1\r\n$${64 * 1024 * 1024}\r\nx`));
  assert(parser.room().buffer.byteLength <= 1024 * 1024);
  const piece = new Uint8Array(3 * 1024 * 1024);
  give(parser, piece);
  assert(parser.room().buffer.byteLength <= 2 * (piece.length + 1));
});

Deno.test("RequestParser puts a large word together from pieces of any size", () => {
  const value = seededRandom(2).bytes(1_500_000);
  const input = new Uint8Array([
    ...bytes(`*2\r\n$3\r\nGET\r\n$${value.length}\r\n`),
    ...value,
    ...bytes(`\r\n${request("PING")}`),
  ]);
  for (const size of [1_000, 65_536, 1_048_576, 1_499_999]) {
    const parser = new RequestParser(DEFAULT_RESP_LIMITS);
    const requests: Request[] = [];
    for (let at = 0; at < input.length; at += size) requests.push(...give(parser, input.subarray(at, at + size)));
    assertEquals(requests.length, 2);
    assertEquals(requests[0][1].length, value.length);
    assert(requests[0][1].every((byte, i) => byte === value[i]));
  }
});

Deno.test("RequestParser gives back whatever requests were written, however they are cut", () => {
  const words = fc.array(
    fc.oneof(fc.string({ unit: "binary-ascii" }), fc.uint8Array({ maxLength: 40 }).map(characters)),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(fc.property(fc.array(words, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 8 }), (all, cuts) => {
    const input = all.map((one) => request(...one)).join("");
    const positions = [...cuts].filter((at) => at < input.length).sort((a, b) => a - b);
    assertEquals(parse(cut(input, positions)), { requests: all, failure: null });
  }));
});

Deno.test("RequestParser makes the same of 100,000 damaged inputs, however they are cut, and never throws", () => {
  const random = seededRandom(2024);
  const below = (n: number): number => Math.floor(random.next() * n);
  const pieces = [
    "*1\r\n",
    "*2\r\n",
    "$4\r\n",
    "$0\r\n",
    "PING\r\n",
    "GET",
    " ",
    "\r\n",
    '"',
    "'",
    "\\x4",
    "*",
    "$",
    "-1",
    "x",
  ];
  let failures = 0;
  let requests = 0;
  for (let i = 0; i < 100_000; i++) {
    let input = "";
    while (below(6) > 0) {
      input += below(3) > 0 ? pieces[below(pieces.length)] : request("PING", "x".repeat(below(30)));
    }
    const damaged = bytes(input);
    for (let n = below(3); n > 0 && damaged.length > 0; n--) damaged[below(damaged.length)] = below(256);
    const whole = parse([damaged], KEPT);
    const at = below(damaged.length + 1);
    assertEquals(parse([damaged.subarray(0, at), damaged.subarray(at)], KEPT), whole);
    if (i % 10 === 0) assertEquals(parse(Array.from(damaged, (byte) => Uint8Array.of(byte)), KEPT), whole);
    if (whole.failure !== null) failures++;
    requests += whole.requests.length;
  }
  assert(failures > 10_000 && requests > 10_000, `${failures} failures, ${requests} requests`);
});
