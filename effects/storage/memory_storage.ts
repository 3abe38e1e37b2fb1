/**
 * A storage in memory, for tests of programs that use this library.
 *
 * @module
 */
import { memoryDisk } from "../disk/memory_disk.ts";
import { fileStorage } from "./file_storage.ts";
import type { Storage } from "./storage.ts";

/** A storage that lasts as long as this object: it can be closed and opened again, but by one node at a time. */
export function memoryStorage(): Storage {
  return fileStorage("memory", { disk: memoryDisk() });
}
