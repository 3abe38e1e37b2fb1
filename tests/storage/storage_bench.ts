/**
 * What the storage costs: `deno bench -A tests/storage/storage_bench.ts`. Groups on a disk that does nothing show the time
 * of the processor; on the machine's disk, the time until a group is durable; and a log of a million entries is opened.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import type { Disk } from "../../effects/disk/disk.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import type { OpenStorage } from "../../effects/storage/storage.ts";
import { opened } from "./opening.ts";
import { entryOf, persistOf } from "./persists.ts";

const DATA = new Uint8Array(64).fill(7);
const GROUPS = [1, 16, 64];
const MILLION = 1_000_000;

const root = Deno.makeTempDirSync({ prefix: "storage-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

for (const size of GROUPS) {
  const storage = await opened(fileStorage("nothing", { disk: nowhere() }));
  const write = writer(storage, size);
  Deno.bench(`write and sync ${size} entries of 64 bytes`, { group: "no disk" }, async () => {
    write();
    await storage.sync();
  });
}

for (const size of GROUPS) {
  const storage = await opened(fileStorage(`${root}/groups-of-${size}`));
  const write = writer(storage, size);
  Deno.bench(`write and sync ${size} entries of 64 bytes`, { group: "this disk", n: 3000, warmup: 100 }, async () => {
    write();
    await storage.sync();
  });
}

Deno.bench("write and sync 64 bytes at the end of a file, for comparison", { group: "this disk", n: 1000 }, appender());

await fill(`${root}/million`);
Deno.bench("open a million entries of 64 bytes", { group: "open", n: 3, warmup: 1 }, async () => {
  const storage = await opened(fileStorage(`${root}/million`));
  if (storage.found.log.last.index !== MILLION) throw new Error("Entries are missing.");
  await storage.close();
});

/** A function that writes the next `size` entries. */
function writer(storage: OpenStorage, size: number): () => void {
  let index = 0;
  return () => {
    const entries = Array.from({ length: size }, () => entryOf(++index, 1, DATA));
    storage.write([persistOf({ entries, hardState: { term: 1, vote: O.some(1), commit: index - size } })]);
  };
}

function appender(): () => Promise<void> {
  const disk = denoDisk(root);
  const file = disk.open("appended", { create: true });
  let end = 0;
  return async () => {
    file.write(DATA, end);
    end += DATA.length;
    await file.sync();
  };
}

async function fill(folder: string): Promise<void> {
  const storage = await opened(fileStorage(folder));
  const write = writer(storage, 1000);
  for (let index = 0; index < MILLION; index += 1000) {
    write();
    if (index % 50_000 === 0) await storage.sync();
  }
  await storage.close();
}

/** A disk that takes everything and keeps nothing. */
function nowhere(): Disk {
  const file = {
    size: () => 0,
    read: () => 0,
    write: () => {},
    sync: () => Promise.resolve(),
    truncate: () => {},
    close: () => {},
  };
  return {
    makeFolder: () => {},
    list: () => [],
    open: () => file,
    rename: () => {},
    remove: () => {},
    syncFolder: () => {},
    lock: () => O.some(() => {}),
  };
}
