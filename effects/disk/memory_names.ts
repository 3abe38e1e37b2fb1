/**
 * What the files of a {@linkcode MemoryDisk} are called: now, and after a crash.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import type { MemoryFile } from "./memory_file.ts";

/** A change of names that is not durable yet. It becomes so as a whole: no file is ever between two names. */
interface Change {
  readonly folder: string;
  readonly removed: string | null;
  readonly added: { readonly path: string; readonly file: MemoryFile } | null;
}

/** Paths and files. */
export class MemoryNames {
  /** The files by their paths. */
  readonly files: Map<string, MemoryFile>;
  private readonly durable: Map<string, MemoryFile>;
  private changes: readonly Change[] = [];

  /** Names that are durable. */
  constructor(files: ReadonlyMap<string, MemoryFile> = new Map()) {
    this.files = new Map(files);
    this.durable = new Map(files);
  }

  /** Gives a new file its name. */
  add(path: string, file: MemoryFile): void {
    this.change({ folder: folderOf(path), removed: null, added: { path, file } });
  }

  /** Takes a name away. */
  remove(path: string): void {
    this.change({ folder: folderOf(path), removed: path, added: null });
  }

  /** Gives `file` another name in the same folder. */
  rename(from: string, to: string, file: MemoryFile): void {
    this.change({ folder: folderOf(to), removed: from, added: { path: to, file } });
  }

  /** Makes the names in `folder` durable. */
  settle(folder: string): void {
    for (const change of this.changes) if (change.folder === folder) apply(this.durable, change);
    this.changes = this.changes.filter((change) => change.folder !== folder);
  }

  /** The names in `folder`, sorted. */
  list(folder: string): readonly string[] {
    return [...this.files.keys()].filter((path) => folderOf(path) === folder).map(nameOf).sort();
  }

  /** What a machine finds after a crash now: of the changes that are not durable, none, all, the first, or any. */
  afterCrash(random: Random): ReadonlyMap<string, MemoryFile> {
    const left = new Map(this.durable);
    const outcome = Math.floor(random.next() * 4);
    const first = Math.floor(random.next() * (this.changes.length + 1));
    this.changes.forEach((change, i) => {
      const survives = [false, true, i < first, random.next() < 0.5][outcome];
      if (survives) apply(left, change);
    });
    return left;
  }

  private change(change: Change): void {
    apply(this.files, change);
    this.changes = [...this.changes, change];
  }
}

function apply(files: Map<string, MemoryFile>, { removed, added }: Change): void {
  if (removed !== null) files.delete(removed);
  if (added !== null) files.set(added.path, added.file);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
