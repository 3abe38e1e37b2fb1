/**
 * Fail-stop: after the first failure nothing is tried again, and what was promised before is there at the next start.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import { type DiskOperationType, type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { type StorageError, StorageFailure } from "../../effects/storage/storage.ts";
import { birth } from "./crash.ts";
import { FOLDER, open, watchedDisk } from "./opening.ts";
import { entriesOf, persistOf } from "./persists.ts";
import { check, type Promises, storageOn, Workload } from "./workload.ts";

const OPERATIONS: readonly DiskOperationType[] = [
  ...["makeFolder", "create", "write", "sync", "rename", "remove", "syncFolder"] as const,
];

const SMALL = { segmentBytes: 1024 };

Deno.test("a sync that has failed is never tried again, and everything fails from then on", async () => {
  const { disk, done } = watchedDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: entriesOf(1, 1, 1) })]);
  disk.fail("sync");
  const first = await assertRejects(() => storage.sync(), StorageFailure);
  assertEquals(first.reason.type, "Failed");
  assertEquals(first.reason.path, "data/log-0000000001.seg");
  done.length = 0;
  assertEquals(await assertRejects(() => storage.sync(), StorageFailure), first);
  assertEquals(assertThrows(() => storage.write([persistOf({ entries: entriesOf(2, 2, 1) })])), first);
  await storage.close();
  assertEquals(done, []);
});

Deno.test("what a failed sync has lost is not believed, although the system still shows it", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: entriesOf(1, 1, 1) })]);
  await storage.sync();
  storage.write([persistOf({ entries: entriesOf(2, 2, 1) })]);
  disk.fail("sync");
  await assertRejects(() => storage.sync(), StorageFailure);
  await storage.close();

  const again = await open(disk);
  assertEquals(again.found.log.last.index, 2); // so it has to be durable by now
  again.write([persistOf({ entries: entriesOf(3, 3, 1) })]);
  await again.sync();
  for (let seed = 0; seed < 20; seed++) {
    const after = await open(disk.crash(seededRandom(seed)));
    assertEquals([after.found.log.last.index, after.found.notices], [3, []]);
    await after.close();
  }
  await again.close();
});

Deno.test("whatever is found after a failure is durable, before anybody is told of it", async () => {
  for (const type of ["sync", "syncFolder"] as const) {
    for (let after = 0;; after++) {
      const disk = memoryDisk();
      disk.fail(type, after);
      if (await wrote(disk, 300)) {
        assert(after > 3); // there are not so many
        break;
      }
      const storage = await open(disk, SMALL);
      const { index } = storage.found.log.last;
      await survives(disk, index);
      storage.write([persistOf({ entries: entriesOf(index + 1, index + 1, 1) })]);
      await storage.sync();
      await survives(disk, index + 1);
      await storage.close();
    }
  }
});

/** Throws unless the log ends at `index` after every crash now. */
async function survives(disk: MemoryDisk, index: number): Promise<void> {
  for (let seed = 0; seed < 10; seed++) {
    const again = await open(disk.crash(seededRandom(seed)), SMALL);
    assertEquals(again.found.log.last.index, index);
    await again.close();
  }
}

/** Opens a storage and writes entries; false if something failed. */
async function wrote(disk: MemoryDisk, count: number): Promise<boolean> {
  const either = await fileStorage(FOLDER, { disk, ...SMALL }).open();
  if (E.isLeft(either)) return false;
  const storage = either.right;
  try {
    for (let index = 1; index <= count; index += 10) {
      storage.write([persistOf({ entries: entriesOf(index, index + 9, 1, "some-data-") })]);
      await storage.sync();
    }
    return true;
  } catch {
    return false;
  } finally {
    await storage.close();
  }
}

for (const type of OPERATIONS) {
  Deno.test(`whichever ${type} fails, what was promised is there at the next start, and after a crash behind it`, async () => {
    for (const seed of [1, 2, 3]) {
      const { disk, done } = watchedDisk();
      await work(disk, seed);
      const count = done.filter((operation) => operation.type === type).length;
      assert(count > 0);
      for (let after = 0; after < count; after++) await failsAt(type, after, seed);
    }
  });
}

/** What `work` came to. */
interface Worked {
  readonly promises: Promises;
  readonly error: StorageError | null;
}

/** Opens a storage on an empty disk and works until something fails: always in the same way. */
async function work(disk: MemoryDisk, seed: number): Promise<Worked> {
  const random = seededRandom(seed);
  const { promises } = birth();
  const opened = await storageOn(disk, random).open();
  if (E.isLeft(opened)) return { promises, error: opened.left };
  const workload = new Workload(opened.right, random, promises);
  let error: StorageError | null = null;
  try {
    for (let i = 0; i < 60; i++) await workload.step(disk);
  } catch (thrown) {
    if (!(thrown instanceof StorageFailure)) throw thrown;
    error = thrown.reason;
  }
  await workload.close();
  return { promises: workload.promises, error };
}

/** Lets an operation fail. Where it is one of closing the storage, nobody learns of it. */
async function failsAt(type: DiskOperationType, after: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  let disk = memoryDisk();
  disk.fail(type, after);
  const { error, promises: before } = await work(disk, seed);
  assert(error === null || error.type === "Failed");
  let promises = before;
  for (let start = 0; start < 3; start++) {
    const opened = await storageOn(disk, random).open();
    if (E.isLeft(opened)) throw new Error(opened.left.message);
    promises = await check(opened.right.found, opened.right, promises);
    const workload = new Workload(opened.right, random, promises);
    for (let i = 0; i < 3; i++) await workload.step(disk);
    promises = workload.promises;
    await workload.close();
    disk = disk.crash(random);
  }
}
