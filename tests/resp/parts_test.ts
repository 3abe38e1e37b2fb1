/**
 * The small parts: numbers, patterns, addresses, passwords, cursors.
 *
 * @module
 */
import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import { seededRandom } from "../../effects/random/random.ts";
import { joinAddress, splitAddress } from "../../effects/resp/address.ts";
import { Cursors } from "../../effects/resp/cursors.ts";
import { literalPrefix, matchesGlob } from "../../effects/resp/glob.ts";
import { parseInt64, parseSafe } from "../../effects/resp/integer.ts";
import { isPassword } from "../../effects/resp/password.ts";
import { bytes, characters } from "./talk.ts";

Deno.test("parseInt64() reads every signed 64-bit number, in one spelling only", () => {
  const most = 2n ** 63n - 1n;
  fc.assert(fc.property(fc.bigInt(-(2n ** 63n), most), (value) => {
    assertEquals(parseInt64(bytes(String(value))), O.some(value));
  }));
  for (const value of [0n, 7n, -7n, most, -most, -most - 1n]) {
    assertEquals(parseInt64(bytes(String(value))), O.some(value));
  }
  const none = ["", "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.0", "1e3", "0x1", "\xb2", String(most + 1n)];
  for (const spelling of [...none, String(-most - 2n), "9".repeat(40)]) {
    assertEquals(parseInt64(bytes(spelling)), O.none, spelling);
  }
});

Deno.test("parseSafe() reads a part of the bytes, and no more than 15 digits", () => {
  assertEquals(parseSafe(bytes("*123\r\n"), 1, 4), 123);
  assertEquals(parseSafe(bytes("-123"), 0, 4), -123);
  assertEquals(parseSafe(bytes("0"), 0, 1), 0);
  assertEquals(parseSafe(bytes("9".repeat(15)), 0, 15), 999_999_999_999_999);
  assertEquals(parseSafe(bytes("9".repeat(16)), 0, 16), NaN);
  assertEquals(parseSafe(bytes(""), 0, 0), NaN);
});

const GLOBS: readonly (readonly [pattern: string, matches: string, differs: string])[] = [
  ["", "", "a"],
  ["a", "a", "b"],
  ["a", "a", "aa"],
  ["*", "", "-"],
  ["*", "anything", "-"],
  ["a*", "a", "ba"],
  ["a*c", "abbc", "abcd"],
  ["*b*", "abc", "acd"],
  ["a*b*c", "aXbYbZc", "aXcYb"],
  ["a?c", "abc", "ac"],
  ["[abc]x", "bx", "dx"],
  ["[a-c]x", "bx", "dx"],
  ["[c-a]x", "bx", "dx"],
  ["[^a-c]x", "dx", "bx"],
  ["[a\\]]x", "]x", "bx"],
  ["[a-]x", "^", "-x"], // a range up to the bracket, in a class that is not closed
  ["[]x", "-", "x"],
  ["[^]x", "ax", "x"],
  ["[ab", "a", "c"],
  ["\\*", "*", "a"],
  ["a\\?", "a?", "ab"],
  ["a\\", "a\\", "ab"],
  ["\xff*", "\xff\x00", "\xfe"],
];

for (const [pattern, matches, differs] of GLOBS) {
  Deno.test(`matchesGlob() with ${JSON.stringify(pattern)} takes ${JSON.stringify(matches)}`, () => {
    if (matches !== "-") assert(matchesGlob(bytes(pattern), bytes(matches)));
    if (differs !== "-") assertFalse(matchesGlob(bytes(pattern), bytes(differs)));
  });
}

Deno.test("matchesGlob() does not explode", () => {
  assertFalse(matchesGlob(bytes("a*".repeat(50) + "b"), bytes("a".repeat(2_000))));
});

