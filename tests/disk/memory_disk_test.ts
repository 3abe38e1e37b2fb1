/**
 * How a disk in memory crashes, fails and fills up.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Disk, DiskError } from "../../effects/disk/disk.ts";
import { type DiskOperation, type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";

/** What is found in `f/file` after each of many crashes. */
function afterCrashes(disk: MemoryDisk, path = "f/file"): ReadonlySet<string> {
  const found = new Set<string>();
  for (let seed = 0; seed < 300; seed++) found.add(text(disk.crash(seededRandom(seed)), path));
  return found;
}

function named(disk: MemoryDisk, content: string): ReturnType<Disk["open"]> {
  const file = disk.open("f/file", { create: true });
  disk.syncFolder("f");
  file.write(bytes(content), 0);
  return file;
}

Deno.test("what is synced survives every crash", async () => {
  const disk = memoryDisk();
  await named(disk, "abc").sync();
  assertEquals([...afterCrashes(disk)], ["abc"]);
});

Deno.test("what is not synced survives in any part", async () => {
  const disk = memoryDisk();
  const file = named(disk, "abc");
  await file.sync();
  file.write(bytes("xyz"), 3);
  file.write(bytes("B"), 1);
  const found = afterCrashes(disk);
  for (const outcome of ["abc", "abcxyz", "aBcxyz", "aBc", "abcx", "abcxy", "abc\0\0\0"]) assert(found.has(outcome));
  for (const outcome of found) assert("abcxyz".startsWith(outcome.replaceAll("B", "b").replaceAll("\0", "")), outcome);
});

Deno.test("the sectors of a write survive in any order", async () => {
  const disk = memoryDisk();
  const file = named(disk, "");
  await file.sync();
  file.write(bytes("a".repeat(512) + "b".repeat(512) + "c".repeat(100)), 0);
  const found = [...afterCrashes(disk)].map((text) => text.replace(/(.)\1*/gs, "$1"));
  for (const outcome of ["", "a", "abc", "\0b", "\0c", "a\0c", "\0bc"]) assert(found.includes(outcome), outcome);
});

Deno.test("a file may be cut or not when it was not synced since", async () => {
  const disk = memoryDisk();
  const file = named(disk, "abc");
  await file.sync();
  file.truncate(1);
  assertEquals([...afterCrashes(disk)].sort(), ["a", "abc"]);
  await file.sync();
  assertEquals([...afterCrashes(disk)], ["a"]);
});

Deno.test("a sync is about what was written before it, and may be all or nothing while it lasts", async () => {
  let end = () => {};
  const disk = memoryDisk({ onSync: () => new Promise((resolve) => end = resolve) });
  const file = named(disk, "abc");
  const syncing = file.sync();
  file.write(bytes("def"), 3);
  assert(afterCrashes(disk).has("") && afterCrashes(disk).has("abc"));
  end();
  await syncing;
  const found = afterCrashes(disk);
  assert(found.has("abc") && found.has("abcdef") && !found.has(""));
});

Deno.test("names are durable when their folder is synced, and may be earlier", async () => {
  const disk = memoryDisk();
  await named(disk, "abc").sync();
  disk.rename("f/file", "f/new");
  await disk.open("f/other", { create: true }).sync();
  const found = new Set<string>();
  for (let seed = 0; seed < 100; seed++) found.add(disk.crash(seededRandom(seed)).list("f").join());
  assertEquals([...found].sort(), ["file", "file,other", "new", "new,other"]);
  assertEquals([...afterCrashes(disk, "f/new")].sort(), ["", "abc"]);
  disk.syncFolder("elsewhere");
  disk.remove("f/other");
  disk.syncFolder("f");
  for (let seed = 0; seed < 50; seed++) assertEquals(disk.crash(seededRandom(seed)).list("f"), ["new"]);
});

