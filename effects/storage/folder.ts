/**
 * The data folder of a storage: names instead of paths.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Disk, DiskFile } from "../disk/disk.ts";

/** A folder on a disk. */
export class Folder {
  /** `path` on `disk`; in messages it is called `shown`. */
  constructor(private readonly disk: Disk, private readonly path: string, private readonly shown: string = path) {}

  /** Makes it where it does not exist. */
  make(): void {
    this.disk.makeFolder(this.path);
  }

  /** The names in it, sorted. */
  list(): readonly string[] {
    return this.disk.list(this.path);
  }

  /** Opens a file that exists. */
  open(name: string): DiskFile {
    return this.disk.open(this.at(name));
  }

  /** Opens a file, which is made if it does not exist. */
  create(name: string): DiskFile {
    return this.disk.open(this.at(name), { create: true });
  }

  /** Gives a file another name. */
  rename(from: string, to: string): void {
    this.disk.rename(this.at(from), this.at(to));
  }

  /** Removes a file. */
  remove(name: string): void {
    this.disk.remove(this.at(name));
  }

  /** Makes the names in it durable. */
  sync(): void {
    this.disk.syncFolder(this.path);
  }

  /** Locks a file of it. */
  lock(name: string): Option<() => void> {
    return this.disk.lock(this.at(name));
  }

  /** What a file of it is called in messages. */
  show(name: string): string {
    return this.shown === "" ? name : `${this.shown}/${name}`;
  }

  private at(name: string): string {
    return this.path === "" ? name : `${this.path}/${name}`;
  }
}
