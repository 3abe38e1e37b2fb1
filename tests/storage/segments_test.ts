/**
 * How a log is spread over files, and when they go.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { seededRandom } from "../../effects/random/random.ts";
import type { OpenStorage } from "../../effects/storage/storage.ts";
import { contentOf, make, open, put, refusal, segmentsOn, watchedDisk } from "./opening.ts";
import { entriesOf, persistOf, snapshotOf } from "./persists.ts";

const SMALL = { segmentBytes: 2048 };

/** Writes entries `from` to `to` in groups of ten. */
async function fill(storage: OpenStorage, from: number, to: number, term = 1): Promise<void> {
  for (let first = from; first <= to; first += 10) {
    storage.write([persistOf({ entries: entriesOf(first, Math.min(first + 9, to), term, "some-data-") })]);
    await storage.sync();
  }
}

async function reopened(disk: MemoryDisk, storage: OpenStorage): Promise<OpenStorage> {
  await storage.close();
  return await open(disk, SMALL);
}

Deno.test("a log goes on in the next segment when one is full", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 1000);
  assert(segmentsOn(disk).length > 8, `there are ${segmentsOn(disk)}`);
  const again = await reopened(disk, storage);
  assertEquals(again.found.log.last, { index: 1000, term: 1 });
  assertEquals(again.found.log.length, 1000);
  assertEquals(again.found.notices, []);
  await fill(again, 1001, 1300);
  const third = await reopened(disk, again);
  assertEquals(third.found.log.length, 1300);
  await third.close();
});

Deno.test("the first segments are small, and each is larger than the one before", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, { segmentBytes: 1 << 19 });
  const sizes = (): readonly number[] => segmentsOn(disk).map((name) => contentOf(disk, name).length);
  assertEquals(sizes(), [1 << 16]);
  await fill(storage, 1, 3000);
  assertEquals(sizes(), [1 << 16, 1 << 18]);
  await fill(storage, 3001, 14_000);
  assertEquals(sizes().map((size) => size >> 16), [1, 4, 8]);
  await storage.close();
});

Deno.test("the next segment is filled with zeros, in step with the log, before it is used", async () => {
  const { disk, done } = watchedDisk();
  const storage = await open(disk, SMALL);
  let last = 0;
  while (segmentsOn(disk).length === 1) await fill(storage, last + 1, last += 10);
  assert(contentOf(disk, "log-0000000001.seg").findLastIndex((byte) => byte !== 0) < 1500);
  await fill(storage, last + 1, last + 30);
  assertEquals(contentOf(disk, "log-0000000002.seg"), new Uint8Array(2048));
  await fill(storage, last + 31, last + 100);
  const second = done.filter(({ path }) => path.endsWith("2.seg")).map(({ type }) => type);
  assertEquals(second.slice(0, 6), ["create", "write", "sync", "write", "write", "write"]);
  await storage.close();
});

Deno.test("a segment that was only prepared is no news", async () => {
  const disk = memoryDisk();
  let storage = await open(disk, SMALL);
  let last = 0;
  while (segmentsOn(disk).length === 1) await fill(storage, last + 1, last += 10);
  storage = await reopened(disk, storage);
  assertEquals(storage.found.notices, []);
  assertEquals(segmentsOn(disk), ["log-0000000001.seg"]);
  await fill(storage, last + 1, 500);
  storage = await reopened(disk, storage);
  assertEquals(storage.found.log.length, 500);
  await storage.close();
});

Deno.test("segments go one after the other when the log is durably compacted behind them", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 1000);
  const all = segmentsOn(disk);
  storage.compact({ index: 500, term: 1 });
  assertEquals(segmentsOn(disk), all);
  await storage.sync();
  assertEquals(segmentsOn(disk), all.slice(1));
  for (let i = 0; i < 20; i++) await storage.sync();
  const left = segmentsOn(disk);
  assert(left.length < all.length - 2 && left.length > 2, `there are ${left}`);
  storage.compact({ index: 1000, term: 1 });
  for (let i = 0; i < 20; i++) await storage.sync();
  assert(segmentsOn(disk).length <= 2);
  const again = await reopened(disk, storage);
  assertEquals(again.found.log.snapshot, { index: 1000, term: 1 });
  assertEquals(again.found.log.length, 0);
  await again.close();
});

Deno.test("everything but entries outlives the segments it was written in", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  const members = new Map([[1, "a:1"]]);
  await storage.identify({ cluster: "c", id: 1, incarnation: "i", members });
  storage.rememberPeer(2, O.some("two"));
  const hardState = { term: 1, vote: O.some(2), commit: 0 };
  storage.write([persistOf({ hardState })]);
  await fill(storage, 1, 600);
  storage.compact({ index: 600, term: 1 });
  for (let i = 0; i < 20; i++) await storage.sync();
  assert(!segmentsOn(disk).includes("log-0000000001.seg"));
  const again = await reopened(disk, storage);
  assertEquals(again.found.identity, O.some({ cluster: "c", id: 1, incarnation: "i", members }));
  assertEquals(again.found.hardState, O.some(hardState));
  assertEquals(again.found.peers, new Map([[2, "two"]]));
  assertEquals(again.found.log.snapshot, { index: 600, term: 1 });
  await again.close();
});

