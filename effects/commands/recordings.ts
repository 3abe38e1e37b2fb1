/**
 * The recordings that are judged when nobody names any.
 *
 * @module
 */
import { BadInput } from "../etcd/bad_input.ts";

/** The repository that this module is a part of. */
const REPOSITORY = new URL("../../", import.meta.url);

/** The recordings that are shipped with the repository. */
export async function shippedRecordings(): Promise<readonly string[]> {
  const files = await recordingsIn(new URL("tests/recordings/", REPOSITORY));
  if (files.length > 0) return files;
  throw new BadInput("tests/recordings: there are no recordings here. Name the files to judge.");
}

/** The recordings in `folder`, or in the folder beside the repository that all of them usually are in, if it exists. */
export async function allRecordings(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return await recordingsIn(new URL("../shared/conformance/", REPOSITORY));
  const files = await recordingsIn(folder);
  if (files.length > 0) return files;
  throw new BadInput(`${folder}: there are no recordings here. Name a folder that holds .jsonl or .jsonl.gz files.`);
}

async function recordingsIn(folder: string | URL): Promise<readonly string[]> {
  if (folder instanceof URL && folder.protocol !== "file:") return []; // a module that was loaded from elsewhere
  const path = folder instanceof URL ? fromHere(decodeURIComponent(folder.pathname)) : folder;
  const found: string[] = [];
  await collect(path.replace(/\/$/, ""), found);
  return found.sort();
}

/** The path as somebody would write it who stands in the working directory. */
function fromHere(path: string): string {
  const here = `${Deno.cwd()}/`;
  if (path.startsWith(here)) return path.slice(here.length);
  const parent = here.replace(/[^/]+\/$/, "");
  return path.startsWith(parent) ? `../${path.slice(parent.length)}` : path;
}

async function collect(folder: string, found: string[]): Promise<void> {
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await collect(path, found);
      else if (/\.jsonl(\.gz)?$/.test(entry.name)) found.push(path);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) {
      throw new BadInput(`${folder}: this is no folder. Name the folder that holds the recordings.`);
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
