/**
 * The writer and the reader: every kind of value, and what is refused.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { varintSize } from "../../core/mod.ts";
import {
  decode,
  encode,
  Reader,
  readList,
  readOption,
  readOptionalNumber,
  WireError,
  writeList,
  writeOption,
  writeOptionalNumber,
  Writer,
} from "../../effects/wire/mod.ts";
import { checksum } from "../../effects/wire/checksum.ts";
import { Enumeration } from "../../effects/wire/enumeration.ts";
import { assertRefused, assertRoundTrip, type Codec } from "./round_trip.ts";
import { crc32 } from "node:zlib";

const u8: Codec<number> = { write: (w, n) => w.u8(n), read: (r) => r.u8() };
const u32: Codec<number> = { write: (w, n) => w.u32(n), read: (r) => r.u32() };
const f64: Codec<number> = { write: (w, n) => w.f64(n), read: (r) => r.f64() };
const varint: Codec<number> = { write: (w, n) => w.varint(n), read: (r) => r.varint() };
const boolean: Codec<boolean> = { write: (w, b) => w.boolean(b), read: (r) => r.boolean() };
const bytes: Codec<Uint8Array> = { write: (w, b) => w.bytes(b), read: (r) => r.bytes() };
const string: Codec<string> = { write: (w, s) => w.string(s), read: (r) => r.string() };

/** Where a number gets one byte longer, and where 32 bits end. */
const EDGES: readonly number[] = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((bytes) => [2 ** (7 * bytes) - 1, 2 ** (7 * bytes)]),
  ...[0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER],
];

describe("A whole number", () => {
  it("comes back, at every edge", () => {
    for (const n of EDGES) assertRoundTrip(varint, n);
  });

  it("comes back, whatever it is", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (n) => assertRoundTrip(varint, n)), { seed: 1, numRuns: 2000 });
  });

  it("takes as many bytes as the core counts for it", () => {
    for (const n of EDGES) assertEquals(encode(n, varint.write).length, varintSize(n), String(n));
  });

  it("has seven bits in a byte, the lowest first", () => {
    assertEquals(encode(300, varint.write), Uint8Array.of(0xac, 0x02));
  });

  it("cannot be written if it is none", () => {
    for (const n of [-1, 0.5, 200.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 40), 2 ** 60]) {
      assertThrows(() => encode(n, varint.write), WireError, "not a whole number");
    }
  });

  it("is refused in a longer form than the shortest", () => {
    assertMatch(assertRefused(Uint8Array.of(0x80, 0), varint.read), /longer than it has to be/);
    assertMatch(assertRefused(Uint8Array.of(0xff, 0x80, 0), varint.read), /longer than it has to be/);
  });

  it("is refused above the largest safe one", () => {
    assertMatch(assertRefused(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 16), varint.read), /too large/);
    assertMatch(assertRefused(new Uint8Array(9).fill(255), varint.read), /too large/);
    assertMatch(assertRefused(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1), varint.read), /too large/);
  });
});

