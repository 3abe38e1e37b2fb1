/**
 * All of a file of a disk at once.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { DiskFile } from "./disk.ts";

/** What is in `file`, which is closed then. */
export function contentOf(file: DiskFile): Bytes {
  try {
    const bytes = new Uint8Array(file.size());
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}
