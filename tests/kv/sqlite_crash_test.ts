/**
 * What a crash leaves of a SQLite store.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Bytes } from "../../core/mod.ts";
import { type KvCommand, kvStateMachine, type SqliteStore, StoreFailure } from "../../effects/kv/mod.ts";
import { type Random, seededRandom } from "../../effects/random/random.ts";
import { testsThatNeed } from "../permissions.ts";
import { apply, bytes, contentsOf, countOf, del, set, text, valuesOf } from "./kv_support.ts";
import { copyDatabase, logIn, openSqlite, withFolder, withSqlite } from "./sqlite_support.ts";

const test = testsThatNeed("read", "write");

test("a SQLite store says what is durable: nothing until sync(), and then everything", () =>
  withSqlite({}, async (store) => {
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1")]);
    await apply(machine, 2, []);
    assertEquals(store.durability.durable(), 0);
    assertEquals([await store.durability.sync(), store.durability.durable()], [2, 2]);
    await countOf(machine); // What is written is not durable by that.
    await apply(machine, 3, [set("a", "2")]);
    await countOf(machine);
    assertEquals(store.durability.durable(), 2);
    assertEquals(await store.durability.sync(), 3);
    assertEquals(await store.durability.sync(), 3);
  }));

test("a SQLite store is, after a crash of its process, what it was at an index not before the durable one", () =>
  withFolder(async (folder) => {
    const random = seededRandom(5);
    const run = new Run();
    for (let crash = 0; crash < 8; crash++) {
      const store = await openSqlite(folder, { layerBytes: 1500 });
      run.startsAgainFrom(store);
      await assertIs(store, run);
      await run.goOn(store, random, 20 + Math.floor(random.next() * 60));
      store.crash();
    }
  }));

test("a SQLite store is, after a crash of its machine, what it was at an index not before the durable one", () =>
  withFolder(async (folder) => {
    const random = seededRandom(6);
    const run = new Run();
    const store = await openSqlite(`${folder}/live`, { layerBytes: 1500 });
    let synced: Bytes = new Uint8Array(0);
    for (let round = 0; round < 15; round++) {
      await run.goOn(store, random, 15, () => synced = logIn(`${folder}/live`));
      await store.count("default"); // Now the worker is at rest, and nothing is written while it is copied.
      const durable = store.durability.durable();
      const log = round % 5 === 0 ? new Uint8Array(0) : afterCrash(logIn(`${folder}/live`), synced, random);
      const copy = await openSqlite(copyDatabase(`${folder}/live`, `${folder}/copy${round}`, log));
      assert(copy.durability.index >= durable, `${copy.durability.index} is before ${durable}`);
      await assertIs(copy, run);
      await copy.close();
    }
    await store.close();
  }));

test("a SQLite store makes durable what it finds when it is opened", () =>
  withFolder(async (folder) => {
    const live = await openSqlite(`${folder}/live`);
    await apply(kvStateMachine(live), 1, [set("a", "1")]);
    await live.count("default"); // Now it is written, but not durable.
    const killed = copyDatabase(`${folder}/live`, `${folder}/killed`, logIn(`${folder}/live`));
    await live.close();
    const store = await openSqlite(killed);
    assertEquals([store.durability.index, store.durability.durable()], [1, 1]);
    const copy = await openSqlite(copyDatabase(killed, `${folder}/copy`, new Uint8Array(0)));
    assertEquals(await contentsOf(kvStateMachine(copy)), [[["a", "1"]], [], []]);
    await copy.close();
    await store.close();
  }));

test("a SQLite store syncs its log instead, while a snapshot that is being read holds checkpoints up", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(`${folder}/live`);
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1".repeat(3_000_000))]);
    const snapshot = store.snapshot()[Symbol.asyncIterator]();
    await snapshot.next();
    await apply(machine, 2, [set("a", "2")]);
    assertEquals(await store.durability.sync(), 2);
    const copy = await openSqlite(copyDatabase(`${folder}/live`, `${folder}/copy`, logIn(`${folder}/live`)));
    assertEquals([copy.durability.index, await contentsOf(kvStateMachine(copy))], [2, [[["a", "2"]], [], []]]);
    await copy.close();
    await snapshot.return?.();
    await apply(machine, 3, [set("a", "3")]);
    assertEquals(await store.durability.sync(), 3);
    await store.close();
  }));

test("a SQLite store does not store half a batch", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(folder);
    await apply(kvStateMachine(store), 1, [set("a", "1")]);
    store.put("default", bytes("a"), bytes("2"));
    await assertRejects(() => store.durability.sync(), StoreFailure, "a batch was not ended");
    await store.close();
    const again = await openSqlite(folder);
    store.put("default", bytes("b"), bytes("2"));
    await again.close();
    const left = await openSqlite(folder);
    assertEquals(await contentsOf(kvStateMachine(left)), [[], [], []]);
    await left.close();
  }));

test("a SQLite store that was closed in the middle of a batch has lost that batch", () =>
  withFolder(async (folder) => {
    const store = await openSqlite(folder);
    await apply(kvStateMachine(store), 1, [set("a", "1")]);
    await store.durability.sync();
    store.put("default", bytes("a"), bytes("2"));
    await store.close();
    const again = await openSqlite(folder);
    assertEquals([again.durability.index, await contentsOf(kvStateMachine(again))], [1, [[["a", "1"]], [], []]]);
    await again.close();
  }));

/** A run of commands of which every state is remembered: each command writes the index, so the state tells which it is. */
class Run {
  private index = 0;
  private durable = 0;
  private readonly history = new Map<number, ReadonlyMap<string, string>>([[0, new Map()]]);

