/**
 * A disk in memory that crashes, fails and fills up as real ones do, and is otherwise deterministic: for tests and
 * simulations.
 *
 * What was written is durable when a `sync` that began afterwards has resolved, names when `syncFolder` has returned. In a
 * crash, of everything else any part may survive: writes whole, by sectors or torn at any byte, and changes of names. The
 * folder that `makeFolder` makes is durable.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Random } from "../random/random.ts";
import { type Disk, DiskError, type DiskFile } from "./disk.ts";
import { MemoryFile } from "./memory_file.ts";
import { MemoryNames } from "./memory_names.ts";

/** What may be done to a disk. */
export type DiskOperationType =
  | "makeFolder"
  | "create"
  | "write"
  | "sync"
  | "truncate"
  | "rename"
  | "remove"
  | "syncFolder";

/** Something that was done to a disk. */
export interface DiskOperation {
  /** What. */
  readonly type: DiskOperationType;
  /** To which file or folder. */
  readonly path: string;
}

/** How a disk behaves. */
export interface MemoryDiskOptions {
  /** How many bytes fit on it; any number by default. */
  readonly capacity?: number;
  /** Called in the middle of every operation: what it changes may or may not survive a crash now. */
  readonly onOperation?: (operation: DiskOperation) => void;
  /** Called for every sync, which ends with the promise it returns. By default a sync ends at once. */
  readonly onSync?: (path: string) => Promise<void>;
}

/** A disk in memory. */
export interface MemoryDisk extends Disk {
  /** A disk as a machine finds it after a crash now, every file closed and unlocked. This one is not changed. */
  crash(random: Random, options?: MemoryDiskOptions): MemoryDisk;
  /** Lets the next operation of `type` fail, or the one that comes `after` so many. */
  fail(type: DiskOperationType, after?: number): void;
  /** Flips a bit of the byte at `offset`. */
  flip(path: string, offset: number, bit?: number): void;
  /** The bytes in all files. */
  used(): number;
  /** From now on, so many bytes fit on it. */
  resize(capacity: number): void;
}

/** An empty disk. */
export function memoryDisk(options: MemoryDiskOptions = {}): MemoryDisk {
  return new Memory(new MemoryNames(), options);
}

class Memory implements MemoryDisk {
  private readonly locked = new Set<string>();
  private readonly failing = new Map<DiskOperationType, number>();

  private capacity: number;

  constructor(private readonly names: MemoryNames, private readonly options: MemoryDiskOptions) {
    this.capacity = options.capacity ?? Infinity;
  }

  makeFolder(folder: string): void {
    this.begin("makeFolder", folder);
  }

  list(folder: string): readonly string[] {
    return this.names.list(folder);
  }

  open(path: string, options?: { readonly create?: boolean }): DiskFile {
    const found = this.names.files.get(path);
    if (found !== undefined) return new OpenFile(this, path, found);
    if (options?.create !== true) throw new DiskError("NotFound", path, `There is no such file (${path})`);
    const file = new MemoryFile();
    this.mayFail("create", path);
    this.names.add(path, file);
    this.begun("create", path);
    return new OpenFile(this, path, file);
  }

  rename(from: string, to: string): void {
    const file = this.existing(from);
    this.mayFail("rename", from);
    this.names.rename(from, to, file);
    this.begun("rename", from);
  }

  remove(path: string): void {
    this.existing(path);
    this.mayFail("remove", path);
    this.names.remove(path);
    this.begun("remove", path);
  }

  syncFolder(folder: string): void {
    this.begin("syncFolder", folder);
    this.names.settle(folder);
  }

  lock(path: string): Option<() => void> {
    if (this.locked.has(path)) return O.none;
    this.open(path, { create: true });
    this.locked.add(path);
    return O.some(() => void this.locked.delete(path));
  }

  crash(random: Random, options: MemoryDiskOptions = {}): MemoryDisk {
    const left = new Map<string, MemoryFile>();
    for (const [path, file] of this.names.afterCrash(random)) left.set(path, file.afterCrash(random));
    return new Memory(new MemoryNames(left), options);
  }

  fail(type: DiskOperationType, after = 0): void {
    this.failing.set(type, after);
  }

  flip(path: string, offset: number, bit = 0): void {
    this.existing(path).flip(offset, bit);
  }

  used(): number {
    let used = 0;
    for (const file of this.names.files.values()) used += file.content.length;
    return used;
  }

  resize(capacity: number): void {
    this.capacity = capacity;
  }

  /** The number of bytes that still fit. */
  room(): number {
    return this.capacity === Infinity ? Infinity : Math.max(this.capacity - this.used(), 0);
  }

  /** Throws if the operation is one that is to fail. */
  mayFail(type: DiskOperationType, path: string): void {
    const after = this.failing.get(type);
    if (after === undefined) return;
    if (after > 0) return void this.failing.set(type, after - 1);
    this.failing.delete(type);
    throw new DiskError("Failed", path, `Input/output error (${path})`);
  }

  /** Tells whoever wants to know that an operation is under way. */
  begun(type: DiskOperationType, path: string): void {
    this.options.onOperation?.({ type, path });
  }

  /** Resolves when a sync may end. */
  async syncing(path: string): Promise<void> {
    if (this.options.onSync !== undefined) await this.options.onSync(path);
  }

  private begin(type: DiskOperationType, path: string): void {
    this.mayFail(type, path);
    this.begun(type, path);
  }

  private existing(path: string): MemoryFile {
    const file = this.names.files.get(path);
    if (file === undefined) throw new DiskError("NotFound", path, `There is no such file (${path})`);
    return file;
  }
}

class OpenFile implements DiskFile {
  private open = true;

  constructor(private readonly disk: Memory, private readonly path: string, private readonly file: MemoryFile) {}

  size(): number {
    return this.usable().content.length;
  }

  read(into: Bytes, at: number): number {
    const bytes = this.usable().content.view().subarray(at, at + into.length);
    into.set(bytes);
    return bytes.length;
  }

  // A disk that fills up may still take the beginning of what did not fit.
  write(bytes: Bytes, at: number): void {
    const file = this.usable();
    this.disk.mayFail("write", this.path);
    const grows = at + bytes.length - file.content.length;
    const missing = grows > 0 ? grows - this.disk.room() : 0;
    file.write(missing > 0 ? bytes.subarray(0, Math.max(bytes.length - missing, 0)) : bytes, at);
    this.disk.begun("write", this.path);
    if (missing > 0) throw new DiskError("Full", this.path, `No space left on device (${this.path})`);
  }

  async sync(): Promise<void> {
    const file = this.usable();
    const mark = file.mark();
    this.disk.begun("sync", this.path);
    await this.disk.syncing(this.path);
    try {
      this.disk.mayFail("sync", this.path);
    } catch (error) {
      file.lose(mark);
      throw error;
    }
    file.settle(mark);
  }

  truncate(size: number): void {
    const file = this.usable();
    this.disk.mayFail("truncate", this.path);
    file.resize(size);
    this.disk.begun("truncate", this.path);
  }

  close(): void {
    this.usable();
    this.open = false;
  }

  private usable(): MemoryFile {
    if (!this.open) throw new DiskError("Failed", this.path, `The file is closed (${this.path})`);
    return this.file;
  }
}
