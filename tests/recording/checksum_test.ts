import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { seededRandom } from "../../effects/random/random.ts";
import { checksum, tableChecksum } from "../../effects/wire/checksum.ts";

Deno.test("checksums are those of zlib, with and without the help of the runtime, at any length and position", () => {
  const random = seededRandom(3);
  const bytes = Uint8Array.from({ length: 1_000 }, () => Math.floor(256 * random.next()));
  for (let length = 0; length < 200; length++) {
    const from = Math.floor(700 * random.next());
    const expected = crc32(bytes.subarray(from, from + length));
    assertEquals(tableChecksum(bytes, from, from + length), expected);
    assertEquals(checksum(bytes, from, from + length), expected);
  }
  assertEquals(tableChecksum(bytes), crc32(bytes));
  assertEquals(checksum(bytes.subarray(17)), crc32(bytes.subarray(17)));
});