Deno.test("a crash leaves the disk as it is, and the same random numbers leave the same", () => {
  const disk = memoryDisk();
  named(disk, "abc");
  const left = (seed: number): string => text(disk.crash(seededRandom(seed)), "f/file");
  for (let seed = 0; seed < 50; seed++) assertEquals(left(seed), left(seed));
  assertEquals(text(disk, "f/file"), "abc");
});

Deno.test("after a crash nothing is locked", () => {
  const disk = memoryDisk();
  disk.lock("f/lock");
  assertEquals(disk.lock("f/lock")._tag, "None");
  assertEquals(disk.crash(seededRandom(1)).lock("f/lock")._tag, "Some");
});

Deno.test("a sync that fails loses what was written, although everybody still reads it", async () => {
  const disk = memoryDisk();
  const file = named(disk, "abc");
  await file.sync();
  file.write(bytes("xyz"), 3);
  disk.fail("sync");
  const error = await assertRejects(() => file.sync(), DiskError);
  assertEquals(error.kind, "Failed");
  assertEquals(text(disk, "f/file"), "abcxyz");
  await file.sync();
  assertEquals([...afterCrashes(disk)], ["abc"]);
});

Deno.test("any operation fails, when it is to fail, and only once", () => {
  const disk = memoryDisk();
  const file = named(disk, "abc");
  disk.fail("write", 1);
  file.write(bytes("d"), 3);
  assertEquals(assertThrows(() => file.write(bytes("e"), 4), DiskError).kind, "Failed");
  file.write(bytes("f"), 4);
  assertEquals(text(disk, "f/file"), "abcdf");
  const operations = [
    ["create", () => disk.open("f/new", { create: true })],
    ["rename", () => disk.rename("f/file", "f/x")],
    ["remove", () => disk.remove("f/file")],
    ["syncFolder", () => disk.syncFolder("f")],
    ["makeFolder", () => disk.makeFolder("g")],
    ["truncate", () => file.truncate(0)],
  ] as const;
  for (const [type, operation] of operations) {
    disk.fail(type);
    assertThrows(operation, DiskError);
  }
  assertEquals(text(disk, "f/file"), "abcdf");
  assertEquals(disk.list("f"), ["file"]);
});

Deno.test("a disk that fills up takes the beginning of what does not fit", () => {
  const disk = memoryDisk({ capacity: 5 });
  const file = named(disk, "abc");
  assertEquals(assertThrows(() => file.write(bytes("defg"), 3), DiskError).kind, "Full");
  assertEquals(text(disk, "f/file"), "abcde");
  file.write(bytes("ABCDE"), 0);
  assertEquals(assertThrows(() => file.write(bytes("x"), 5), DiskError).kind, "Full");
  assertEquals(disk.used(), 5);
  disk.resize(6);
  file.write(bytes("x"), 5);
  disk.remove("f/file");
  assertEquals(disk.used(), 0);
});

Deno.test("a bit flips for everybody and for ever", async () => {
  const disk = memoryDisk();
  await named(disk, "abc").sync();
  disk.flip("f/file", 1, 5);
  assertEquals(text(disk, "f/file"), "aBc");
  assertEquals([...afterCrashes(disk)], ["aBc"]);
});

Deno.test("whoever wants to know is told of every operation while it is under way", async () => {
  const seen: DiskOperation[] = [];
  const disk: MemoryDisk = memoryDisk({ onOperation: (operation) => void seen.push(operation) });
  disk.makeFolder("f");
  const file = named(disk, "abc");
  await file.sync();
  file.truncate(1);
  disk.rename("f/file", "f/new");
  disk.remove("f/new");
  const types = ["makeFolder", "create", "syncFolder", "write", "sync", "truncate", "rename", "remove"];
  assertEquals(seen.map(({ type }) => type as string), types);
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(disk: Disk, path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!disk.list("f").includes(name)) return "";
  const file = disk.open(path);
  const content = new Uint8Array(file.size());
  file.read(content, 0);
  file.close();
  return new TextDecoder().decode(content);
}
