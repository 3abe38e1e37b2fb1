/** What is left where a restore is cut short or fails. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { systemClock } from "../../effects/clock/clock.ts";
import { DiskError, type DiskFile } from "../../effects/disk/disk.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { type Backup, openBackup } from "../../effects/operations/backup_file.ts";
import { restoreBackup } from "../../effects/operations/restore.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { soundBackup } from "../commands/sound_backup.ts";

const MEMBERS = new Map([[1, "a:1"], [2, "b:2"]]);

/** A backup without records of the shell, and with some chunks of a state. */
const BYTES = await soundBackup([0, 1, 2, 3].map((i) => new Uint8Array(i === 0 ? 1 : 5_000).fill(i)));

function backupOn(disk: MemoryDisk): Backup {
  const file = disk.open("backup", { create: true });
  file.write(BYTES, 0);
  file.close();
  const opened = openBackup(disk, "backup", systemClock);
  if (E.isLeft(opened)) throw new Error(opened.left);
  return opened.right;
}

function restoreOnto(disk: MemoryDisk, backup = backupOn(memoryDisk())): ReturnType<typeof restoreBackup> {
  return restoreBackup(backup, fileStorage("data", { disk }), { id: 1, members: MEMBERS, random: seededRandom(1) });
}

Deno.test("wherever a restore is cut short, the folder has all of the state or belongs to nobody", async () => {
  const [refused, empty, complete] = [new Set<string>(), new Set<number>(), new Set<number>()];
  for (let seed = 1; seed <= 5; seed++) {
    const random = seededRandom(seed);
    let operations = 0;
    let isOver = false;
    for (let at = 0; !isOver; at++) {
      operations = 0;
      let crashed: MemoryDisk | undefined;
      const disk: MemoryDisk = memoryDisk({
        onOperation: () => {
          if (operations++ === at) crashed = disk.crash(random);
        },
      });
      assert(E.isRight(await restoreOnto(disk)));
      isOver = crashed === undefined;
      const opened = await fileStorage("data", { disk: crashed ?? disk.crash(random) }).open();
      if (E.isLeft(opened)) { // the snapshot is there, and nothing that knows of it
        refused.add(opened.left.type);
        continue;
      }
      const { identity, hardState, snapshot, log } = opened.right.found;
      await opened.right.close();
      const found = [O.isSome(identity), O.isSome(hardState), O.isSome(snapshot), log.last.index > 0];
      assertEquals(new Set(found).size, 1, `after ${at} operations, seed ${seed}: ${found}`);
      (found[0] ? complete : empty).add(at);
    }
    assert(complete.has(operations), "what has ended is durable");
  }
  assertEquals([...refused], ["Damaged"]);
  assert(empty.size > 3, `${empty.size}`);
  assert(complete.size > 1, `${complete.size}`);
});

Deno.test("a disk that fills up or fails is said on the left", async () => {
  const full = await restoreOnto(memoryDisk({ capacity: 10_000 }));
  assert(E.isLeft(full) && full.left.includes("the disk is full"), JSON.stringify(full));
  for (const operation of ["create", "write", "sync", "rename", "syncFolder"] as const) {
    for (let after = 0; after < 4; after++) {
      const disk = memoryDisk();
      disk.fail(operation, after);
      const restored = await restoreOnto(disk);
      assert(
        E.isRight(restored) || restored.left.includes("Input/output error"),
        `${operation}: ${JSON.stringify(restored)}`,
      );
      if (after === 0) assert(E.isLeft(restored), operation);
    }
  }
});

Deno.test("a backup that is damaged or cannot be read is said on the left, and the folder takes another try", async () => {
  for (const fail of [damage, becomeUnreadable]) {
    const [disk, source] = [memoryDisk(), memoryDisk()];
    const backup = fail(source);
    const restored = await restoreOnto(disk, backup);
    assert(E.isLeft(restored) && restored.left.includes("backup"), JSON.stringify(restored));
    assert(E.isRight(await restoreOnto(disk)));
  }
});

function damage(disk: MemoryDisk): Backup {
  const backup = backupOn(disk);
  disk.flip("backup", 9_000);
  return backup;
}

function becomeUnreadable(disk: MemoryDisk): Backup {
  backupOn(disk).close();
  let reads = 0;
  const open = (path: string): DiskFile => {
    const file = disk.open(path);
    return {
      ...{ size: () => file.size(), close: () => file.close(), sync: () => file.sync() },
      ...{ write: (bytes, at) => file.write(bytes, at), truncate: (size) => file.truncate(size) },
      read(into, at) {
        if (++reads > 2) throw new DiskError("Failed", path, `Input/output error (${path})`);
        return file.read(into, at);
      },
    };
  };
  const opened = openBackup({ ...disk, open }, "backup", systemClock);
  if (E.isLeft(opened)) throw new Error(opened.left);
  return opened.right;
}

Deno.test("a backup that cannot be read is no backup, and its file is closed", async () => {
  const disk = memoryDisk();
  const backup = becomeUnreadable(disk);
  const verified = await backup.verify();
  assert(E.isLeft(verified) && verified.left.includes("Input/output error"));
  let closed = 0;
  const open = (): DiskFile => ({
    ...{ size: () => 10, close: () => void closed++, sync: () => Promise.resolve(), write() {}, truncate() {} },
    read() {
      throw new DiskError("Failed", "backup", "Input/output error (backup)");
    },
  });
  const opened = openBackup({ ...disk, open }, "backup", systemClock);
  assertEquals([opened, closed], [E.left("Cannot open backup: Input/output error (backup)"), 1]);
});
