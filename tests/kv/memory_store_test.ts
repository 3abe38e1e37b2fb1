/**
 * What a crash leaves of a store in memory.
 *
 * @module
 */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { kvStateMachine, type MemoryStore, memoryStore, StoreFailure } from "../../effects/kv/mod.ts";
import { apply, bytes, collect, contentsOf, set, streamOf } from "./kv_support.ts";

describe("a durable memory store", () => {
  it("is after a crash what it was when it was synced, with its index and its records", async () => {
    const store = memoryStore({ durable: true });
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1")], [{ key: "x", value: bytes("1") }, { key: "y", value: bytes("1") }]);
    await apply(machine, 2, [set("a", "2")], [{ key: "x", value: bytes("2") }, { key: "y", value: null }]);
    assertEquals(store.durability?.durable(), 0);
    assertEquals([await store.durability?.sync(), store.durability?.durable()], [2, 2]);
    await apply(machine, 3, [set("a", "3"), set("b", "3")], [{ key: "x", value: bytes("3") }]);
    const left = store.crash();
    assertEquals(await contentsOf(kvStateMachine(left)), [[["a", "2"]], [], []]);
    assertEquals([left.durability?.index, left.durability?.durable()], [2, 2]);
    assertEquals(left.durability?.records, [{ key: "x", value: bytes("2") }]);
  });

  it("has lost what was not synced yet, and what is written while a sync is under way", async () => {
    const store = memoryStore({ durable: true });
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1")]);
    const syncing = store.durability?.sync();
    await apply(machine, 2, [set("a", "2")]);
    assertEquals(store.crash().durability?.index, 0);
    assertEquals(await syncing, 1);
    assertEquals(await contentsOf(kvStateMachine(store.crash())), [[["a", "1"]], [], []]);
  });

  it("goes on after a crash without touching what it came from", async () => {
    const store = memoryStore({ durable: true });
    const machine = kvStateMachine(store);
    await apply(machine, 1, [set("a", "1")]);
    await store.durability?.sync();
    const left = kvStateMachine(store.crash());
    await apply(left, 2, [set("a", "2")]);
    assertEquals(await contentsOf(machine), [[["a", "1"]], [], []]);
    assertEquals(await contentsOf(kvStateMachine(store.crash())), [[["a", "1"]], [], []]);
  });

  it("is durable where it was restored to, with the records of there and no others", async () => {
    const source = memoryStore();
    await apply(kvStateMachine(source), 1, [set("a", "new")]);
    const store = memoryStore({ durable: true });
    await apply(kvStateMachine(store), 1, [set("b", "old")], [{ key: "old", value: bytes("1") }]);
    await store.restore(source.snapshot(), { index: 9, records: [{ key: "new", value: bytes("2") }] });
    const left = store.crash();
    assertEquals(await contentsOf(kvStateMachine(left)), [[["a", "new"]], [], []]);
    assertEquals(left.durability?.records, [{ key: "new", value: bytes("2") }]);
    assertEquals([store.durability?.durable(), left.durability?.index], [9, 9]);
  });

  it("is the old one where a crash comes while it is being restored", async () => {
    const store = memoryStore({ durable: true });
    await apply(kvStateMachine(store), 1, [set("b", "old")]);
    await store.durability?.sync();
    let left: MemoryStore = store;
    const chunks = async function* () {
      yield* streamOf(await collect(memoryStore().snapshot()));
      left = store.crash();
    };
    await store.restore(chunks(), { index: 9, records: [] });
    assertEquals([await contentsOf(kvStateMachine(left)), left.durability?.index], [[[["b", "old"]], [], []], 1]);
  });

  it("refuses to keep or to copy half a batch", async () => {
    const store = memoryStore({ durable: true });
    store.put("default", bytes("a"), bytes("1"));
    await assertRejects(async () => await store.durability?.sync(), StoreFailure, "a batch was not ended");
    assertThrows(() => store.snapshot(), StoreFailure, "a batch was not ended");
  });
});

describe("a memory store that is not durable", () => {
  it("has no durability, and is empty after a crash", async () => {
    const store = memoryStore();
    await apply(kvStateMachine(store), 1, [set("a", "1")]);
    assertEquals(store.durability, undefined);
    assertEquals(await contentsOf(kvStateMachine(store.crash())), [[], [], []]);
  });
});
