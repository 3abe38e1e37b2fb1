/**
 * Why something that failed stops the node.
 *
 * @module
 */
import { StorageFailure } from "../storage/storage.ts";
import type { StopReason } from "./raft_node.ts";

/** The reason that `error` is: the disk's failure wherever it shows, and otherwise that of whatever was at work. */
export function stopReason(error: unknown, atWork: "StateMachineFailed" | "Failed"): StopReason {
  const message = error instanceof Error ? error.message : String(error);
  return { type: error instanceof StorageFailure ? "StorageFailed" : atWork, message };
}
