/**
 * What a storage keeps, and what it refuses.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { memoryStorage } from "../../effects/storage/memory_storage.ts";
import { type Identity, type OpenStorage, StorageFailure } from "../../effects/storage/storage.ts";
import { FOLDER, make, open, opened, put, refusal, watchedDisk } from "./opening.ts";
import { entriesOf, entryOf, persistOf, snapshotOf } from "./persists.ts";

const OWNER: Identity = {
  cluster: "0123456789abcdef",
  id: 2,
  incarnation: "fedcba9876543210",
  members: new Map([[1, "host-1:7001"], [2, "host-2:7002"]]),
};

function logOf({ found: { log } }: OpenStorage): readonly string[] {
  return log.slice(log.first, log.last.index).map(({ index, term, data }) => `${index}/${term} ${text(data)}`);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("a new storage holds nothing", async () => {
  const storage = await open(memoryDisk());
  const { identity, hardState, log, snapshot, peers, notices } = storage.found;
  assertEquals([identity, hardState, snapshot], [O.none, O.none, O.none]);
  assertEquals([log.first, log.last.index, peers.size, notices.length], [1, 0, 0, 0]);
  await storage.close();
});

Deno.test("what was synced is found again, as it was", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  await storage.identify(OWNER);
  const entries = [
    entryOf(1, 1),
    entryOf(2, 1, "a"),
    entryOf(3, 2, "b", "confChange"),
    entryOf(4, 2, "c".repeat(200), "confChangeV2"),
    entryOf(5, 7, "", "empty"),
    { ...entryOf(6, 7, "d"), size: 1000 },
  ];
  const hardState = { term: 7, vote: O.some(3), commit: 4 };
  storage.write([persistOf({ entries, hardState })]);
  storage.rememberPeer(1, O.some("0000000000000001"));
  storage.rememberPeer(3, O.some("0000000000000003"));
  storage.rememberPeer(3, O.none);
  await storage.sync();
  await storage.close();

  const { found, close } = await open(disk).then((storage) => ({ found: storage.found, close: () => storage.close() }));
  assertEquals(found.identity, O.some(OWNER));
  assertEquals(found.hardState, O.some(hardState));
  assertEquals(
    found.log.slice(1, 6).map((entry) => ({ ...entry, data: text(entry.data) })),
    entries.map((entry) => ({ ...entry, data: text(entry.data) })),
  );
  assertEquals(found.peers, new Map([[1, "0000000000000001"]]));
  assertEquals(found.notices, []);
  await close();
});

Deno.test("entries replace what the log holds at and behind the first of them", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: entriesOf(1, 6, 1) })]);
  await storage.sync();
  storage.write([persistOf({ entries: entriesOf(3, 4, 2, "y") }), persistOf({ entries: entriesOf(4, 5, 3, "z") })]);
  await storage.sync();
  await storage.close();
  const again = await open(disk);
  assertEquals(logOf(again), ["1/1 x1", "2/1 x2", "3/2 y3", "4/3 z4", "5/3 z5"]);
  await again.close();
});

Deno.test("the last hard state counts", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  const states = [1, 2, 3].map((term) => ({ term, vote: O.some(term), commit: 0 }));
  storage.write(states.map((hardState) => persistOf({ hardState })));
  await storage.sync();
  storage.write([{ ...persistOf({ hardState: { term: 3, vote: O.none, commit: 0 } }), sync: false }]);
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.hardState, O.some({ term: 3, vote: O.none, commit: 0 }));
  await again.close();
});

Deno.test("a compacted log begins behind the position up to which it was compacted", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: [...entriesOf(1, 3, 1), ...entriesOf(4, 6, 2)] })]);
  storage.compact({ index: 4, term: 2 });
  storage.compact({ index: 2, term: 1 }); // that is done already
  await storage.sync();
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.log.snapshot, { index: 4, term: 2 });
  assertEquals(logOf(again), ["5/2 x5", "6/2 x6"]);
  again.compact({ index: 6, term: 2 });
  again.write([persistOf({ entries: entriesOf(7, 7, 2) })]);
  await again.sync();
  await again.close();
  const third = await open(disk);
  assertEquals(third.found.log.snapshot, { index: 6, term: 2 });
  assertEquals(logOf(third), ["7/2 x7"]);
  await third.close();
});

Deno.test("a snapshot replaces the whole log, and the entries beside it follow it", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  const snapshot = snapshotOf(10, 4, 1, 2);
  storage.write([persistOf({ entries: entriesOf(1, 20, 1) })]);
  await storage.sync();
  await make(storage, snapshot, "state");
  const hardState = { term: 5, vote: O.none, commit: 10 };
  storage.write([
    persistOf({ entries: entriesOf(21, 22, 1) }),
    persistOf({ snapshot, hardState, entries: entriesOf(11, 12, 5) }),
    persistOf({ entries: entriesOf(13, 13, 5) }),
  ]);
  await storage.sync();
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.log.snapshot, { index: 10, term: 4 });
  assertEquals(logOf(again), ["11/5 x11", "12/5 x12", "13/5 x13"]);
  assertEquals(again.found.snapshot, O.some(snapshot));
  assertEquals(again.found.hardState, O.some(hardState));
  await again.close();
});

Deno.test("a snapshot whose data is not here replaces nothing", async () => {
  const storage = await open(memoryDisk());
  const write = (): void => storage.write([persistOf({ snapshot: snapshotOf(10, 4, 1) })]);
  const error = assertThrows(write, StorageFailure);
  assertStringIncludes(error.message, "its data is not here");
  await assertRejects(() => storage.sync(), StorageFailure);
  await storage.close();
});

Deno.test("what would not follow the log is refused, for it could never be opened again", async () => {
  for (const from of [5, 2]) {
    const disk = memoryDisk();
    const storage = await open(disk);
    storage.write([persistOf({ entries: entriesOf(1, 3, 1) })]);
    storage.compact({ index: 2, term: 1 });
    await storage.sync();
    assertThrows(() => storage.write([persistOf({ entries: entriesOf(from, 6, 2) })]), StorageFailure);
    await storage.close();
    const again = await open(disk);
    assertEquals(logOf(again), ["3/1 x3"]);
    assertThrows(() => again.compact({ index: 4, term: 1 }), StorageFailure, "ends at 3");
    await again.close();
  }
});

Deno.test("a sync writes one record for everything since the last one, and nothing if there is nothing", async () => {
  const { disk, done } = watchedDisk();
  const storage = await open(disk);
  done.length = 0;
  storage.write([persistOf({ entries: entriesOf(1, 2, 1) })]);
  storage.write([persistOf({ hardState: { term: 1, vote: O.none, commit: 1 } })]);
  storage.write([persistOf({})]);
  storage.rememberPeer(2, O.some("2"));
  assertEquals(done, []);
  await storage.sync();
  assertEquals(done.map(({ type }) => type), ["write", "sync"]);
  storage.write([persistOf({})]);
  await storage.sync();
  assertEquals(done.length, 2);
  await storage.close();
});

Deno.test("a record that has become large does not wait for the sync", async () => {
  const { disk, done } = watchedDisk();
  const storage = await open(disk, { recordBytes: 1000 });
  done.length = 0;
  storage.write([persistOf({ entries: entriesOf(1, 200, 1, "long") })]);
  assertEquals(done.map(({ type }) => type), ["write"]);
  await storage.close();
});

Deno.test("what is written during a sync is durable after the next one", async () => {
  let end = () => {};
  let slow = false;
  const { disk, done } = watchedDisk({
    onSync: () => slow ? new Promise((resolve) => end = resolve) : Promise.resolve(),
  });
  const storage = await open(disk);
  done.length = 0;
  slow = true;
  storage.write([persistOf({ entries: entriesOf(1, 1, 1) })]);
  const first = storage.sync();
  storage.write([persistOf({ entries: entriesOf(2, 2, 1) })]);
  const second = storage.sync();
  assertEquals(done.map(({ type }) => type), ["write", "sync"]);
  slow = false;
  end();
  await first;
  await second;
  assertEquals(done.map(({ type }) => type), ["write", "sync", "write", "sync"]);
  await storage.close();
});

Deno.test("an owner is written once", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  await storage.identify(OWNER);
  await assertRejects(() => storage.identify(OWNER), StorageFailure, "it has one already");
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.identity, O.some(OWNER));
  await assertRejects(() => again.identify({ ...OWNER, id: 3 }), StorageFailure);
  await again.close();
});

Deno.test("a folder is open once at a time", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  assertEquals(await refusal(disk), {
    type: "Locked",
    path: "data/lock",
    message: "Cannot open data/lock: another process has the folder open.",
  });
  await storage.close();
  await (await open(disk)).close();
});

Deno.test("a storage that is closed does nothing any more", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  const writer = storage.createSnapshot(snapshotOf(1, 1, 1));
  storage.write([persistOf({ entries: entriesOf(1, 1, 1) })]);
  await storage.close();
  await storage.close();
  const operations = [
    () => storage.write([persistOf({ entries: entriesOf(2, 2, 1) })]),
    () => storage.rememberPeer(1, O.none),
    () => storage.compact({ index: 1, term: 1 }),
    () => storage.createSnapshot(snapshotOf(1, 1, 1)),
    () => storage.receiveSnapshot(1, { index: 1, term: 1 }, 1),
    () => storage.openSnapshot({ index: 1, term: 1 }),
    () => storage.keepSnapshots([]),
    () => writer.write(new Uint8Array(1)),
  ];
  for (const operation of operations) assertThrows(operation, StorageFailure, "it is closed");
  await assertRejects(() => storage.sync(), StorageFailure, "it is closed");
  await assertRejects(() => storage.identify(OWNER), StorageFailure, "it is closed");
  await assertRejects(() => writer.finish(), StorageFailure, "it is closed");
  const again = await open(disk);
  assertEquals(logOf(again), ["1/1 x1"]);
  assertEquals(again.found.notices, ["Removed the snapshot data/making-0.part: it was not finished."]);
  await again.close();
});

Deno.test("files of others are left alone", async () => {
  const disk = memoryDisk();
  const names = ["README", "log-1.seg", "log-0000000001.seg.bak", "snapshot-1.snap", "x.part", "making-1.part.old"];
  for (const name of names) put(disk, name, new Uint8Array([1, 2, 3]));
  const storage = await open(disk);
  storage.keepSnapshots([]);
  await storage.close();
  const again = await open(disk);
  assertEquals(again.found.notices, []);
  assertEquals(disk.list(FOLDER), [...names, "lock", "log-0000000001.seg"].sort());
  await again.close();
});

Deno.test("a disk that does not even make a folder is a failure", async () => {
  const disk = memoryDisk();
  disk.fail("makeFolder");
  assertEquals((await refusal(disk)).type, "Failed");
  disk.fail("create", 1);
  assertEquals((await refusal(disk)).type, "Failed");
  await (await open(disk)).close(); // and it is not locked
});

Deno.test("memoryStorage() lasts as long as its object", async () => {
  const memory = memoryStorage();
  const storage = await opened(memory);
  storage.write([persistOf({ entries: entriesOf(1, 3, 1) })]);
  await storage.sync();
  assert(E.isLeft(await memory.open()));
  await storage.close();
  const again = await opened(memory);
  assertEquals(again.found.log.last, { index: 3, term: 1 });
  await again.close();
});

Deno.test("two folders on one disk have nothing in common", async () => {
  const disk = memoryDisk();
  const [a, b] = [await opened(fileStorage("a", { disk })), await opened(fileStorage("b", { disk }))];
  a.write([persistOf({ entries: entriesOf(1, 3, 1) })]);
  await a.sync();
  await a.close();
  await b.close();
  const again = await opened(fileStorage("b", { disk }));
  assertEquals(again.found.log.last.index, 0);
  await again.close();
});
