/**
 * The ordered map against a sorted array: every version says what its array says, whatever happens to the others.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { compareBytes } from "../../effects/kv/bytes.ts";
import { OrderedMap } from "../../effects/kv/ordered_map.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { bytes, text } from "./kv_support.ts";

describe("compareBytes()", () => {
  it("orders like the bytes' hexadecimal digits", () => {
    const any = fc.uint8Array({ maxLength: 4, max: 3 });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [x, y] = [a.toHex(), b.toHex()];
        assertEquals(Math.sign(compareBytes(a, b)), x < y ? -1 : x > y ? 1 : 0);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe("OrderedMap", () => {
  it("says in every version what a map and a sort would say", () => {
    const key = fc.nat({ max: 400 }).map((n) => bytes(String(n)));
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ type: fc.constant("set" as const), key, value: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("copy" as const), of: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.array(fc.tuple(fc.nat(), operation), { maxLength: 150 }), (first, list) => {
        const versions = [{ map: new OrderedMap<number>(), model: new Map<string, number>() }];
        for (let i = 0; i < first; i++) {
          versions[0].map.set(bytes(String(i)), i);
          versions[0].model.set(String(i), i);
        }
        for (const [which, operation] of list) {
          const { map, model } = versions[which % versions.length];
          switch (operation.type) {
            case "set":
              assertEquals(map.set(operation.key, operation.value), model.get(text(operation.key)));
              model.set(text(operation.key), operation.value);
              break;
            case "delete":
              assertEquals(map.delete(operation.key), model.get(text(operation.key)));
              model.delete(text(operation.key));
              break;
            case "copy":
              versions.push({ map: map.copy(), model: new Map(model) });
              break;
          }
        }
        for (const { map, model } of versions) assertSame(map, model);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("keeps tens of thousands of keys in order, set in any order and removed again", () => {
    const random = seededRandom(3);
    const map = new OrderedMap<number>();
    const model = new Map<string, number>();
    for (let i = 0; i < 30_000; i++) {
      const key = String(Math.floor(random.next() * 20_000));
      map.set(bytes(key), i);
      model.set(key, i);
    }
    assertSame(map, model);
    const frozen = map.copy();
    for (const key of model.keys()) assertEquals(map.delete(bytes(key)), model.get(key));
    assertEquals([map.size, [...map.from(bytes(""))].length], [0, 0]);
    assertSame(frozen, model);
  });

  it("begins to walk at the first key that is not before the given one", () => {
    const map = new OrderedMap<number>();
    for (let i = 0; i < 1000; i++) map.set(bytes(String(2 * i).padStart(4, "0")), i);
    const first = (start: string) => {
      const entry = map.from(bytes(start)).next().value;
      return entry === undefined ? null : text(entry.key);
    };
    assertEquals(["", "0500", "0501", "1997", "1998", "1999"].map(first), [
      "0000",
      "0500",
      "0502",
      "1998",
      "1998",
      null,
    ]);
  });

  it("holds the key that was given last, so that an older one's memory can go", () => {
    const map = new OrderedMap<number>();
    const [older, newer] = [bytes("k"), bytes("k")];
    map.set(older, 1);
    map.set(newer, 2);
    assertEquals([...map.from(bytes(""))].map(({ key }) => key === newer), [true]);
  });
});

function assertSame(map: OrderedMap<number>, model: ReadonlyMap<string, number>): void {
  const expected = [...model].sort(([a], [b]) => compareBytes(bytes(a), bytes(b)));
  assertEquals([...map.from(bytes(""))].map(({ key, value }) => [text(key), value]), expected);
  assertEquals(map.size, model.size);
  for (const [key, value] of model) assertEquals(map.get(bytes(key)), value);
  assertEquals(map.get(bytes("no such key")), undefined);
}
