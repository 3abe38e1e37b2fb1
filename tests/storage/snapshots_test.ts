/**
 * How snapshots are made, received, kept and removed.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { EntryId } from "../../core/entry.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { type OpenStorage, StorageFailure } from "../../effects/storage/storage.ts";
import { chunksOf, contentOf, fileBytes, FOLDER, foreignFile, make, open, put, refusal } from "./opening.ts";
import { entriesOf, persistOf, snapshotOf } from "./persists.ts";

/** A storage with a log of 20 entries of term 1. */
async function filled(disk = memoryDisk()): Promise<OpenStorage> {
  const storage = await open(disk);
  storage.write([persistOf({ entries: entriesOf(1, 20, 1), hardState: { term: 1, vote: O.none, commit: 20 } })]);
  await storage.sync();
  return storage;
}

function at(index: number, term = 1): EntryId {
  return { index, term };
}

function isHere(storage: OpenStorage, id: EntryId): boolean {
  const file = storage.openSnapshot(id);
  if (O.isSome(file)) file.value.close();
  return O.isSome(file);
}

Deno.test("a snapshot comes out as it went in, also after a restart", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  const snapshot = { ...snapshotOf(7, 1, 1, 2, 3), data: new Uint8Array([1, 2, 3]) };
  const size = await make(storage, snapshot, "first", "", "third");
  assertEquals(await chunksOf(storage, at(7)), ["first", "", "third"]);
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.snapshot, O.some(snapshotOf(7, 1, 1, 2, 3)));
  assertEquals(await chunksOf(again, at(7)), ["first", "", "third"]);
  assertEquals(fileBytes(again, at(7)).length, size);
  await again.close();
});

Deno.test("a snapshot may be empty, and one chunk may have a mebibyte, but not more", async () => {
  const storage = await filled();
  await make(storage, snapshotOf(1, 1, 1));
  assertEquals(await chunksOf(storage, at(1)), []);
  const writer = storage.createSnapshot(snapshotOf(2, 1, 1));
  const large = new Uint8Array(1 << 20).map((_, i) => i * 7);
  writer.write(large);
  writer.write(large.subarray(1));
  assertThrows(() => writer.write(new Uint8Array((1 << 20) + 1)), RangeError, "at most 1 MiB");
  await writer.finish();
  const file = storage.openSnapshot(at(2));
  assert(O.isSome(file));
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.value.chunks()) chunks.push(chunk.slice());
  assertEquals(chunks.map((chunk) => chunk.length), [1 << 20, (1 << 20) - 1]);
  assert(chunks[0].every((byte, i) => byte === large[i]) && chunks[1].every((byte, i) => byte === large[i + 1]));
  file.value.close();
  await storage.close();
});

Deno.test("a snapshot that is not finished does not exist", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  const [first, second] = [storage.createSnapshot(snapshotOf(5, 1, 1)), storage.createSnapshot(snapshotOf(5, 1, 1))];
  first.write(new Uint8Array(10));
  second.write(new Uint8Array(20));
  assert(!isHere(storage, at(5)));
  first.abandon();
  first.abandon();
  await assertRejects(() => first.finish(), TypeError, "finished or given up");
  assertEquals(disk.list(FOLDER).filter((name) => name.endsWith(".part")), ["making-1.part"]);
  await second.finish();
  assertThrows(() => second.write(new Uint8Array(1)), TypeError, "finished or given up");
  second.abandon();
  assert(isHere(storage, at(5)));
  await storage.close();
});

Deno.test("the snapshot of another node is received as it is", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  const file = await foreignFile(snapshotOf(30, 2, 1, 2), "a".repeat(1000), "b");
  const receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  assertEquals(receiver.offset, 0);
  for (let i = 0; i < file.length; i += 100) receiver.write(file.subarray(i, i + 100));
  assertEquals(await receiver.finish(), E.right(snapshotOf(30, 2, 1, 2)));
  assertEquals(fileBytes(storage, at(30, 2)), file);
  assertEquals(await chunksOf(storage, at(30, 2)), ["a".repeat(1000), "b"]);
  storage.write([persistOf({ snapshot: snapshotOf(30, 2, 1, 2) })]);
  await storage.sync();
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.snapshot, O.some(snapshotOf(30, 2, 1, 2)));
  assertEquals(again.found.log.snapshot, at(30, 2));
  await again.close();
});

Deno.test("receiving goes on where it was interrupted, also after a restart", async () => {
  const disk = memoryDisk();
  let storage = await filled(disk);
  const file = await foreignFile(snapshotOf(30, 2, 1), "a".repeat(1000));
  let receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  receiver.write(file.subarray(0, 300));
  receiver.pause();
  receiver.write(file.subarray(300, 400)); // of a connection that does not know yet: dropped
  receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  assertEquals(receiver.offset, 300);
  receiver.write(file.subarray(300, 500));
  await storage.close();
  storage = await open(disk);
  for (const other of [storage.receiveSnapshot(3, at(30, 2), file.length), storage.receiveSnapshot(2, at(30, 2), 9)]) {
    assertEquals(other.offset, 0);
    other.pause();
  }
  receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  assertEquals(receiver.offset, 500);
  receiver.write(file.subarray(500));
  assert(E.isRight(await receiver.finish()));
  await storage.close();
});

