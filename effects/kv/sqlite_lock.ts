/**
 * One process at a time: a second one would take the files of a restore for leftovers.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { StoreFailure } from "./store.ts";

/** So long the worker of a store that has just ended may take to let go. */
const PATIENCE_MS = 1000;

/**
 * Locks `folder` until what is returned is closed, or the process ends in any way. It is a transaction of an empty database,
 * since that is a lock which every system has.
 */
export function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(`${folder}/lock`, { timeout: PATIENCE_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch {
    lock.close();
    throw new StoreFailure(`Cannot open the store in ${folder}: it is open already.`);
  }
}
