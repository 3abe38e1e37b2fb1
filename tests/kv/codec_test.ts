/**
 * Commands and replies as bytes.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/mod.ts";
import { type KvCommand, kvCommandCodec, type KvReply, kvReplyCodec } from "../../effects/kv/mod.ts";
import type { Codec } from "../../effects/node/state_machine.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { anyCommand, bytes, cas, del, record, set } from "./kv_support.ts";

const anyReply: fc.Arbitrary<KvReply> = fc.oneof(
  record({
    type: fc.constant("Written" as const),
    written: fc.boolean(),
    old: fc.option(fc.uint8Array()).map((old) => old === null ? O.none : O.some(old)),
  }),
  record({ type: fc.constant("Count" as const), count: fc.maxSafeNat() }),
  record({ type: fc.constant("Integer" as const), value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) }),
  record({
    type: fc.constant("Failed" as const),
    reason: fc.constantFrom("NotAnInteger" as const, "Overflow" as const, "TooLong" as const),
  }),
);

/** The bytes as they are in the first version of the format: they must stay readable for ever. */
const GOLDEN_COMMANDS: readonly (readonly [string, KvCommand])[] = [
  ["0000016b76", set("k", "v")],
  ["1000016b", set("k", "", "lock")],
  ["2006016b76", {
    type: "Set",
    cf: "write",
    key: bytes("k"),
    value: bytes("v"),
    condition: "ifPresent",
    returnOld: true,
  }],
  ["0001016b76", {
    type: "Set",
    cf: "default",
    key: bytes("k"),
    value: bytes("v"),
    condition: "ifAbsent",
    returnOld: false,
  }],
  ["010201610131016200", {
    type: "SetMany",
    cf: "default",
    pairs: [{ key: bytes("a"), value: bytes("1") }, { key: bytes("b"), value: bytes("") }],
  }],
  ["0201016b", del("k")],
  ["03016b7676", { type: "AppendValue", cf: "default", key: bytes("k"), value: bytes("vv") }],
  ["04016bfeffffffffffffff", { type: "Increment", cf: "default", key: bytes("k"), by: -2n }],
  ["05016b0076", cas("k", null, "v")],
  ["05016b01016f76", cas("k", "o", "v")],
];

const GOLDEN_REPLIES: readonly (readonly [string, KvReply])[] = [
  ["00", { type: "Written", written: false, old: O.none }],
  ["10", { type: "Written", written: true, old: O.none }],
  ["206f6c64", { type: "Written", written: false, old: O.some(bytes("old")) }],
  ["30", { type: "Written", written: true, old: O.some(bytes("")) }],
  ["01ac02", { type: "Count", count: 300 }],
  ["02ffffffffffffffff", { type: "Integer", value: -1n }],
  ["0300", { type: "Failed", reason: "NotAnInteger" }],
  ["0301", { type: "Failed", reason: "Overflow" }],
  ["0302", { type: "Failed", reason: "TooLong" }],
];

