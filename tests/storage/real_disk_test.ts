/**
 * A storage on the machine's file system.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import { testsThatNeed } from "../permissions.ts";
import { chunksOf, foreignFile, make, opened } from "./opening.ts";
import { entriesOf, persistOf, snapshotOf } from "./persists.ts";

const onDisk = testsThatNeed("read", "write");

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const root = Deno.makeTempDirSync();
  try {
    await test(`${root}/new/folder`);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

onDisk("a storage lasts in a folder, which it makes", () =>
  inFolder(async (folder) => {
    const storage = await opened(fileStorage(folder, { segmentBytes: 4096 }));
    for (let from = 1; from <= 500; from += 10) {
      storage.write([persistOf({ entries: entriesOf(from, from + 9, 1, "some-data-") })]);
      await storage.sync();
    }
    await make(storage, snapshotOf(400, 1, 1), "a", "b");
    storage.compact({ index: 400, term: 1 });
    const file = await foreignFile(snapshotOf(600, 2, 1), "c");
    const receiver = storage.receiveSnapshot(2, { index: 600, term: 2 }, file.length);
    receiver.write(file);
    assert(E.isRight(await receiver.finish()));
    for (let i = 0; i < 10; i++) await storage.sync();
    await storage.close();
    const again = await opened(fileStorage(folder, { segmentBytes: 4096 }));
    const { log, snapshot, notices } = again.found;
    assertEquals([log.snapshot, log.last], [{ index: 400, term: 1 }, { index: 500, term: 1 }]);
    assertEquals(snapshot, O.some(snapshotOf(400, 1, 1)));
    assertEquals(await chunksOf(again, { index: 400, term: 1 }), ["a", "b"]);
    assertEquals(notices.length, 1);
    assertStringIncludes(notices[0], `${folder}/received-600-2.snap`);
    await again.close();
  }));

onDisk("a folder is open once at a time, and damage is named with the whole path", () =>
  inFolder(async (folder) => {
    const storage = await opened(fileStorage(folder));
    const second = await fileStorage(folder).open();
    assert(E.isLeft(second));
    assertEquals([second.left.type, second.left.path], ["Locked", `${folder}/lock`]);
    storage.write([persistOf({ entries: entriesOf(1, 10, 1) })]);
    await storage.close();
    Deno.truncateSync(`${folder}/log-0000000001.seg`, 100);
    const third = await fileStorage(folder).open();
    assert(E.isLeft(third));
    assertEquals([third.left.type, third.left.path], ["Damaged", `${folder}/log-0000000001.seg`]);
  }));

onDisk("a folder that cannot be made is a failure", () =>
  inFolder(async (folder) => {
    const storage = await opened(fileStorage(folder));
    await storage.close();
    const inside = await fileStorage(`${folder}/lock/x`).open();
    assert(E.isLeft(inside));
    assertEquals(inside.left.type, "Failed");
  }));
