/**
 * A copy of the sources in a folder of its own, in which something may be wrong for a while.
 *
 * @module
 */
import type { Patch } from "./mutant.ts";

const ROOT = new URL("../../", import.meta.url);

/** What is copied: what the hunt imports, and what Deno wants to know. */
const COPIED = ["core", "effects", "mod.ts", "deno.json", "deno.lock", "tests/std", "tests/mutants"];

/** A copy of the sources. */
export class SourceCopy {
  private constructor(
    /** Where it is. */
    readonly folder: string,
  ) {}

  /** Makes one. Packages are linked: nothing is downloaded. */
  static make(): SourceCopy {
    const copy = new SourceCopy(Deno.makeTempDirSync({ prefix: "raftfold-mutants-" }));
    Deno.mkdirSync(copy.at("tests"));
    for (const name of COPIED) copyAll(new URL(name, ROOT), copy.at(name));
    Deno.symlinkSync(new URL("node_modules", ROOT), copy.at("node_modules"));
    return copy;
  }

  /** The path of a file of the copy. */
  at(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Does `work` while the patches are applied. Throws if one of them does not fit. */
  async whilePatched<A>(patches: readonly Patch[], work: () => Promise<A>): Promise<A> {
    const before = new Map<string, string>();
    try {
      for (const { file, find, replace } of patches) {
        const text = Deno.readTextFileSync(this.at(file));
        if (!before.has(file)) before.set(file, text);
        Deno.writeTextFileSync(this.at(file), applied(text, file, find, replace));
      }
      return await work();
    } finally {
      for (const [file, text] of before) Deno.writeTextFileSync(this.at(file), text);
    }
  }

  /** Removes it. */
  remove(): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** `text` with `replace` in the place of `find`, which must be there exactly once. */
export function applied(text: string, file: string, find: string, replace: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`Cannot patch ${file}: it has ${parts.length - 1} times what is to be replaced:\n${find}`);
  }
  return parts.join(replace);
}

function copyAll(from: URL, to: string): void {
  if (Deno.statSync(from).isFile) return Deno.copyFileSync(from, to);
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) copyAll(new URL(`${from.href}/${name}`), `${to}/${name}`);
}
