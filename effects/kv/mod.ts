/**
 * RaftKV: pairs of keys and values in three column families, replicated.
 *
 * @module
 */
export * from "./command.ts";
export { kvCommandCodec, MAX_COMMAND_LENGTH } from "./command_codec.ts";
export { type MemoryStore, memoryStore, type MemoryStoreOptions } from "./memory_store.ts";
export * from "./query.ts";
export { kvReplyCodec } from "./reply_codec.ts";
export { kvStateMachine } from "./state_machine.ts";
export { type KvStore, MAX_SCAN_BYTES, StoreFailure } from "./store.ts";
export { type SqliteStore, sqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";
