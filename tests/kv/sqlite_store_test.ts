/**
 * What a SQLite store promises about its files, and how it fails.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import { DatabaseSync } from "node:sqlite";
import { kvStateMachine, type SqliteStore, sqliteStore, StoreFailure } from "../../effects/kv/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { apply, bytes, collect, contentsOf, countOf, set, streamOf } from "./kv_support.ts";
import { openSqlite, withFolder, withSqlite } from "./sqlite_support.ts";

const test = testsThatNeed("read", "write");

test("a SQLite store that was closed has everything when it is opened again", () =>
  withFolder(async (folder) => {
    const first = await openSqlite(folder);
    assertEquals([first.durability.index, first.durability.durable(), first.durability.records], [0, 0, []]);
    const machine = kvStateMachine(first);
    await apply(machine, 1, [set("a", "1"), set("b", "1", "lock")], [{ key: "r", value: bytes("1") }, {
      key: "gone",
      value: bytes("1"),
    }]);
    await apply(machine, 2, [set("c", "")], [{ key: "gone", value: null }, { key: "empty", value: bytes("") }]);
    await first.close();
    await first.close(); // A second time it does nothing.
    const second = await openSqlite(folder);
    assertEquals([second.durability.index, second.durability.durable()], [2, 2]);
    assertEquals(second.durability.records, [{ key: "empty", value: bytes("") }, { key: "r", value: bytes("1") }]);
    assertEquals(await contentsOf(kvStateMachine(second)), [[["a", "1"], ["c", ""]], [["b", "1"]], []]);
    assertEquals(await countOf(kvStateMachine(second)), 2);
    await second.close();
  }));

test("the log of a SQLite store begins again when it has reached its limit", () =>
  withSqlite({ layerBytes: 20_000, logBytes: 200_000 }, async (store, folder) => {
    const machine = kvStateMachine(store);
    for (let i = 1; i <= 300; i++) {
      await apply(machine, i, Array.from({ length: 20 }, (_, j) => set(`key${j}`, `${i} ${j}`.repeat(20))));
      if (i % 10 === 0) await countOf(machine);
    }
    assert(store.durability.durable() > 0); // Although nobody has asked for it.
    const { size } = Deno.statSync(`${folder}/pairs-1.db-wal`);
    assert(size < 400_000, `the log has grown to ${size} bytes`);
  }));

test("a SQLite store lets go of a snapshot that is given up, or whose store is closed", () =>
  withSqlite({}, async (store) => {
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1".repeat(3_000_000))]);
    for await (const _ of store.snapshot()) break;
    const snapshot = store.snapshot()[Symbol.asyncIterator]();
    await snapshot.return?.();
    assertEquals(await snapshot.next(), { done: true, value: undefined });
    assertEquals((await collect(store.snapshot())).length, 3);
    store.snapshot(); // Nobody reads it.
  }));

test("a SQLite store that cannot write fails for good", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(folder);
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1")]);
    await store.durability.sync();
    change(`${folder}/pairs-1.db`, "DROP TABLE pairs_lock");
    await apply(machine, 2, [set("a", "2"), set("a", "2", "lock")]);
    await assertRejects(() => store.durability.sync(), StoreFailure, "pairs_lock");
    assertThrows(() => store.commit(3, []), StoreFailure, "pairs_lock");
    await assertRejects(() => store.durability.sync(), StoreFailure, "pairs_lock");
    await assertRejects(() => collect(store.snapshot()), StoreFailure, "pairs_lock");
    await assertRejects(() => store.restore(streamOf([]), { index: 9, records: [] }), StoreFailure, "pairs_lock");
    await store.close();
  }));

test("a SQLite store that was closed says so", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(folder);
    await store.close();
    assertThrows(() => store.commit(1, []), StoreFailure, "is closed");
    await assertRejects(() => store.durability.sync(), StoreFailure, "is closed");
    await assertRejects(async () => await store.count("default"), StoreFailure, "is closed");
  }));

test("a SQLite store makes the commands wait where they come faster than they can be written", () =>
  withSqlite({ layerBytes: 10_000 }, async (store) => {
    let waits = 0;
    for (let index = 1; index <= 200; index++) {
      for (let i = 0; i < 20; i++) store.put("default", bytes(`${index} ${i}`), new Uint8Array(100));
      const room = store.commit(index, []);
      if (room === undefined) continue;
      waits++;
      await room;
    }
    assert(waits > 0);
    assertEquals(await store.count("default"), 4000);
  }));

test("a SQLite store refuses a database of a later major version, and names it", () =>
  withFolder(async (folder) => {
    await (await openSqlite(folder)).close();
    change(`${folder}/pairs-1.db`, "UPDATE facts SET value = '1.9' WHERE name = 'version'");
    await (await openSqlite(folder)).close(); // A later minor version can be read.
    change(`${folder}/pairs-1.db`, "UPDATE facts SET value = '2.0' WHERE name = 'version'");
    assertRefused(await sqliteStore({ folder }), "version 2.0");
    change(`${folder}/pairs-1.db`, "DELETE FROM facts");
    assertRefused(await sqliteStore({ folder }), "does not say its version");
  }));

test("a SQLite store refuses a file that is no database, and one of another program", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pairs-1.db`, "something else entirely".repeat(1000));
    assertRefused(await sqliteStore({ folder }), "not a database");
    await Deno.remove(`${folder}/pairs-1.db`);
    change(`${folder}/pairs-1.db`, "CREATE TABLE notes (line TEXT)");
    assertRefused(await sqliteStore({ folder }), "facts");
  }));

test("a SQLite store refuses a folder that is open already, until it is closed or has crashed", () =>
  withFolder(async (folder) => {
    const first = await openSqlite(folder);
    assertRefused(await sqliteStore({ folder }), "it is open already");
    await first.close();
    const second = await openSqlite(folder);
    second.crash();
    await (await openSqlite(folder)).close();
  }));

test("a SQLite store refuses a folder in which it cannot write", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    assert(E.isLeft(await sqliteStore({ folder: `${folder}/file/folder` })));
  }));

/** Changes a database behind the store's back. */
function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function assertRefused(opened: E.Either<StoreFailure, SqliteStore>, why: string): void {
  assert(E.isLeft(opened), "it was opened");
  assert(opened.left.message.includes(why), opened.left.message);
}
