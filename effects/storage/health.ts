/**
 * Fail-stop: whether a storage can still be trusted (duty 5 of a shell: it never goes on with what it cannot trust).
 *
 * @module
 */
import { DiskError } from "../disk/disk.ts";
import { type StorageError, StorageFailure } from "./storage.ts";

/** What a storage and everything that belongs to it ask before every operation. */
export class Health {
  private failure: StorageFailure | null = null;

  /** Whether nothing has failed. */
  get isGood(): boolean {
    return this.failure === null;
  }

  /** Throws if anything has failed before. */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** From now on everything fails with the reason for the first failure, which is returned. */
  fail(error: unknown): StorageFailure {
    this.failure ??= error instanceof StorageFailure ? error : new StorageFailure(storageError(error));
    return this.failure;
  }

  /** Does what may fail. */
  attempt<A>(operation: () => A): A {
    this.check();
    try {
      return operation();
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Waits for what may fail, or for what may have failed elsewhere meanwhile. */
  async settled<A>(operation: Promise<A>): Promise<A> {
    try {
      const value = await operation;
      this.check();
      return value;
    } catch (error) {
      throw this.fail(error);
    }
  }
}

/** Why a storage failed, by what was thrown. */
export function storageError(error: unknown): StorageError {
  if (error instanceof StorageFailure) return error.reason;
  if (!(error instanceof DiskError)) return { type: "Failed", path: "", message: `Cannot go on: ${error}` };
  const { kind, path, message } = error;
  if (kind === "Full") return { type: "DiskFull", path, message: `Cannot write: the disk is full. ${message}` };
  return { type: "Failed", path, message: `Cannot go on: the disk has failed. ${message}` };
}

/** Damage at `offset` of `path`. */
export function damaged(path: string, offset: number, what: string): StorageError {
  return {
    type: "Damaged",
    path,
    offset,
    message: `Cannot open ${path}: at byte ${offset}, ${what.replace(/\.$/, "")}.`,
  };
}
