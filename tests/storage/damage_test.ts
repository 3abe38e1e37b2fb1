/**
 * Damage is found and named, never repaired by guessing, and never mistaken for what a crash leaves.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { segmentHeader } from "../../effects/storage/segment.ts";
import { foundModel, textOf } from "./model.ts";
import { contentOf, FOLDER, make, open, put, refusal, segmentsOn } from "./opening.ts";
import { entriesOf, entryOf, persistOf, snapshotOf } from "./persists.ts";

const SMALL = { segmentBytes: 1024 };

/** A disk with a storage of several segments and a snapshot, and what it held after each sync. */
async function inhabited({ closed }: { readonly closed: boolean }): Promise<{ disk: MemoryDisk; texts: string[] }> {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  const texts: string[] = [];
  await storage.identify({ cluster: "c", id: 1, incarnation: "i", members: new Map([[1, "a:1"]]) });
  storage.rememberPeer(2, O.some("two"));
  for (let index = 1; index <= 60; index += 2) {
    const hardState = { term: index, vote: O.some(2), commit: index };
    storage.write([persistOf({ entries: entriesOf(index, index + 1, index, "some-more-data-"), hardState })]);
    await storage.sync();
    if (index === 11) await make(storage, snapshotOf(6, 5, 1), "state");
    texts.push(textOf({ ...foundModel(await lookAt(disk)) }));
  }
  assert(segmentsOn(disk).length >= 4);
  assert(contentOf(disk, segmentsOn(disk)[segmentsOn(disk).length - 1]).every((byte) => byte === 0)); // only prepared
  if (!closed) return { disk: disk.crash(seededRandom(1)), texts };
  await storage.close();
  return { disk, texts };
}

/** What a storage on a copy of `disk` holds. */
async function lookAt(disk: MemoryDisk): Promise<Awaited<ReturnType<typeof open>>["found"]> {
  const storage = await open(disk.crash(seededRandom(0)), SMALL);
  await storage.close();
  return storage.found;
}

for (const closed of [true, false]) {
  const state = closed ? "closed in order" : "after a crash";
  Deno.test(`a flipped bit anywhere in a log that was ${state} is damage, or costs what was not known to be synced`, async () => {
    const { disk, texts } = await inhabited({ closed });
    const outcomes = { damage: 0, tail: 0, nothing: 0 };
    for (const name of segmentsOn(disk)) {
      const { length } = contentOf(disk, name);
      for (let at = 0; at < length; at++) {
        const flipped = disk.crash(seededRandom(at));
        flipped.flip(`${FOLDER}/${name}`, at, at % 8);
        const opened = await fileStorage(FOLDER, { disk: flipped, ...SMALL }).open();
        if (E.isLeft(opened)) {
          const { left } = opened;
          assert(left.type === "Damaged" && left.path === `data/${name}`, left.message);
          assert(left.offset <= at, `${left.message} The bit is in byte ${at}.`);
          outcomes.damage++;
          continue;
        }
        await opened.right.close();
        const { found } = opened.right;
        const held = texts.indexOf(textOf(foundModel(found)));
        assert(held === texts.length - 1 || (!closed && held === texts.length - 2), `byte ${at} of ${name}`);
        if (found.notices.length > 0) outcomes.tail++;
        else outcomes.nothing++;
      }
    }
    // Nobody reads the signposts in segments that are followed by another one.
    assertEquals(outcomes.nothing, 32 * (segmentsOn(disk).length - 2));
    assert(outcomes.damage > 2000, JSON.stringify(outcomes));
  });
}

Deno.test("a flipped bit in a snapshot is found when the storage is opened, or when the chunk is read", async () => {
  const { disk } = await inhabited({ closed: true });
  const name = "snapshot-6-5.snap";
  const { length } = contentOf(disk, name);
  let late = 0;
  for (let at = 0; at < length; at++) {
    const flipped = disk.crash(seededRandom(at));
    flipped.flip(`${FOLDER}/${name}`, at, at % 8);
    const opened = await fileStorage(FOLDER, { disk: flipped, ...SMALL }).open();
    if (E.isLeft(opened)) {
      assertEquals([opened.left.type, opened.left.path], ["Damaged", `data/${name}`]);
      continue;
    }
    const file = opened.right.openSnapshot({ index: 6, term: 5 });
    assert(O.isSome(file));
    let damaged = false;
    await Array.fromAsync(file.value.chunks()).catch(() => damaged = true);
    assert(damaged, `byte ${at}`);
    late++;
    file.value.close();
    await opened.right.close();
  }
  assertEquals(late, 9 + 1 + "state".length); // the frame of the chunk
});