describe("the codec of commands", () => {
  it("reads what it wrote", () => assertRoundTrip(kvCommandCodec, anyCommand));

  it("writes the bytes of the first version", () => assertGolden(kvCommandCodec, GOLDEN_COMMANDS));

  it("adds 3 bytes to the key and the value of a SET", () => {
    assertEquals(kvCommandCodec.encode(set("k".repeat(16), "v".repeat(64))).length, 83);
  });

  it("reads and writes values of many megabytes, and small ones after them", () => {
    for (const command of [set("k", "v".repeat(5_000_000)), set("k", "v")]) {
      assertEquals(kvCommandCodec.decode(kvCommandCodec.encode(command)), E.right(command));
    }
  });

  it("keeps nothing of the bytes that it reads", () => {
    const source = kvCommandCodec.encode(set("key", "value")).slice();
    const command = kvCommandCodec.decode(source);
    source.fill(0);
    assertEquals(command, E.right(set("key", "value")));
  });

  it("refuses whatever is cut short, where the rest is not the value itself", () => {
    for (const [hex, command] of GOLDEN_COMMANDS) {
      const valueLength = "value" in command ? command.value.length : 0;
      const all = Uint8Array.fromHex(hex);
      for (let length = 0; length < all.length - valueLength; length++) assertRefused(all.subarray(0, length));
    }
  });

  it("refuses unknown kinds, families and conditions, and what is left over", () => {
    for (const hex of ["06016b76", "0f016b76", "3000016b76", "f000016b76"]) assertRefused(Uint8Array.fromHex(hex));
    for (const hex of ["0003016b76", "0008016b76", "00ff016b76"]) assertRefused(Uint8Array.fromHex(hex));
    for (const hex of ["0201016b00", "0100ff", "04016b000000000000000000"]) assertRefused(Uint8Array.fromHex(hex));
  });

  it("refuses lengths and numbers of elements for which there are no bytes, and numbers in a longer form", () => {
    for (const hex of ["0000026b", "0000ffffffffffffff0f6b", "01ffffff7f", "02ffffff7f"]) {
      assertRefused(Uint8Array.fromHex(hex));
    }
    for (const hex of ["000081006b76", "0281000161", "05016b02016f76"]) assertRefused(Uint8Array.fromHex(hex));
  });

  it("refuses to write a number of more than 64 bits", () => {
    const increment = (by: bigint): KvCommand => ({ type: "Increment", cf: "default", key: bytes("k"), by });
    for (const by of [2n ** 63n, -(2n ** 63n) - 1n]) assertThrows(() => kvCommandCodec.encode(increment(by)));
  });

  it("answers random bytes, and accepts only those that it would write itself", () => assertFuzzed(kvCommandCodec));
});

describe("the codec of replies", () => {
  it("reads what it wrote", () => assertRoundTrip(kvReplyCodec, anyReply));

  it("writes the bytes of the first version", () => assertGolden(kvReplyCodec, GOLDEN_REPLIES));

  it("keeps nothing of the bytes that it reads", () => {
    const source = Uint8Array.fromHex("206f6c64");
    const reply = kvReplyCodec.decode(source);
    source.fill(0);
    assertEquals(reply, E.right({ type: "Written", written: false, old: O.some(bytes("old")) }));
  });

  it("refuses what is no reply", () => {
    for (const hex of ["", "04", "40", "0303", "0100ff", "1000", "01", "0200", "03"]) {
      assert(E.isLeft(kvReplyCodec.decode(Uint8Array.fromHex(hex))), hex);
    }
  });

  it("answers random bytes, and accepts only those that it would write itself", () => assertFuzzed(kvReplyCodec));
});

function assertRoundTrip<A>(codec: Codec<A>, any: fc.Arbitrary<A>): void {
  fc.assert(
    fc.property(any, (value) => {
      const encoded = codec.encode(value);
      assertEquals(codec.decode(encoded), E.right(value));
      // What was encoded earlier is not written over by what comes later.
      const copy = encoded.slice();
      codec.encode(value);
      assertEquals(encoded, copy);
    }),
    { seed: 1, numRuns: 2000 },
  );
}

function assertGolden<A>(codec: Codec<A>, golden: readonly (readonly [string, A])[]): void {
  for (const [hex, value] of golden) {
    assertEquals(codec.encode(value).toHex(), hex);
    assertEquals(codec.decode(Uint8Array.fromHex(hex)), E.right(value));
  }
}

function assertRefused(bytes: Bytes): void {
  assert(E.isLeft(kvCommandCodec.decode(bytes)), `${bytes.toHex()} was accepted`);
}

function assertFuzzed<A>(codec: Codec<A>): void {
  const random = seededRandom(7);
  let accepted = 0;
  for (let i = 0; i < 100_000; i++) {
    const bytes = random.bytes(Math.floor(random.next() * 12)).map((byte) => random.next() < 0.7 ? byte & 7 : byte);
    const decoded = codec.decode(bytes);
    if (E.isLeft(decoded)) continue;
    accepted++;
    assertEquals(codec.encode(decoded.right).toHex(), bytes.toHex());
  }
  assert(accepted > 1000, `only ${accepted} were accepted`);
}
