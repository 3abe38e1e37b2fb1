import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import { type Hash, Hasher, hexadecimal, parseHash, sameHash } from "../../effects/recording/hash.ts";

function hashOf(tell: (hasher: Hasher) => void): Hash {
  const hasher = new Hasher();
  tell(hasher);
  return hasher.hash();
}

function ofBytes(bytes: Uint8Array): string {
  return hexadecimal(hashOf((hasher) => hasher.bytes(bytes)));
}

Deno.test("hashes are what they were when the first recordings were made", () => {
  assertEquals(hexadecimal(hashOf(() => {})), "ae084c966cc8e406");
  assertEquals(hexadecimal(hashOf((hasher) => hasher.number(1))), "202c95a3953b1ff5");
  assertEquals(ofBytes(Uint8Array.from({ length: 200 }, (_, i) => i)), "6121b9ed476c6317");
  assertEquals(hexadecimal(hashOf((hasher) => hasher.number(2 ** 40 + 0.5))), "c79a10771c5b8cf8");
});

Deno.test("long runs of bytes are hashed as short ones are", () => {
  for (let length = 0; length < 400; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
    const byWords = hashOf((hasher) => {
      hasher.word(length);
      for (let at = 0; at + 4 <= length; at += 4) {
        hasher.word(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
      }
      let rest = 0;
      for (let at = length & ~3; at < length; at++) rest = (rest << 8) | bytes[at];
      if (length % 4 !== 0) hasher.word(rest);
    });
    assertEquals(hexadecimal(byWords), ofBytes(bytes), `${length} bytes`);
    assertEquals(ofBytes(new Uint8Array([9, ...bytes]).subarray(1)), ofBytes(bytes), `${length} bytes, not aligned`);
  }
});

Deno.test("any changed bit of bytes is another hash", () => {
  for (const length of [1, 3, 4, 17, 159, 160, 163]) {
    const bytes = new Uint8Array(length);
    const seen = new Set([ofBytes(bytes)]);
    for (let bit = 0; bit < 8 * length; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      seen.add(ofBytes(bytes));
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    assertEquals(seen.size, 1 + 8 * length);
  }
});

Deno.test("bytes of zeros differ by their number", () => {
  const hashes = Array.from({ length: 300 }, (_, length) => ofBytes(new Uint8Array(length)));
  assertEquals(new Set(hashes).size, 300);
});

Deno.test("different numbers have different hashes", () => {
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.nat(),
    fc.double({ noNaN: true }),
    fc.constantFrom(Infinity, -Infinity),
  );
  fc.assert(fc.property(number, number, (a, b) => {
    const same = sameHash(hashOf((hasher) => hasher.number(a)), hashOf((hasher) => hasher.number(b)));
    assertEquals(same, a === b);
  }));
  assert(sameHash(hashOf((hasher) => hasher.number(NaN)), hashOf((hasher) => hasher.number(NaN))));
});

Deno.test("a sequence that differs in one value has another hash, whatever follows", () => {
  const values = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(values, fc.nat(), fc.nat(), (values, at, other) => {
    const place = at % values.length;
    const changed = values.with(place, other);
    const hashes = [values, changed].map((list) => hashOf((hasher) => list.forEach((value) => hasher.number(value))));
    assertEquals(sameHash(hashes[0], hashes[1]), values[place] === other);
  }));
});

Deno.test("what is missing is not zero, and not false", () => {
  const hashes = [O.none, O.some(0), O.some(1)].map((value) => hexadecimal(hashOf((hasher) => hasher.optional(value))));
  assertEquals(new Set(hashes).size, 3);
  assertNotEquals(hashOf((hasher) => hasher.boolean(true)), hashOf((hasher) => hasher.boolean(false)));
});

Deno.test("a hasher that was reset knows nothing any more", () => {
  const hasher = new Hasher();
  hasher.number(7);
  hasher.reset();
  assertEquals(hasher.hash(), new Hasher().hash());
});

Deno.test("the halves of a hash and its check are parts of it", () => {
  const hasher = new Hasher();
  for (let i = 0; i < 100; i++) {
    hasher.number(i);
    const { high, low } = hasher.hash();
    assertEquals([hasher.high() >>> 0, hasher.low() >>> 0, hasher.check()], [high, low, high & 0xffff]);
  }
});

Deno.test("checks of sixteen bits are spread evenly", () => {
  const hasher = new Hasher();
  const seen = new Set<number>();
  for (let i = 0; i < 65_536; i++) {
    hasher.number(i);
    seen.add(hasher.check());
  }
  // Of 65,536 that are drawn at random, about 41,427 are different ones.
  assert(seen.size > 40_900 && seen.size < 42_000, `${seen.size} different checks`);
});

Deno.test("a hash as text is sixteen digits, and nothing else is a hash", () => {
  const hash = { high: 0x0000_00ab, low: 0xffff_ffff };
  assertEquals(hexadecimal(hash), "000000abffffffff");
  assertEquals(parseHash("000000abffffffff"), O.some(hash));
  for (const text of ["", "000000abfffffff", "000000abfffffffff", "000000ABffffffff", "g00000abffffffff"]) {
    assertEquals(parseHash(text), O.none);
  }
});