Deno.test("a file that was cut off anywhere is damage", async () => {
  const { disk } = await inhabited({ closed: true });
  const prepared = segmentsOn(disk).at(-1);
  for (const name of disk.list(FOLDER).filter((name) => name !== "lock" && name !== prepared)) {
    const { length } = contentOf(disk, name);
    for (let size = 0; size < Math.min(length, 1024); size += 7) {
      const cut = disk.crash(seededRandom(size));
      put(cut, name, contentOf(disk, name).subarray(0, size));
      const error = await refusal(cut, SMALL);
      assertEquals([error.type, error.path], ["Damaged", `data/${name}`], `${name} with ${size} bytes`);
    }
  }
});

Deno.test("a log of one segment that was cut off anywhere is damage, and no new log", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  storage.write([persistOf({ entries: entriesOf(1, 5, 1) })]);
  await storage.close();
  const name = "log-0000000001.seg";
  for (let size = 1; size < 1024; size++) {
    const cut = disk.crash(seededRandom(size));
    put(cut, name, contentOf(disk, name).subarray(0, size));
    const error = await refusal(cut, SMALL);
    assert(error.type === "Damaged" && error.path === `data/${name}` && error.offset === size);
  }
});

Deno.test("a file that is missing, or empty, is damage", async () => {
  const { disk } = await inhabited({ closed: true });
  for (const name of segmentsOn(disk).slice(0, -1)) {
    const gone = disk.crash(seededRandom(1));
    gone.remove(`${FOLDER}/${name}`);
    const error = await refusal(gone, SMALL);
    assertEquals([error.type, error.path], ["Damaged", `data/${name}`]);
    assertStringIncludes(error.message, "is missing");
    for (const size of [0, 1024]) {
      put(gone, name, new Uint8Array(size));
      const error = await refusal(gone, SMALL);
      assertEquals([error.type, error.path], ["Damaged", `data/${name}`]);
    }
  }
});

Deno.test("nothing is changed where there is damage", async () => {
  const { disk } = await inhabited({ closed: false });
  disk.flip(`${FOLDER}/log-0000000002.seg`, 500);
  const before = disk.list(FOLDER).map((name) => [name, contentOf(disk, name)]);
  await refusal(disk, SMALL);
  assertEquals(disk.list(FOLDER).map((name) => [name, contentOf(disk, name)]), before);
});

Deno.test("segments of another node are not taken for one's own", async () => {
  const disks = await Promise.all([1, 2].map(async (id) => {
    const disk = memoryDisk();
    const storage = await open(disk, SMALL);
    await storage.identify({ cluster: "c", id, incarnation: `i${id}`, members: new Map() });
    for (let index = 1; index < 60; index++) {
      storage.write([persistOf({ entries: [entryOf(index, 1, "some-data")] })]);
      await storage.sync();
    }
    await storage.close();
    return disk;
  }));
  put(disks[0], "log-0000000002.seg", contentOf(disks[1], "log-0000000002.seg"));
  assertEquals((await refusal(disks[0], SMALL)).type, "Damaged");
});

Deno.test("records of an earlier history are not taken for the continuation of a later one", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: [entryOf(1, 1, "a")] })]);
  await storage.sync();
  const before = contentOf(disk, "log-0000000001.seg");
  storage.write([persistOf({ entries: [entryOf(2, 1, "b")] })]);
  await storage.sync();
  storage.write([persistOf({ entries: [entryOf(3, 1, "c")] })]);
  await storage.sync();
  const old = contentOf(disk, "log-0000000001.seg");
  await storage.close();

  // The same beginning, and then another record of the same size: what is behind it fits by position, not by its chain.
  const other = memoryDisk();
  put(other, "log-0000000001.seg", before);
  const again = await open(other);
  again.write([persistOf({ entries: [entryOf(2, 1, "x")] })]);
  await again.sync();
  const mixed = contentOf(other, "log-0000000001.seg");
  const end = mixed.findLastIndex((byte) => byte !== 0) + 1;
  mixed.set(old.subarray(end), end);
  await again.close();
  put(other, "log-0000000001.seg", mixed);
  const third = await open(other);
  const { log, notices } = third.found;
  assertEquals(log.slice(1, log.last.index).map(({ data }) => new TextDecoder().decode(data)), ["a", "x"]);
  assertEquals(notices.length, 1);
  await third.close();
});