  /** The log has everything up to what is found. */
  startsAgainFrom({ durability: { index } }: SqliteStore): void {
    assert(index >= this.durable, `${index} is before ${this.durable}, which was durable`);
    this.index = index;
  }

  /** The state at `index`. */
  at(index: number): ReadonlyMap<string, string> {
    return this.history.get(index) ?? new Map([["no such state", ""]]);
  }

  /** Applies `count` batches, and syncs now and then. */
  async goOn(store: SqliteStore, random: Random, count: number, onSync: () => void = () => {}): Promise<void> {
    const machine = kvStateMachine(store);
    for (let i = 0; i < count; i++) {
      const state = new Map(this.at(this.index++));
      const commands = Array.from({ length: 1 + Math.floor(random.next() * 5) }, () => this.command(random, state));
      await apply(machine, this.index, commands, [{ key: "index", value: bytes(String(this.index)) }]);
      this.history.set(this.index, state);
      if (random.next() < 0.1) {
        this.durable = await store.durability.sync();
        onSync();
      }
      if (random.next() < 0.1) await countOf(machine);
    }
  }

  private command(random: Random, state: Map<string, string>): KvCommand {
    const key = `key${Math.floor(random.next() * 20)}`;
    if (random.next() < 0.2) {
      state.delete(key);
      return del(key);
    }
    const value = `${this.index} `.repeat(Math.floor(random.next() * 10));
    state.set(key, value);
    return set(key, value);
  }
}

/** Whether data, records and number of keys of a store are those of its index. */
async function assertIs(store: SqliteStore, run: Run): Promise<void> {
  const { index, records } = store.durability;
  const machine = kvStateMachine(store);
  const [pairs] = await contentsOf(machine);
  const expected = [...run.at(index)].sort(([a], [b]) => a < b ? -1 : 1);
  assertEquals(pairs, expected);
  assertEquals(records.map(({ value }) => value === null ? "" : text(value)), index === 0 ? [] : [String(index)]);
  assertEquals(await countOf(machine), expected.length);
  const keys = expected.map(([key]) => key);
  assertEquals(await valuesOf(machine, keys), expected.map(([, value]) => value));
}

/** A log of which some blocks are lost, that is as they were when it was synced. SQLite syncs the first one by itself. */
function afterCrash(log: Bytes, synced: Bytes, random: Random): Bytes {
  const left = log.slice();
  const intact = Math.floor(random.next() * log.length);
  for (let at = 4096; at < log.length; at += 4096) {
    const isLost = at >= intact && random.next() < 0.7;
    if (isLost) {
      for (let i = at; i < Math.min(at + 4096, log.length); i++) {
        left[i] = i < synced.length ? synced[i] : 0;
      }
    }
  }
  return left;
}
