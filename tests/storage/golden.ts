/**
 * A storage that is always the same, to the byte: what is written today has to be readable tomorrow.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { Identity } from "../../effects/storage/storage.ts";
import { foreignFile, make, open } from "./opening.ts";
import { entriesOf, entryOf, persistOf, snapshotOf } from "./persists.ts";

/** So small that there are several segments. */
export const GOLDEN_LIMITS = { segmentBytes: 1024 };

/** Its owner. */
export const GOLDEN_OWNER: Identity = {
  cluster: "0123456789abcdef",
  id: 2,
  incarnation: "fedcba9876543210",
  members: new Map([[1, "host-1:7001"], [2, "host-2:7002"], [3, "host-3:7003"]]),
};

/** Everything that can be written, in the newest version. */
export async function goldenDisk(): Promise<MemoryDisk> {
  const disk = memoryDisk();
  const storage = await open(disk, GOLDEN_LIMITS);
  await storage.identify(GOLDEN_OWNER);
  const file = await foreignFile(snapshotOf(4, 2, 1, 2, 3), "the state", "of another node");
  const receiver = storage.receiveSnapshot(1, { index: 4, term: 2 }, file.length);
  receiver.write(file);
  if (E.isLeft(await receiver.finish())) throw new Error("The snapshot was not received.");
  storage.write([persistOf({ entries: entriesOf(1, 3, 1), hardState: { term: 1, vote: O.some(2), commit: 1 } })]);
  await storage.sync();
  storage.write([persistOf({ snapshot: snapshotOf(4, 2, 1, 2, 3), hardState: { term: 2, vote: O.none, commit: 4 } })]);
  for (let index = 5; index < 30; index++) {
    storage.write([
      persistOf({ entries: [entryOf(index, 2, "x".repeat(index), index % 7 === 0 ? "confChangeV2" : "normal")] }),
    ]);
    storage.rememberPeer(1 + index % 3, index % 5 === 0 ? O.none : O.some(`${index}`));
    await storage.sync();
  }
  storage.write([
    persistOf({ entries: [entryOf(29, 3, "", "empty"), { ...entryOf(30, 3, "y", "confChange"), size: 99 }] }),
  ]);
  await storage.sync();
  await make(storage, snapshotOf(20, 2, 1, 2, 3), "the state", "", "of this node");
  storage.compact({ index: 16, term: 2 });
  await storage.sync();
  storage.receiveSnapshot(3, { index: 40, term: 4 }, 1000).write(new Uint8Array([1, 2, 3]));
  await storage.close();
  return disk;
}
