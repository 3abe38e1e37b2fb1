/**
 * SQLite stores in folders that are removed after a test.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Bytes } from "../../core/mod.ts";
import { type SqliteStore, sqliteStore, type SqliteStoreOptions } from "../../effects/kv/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";

/** Opens a store, which has to succeed. */
export async function openSqlite(
  folder: string,
  options: Omit<SqliteStoreOptions, "folder"> = {},
): Promise<SqliteStore> {
  const opened = await sqliteStore({ random: seededRandom(1), ...options, folder });
  if (E.isLeft(opened)) throw opened.left;
  return opened.right;
}

/** Runs `work` with a folder. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `work` with a new store. */
export async function withSqlite(
  options: Omit<SqliteStoreOptions, "folder">,
  work: (store: SqliteStore, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const store = await openSqlite(folder, options);
    try {
      await work(store, folder);
      await store.close();
    } finally {
      store.crash(); // Where the test failed; a closed store stays as it is.
    }
  });
}

/** SQLite's log of the store in `folder`. */
export function logIn(folder: string): Bytes {
  return Deno.readFileSync(`${folder}/pairs-1.db-wal`);
}

/** Copies a database with another log, and returns where to. */
export function copyDatabase(from: string, to: string, log: Bytes): string {
  Deno.mkdirSync(to);
  Deno.copyFileSync(`${from}/pairs-1.db`, `${to}/pairs-1.db`);
  if (log.length > 0) Deno.writeFileSync(`${to}/pairs-1.db-wal`, log);
  return to;
}

/** The databases in `folder`, also unfinished ones. */
export function databasesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /^pairs.*(db|part)$/.test(name)).sort();
}