Deno.test("data that looks like a record is data", async () => {
  const { disk } = await inhabited({ closed: true });
  const copy = contentOf(disk, "log-0000000003.seg");
  for (let shift = 0; shift < 8; shift++) { // records begin at multiples of 8
    const own = memoryDisk();
    const storage = await open(own);
    storage.write([persistOf({ entries: [entryOf(1, 1, "a")] })]);
    await storage.sync();
    const begin = endOfData(own);
    storage.write([persistOf({ entries: [entryOf(2, 1, new Uint8Array([...new Uint8Array(shift), ...copy]))] })]);
    await storage.sync();
    const torn = own.crash(seededRandom(0));
    torn.flip(`${FOLDER}/log-0000000001.seg`, begin + 10); // the record with the copy is damaged, the copy is not
    const again = await open(torn);
    assertEquals([again.found.log.last.index, again.found.notices.length], [1, 1]);
    await again.close();
    await storage.close();
  }
});

Deno.test("a header that does not belong to its records is damage", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  await storage.identify({ cluster: "c", id: 1, incarnation: "i", members: new Map() });
  storage.write([persistOf({ entries: [entryOf(1, 1, "a")] })]);
  await storage.close();
  const header = { sequence: 1, chain: 0, owner: 0, start: 0, size: 1 << 16 };
  for (const wrong of [{ sequence: 2 }, { chain: 1 }, { owner: 1 }, { start: 8 }, { size: 1 << 17 }]) {
    const other = disk.crash(seededRandom(0));
    const file = other.open(`${FOLDER}/log-0000000001.seg`);
    file.write(segmentHeader({ ...header, ...wrong }), 0);
    file.close();
    assertEquals((await refusal(other)).type, "Damaged", JSON.stringify(wrong));
  }
  const file = disk.open(`${FOLDER}/log-0000000001.seg`);
  file.write(segmentHeader(header), 0);
  file.close();
  await (await open(disk)).close();
});

Deno.test("what was cut off is gone", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: entriesOf(1, 9, 1) })]);
  await storage.sync();
  const end = endOfData(disk);
  await storage.close();
  disk.flip(`${FOLDER}/log-0000000001.seg`, end + 3); // in the record that says that all is durable
  disk.flip(`${FOLDER}/log-0000000001.seg`, end + 2000);
  const again = await open(disk);
  assertEquals(again.found.notices, [
    `Cut off ${2001} bytes of data/log-0000000001.seg, from byte ${end} on: they were written, but never synced.`,
  ]);
  assertEquals(endOfData(disk), end);
  await again.close();
  const third = await open(disk);
  assertEquals([third.found.log.last.index, third.found.notices], [9, []]);
  await third.close();
});

Deno.test("a crash while segments are removed that were never synced leaves no gap", async () => {
  const { disk: before, texts } = await inhabited({ closed: false });
  const last = Number(segmentsOn(before).at(-1)?.slice(4, 14));
  put(before, `log-${String(last + 1).padStart(10, "0")}.seg`, new Uint8Array(100));
  put(before, `log-${String(last + 2).padStart(10, "0")}.seg`, new Uint8Array(0));
  before.syncFolder(FOLDER);
  for (let seed = 0; seed < 30; seed++) {
    const random = seededRandom(seed);
    const left: MemoryDisk[] = [];
    const disk: MemoryDisk = before.crash(random, { onOperation: () => void left.push(disk.crash(random)) });
    await (await open(disk, SMALL)).close();
    for (const crashed of left) assertEquals(textOf(foundModel(await lookAt(crashed))), texts.at(-1));
  }
});

/** The offset behind the last byte of the first segment that is not zero. */
function endOfData(disk: MemoryDisk): number {
  return contentOf(disk, "log-0000000001.seg").findLastIndex((byte) => byte !== 0) + 1;
}
