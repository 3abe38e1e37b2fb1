/**
 * What every disk does: the machine's, and the one in memory.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as O from "fp-ts/Option";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { type Disk, DiskError } from "../../effects/disk/disk.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { testsThatNeed } from "../permissions.ts";

const onDisk = testsThatNeed("read", "write");

/** Registers a test for each disk; the folder `a/b` of the disk exists. */
function everyDisk(name: string, test: (disk: Disk) => void | Promise<void>): void {
  Deno.test(`memoryDisk() ${name}`, async () => {
    const disk = memoryDisk();
    disk.makeFolder("a/b");
    await test(disk);
  });
  onDisk(`denoDisk() ${name}`, async () => {
    const root = Deno.makeTempDirSync();
    try {
      const disk = denoDisk(`${root}/disk`);
      disk.makeFolder("a/b");
      await test(disk);
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  });
}

everyDisk("writes anywhere in a file, and reads it again", async (disk) => {
  const file = disk.open("a/b/file", { create: true });
  file.write(bytes(1, 2, 3), 0);
  file.write(bytes(4, 5), 3);
  file.write(bytes(9), 1);
  file.write(bytes(7), 8);
  await file.sync();
  assertEquals(file.size(), 9);
  assertEquals(read(disk, "a/b/file"), bytes(1, 9, 3, 4, 5, 0, 0, 0, 7));
  const some = new Uint8Array(3);
  assertEquals(file.read(some, 2), 3);
  assertEquals(some, bytes(3, 4, 5));
  file.close();
});

everyDisk("reads less only at the end of a file", (disk) => {
  const file = disk.open("a/b/file", { create: true });
  file.write(bytes(1, 2, 3), 0);
  const into = bytes(0, 0, 0, 0);
  assertEquals(file.read(into, 1), 2);
  assertEquals(into, bytes(2, 3, 0, 0));
  assertEquals(file.read(into, 3), 0);
  assertEquals(file.read(into, 100), 0);
  file.write(bytes(4), 3);
  assertEquals(read(disk, "a/b/file"), bytes(1, 2, 3, 4));
  file.close();
});

everyDisk("cuts and extends a file", (disk) => {
  const file = disk.open("a/b/file", { create: true });
  file.write(bytes(1, 2, 3), 0);
  file.truncate(1);
  file.truncate(3);
  assertEquals(read(disk, "a/b/file"), bytes(1, 0, 0));
  file.close();
});

everyDisk("opens a file that exists as it is", (disk) => {
  put(disk, "a/b/file", bytes(1, 2));
  const again = disk.open("a/b/file", { create: true });
  assertEquals(again.size(), 2);
  again.close();
});

everyDisk("makes a file only if it is asked to", (disk) => {
  const error = assertThrows(() => disk.open("a/b/file"), DiskError);
  assertEquals(error.kind, "NotFound");
  assert(error.path.endsWith("a/b/file"));
  assertEquals(disk.list("a/b"), []);
});

everyDisk("lists what is in a folder, sorted", (disk) => {
  for (const name of ["c", "a", "b"]) put(disk, `a/b/${name}`, bytes());
  assertEquals(disk.list("a/b"), ["a", "b", "c"]);
  assertEquals(disk.list("nowhere"), []);
});

everyDisk("gives a file the name of another one", (disk) => {
  put(disk, "a/b/old", bytes(1));
  put(disk, "a/b/new", bytes(2));
  disk.rename("a/b/new", "a/b/old");
  disk.syncFolder("a/b");
  assertEquals(disk.list("a/b"), ["old"]);
  assertEquals(read(disk, "a/b/old"), bytes(2));
});

everyDisk("removes a file, also one that is open", (disk) => {
  put(disk, "a/b/file", bytes(1));
  const file = disk.open("a/b/file");
  disk.remove("a/b/file");
  assertEquals(disk.list("a/b"), []);
  assertEquals(file.size(), 1);
  file.close();
  assertEquals(assertThrows(() => disk.remove("a/b/file"), DiskError).kind, "NotFound");
  assertEquals(assertThrows(() => disk.rename("a/b/file", "a/b/x"), DiskError).kind, "NotFound");
});

everyDisk("makes folders that exist once", (disk) => {
  put(disk, "a/b/file", bytes(1));
  disk.makeFolder("a/b");
  disk.makeFolder("a/c/d");
  assertEquals(disk.list("a/b"), ["file"]);
});

everyDisk("gives a lock to one at a time", (disk) => {
  const first = disk.lock("a/b/lock");
  assert(O.isSome(first));
  assert(O.isNone(disk.lock("a/b/lock")));
  first.value();
  const second = disk.lock("a/b/lock");
  assert(O.isSome(second));
  second.value();
});

everyDisk("refuses what is done to a closed file", (disk) => {
  const file = disk.open("a/b/file", { create: true });
  file.close();
  assertEquals(assertThrows(() => file.write(bytes(1), 0), DiskError).kind, "Failed");
  assertEquals(assertThrows(() => file.size(), DiskError).kind, "Failed");
});

onDisk("denoDisk() tells a full disk from a broken one", () => {
  const file = denoDisk("/dev").open("full");
  assertEquals(assertThrows(() => file.write(bytes(1), 0), DiskError).kind, "Full");
  file.close();
  const root = Deno.makeTempDirSync();
  try {
    put(denoDisk(root), "file", bytes());
    assertEquals(assertThrows(() => denoDisk(root).makeFolder("file"), DiskError).kind, "Failed");
    assertEquals(assertThrows(() => denoDisk(root).open("file/x"), DiskError).kind, "Failed");
    assertEquals(assertThrows(() => denoDisk(root).list("file"), DiskError).kind, "Failed");
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

onDisk("denoDisk() makes its root", () => {
  const root = Deno.makeTempDirSync();
  try {
    const disk = denoDisk(`${root}/x/y`);
    assertEquals(disk.list(""), []);
    disk.makeFolder("");
    put(disk, "file", bytes(1));
    disk.syncFolder("");
    assertEquals(disk.list(""), ["file"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

function bytes(...values: readonly number[]): Uint8Array {
  return new Uint8Array(values);
}

function put(disk: Disk, path: string, content: Uint8Array): void {
  const file = disk.open(path, { create: true });
  file.write(content, 0);
  file.close();
}

function read(disk: Disk, path: string): Uint8Array {
  const file = disk.open(path);
  const content = new Uint8Array(file.size());
  assertEquals(file.read(content, 0), content.length);
  file.close();
  return content;
}