describe("Other values", () => {
  it("come back: bytes, words, numbers, truth", () => {
    for (const n of [0, 1, 127, 128, 255]) assertRoundTrip(u8, n);
    for (const n of [0, 1, 2 ** 31, 0xdeadbeef, 2 ** 32 - 1]) assertRoundTrip(u32, n);
    for (const n of [0, -0, 0.3, -1.5, Infinity, -Infinity, NaN, Number.MIN_VALUE]) assertRoundTrip(f64, n);
    for (const b of [false, true]) assertRoundTrip(boolean, b);
  });

  it("come back: bytes and texts of every length", () => {
    for (const length of [0, 1, 127, 128, 5000]) assertRoundTrip(bytes, new Uint8Array(length).fill(length));
    for (const s of ["", "raft", "Süßölgefäß", "\ufeffmark", "🪵".repeat(50), "\0"]) assertRoundTrip(string, s);
  });

  it("are fixed in their order: words have the lowest byte first", () => {
    assertEquals(encode(0x01020304, u32.write), Uint8Array.of(4, 3, 2, 1));
    assertEquals(encode(1, f64.write), Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf0, 0x3f));
  });

  it("are refused where truth is neither 0 nor 1, and a text not UTF-8", () => {
    assertMatch(assertRefused(Uint8Array.of(2), boolean.read), /2 is neither false nor true/);
    assertMatch(assertRefused(Uint8Array.of(1, 0xff), string.read), /not UTF-8/);
  });

  it("may be missing", () => {
    const number: Codec<O.Option<number>> = { write: writeOptionalNumber, read: readOptionalNumber };
    for (const option of [O.none, O.some(0), O.some(2 ** 40)]) assertRoundTrip(number, option);
    const text: Codec<O.Option<string>> = {
      write: (w, option) => writeOption(w, option, string.write),
      read: (r) => readOption(r, string.read),
    };
    for (const option of [O.none, O.some(""), O.some("x")]) assertRoundTrip(text, option);
    assertRefused(Uint8Array.of(2, 0), number.read);
  });

  it("make lists", () => {
    const texts: Codec<readonly string[]> = {
      write: (w, list) => writeList(w, list, string.write),
      read: (r) => readList(r, string.read),
    };
    for (const list of [[], [""], ["a", "bc", ""], new Array(200).fill("x")]) assertRoundTrip(texts, list);
  });

  it("have names with codes of their own, and unknown codes are refused", () => {
    const colours = new Enumeration<"red" | "green">("colour", { red: 3, green: 0 });
    const codec: Codec<"red" | "green"> = { write: (w, c) => colours.write(w, c), read: (r) => colours.read(r) };
    assertRoundTrip(codec, "red");
    assertRoundTrip(codec, "green");
    assertEquals(encode("red", codec.write), Uint8Array.of(3));
    for (const code of [1, 4, 255]) assertMatch(assertRefused(Uint8Array.of(code), codec.read), /is no colour/);
  });
});

describe("A Writer", () => {
  it("grows as it needs to, and keeps what it has", () => {
    const writer = new Writer(1);
    for (let i = 0; i < 3000; i++) writer.varint(i);
    writer.raw(new Uint8Array(100_000).fill(9));
    writer.u32(1);
    writer.f64(2);
    const reader = new Reader(writer.view());
    for (let i = 0; i < 3000; i++) assertEquals(reader.varint(), i);
    assertEquals(reader.raw(100_000), new Uint8Array(100_000).fill(9));
    assertEquals([reader.u32(), reader.f64(), reader.rest], [1, 2, 0]);
  });

  it("grows for every kind of value, wherever the buffer ends", () => {
    const kinds: readonly ((writer: Writer) => void)[] = [
      (writer) => writer.u8(7),
      (writer) => writer.u32(7),
      (writer) => writer.f64(7),
      (writer) => writer.varint(Number.MAX_SAFE_INTEGER),
      (writer) => writer.raw(new Uint8Array(20)),
      (writer) => writer.bytes(new Uint8Array(20)),
      (writer) => writer.string("a text that is longer than the buffer"),
    ];
    for (const write of kinds) {
      const expected = new Writer(1000);
      write(expected);
      for (let offset = 0; offset <= 20; offset++) {
        const writer = new Writer(1);
        for (let i = 0; i < offset; i++) writer.u8(i);
        write(writer);
        assertEquals(writer.copy(offset), expected.copy());
        assertEquals(writer.length, offset + expected.length);
      }
    }
  });

  it("writes over what is written, and nowhere else", () => {
    const writer = new Writer();
    writer.u32(0);
    writer.u8(5);
    writer.setU32(0, 0x01020304);
    writer.setU8(4, 6);
    assertEquals(writer.copy(), Uint8Array.of(4, 3, 2, 1, 6));
    assertThrows(() => writer.setU32(2, 0), RangeError, "Cannot write at 2");
    assertThrows(() => writer.setU8(5, 0), RangeError, "Cannot write at 5");
  });

  it("is reset, wholly or back to a position, and keeps its buffer", () => {
    const writer = new Writer(64);
    writer.string("abc");
    const { buffer } = writer.view();
    writer.reset(2);
    assertEquals(writer.copy(), Uint8Array.of(3, 97));
    writer.reset();
    assertEquals(writer.length, 0);
    writer.u8(1);
    assertStrictEquals(writer.view().buffer, buffer);
    assertThrows(() => writer.reset(2), RangeError, "Cannot go back to 2");
  });

  it("gives a view that shares its buffer, and a copy that does not", () => {
    const writer = new Writer();
    writer.u8(1);
    const [view, copy] = [writer.view(), writer.copy()];
    writer.setU8(0, 2);
    assertEquals([view[0], copy[0]], [2, 1]);
    assertNotStrictEquals(view.buffer, copy.buffer);
  });

  it("does not take bytes by reference", () => {
    const source = Uint8Array.of(1, 2, 3);
    const writer = new Writer();
    writer.bytes(source);
    source.fill(9);
    assertEquals(writer.copy(), Uint8Array.of(3, 1, 2, 3));
  });
});