Deno.test("of two connections that bring the same snapshot, the later one goes on", async () => {
  const storage = await filled();
  const file = await foreignFile(snapshotOf(30, 2, 1), "a".repeat(1000));
  const first = storage.receiveSnapshot(2, at(30, 2), file.length);
  first.write(file.subarray(0, 300));
  const second = storage.receiveSnapshot(2, at(30, 2), file.length);
  first.write(file.subarray(300, 600));
  second.write(file.subarray(second.offset));
  assert(E.isLeft(await first.finish()));
  const finishing = second.finish();
  const third = storage.receiveSnapshot(2, at(30, 2), file.length);
  assertEquals(third.offset, file.length);
  assert(E.isLeft(await finishing)); // the third one has taken over meanwhile
  assert(E.isRight(await third.finish()));
  third.pause();
  assert(isHere(storage, at(30, 2)));
  await storage.close();
});

Deno.test("a received file that is damaged is removed, and the storage goes on", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  const file = await foreignFile(snapshotOf(30, 2, 1), "a".repeat(50), "b".repeat(50));
  const swapped = file.slice();
  const chunk = 60; // two chunks of equal size change places: each is undamaged
  const first = file.length - 30 - 2 * chunk;
  swapped.set(file.subarray(first + chunk, first + 2 * chunk), first);
  swapped.set(file.subarray(first, first + chunk), first + chunk);
  const bad = [swapped, file.subarray(0, -1), Uint8Array.of(...file, 0), new Uint8Array(file.length)];
  for (let i = 0; i < file.length; i++) {
    bad.push(file.slice());
    bad[bad.length - 1][i] ^= 1 << (i % 8);
  }
  for (const bytes of bad) {
    const receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
    assertEquals(receiver.offset, 0);
    receiver.write(bytes);
    assert(E.isLeft(await receiver.finish()));
    assert(!isHere(storage, at(30, 2)));
  }
  assertEquals(disk.list(FOLDER), ["lock", "log-0000000001.seg"]);
  await storage.sync();
  await storage.close();
});

Deno.test("a received file that is a snapshot of another position is refused", async () => {
  const storage = await filled();
  const file = await foreignFile(snapshotOf(31, 2, 1), "a");
  const receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  receiver.write(file);
  assertEquals(await receiver.finish(), E.left("The snapshot stands at another position."));
  await storage.close();
});

Deno.test("a snapshot that was received but never taken up is removed at the next start", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  for (const id of [at(30, 2), at(15, 1)]) {
    const file = await foreignFile(snapshotOf(id.index, id.term, 1), "a");
    const receiver = storage.receiveSnapshot(2, id, file.length);
    receiver.write(file);
    await receiver.finish();
    storage.keepSnapshots([]); // it may be taken up any moment
    assert(isHere(storage, id));
  }
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.snapshot, O.none);
  assertEquals(again.found.notices, [
    "Removed the snapshot data/received-15-1.snap: it was received, but never taken up.",
    "Removed the snapshot data/received-30-2.snap: it was received, but never taken up.",
  ]);
  assertEquals(disk.list(FOLDER), ["lock", "log-0000000001.seg"]);
  await again.close();
});

Deno.test("keepSnapshots() keeps what it is told, the newest, and what is under way", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  for (const index of [3, 5, 7, 9]) await make(storage, snapshotOf(index, 1, 1), "x");
  const writer = storage.createSnapshot(snapshotOf(10, 1, 1));
  const receiver = storage.receiveSnapshot(2, at(30, 2), 100);
  storage.receiveSnapshot(3, at(30, 2), 100).pause();
  storage.keepSnapshots([at(5)]);
  const here = [3, 5, 7, 9].filter((index) => isHere(storage, at(index)));
  assertEquals(here, [5, 9]);
  assertEquals(disk.list(FOLDER), [
    "incoming-2-30-2-100.part",
    "lock",
    "log-0000000001.seg",
    "making-4.part",
    "snapshot-5-1.snap",
    "snapshot-9-1.snap",
  ]);
  await writer.finish();
  receiver.pause();
  storage.keepSnapshots([]);
  assertEquals(disk.list(FOLDER), ["lock", "log-0000000001.seg", "snapshot-10-1.snap"]);
  await storage.close();
});

Deno.test("a snapshot that is read can be removed meanwhile", async () => {
  const storage = await filled();
  await make(storage, snapshotOf(3, 1, 1), "x");
  const file = storage.openSnapshot(at(3));
  assert(O.isSome(file));
  await make(storage, snapshotOf(5, 1, 1), "y");
  storage.keepSnapshots([]);
  assert(!isHere(storage, at(3)));
  assertEquals((await Array.fromAsync(file.value.chunks())).length, 1);
  file.value.close();
  await storage.close();
});

