/**
 * What a node keeps: a folder with a log in segments and snapshots in files, or the same in memory.
 *
 * A log is written in records (`record.ts`), one for everything between two syncs, into segments (`segment.ts`) that are
 * prepared before they are used (`next_segment.ts`). When it is opened, it is read up to its end (`read_segments.ts`,
 * `replay.ts`), what a crash has left behind the end is told from damage (`recover.ts`, `signpost.ts`), and the folder is
 * made durable as it was read (`repair.ts`). Snapshots (`snapshot_format.ts`) lie beside it.
 *
 * @module
 */
export { fileStorage, type FileStorageOptions } from "./file_storage.ts";
export { memoryStorage } from "./memory_storage.ts";
export * from "./storage.ts";
