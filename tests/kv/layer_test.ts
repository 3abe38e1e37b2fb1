/**
 * Layers of changes against a map.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { Bytes } from "../../core/mod.ts";
import { compareBytes } from "../../effects/kv/bytes.ts";
import { BLOCK, hashKey, Layer } from "../../effects/kv/layer.ts";
import { Layers } from "../../effects/kv/layers.ts";
import { takeInOrder } from "../../effects/kv/sorted_records.ts";
import { bytes, record } from "./kv_support.ts";

/** Sets or removes (null). */
interface Change {
  readonly family: number;
  readonly key: Bytes;
  readonly value: Bytes | null;
}

const anyChange: fc.Arbitrary<Change> = record({
  family: fc.nat({ max: 2 }),
  key: fc.oneof(fc.nat({ max: 40 }).map((n) => bytes(String(n))), fc.uint8Array({ maxLength: 3 })),
  value: fc.option(fc.uint8Array({ maxLength: 20 })),
});

describe("Layer", () => {
  it("says what a map would say, and hands over each key once and in order", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 200 }), (changes) => {
        const layer = new Layer();
        const model = new Map<string, Change>();
        for (const change of changes) {
          layer.set(change.family, change.key, hash(change), change.value);
          model.set(`${change.family} ${change.key.toHex()}`, change);
        }
        for (const change of model.values()) {
          assertEquals(layer.get(change.family, change.key, hash(change)), change.value);
        }
        assertEquals(layer.get(0, bytes("no such key"), hashKey(7, 0, bytes("no such key"))), undefined);
        assertEquals(inOrder(layer), sorted([...model.values()]));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("hands over keys in order, whatever they have in common and however they differ", () => {
    const key = fc.oneof(
      fc.string({ unit: fc.constantFrom("0", "1", "9"), maxLength: 25 }),
      fc.string({ unit: fc.constantFrom("\0", "a"), maxLength: 8 }),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), fc.array(key, { maxLength: 60 }), (prefix, keys) => {
        const layer = new Layer();
        for (const key of keys) layer.set(1, bytes(prefix + key), hashKey(7, 1, bytes(prefix + key)), bytes("v"));
        const expected = [...new Set(keys)].map((key) => ({ family: 1, key: bytes(prefix + key), value: bytes("v") }));
        const given = inOrder(layer);
        for (let i = 1; i < given.length; i++) assert(compareBytes(given[i - 1].key, given[i].key) < 0);
        assertEquals(given.length, new Set(expected.map(({ key }) => key.toHex())).size);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("tells apart keys that have the same hash", () => {
    const layer = new Layer();
    for (let i = 0; i < 300; i++) layer.set(0, bytes(String(i)), 5, bytes(`v${i}`));
    for (let i = 0; i < 300; i++) assertEquals(layer.get(0, bytes(String(i)), 5), bytes(`v${i}`));
    assertEquals(layer.get(1, bytes("1"), 5), undefined);
  });

  it("grows by many keys, and by values that are longer than a block", () => {
    const layer = new Layer();
    const long = new Uint8Array(2 * BLOCK).fill(3);
    for (let i = 0; i < 20_000; i++) layer.set(0, bytes(String(i)), hashKey(7, 0, bytes(String(i))), bytes(`v${i}`));
    layer.set(0, bytes("long"), hashKey(7, 0, bytes("long")), long);
    layer.set(0, bytes("after"), hashKey(7, 0, bytes("after")), bytes("x"));
    assertEquals(layer.get(0, bytes("19999"), hashKey(7, 0, bytes("19999"))), bytes("v19999"));
    assertEquals(layer.get(0, bytes("long"), hashKey(7, 0, bytes("long"))), long);
    assertEquals(inOrder(layer).length, 20_002);
    assert(layer.size > 2 * BLOCK);
  });

  it("writes over a value where the new one is not longer, and what was read before does not change", () => {
    const layer = new Layer();
    const put = (value: string | null) => layer.set(0, bytes("k"), 1, value === null ? null : bytes(value));
    put("12345");
    const { size } = layer;
    const read = layer.get(0, bytes("k"), 1);
    for (const value of ["abcde", "x", null, "", "54321"]) {
      put(value);
      assertEquals(layer.get(0, bytes("k"), 1), value === null ? null : bytes(value));
    }
    assertEquals([layer.size, read], [size, bytes("12345")]);
    put("123456");
    assert(layer.size > size);
    assertEquals(inOrder(layer), [{ family: 0, key: bytes("k"), value: bytes("123456") }]);
  });
});

describe("Layers", () => {
  it("finds the newest value in whatever layer it is, and what is removed above the older ones", () => {
    const layers = new Layers(9);
    const get = () => ["a", "b", "c"].map((key) => layers.get(0, bytes(key)));
    const freeze = () => {
      layers.current.index = 1;
      return layers.freeze();
    };
    for (const key of ["a", "b", "c"]) layers.set(0, bytes(key), bytes("1"));
    const first = freeze();
    layers.set(0, bytes("b"), bytes("2"));
    const second = freeze();
    layers.set(0, bytes("c"), null);
    assertEquals(get(), [bytes("1"), bytes("2"), null]);
    layers.wrote(first);
    assertEquals(get(), [bytes("1"), bytes("2"), null]); // The one that was written last can still be read here.
    layers.wrote(second);
    assertEquals(get(), [undefined, bytes("2"), null]);
    layers.clear();
    assertEquals(get(), [undefined, undefined, undefined]);
  });
});

describe("hashKey()", () => {
  it("depends on the seed, on the family and on every byte", () => {
    const keys = ["", "a", "ab", "bb", "ac", "ab\0", "ba"].map(bytes);
    const hashes = keys.flatMap((key) => [0, 1, 2].map((family) => hashKey(1, family, key)));
    assertEquals(new Set(hashes).size, hashes.length);
    assertEquals(hashKey(1, 0, bytes("ab")) === hashKey(2, 0, bytes("ab")), false);
  });

  it("spreads keys that are alike", () => {
    const slots = new Set<number>();
    for (let i = 0; i < 10_000; i++) slots.add(hashKey(3, 0, bytes(`key:${i}`)) & 0xffff);
    assert(slots.size > 9000, `10,000 keys take only ${slots.size} of 65,536 slots`); // 9,275 is to be expected.
  });
});

function hash({ family, key }: Change): number {
  return hashKey(7, family, key);
}

function inOrder(layer: Layer): readonly Change[] {
  const changes: Change[] = [];
  takeInOrder([...layer.copies()], (family, key, value) => {
    changes.push({ family, key: key.slice(), value: value === null ? null : value.slice() });
  });
  return changes;
}

function sorted(changes: Change[]): readonly Change[] {
  return changes.sort((a, b) => a.family - b.family || compareBytes(a.key, b.key));
}
