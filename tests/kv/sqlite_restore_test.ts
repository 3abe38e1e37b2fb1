/**
 * How a SQLite store takes the place of another one.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import type { Bytes } from "../../core/mod.ts";
import { kvStateMachine, memoryStore, StoreFailure } from "../../effects/kv/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { apply, bytes, collect, contentsOf, countOf, joined, set, streamOf, valuesOf } from "./kv_support.ts";
import { databasesIn, openSqlite, withFolder, withSqlite } from "./sqlite_support.ts";

const test = testsThatNeed("read", "write");

test("a SQLite store that is restored has a new database, and the old one is gone", () =>
  withFolder(async (folder) => {
    const source = kvStateMachine(memoryStore());
    await apply(source, 1, [set("a", "new")]);
    const store = await openSqlite(folder);
    await apply(kvStateMachine(store), 1, [set("b", "old")], [{ key: "old", value: bytes("1") }]);
    await store.restore(source.snapshot(), { index: 9, records: [{ key: "new", value: bytes("2") }] });
    assertEquals(store.durability.durable(), 9);
    assertEquals(databasesIn(folder), ["pairs-2.db"]);
    store.crash(); // Nothing was written to it since.
    const again = await openSqlite(folder);
    assertEquals(again.durability.records, [{ key: "new", value: bytes("2") }]);
    assertEquals([again.durability.index, await contentsOf(kvStateMachine(again))], [9, [[["a", "new"]], [], []]]);
    await again.close();
  }));

test("a SQLite store answers while it is being restored, first with the old state and then with the new one", () =>
  withSqlite({}, async (store) => {
    const source = kvStateMachine(memoryStore());
    await apply(source, 1, [set("a", "new"), set("z", "x".repeat(5_000_000))]);
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "old")]);
    await store.durability.sync();
    await apply(machine, 2, [set("b", "old")]);
    const seen: (readonly (string | null)[])[] = [];
    let isRestored = false;
    const restored = store.restore(source.snapshot(), { index: 9, records: [] }).then(() => isRestored = true);
    while (!isRestored) {
      seen.push(await valuesOf(machine, ["a", "b"]));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await restored;
    seen.push(await valuesOf(machine, ["a", "b"]));
    const kinds = new Set(seen.map(([a, b]) => `${a} ${b}`));
    assertEquals([...kinds], ["old old", "new null"]);
  }));

test("a SQLite store is the old one where a crash comes while it is being restored", () =>
  withFolder(async (folder) => {
    const source = kvStateMachine(memoryStore());
    await apply(source, 1, [set("a", "new".repeat(1_000_000))]);
    const store = await openSqlite(folder);
    await apply(kvStateMachine(store), 1, [set("b", "old")]);
    const crashing = async function* (): AsyncGenerator<Bytes> {
      const chunks = await collect(source.snapshot());
      yield* chunks.slice(0, -1);
      assertEquals(databasesIn(folder), ["pairs-1.db", "pairs-2.db.part"]);
      store.crash();
      yield* chunks.slice(-1);
    };
    await assertRejects(() => store.restore(crashing(), { index: 9, records: [] }), StoreFailure);
    const again = await openSqlite(folder);
    assertEquals([again.durability.index, await contentsOf(kvStateMachine(again))], [1, [[["b", "old"]], [], []]]);
    assertEquals(databasesIn(folder), ["pairs-1.db"]);
    await again.close();
  }));

test("a SQLite store is the new one where a crash came before the old one was removed", () =>
  withFolder(async (folder) => {
    for (const [name, value] of [["old", "1"], ["new", "2"]]) {
      const store = await openSqlite(`${folder}/${name}`);
      await apply(kvStateMachine(store), Number(value), [set("a", value)]);
      await store.close();
    }
    Deno.renameSync(`${folder}/new/pairs-1.db`, `${folder}/old/pairs-2.db`);
    const store = await openSqlite(`${folder}/old`);
    assertEquals([store.durability.index, databasesIn(`${folder}/old`)], [2, ["pairs-2.db"]]);
    await store.close();
  }));

test("a SQLite store refuses a damaged snapshot, fails, and is the old one when it is opened again", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(folder);
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("b", "old")]);
    await store.durability.sync();
    const damaged = [joined(await collect(memoryStore().snapshot())).subarray(0, 10)];
    await assertRejects(
      () => store.restore(streamOf(damaged), { index: 9, records: [] }),
      StoreFailure,
      "it is not complete",
    );
    await assertRejects(async () => await countOf(machine), StoreFailure);
    await store.close();
    const again = await openSqlite(folder);
    assertEquals([again.durability.index, await contentsOf(kvStateMachine(again))], [1, [[["b", "old"]], [], []]]);
    await again.close();
  }));
