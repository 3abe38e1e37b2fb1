/**
 * Keeps a backup that comes over a network: under its own name only when all of it is there, checked and durable.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Clock } from "../clock/clock.ts";
import { type Disk, DiskError, type DiskFile } from "../disk/disk.ts";
import { openBackup } from "./backup_file.ts";

/** Without a byte for so long, the sender is given up, in milliseconds. */
const SILENCE_MS = 60_000;

/** Where a backup goes. */
export interface BackupPlace {
  /** The disk. */
  readonly disk: Disk;
  /** The folder of the file. */
  readonly folder: string;
  /** The file. There must be none of this name. */
  readonly name: string;
  /** Time. */
  readonly clock: Clock;
}

/** What is known of a backup that is on its way. */
export interface Incoming {
  /** The number of its bytes. */
  readonly size: number;
  /** Is told how many are here. */
  readonly progress: (received: number) => void | Promise<void>;
}

/**
 * Writes `body` beside the file, checks every checksum, makes it durable and gives it its name. On the left is why there is
 * no such file.
 */
export async function receiveBackup(
  body: ReadableStream<Bytes>,
  place: BackupPlace,
  incoming: Incoming,
): Promise<Either<string, Snapshot>> {
  const { disk, folder, name } = place;
  const path = pathOf(folder, name);
  const part = `${path}.part`;
  try {
    const unlock = disk.lock(part);
    if (O.isNone(unlock)) return E.left(`Cannot write ${part}: another process is writing it.`);
    try {
      const received = await receive(body, { ...place, part }, incoming);
      if (E.isRight(received) && !hasFile(place)) {
        disk.rename(part, path);
        disk.syncFolder(folder);
        return received;
      }
      disk.remove(part);
      return E.isLeft(received) ? received : E.left(`Cannot write ${path}: there is such a file already.`);
    } finally {
      unlock.value();
    }
  } catch (error) {
    if (error instanceof DiskError) return E.left(`Cannot write ${path}: ${error.message}`);
    throw error;
  } finally {
    if (!body.locked) await body.cancel().catch(() => {});
  }
}

/** Whether there is a file of this name. */
export function hasFile({ disk, folder, name }: Pick<BackupPlace, "disk" | "folder" | "name">): boolean {
  return disk.list(folder).includes(name);
}

function pathOf(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

async function receive(
  body: ReadableStream<Bytes>,
  place: BackupPlace & { readonly part: string },
  incoming: Incoming,
): Promise<Either<string, Snapshot>> {
  const { clock, disk, part } = place;
  const file = disk.open(part, { create: true });
  try {
    file.truncate(0); // what an earlier attempt has left there
    const copied = await copy(body, file, place, incoming);
    if (E.isLeft(copied)) return copied;
    await file.sync();
  } catch (error) {
    if (error instanceof DiskError) return E.left(`Cannot write ${part}: ${error.message}`);
    throw error;
  } finally {
    file.close();
  }
  const backup = openBackup(disk, part, clock);
  if (E.isLeft(backup)) return damaged(backup.left);
  const verified = await backup.right.verify();
  backup.right.close();
  return E.isLeft(verified) ? damaged(verified.left) : E.right(backup.right.snapshot);
}

function damaged(why: string): Either<string, never> {
  return E.left(`What was received is no sound backup. ${why}`);
}

async function copy(
  body: ReadableStream<Bytes>,
  file: DiskFile,
  { clock }: BackupPlace,
  { size, progress }: Incoming,
): Promise<Either<string, void>> {
  const reader = body.getReader();
  let at = 0;
  try {
    for (;;) {
      const piece = await nextPiece(reader, clock);
      if (piece === "Silence") {
        return E.left(`Nothing came for ${SILENCE_MS / 1_000} seconds, after ${at} of ${size} bytes.`);
      }
      if (piece === "Broken") return E.left(`The connection broke after ${at} of ${size} bytes.`);
      if (piece === "End") return at === size ? E.right(undefined) : E.left(`Only ${at} of ${size} bytes came.`);
      file.write(piece, at);
      at += piece.length;
      if (at > size) return E.left(`More came than the ${size} bytes that were announced.`);
      await progress(at);
    }
  } finally {
    await reader.cancel().catch(() => {}); // does nothing at the end
    reader.releaseLock();
  }
}

/** The next bytes, or why there are none. */
function nextPiece(
  reader: ReadableStreamDefaultReader<Bytes>,
  clock: Clock,
): Promise<Bytes | "End" | "Broken" | "Silence"> {
  return new Promise((resolve) => {
    const cancel = clock.after(SILENCE_MS, () => resolve("Silence"));
    reader.read().then(({ done, value }) => resolve(done ? "End" : value), () => resolve("Broken")).finally(cancel);
  });
}
