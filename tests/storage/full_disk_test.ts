/**
 * A disk that fills up stops the storage cleanly; when there is room again, it goes on with everything that was promised.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { StorageFailure } from "../../effects/storage/storage.ts";
import { birth } from "./crash.ts";
import { open, refusal, segmentsOn } from "./opening.ts";
import { entriesOf, persistOf } from "./persists.ts";
import { check, type Promises, storageOn, Workload } from "./workload.ts";

const SMALL = { segmentBytes: 2048 };

Deno.test("wherever a disk fills up, nothing that was promised is lost", async () => {
  let full = 0;
  for (let capacity = 0; capacity < 12_000; capacity += capacity < 3200 ? 13 : 101) {
    const random = seededRandom(7);
    const { disk, promises } = birth();
    disk.resize(capacity);
    let left: Promises = promises;
    const opened = await storageOn(disk, random).open();
    if (E.isLeft(opened)) {
      assertEquals(opened.left.type, "DiskFull");
      full++;
    } else {
      const workload = new Workload(opened.right, random, promises);
      try {
        for (let i = 0; i < 50; i++) await workload.step(disk);
      } catch (error) {
        assert(error instanceof StorageFailure, String(error));
        assertEquals(error.reason.type, "DiskFull");
        full++;
      }
      left = workload.promises;
      await workload.close();
    }
    const machine = random.next() < 0.5 ? disk : disk.crash(random);
    machine.resize(Infinity);
    const again = await storageOn(machine, random).open();
    if (E.isLeft(again)) throw new Error(again.left.message);
    const workload = new Workload(again.right, random, await check(again.right.found, again.right, left));
    for (let i = 0; i < 5; i++) await workload.step(machine);
    await workload.close();
  }
  assert(full > 200, `the disk was full ${full} times`);
});

Deno.test("a disk that is full while the next segment is prepared leaves a folder that opens, also while it is full", async () => {
  const disk = memoryDisk();
  let storage = await open(disk, SMALL);
  let last = 0;
  disk.resize(2500);
  await assertFull(async () => {
    for (;;) {
      storage.write([persistOf({ entries: entriesOf(last + 1, last + 5, 1, "some-data") })]);
      await storage.sync();
      last += 5;
    }
  });
  assertEquals(segmentsOn(disk).length, 2);
  await storage.close();
  storage = await open(disk, SMALL);
  assert(storage.found.log.last.index >= last);
  assertEquals(segmentsOn(disk).length, 1);
  await storage.close();
  disk.resize(10_000);
  storage = await open(disk, SMALL);
  storage.write([persistOf({ entries: entriesOf(storage.found.log.last.index + 1, 200, 1, "some-data") })]);
  await storage.sync();
  await storage.close();
});

Deno.test("a disk without room for the first segment is full, and nothing of it stays", async () => {
  const disk = memoryDisk({ capacity: 1000 });
  const error = await refusal(disk, SMALL);
  assertEquals([error.type, error.path], ["DiskFull", "data/log-0000000001.seg"]);
  disk.resize(5000);
  const storage = await open(disk, SMALL);
  assertEquals(storage.found.log.last.index, 0);
  await storage.close();
});

async function assertFull(operation: () => Promise<void>): Promise<void> {
  try {
    await operation();
  } catch (error) {
    assert(error instanceof StorageFailure, String(error));
    assertEquals(error.reason.type, "DiskFull");
  }
}