Deno.test("matchesGlob() agrees with a regular expression", () => {
  const alphabet = fc.constantFrom("a", "b", "*", "?");
  fc.assert(fc.property(
    fc.array(alphabet, { maxLength: 8 }),
    fc.array(fc.constantFrom("a", "b"), { maxLength: 8 }),
    (pattern, key) => {
      const expression = new RegExp(`^${pattern.map((c) => c === "*" ? ".*" : c === "?" ? "." : c).join("")}$`);
      assertEquals(matchesGlob(bytes(pattern.join("")), bytes(key.join(""))), expression.test(key.join("")));
    },
  ));
});

Deno.test("literalPrefix() is what all matches begin with", () => {
  const prefixes = [["user:*", "user:"], ["a\\*b?", "a*b"], ["*", ""], ["[a]b", ""], ["abc", "abc"], ["a\\", "a\\"]];
  for (const [pattern, prefix] of prefixes) assertEquals(characters(literalPrefix(bytes(pattern))), prefix);
});

Deno.test("splitAddress() takes names and addresses of both kinds apart", () => {
  assertEquals(splitAddress("localhost:0"), O.some({ hostname: "localhost", port: 0 }));
  assertEquals(splitAddress("127.0.0.1:65535"), O.some({ hostname: "127.0.0.1", port: 65_535 }));
  assertEquals(splitAddress("[::1]:80"), O.some({ hostname: "::1", port: 80 }));
  for (const wrong of ["", "a", ":1", "a:", "a:b", "a:1:2", "a:65536", "::1:80", "[::1]", "a b:1", "a:1\n"]) {
    assertEquals(splitAddress(wrong), O.none, wrong);
  }
});

Deno.test("joinAddress() puts them together again", () => {
  for (const address of ["localhost:0", "[::1]:80"]) {
    const parts = splitAddress(address);
    assertEquals(O.isSome(parts) ? joinAddress(parts.value) : "", address);
  }
});

Deno.test("isPassword() takes the password and nothing else, of whatever length", () => {
  assert(isPassword(bytes("sesame"), "sesame"));
  assert(isPassword(new TextEncoder().encode("séß"), "séß"));
  for (const wrong of ["", "Sesame", "sesam", "sesame ", "x".repeat(10_000)]) {
    assertFalse(isPassword(bytes(wrong), "sesame"), wrong);
  }
});

Deno.test("Cursors finds a key as often as it is asked for it", () => {
  const cursors = new Cursors(seededRandom(1), 10);
  const cursor = cursors.create(bytes("key"));
  assert(Number.isSafeInteger(cursor) && cursor > 0);
  for (let i = 0; i < 3; i++) assertEquals(cursors.find(cursor), O.some(bytes("key")));
  assertEquals(cursors.find(cursor + 1), O.none);
});

Deno.test("Cursors forgets the oldest first", () => {
  const cursors = new Cursors(seededRandom(1), 2);
  const [first, second, third] = ["a", "b", "c"].map((key) => cursors.create(bytes(key)));
  assertEquals(cursors.find(first), O.none);
  assertEquals([cursors.find(second), cursors.find(third)], [O.some(bytes("b")), O.some(bytes("c"))]);
  assertEquals(cursors.size, 2);
});

Deno.test("Cursors holds a bounded number of bytes, and always the newest key", () => {
  const cursors = new Cursors(seededRandom(1), 1_000);
  const large = new Uint8Array(6 * 1024 * 1024);
  const all = Array.from({ length: 4 }, () => cursors.create(large));
  assertEquals(cursors.size, 2);
  assertEquals(all.map((cursor) => O.isSome(cursors.find(cursor))), [false, false, true, true]);
  const newest = cursors.create(new Uint8Array(20 * 1024 * 1024));
  assertEquals(cursors.size, 1);
  assert(O.isSome(cursors.find(newest)));
});

Deno.test("Cursors keeps its own copy of a key", () => {
  const cursors = new Cursors(seededRandom(1), 2);
  const key = bytes("key");
  const cursor = cursors.create(key);
  key.fill(0);
  assertEquals(cursors.find(cursor), O.some(bytes("key")));
});
