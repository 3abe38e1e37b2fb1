/**
 * Numbers as Redis takes them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import { formatInt64, parseInt64 } from "../../effects/kv/int64.ts";
import { bytes, text } from "./kv_support.ts";

describe("parseInt64()", () => {
  it("reads what formatInt64() wrote, for every 64-bit number", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (n) => {
        assertEquals(parseInt64(formatInt64(n)), O.some(n));
        assertEquals(text(formatInt64(n)), String(n));
      }),
      { seed: 1 },
    );
  });

  it("accepts the smallest and the largest number, and none beyond them", () => {
    assertEquals(parseInt64(bytes("9223372036854775807")), O.some(2n ** 63n - 1n));
    assertEquals(parseInt64(bytes("-9223372036854775808")), O.some(-(2n ** 63n)));
    assertEquals(parseInt64(bytes("9223372036854775808")), O.none);
    assertEquals(parseInt64(bytes("-9223372036854775809")), O.none);
    assertEquals(parseInt64(bytes("1".repeat(21))), O.none);
  });

  it("refuses every other form of a number", () => {
    const forms = ["", "-", "+1", "01", "-0", "-01", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "1_000", "١", "one"];
    assertEquals(forms.filter((form) => O.isSome(parseInt64(bytes(form)))), []);
    assertEquals(parseInt64(new Uint8Array([0x31, 0])), O.none);
  });
});