Deno.test("a snapshot that was made once more takes the place of one that was received", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  const file = await foreignFile(snapshotOf(30, 2, 1), "a");
  const receiver = storage.receiveSnapshot(2, at(30, 2), file.length);
  receiver.write(file);
  await receiver.finish();
  storage.write([persistOf({ snapshot: snapshotOf(30, 2, 1) })]);
  await storage.sync();
  await make(storage, snapshotOf(30, 2, 1), "b");
  assertEquals(await chunksOf(storage, at(30, 2)), ["b"]);
  await storage.close();
  assertEquals(disk.list(FOLDER).filter((name) => name.endsWith(".snap")), ["snapshot-30-2.snap"]);
  const again = await open(disk);
  assertEquals(await chunksOf(again, at(30, 2)), ["b"]);
  await again.close();
});

Deno.test("a snapshot that was made here stays when the same one is received", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(12, 1, 1), "a");
  const file = await foreignFile(snapshotOf(12, 1, 1), "b");
  const receiver = storage.receiveSnapshot(2, at(12), file.length);
  receiver.write(file);
  assertEquals(await receiver.finish(), E.right(snapshotOf(12, 1, 1)));
  await storage.close();
  assertEquals(disk.list(FOLDER), ["lock", "log-0000000001.seg", "snapshot-12-1.snap"]);
  const again = await open(disk);
  assertEquals(again.found.snapshot, O.some(snapshotOf(12, 1, 1)));
  assertEquals(await chunksOf(again, at(12)), ["a"]);
  await again.close();
});

Deno.test("the newest snapshot is the newest from which the log goes on", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(12, 1, 1), "x");
  await make(storage, snapshotOf(8, 1, 1), "y");
  storage.compact(at(10));
  await storage.sync();
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.snapshot, O.some(snapshotOf(12, 1, 1)));
  assert(isHere(again, at(8))); // of no use for this node, but perhaps for another one
  await again.close();
});

Deno.test("without the snapshot behind which its log begins, a storage is damaged", async () => {
  for (const install of [true, false]) {
    const disk = memoryDisk();
    const storage = await filled(disk);
    await make(storage, snapshotOf(12, 1, 1), "x");
    if (install) storage.write([persistOf({ snapshot: snapshotOf(12, 1, 1) })]);
    else storage.compact(at(12));
    await storage.sync();
    await storage.close();
    const bytes = contentOf(disk, "snapshot-12-1.snap");
    disk.remove(`${FOLDER}/snapshot-12-1.snap`);
    const error = await refusal(disk);
    assertEquals([error.type, error.path], ["Damaged", "data/snapshot-12-1.snap"]);
    put(disk, "snapshot-12-1.snap", bytes);
    await (await open(disk)).close();
  }
});

Deno.test("a log that is compacted although there is no snapshot needs none: others keep the state", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(5, 1, 1), "x");
  storage.compact(at(12));
  await storage.sync();
  await storage.close();
  disk.remove(`${FOLDER}/snapshot-5-1.snap`);
  const again = await open(disk);
  assertEquals([again.found.snapshot, again.found.log.snapshot], [O.none, at(12)]);
  await again.close();
});

Deno.test("a snapshot of a position that the log does not have shows that the log has lost its end", async () => {
  for (const id of [at(21), at(15, 2)]) {
    const disk = memoryDisk();
    const storage = await filled(disk);
    await make(storage, snapshotOf(id.index, id.term, 1), "x");
    await storage.close();
    const error = await refusal(disk);
    assertEquals([error.type, error.path], ["Damaged", `data/snapshot-${id.index}-${id.term}.snap`]);
    assertStringIncludes(error.message, "its end is lost behind index 20, term 1");
  }
});

Deno.test("a snapshot under the name of another one is damage", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(12, 1, 1), "x");
  await storage.close();
  disk.rename(`${FOLDER}/snapshot-12-1.snap`, `${FOLDER}/snapshot-13-1.snap`);
  const error = await refusal(disk);
  assertEquals([error.type, error.path], ["Damaged", "data/snapshot-13-1.snap"]);
});

Deno.test("snapshots without a log are not the beginning of a new one", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(12, 1, 1), "x");
  await storage.close();
  disk.remove(`${FOLDER}/log-0000000001.seg`);
  const error = await refusal(disk);
  assertEquals([error.type, error.path], ["Damaged", "data/log-0000000001.seg"]);
  assertEquals(disk.list(FOLDER), ["lock", "snapshot-12-1.snap"]);
});

Deno.test("a damaged chunk stops the storage when it is read", async () => {
  const disk = memoryDisk();
  const storage = await filled(disk);
  await make(storage, snapshotOf(12, 1, 1), "x".repeat(100), "y".repeat(100));
  disk.flip(`${FOLDER}/snapshot-12-1.snap`, 200);
  const error = await assertRejects(() => chunksOf(storage, at(12)), StorageFailure);
  assertEquals([error.reason.type, error.reason.path], ["Damaged", "data/snapshot-12-1.snap"]);
  await assertRejects(() => storage.sync(), StorageFailure);
  await storage.close();
});
