/**
 * CRC-32, as in Ethernet and zlib.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import type { Bytes } from "../../core/entry.ts";

/** Up to so many bytes a table in JavaScript costs less than a view and a call into native code. */
const SHORT = 40;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
  return crc;
});

/**
 * The CRC-32 of `bytes` from `from` to before `to`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checksum } from "./checksum.ts";
 *
 * assertEquals(checksum(new TextEncoder().encode("123456789")), 0xcbf43926);
 * ```
 */
export function checksum(bytes: Bytes, from = 0, to: number = bytes.length): number {
  if (to - from > SHORT) return crc32(new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from));
  let crc = -1;
  for (let at = from; at < to; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
