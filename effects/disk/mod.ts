/**
 * Disks: the machine's, and one in memory that crashes, fails and fills up.
 *
 * @module
 */
export { denoDisk } from "./deno_disk.ts";
export * from "./disk.ts";
export {
  type DiskOperation,
  type DiskOperationType,
  type MemoryDisk,
  memoryDisk,
  type MemoryDiskOptions,
} from "./memory_disk.ts";
