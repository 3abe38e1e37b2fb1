/**
 * CRC-32, as in Ethernet and zlib.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

/** Up to so many bytes a table in JavaScript costs less than a view and a call into native code. */
const SHORT = 64;

/** Where eight bytes are taken at a time: table `n` is of a byte behind which `n` others follow. */
const TABLES = Array.from({ length: 8 }, () => new Int32Array(256));
const [TABLE, T1, T2, T3, T4, T5, T6, T7] = TABLES;
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
  TABLE[byte] = crc;
}
for (let byte = 0; byte < 256; byte++) {
  for (let n = 1; n < 8; n++) {
    const crc = TABLES[n - 1][byte];
    TABLES[n][byte] = TABLE[crc & 255] ^ (crc >>> 8);
  }
}

/** The runtime's own, where there is one: asked for when it runs, since an import would keep browsers from loading this. */
const NATIVE = nativeChecksum();

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
  if (to - from > SHORT && NATIVE !== null) {
    return NATIVE(new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from));
  }
  return tableChecksum(bytes, from, to);
}

/** The same without the help of the runtime. */
export function tableChecksum(bytes: Bytes, from = 0, to: number = bytes.length): number {
  let crc = -1;
  let at = from;
  for (const end = to - 7; at < end; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc = T7[crc & 255] ^ T6[(crc >>> 8) & 255] ^ T5[(crc >>> 16) & 255] ^ T4[crc >>> 24] ^
      T3[bytes[at + 4]] ^ T2[bytes[at + 5]] ^ T1[bytes[at + 6]] ^ TABLE[bytes[at + 7]];
  }
  for (; at < to; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The `crc32` of `node:zlib`, in runtimes that have it. */
function nativeChecksum(): ((bytes: Bytes) => number) | null {
  const process: unknown = Reflect.get(globalThis, "process");
  if (!hasFunction(process, "getBuiltinModule")) return null;
  const zlib = process.getBuiltinModule("node:zlib");
  if (!hasFunction(zlib, "crc32")) return null;
  return (bytes) => Number(zlib.crc32(bytes));
}

function hasFunction<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [K in Name]: (argument: unknown) => unknown } {
  return typeof value === "object" && value !== null && name in value &&
    typeof Reflect.get(value, name) === "function";
}
