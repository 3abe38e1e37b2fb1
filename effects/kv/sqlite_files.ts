/**
 * The files of a SQLite store. SQLite opens its files by itself, past any `Disk`; so the few things that the store does with
 * their names are done here, and nowhere else.
 *
 * A folder holds one database, `pairs-N.db`. One that is being restored is called `pairs-N+1.db.part` until it is complete;
 * then it takes its name, which is what makes it count: of several, the one with the highest number is the newest.
 *
 * @module
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";

const NAME = /^pairs-(\d+)\.db$/;
const OURS = /^pairs-\d+\.db/;

/** Makes `folder` if it does not exist, for good. */
export function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) syncFolder(`${folder}/..`);
}

/** The number of the newest database in `folder`; 1 where there is none yet. */
export function newestDatabase(folder: string): number {
  const numbers = readdirSync(folder).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return Math.max(1, ...numbers);
}

/** The path of the database `number`. */
export function databasePath(folder: string, number: number): string {
  return `${folder}/pairs-${number}.db`;
}

/** The path of the database `number` as long as it is not complete. */
export function partPath(folder: string, number: number): string {
  return `${databasePath(folder, number)}.part`;
}

/** Removes every file of a database but those of `kept`: older ones, and what was not completed. */
export function removeOthers(folder: string, kept: number): void {
  const name = `pairs-${kept}.db`;
  for (const file of readdirSync(folder)) {
    const isKept = file === name || file === `${name}-wal` || file === `${name}-shm`;
    if (OURS.test(file) && !isKept) remove(`${folder}/${file}`);
  }
}

/** Makes a complete part durable and gives it its name. */
export function completePart(folder: string, number: number): void {
  sync(partPath(folder, number));
  renameSync(partPath(folder, number), databasePath(folder, number));
  syncFolder(folder);
}

/** Makes the names in `folder` durable. */
export function syncFolder(folder: string): void {
  sync(folder);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Some systems keep a file that is still being read. It does not count any more, and goes the next time.
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
