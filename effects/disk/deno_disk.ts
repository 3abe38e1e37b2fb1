/**
 * The machine's file system.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { type Disk, DiskError, type DiskFile } from "./disk.ts";

/** The file system below `root`; the folder `""` is `root` itself, which `makeFolder` makes where it does not exist. */
export function denoDisk(root: string): Disk {
  const at = (path: string): string => path === "" ? root : `${root}/${path}`;
  return {
    makeFolder: (folder) => attempt(at(folder), makeFolder),
    list: (folder) => attempt(at(folder), names),
    open(path, options) {
      const create = options?.create ?? false;
      return new DenoFile(
        attempt(at(path), (path) => Deno.openSync(path, { read: true, write: true, create })),
        at(path),
      );
    },
    rename: (from, to) => attempt(at(from), (from) => Deno.renameSync(from, at(to))),
    remove: (path) => attempt(at(path), (path) => Deno.removeSync(path)),
    syncFolder: (folder) => attempt(at(folder), syncFolder),
    lock: (path) => attempt(at(path), lock),
  };
}

/** A file, and where it stands: what follows the last operation needs no seek. */
class DenoFile implements DiskFile {
  private position = 0;

  constructor(private readonly file: Deno.FsFile, private readonly path: string) {}

  size(): number {
    return attempt(this.path, () => this.file.statSync().size);
  }

  read(into: Bytes, at: number): number {
    let done = 0;
    try {
      this.seek(at);
      while (done < into.length) {
        const read = this.file.readSync(into.subarray(done));
        if (read === null) break;
        done += read;
      }
    } catch (error) {
      throw this.failed(error);
    }
    this.position = at + done;
    return done;
  }

  write(bytes: Bytes, at: number): void {
    try {
      this.seek(at);
      let done = this.file.writeSync(bytes);
      while (done < bytes.length) done += this.file.writeSync(bytes.subarray(done));
    } catch (error) {
      throw this.failed(error);
    }
    this.position = at + bytes.length;
  }

  async sync(): Promise<void> {
    try {
      await this.file.syncData();
    } catch (error) {
      throw diskError(this.path, error);
    }
  }

  truncate(size: number): void {
    attempt(this.path, () => this.file.truncateSync(size));
  }

  close(): void {
    attempt(this.path, () => this.file.close());
  }

  private seek(at: number): void {
    if (this.position !== at) this.file.seekSync(at, Deno.SeekMode.Start);
  }

  // Nobody knows how far the operation came, so the next one has to seek.
  private failed(error: unknown): DiskError {
    this.position = NaN;
    return diskError(this.path, error);
  }
}

// Each level is durable in its parent before anything is made in it. So after a crash in between, only the lowest level that
// exists can be one that is not durable yet.
function makeFolder(folder: string): void {
  const missing: string[] = [];
  let lowest = folder;
  while (!isFolder(lowest)) {
    missing.push(lowest);
    lowest = parentOf(lowest);
  }
  syncIfAllowed(parentOf(lowest));
  for (const folder of missing.reverse()) {
    Deno.mkdirSync(folder);
    syncFolder(parentOf(folder));
  }
}

function isFolder(path: string): boolean {
  try {
    if (Deno.statSync(path).isDirectory) return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  throw new Error("It is no folder");
}

function parentOf(path: string): string {
  const end = path.replace(/[/\\]+$/, "");
  const cut = Math.max(end.lastIndexOf("/"), end.lastIndexOf("\\"));
  return cut < 0 ? "." : end.slice(0, cut + 1);
}

// A folder that was there before us may lie in one that we may not open. Then somebody else has made it.
function syncIfAllowed(folder: string): void {
  try {
    syncFolder(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable)) throw error;
  }
}

function syncFolder(folder: string): void {
  const handle = Deno.openSync(folder, { read: true });
  try {
    handle.syncSync();
  } finally {
    handle.close();
  }
}

function names(folder: string): readonly string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

// The system lets go of the lock when the process ends, however it ends.
function lock(path: string): Option<() => void> {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  let locked = false;
  try {
    locked = file.tryLockSync(true);
  } finally {
    if (!locked) file.close();
  }
  return locked ? O.some(() => file.close()) : O.none;
}

function attempt<A>(path: string, operation: (path: string) => A): A {
  try {
    return operation(path);
  } catch (error) {
    throw diskError(path, error);
  }
}

function diskError(path: string, error: unknown): DiskError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DiskError(kindOf(error), path, `${reason} (${path})`);
}

function kindOf(error: unknown): DiskError["kind"] {
  if (error instanceof Deno.errors.NotFound) return "NotFound";
  if (!(error instanceof Error) || !("code" in error)) return "Failed";
  return error.code === "ENOSPC" || error.code === "EDQUOT" ? "Full" : "Failed";
}