Deno.test("a log that began anew behind a snapshot needs none of the segments before, however long it was", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 600);
  const before = segmentsOn(disk); // the last one is only prepared, the one before has the record of the snapshot
  await make(storage, snapshotOf(50, 3, 1));
  storage.write([persistOf({ snapshot: snapshotOf(50, 3, 1) })]);
  await fill(storage, 51, 200, 3);
  for (let i = 0; i < 20; i++) await storage.sync();
  assert(segmentsOn(disk).every((name) => !before.slice(0, -2).includes(name)));
  const again = await reopened(disk, storage);
  assertEquals([again.found.log.snapshot, again.found.log.last], [{ index: 50, term: 3 }, { index: 200, term: 3 }]);
  await again.close();
});

Deno.test("that is so too when it was opened again in between", async () => {
  const disk = memoryDisk();
  let storage = await open(disk, SMALL);
  await fill(storage, 1, 600);
  const before = segmentsOn(disk);
  await make(storage, snapshotOf(50, 3, 1));
  storage.write([persistOf({ snapshot: snapshotOf(50, 3, 1) })]);
  storage = await reopened(disk, storage);
  await fill(storage, 51, 400, 3);
  assert(segmentsOn(disk).every((name) => !before.slice(0, -2).includes(name)));
  storage = await reopened(disk, storage);
  assertEquals([storage.found.log.snapshot, storage.found.log.last], [{ index: 50, term: 3 }, { index: 400, term: 3 }]);
  await storage.close();
});

Deno.test("entries that were replaced before they were compacted do not come back when their segments are gone", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 300, 1);
  await fill(storage, 101, 300, 2); // in later segments
  storage.compact({ index: 300, term: 2 });
  for (let i = 0; i < 20; i++) await storage.sync();
  const again = await reopened(disk, storage);
  assertEquals([again.found.log.snapshot, again.found.log.length], [{ index: 300, term: 2 }, 0]);
  await again.close();
});

Deno.test("segments that come back although they were removed do no harm", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 1000);
  const old = segmentsOn(disk).slice(0, 4).map((name) => [name, contentOf(disk, name)] as const);
  storage.compact({ index: 950, term: 1 });
  for (let i = 0; i < 20; i++) await storage.sync();
  await storage.close();
  for (const [name, bytes] of [old[0], old[2]]) put(disk, name, bytes);
  const again = await open(disk, SMALL);
  assertEquals([again.found.log.snapshot.index, again.found.log.last.index], [950, 1000]);
  assertEquals(again.found.notices, [
    "Removed data/log-0000000001.seg: nothing in it is needed.",
    "Removed data/log-0000000003.seg: nothing in it is needed.",
  ]);
  assert(!segmentsOn(disk).includes(old[0][0]));
  await again.close();
});

Deno.test("a signpost that a crash has prevented is set at the next start", async () => {
  const disk = memoryDisk();
  const storage = await open(disk, SMALL);
  await fill(storage, 1, 110);
  await storage.close();
  const [first, second] = segmentsOn(disk);
  const whole = contentOf(disk, first);
  const end = whole.findLastIndex((byte) => byte !== 0) + 1;
  assertEquals(end % 8, 0);
  put(disk, first, whole.subarray(0, Math.max(end - 32, SMALL.segmentBytes)));
  await (await open(disk, SMALL)).close();
  assertEquals(contentOf(disk, first).length, whole.length);
  put(disk, second, new Uint8Array(0));
  const error = await refusal(disk, SMALL);
  assertEquals([error.type, error.path], ["Damaged", `data/${second}`]);
});

Deno.test("what was written by a process that was killed is durable before anybody is told of it", async () => {
  const disk = memoryDisk();
  const killed = await open(disk, { recordBytes: 1 });
  killed.write([persistOf({ entries: entriesOf(1, 5, 1) })]); // never synced, but the system has it
  const survivor = unlocked(disk);
  const storage = await open(survivor);
  assertEquals(storage.found.log.last.index, 5);
  for (let seed = 0; seed < 20; seed++) {
    const again = await open(survivor.crash(seededRandom(seed)));
    assertEquals(again.found.log.last.index, 5);
    await again.close();
  }
  await storage.close();
  await killed.close();
});

/** The disk as another process sees it after this one was killed. */
function unlocked(disk: MemoryDisk): MemoryDisk {
  return Object.assign(Object.create(disk), { lock: () => O.some(() => {}) });
}
