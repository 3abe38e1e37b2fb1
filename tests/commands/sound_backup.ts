/**
 * The bytes of a backup that was never damaged.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";

/** Where the state in it stands. */
export const SNAPSHOT: Snapshot = {
  index: 9,
  term: 7,
  configuration: { ...NO_MEMBERS, voters: [1, 2] },
  data: new Uint8Array(0),
};

/** Makes one of so many chunks; what is in them is no state of anything, if it is not given. */
export async function soundBackup(
  chunks: readonly Uint8Array[] = Array.from({ length: 40 }, (_, i) => new Uint8Array(1_000).fill(i)),
): Promise<Uint8Array<ArrayBuffer>> {
  const opened = await fileStorage("data", { disk: memoryDisk() }).open();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const storage = opened.right;
  const writer = storage.createSnapshot(SNAPSHOT);
  for (const chunk of chunks) writer.write(chunk);
  const bytes = new Uint8Array(await writer.finish());
  const file = storage.openSnapshot(SNAPSHOT);
  if (O.isNone(file)) throw new Error("The snapshot is not there.");
  file.value.read(bytes, 0);
  file.value.close();
  await storage.close();
  return bytes;
}