describe("A Reader", () => {
  it("reads a part of the bytes, and nothing beyond it", () => {
    const reader = new Reader(Uint8Array.of(9, 1, 2, 9), 1, 3);
    assertEquals([reader.position, reader.rest, reader.peek(), reader.u8(), reader.u8()], [1, 2, 1, 1, 2]);
    assertThrows(() => reader.u8(), WireError, "Cannot read at byte 3: the bytes end too early.");
    assertThrows(() => reader.peek(), WireError);
    assertThrows(() => reader.raw(1), WireError);
    reader.end();
  });

  it("reads bytes that lie anywhere in their buffer", () => {
    const whole = new Uint8Array([0, 0, 0, ...encode(0.3, f64.write), ...encode(BYTES, bytes.write)]);
    const reader = new Reader(whole.subarray(3));
    assertEquals(reader.f64(), 0.3);
    assertEquals(reader.bytes(), BYTES);
  });

  it("cannot be made for a part that is not there", () => {
    for (const [from, to] of [[0, 4], [3, 2], [-1, 2], [NaN, 2]]) {
      assertThrows(() => new Reader(new Uint8Array(3), from, to), RangeError, "Cannot read from");
    }
  });

  it("gives views of what it reads, or copies if it is asked for them", () => {
    const source = encode(BYTES, bytes.write);
    const view = new Reader(source).bytes();
    const copy = new Reader(source).copiedBytes();
    const remaining = new Reader(source, 1).remaining();
    source.fill(0);
    assertEquals(view, new Uint8Array(BYTES.length));
    assertEquals(remaining, view);
    assertEquals(copy, BYTES);
  });

  it("gives plain arrays of bytes, whatever it reads from", () => {
    class Special extends Uint8Array {}
    const read = new Reader(new Special([1, 7])).bytes();
    assertStrictEquals(Object.getPrototypeOf(read), Uint8Array.prototype);
  });

  it("refuses lengths and counts beyond what is left before it allocates anything", () => {
    const huge = encode(Number.MAX_SAFE_INTEGER, varint.write);
    assertMatch(assertRefused(huge, (r) => r.bytes()), /end too early/);
    assertMatch(assertRefused(huge, (r) => r.raw(r.varint())), /end too early/);
    assertMatch(assertRefused(huge, (r) => new Array(r.count())), /elements cannot be in what is left/);
    assertMatch(assertRefused(Uint8Array.of(2, 0, 0, 0), (r) => r.count(2)), /elements cannot be/);
    assertEquals(decode(Uint8Array.of(1, 0, 0), (r) => r.count(2) + r.raw(2).length), E.right(3));
  });

  it("refuses bytes that are left over", () => {
    assertMatch(assertRefused(Uint8Array.of(1, 2), (r) => r.u8()), /1 bytes are left over/);
  });
});

describe("decode()", () => {
  it("lets errors pass that are not of the codec", () => {
    const broken = (): never => {
      throw new TypeError("a defect");
    };
    assertThrows(() => decode(new Uint8Array(0), broken), TypeError, "a defect");
  });
});

describe("checksum()", () => {
  it("is zlib's CRC-32 at every length, in every part", () => {
    const data = Uint8Array.from({ length: 300 }, (_, i) => (i * 151) & 255);
    for (let length = 0; length <= 256; length++) {
      assertEquals(checksum(data, 7, 7 + length), crc32(data.slice(7, 7 + length)));
      assertEquals(checksum(data.subarray(3), 4, 4 + length), crc32(data.slice(7, 7 + length)));
    }
    assert(checksum(data) === crc32(data));
  });
});

const BYTES = Uint8Array.of(5, 4, 3, 255);
