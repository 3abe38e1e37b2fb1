/**
 * What both stores promise: they are given the same commands as plain maps, and say the same.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/mod.ts";
import { COLUMN_FAMILIES, type KvCommand, kvStateMachine, type KvStore, memoryStore } from "../../effects/kv/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { anyCommand, apply, bytes, collect, contentsOf, countOf, del, type KvMachine } from "./kv_support.ts";
import { pairsOf, set, streamOf, valuesOf } from "./kv_support.ts";
import { Model } from "./model.ts";
import { withSqlite } from "./sqlite_support.ts";

type Register = (name: string, fn: () => Promise<void>) => void;

/** A kind of store, with which a test is run. */
interface Kind {
  readonly name: string;
  readonly test: Register;
  readonly use: (work: (store: KvStore, machine: KvMachine) => Promise<void>) => Promise<void>;
}

const KINDS: readonly Kind[] = [
  { name: "the memory store", test: (name, fn) => Deno.test(name, fn), use: withMemory },
  {
    name: "the SQLite store",
    test: testsThatNeed("read", "write"),
    // Layers of 2 kB: most of what is tested happens while one is on its way into the database.
    use: (work) => withSqlite({ layerBytes: 2000 }, (store) => work(store, kvStateMachine(store))),
  },
];

/** What happens between two batches. */
type Look = "get" | "scan" | "count" | "copy" | "sync" | "pause";

for (const { name, test, use } of KINDS) {
  test(`${name} does what plain maps do, under any commands`, () =>
    use(async (_store, machine) => {
      let index = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(anyBatch(), anyLook()), { maxLength: 30 }), async (steps) => {
          const model = new Model();
          await apply(machine, ++index, await removals(machine));
          for (const [commands, look] of steps) {
            const expected = commands.map((command) => model.apply(command));
            assertEquals(await apply(machine, ++index, commands), expected);
            await assertLooksLike(machine, model, look);
          }
          assertEquals(await hexContentsOf(machine), model.contents());
        }),
        { seed: 1, numRuns: 150 },
      );
    }));

  test(`${name} shows in a snapshot what there was when it was asked for, although writing goes on`, () =>
    use(async (_store, machine) => {
      const fill = (round: number) =>
        Array.from({ length: 3000 }, (_, i) => set(`key${i}`, `${round} ${i}`.repeat(100)));
      await apply(machine, 1, fill(1));
      const first = machine.snapshot();
      await apply(machine, 2, [...fill(2), del("key7")]);
      const second = machine.snapshot();
      const chunks: Bytes[] = [];
      let index = 2;
      for await (const chunk of first) { // The next batches come between its chunks.
        chunks.push(chunk);
        await apply(machine, ++index, fill(index));
      }
      await apply(machine, ++index, [set("late", "1")]);
      const other = await collect(second);
      assertEquals(chunks.length > 1 && chunks.every(({ length }) => length <= 1 << 20), true);
      await assertRestores(chunks, (machine) => assertFilled(machine, 3000, 1));
      await assertRestores(other, (machine) => assertFilled(machine, 2999, 2));
    }));

  test(`${name} is replaced by what it is restored from, and nothing is merged`, () =>
    use(async (_store, machine) => {
      const source = kvStateMachine(memoryStore());
      await apply(source, 1, [set("a", "new"), set("b", "", "lock"), set("", "empty key", "write")]);
      await apply(machine, 1, [set("a", "old"), set("old", "1"), set("old", "1", "lock")]);
      await machine.restore(source.snapshot(), { index: 9, records: [] });
      assertEquals(await contentsOf(machine), [[["a", "new"]], [["b", ""]], [["", "empty key"]]]);
      assertEquals(await Promise.all(COLUMN_FAMILIES.map((cf) => countOf(machine, cf))), [1, 1, 1]);
      assertEquals(await valuesOf(machine, ["a", "old"]), ["new", null]);
      await apply(machine, 10, [set("c", "1"), del("a")]);
      assertEquals(await contentsOf(machine), [[["c", "1"]], [["b", ""]], [["", "empty key"]]]);
    }));

  test(`${name} stays as it is where what it is restored from breaks off`, () =>
    use(async (_store, machine) => {
      await apply(machine, 1, [set("old", "1")]);
      const broken = async function* (): AsyncGenerator<Bytes> {
        yield* await emptySnapshot();
        throw new RangeError("the connection broke");
      };
      await assertRejects(
        () => machine.restore(broken(), { index: 9, records: [] }),
        RangeError,
        "the connection broke",
      );
      assertEquals(await contentsOf(machine), [[["old", "1"]], [], []]);
      await apply(machine, 2, [set("new", "2")]);
      await machine.restore(streamOf(await emptySnapshot()), { index: 9, records: [] });
      assertEquals(await contentsOf(machine), [[], [], []]);
    }));

  test(`${name} gives the same bytes in a snapshot as any other store with the same pairs`, () =>
    use(async (_store, machine) => {
      const pairs = Array.from({ length: 2500 }, (_, i) => set(`${i * 7919 % 2500}`, "x".repeat(i % 1500)));
      const others = [set("\0", "\0\xff"), set("k", "", "lock"), set("", "", "write")];
      const reference = kvStateMachine(memoryStore());
      for (const each of [machine, reference]) await apply(each, 1, [...pairs, ...others]);
      const [ours, theirs] = await Promise.all([machine, reference].map((each) => collect(each.snapshot())));
      assertEquals(ours.map((chunk) => chunk.length), theirs.map((chunk) => chunk.length));
      assertEquals(ours.every((chunk, i) => chunk.every((byte, at) => byte === theirs[i][at])), true);
    }));

  test(`${name} keeps values of several megabytes, and scans them a few at a time`, () =>
    use(async (_store, machine) => {
      const large = (i: number) => String(i).repeat(1_500_000);
      for (let i = 0; i < 5; i++) await apply(machine, i + 1, [set(`large ${i}`, large(i)), set(`small ${i}`, "")]);
      assertEquals((await valuesOf(machine, ["large 3"]))[0] === large(3), true);
      const answer = await machine.query({ type: "Scan", cf: "default", start: bytes(""), limit: 100 });
      // Two are within the limit of 4 MiB, and a third one is not.
      assertEquals(answer.type === "Pairs" && [answer.pairs.length, answer.next], [2, O.some(bytes("large 2"))]);
      await assertRestores(await collect(machine.snapshot()), async (restored) => {
        const pairs = await pairsOf(restored);
        assertEquals(
          pairs.map(([key]) => key),
          [0, 1, 2, 3, 4].flatMap((i) => `large ${i}`).concat([0, 1, 2, 3, 4].map((i) => `small ${i}`)),
        );
        assertEquals(pairs.slice(0, 5).every(([, value], i) => value === large(i)), true);
      });
    }));

  test(`${name} scans thousands of keys in order, in whatever order they came`, () =>
    use(async (_store, machine) => {
      const count = 5000;
      const key = (i: number) => String(i).padStart(6, "0");
      for (let batch = 0; batch < 50; batch++) {
        const commands = Array.from({ length: 100 }, (_, i) => (batch * 100 + i) * 3571 % count);
        await apply(machine, batch + 1, commands.map((i) => set(key(i), String(i))));
      }
      const expected = Array.from({ length: count }, (_, i) => [key(i), String(i)] as const);
      for (const limit of [777, 3000]) assertEquals(await pairsOf(machine, "default", limit), expected);
      assertEquals([await countOf(machine), await countOf(machine, "lock")], [count, 0]);
    }));

  test(`${name} keeps nothing of the bytes that it was given`, () =>
    use(async (store, machine) => {
      const [key, value] = [bytes("key"), bytes("value")];
      store.put("default", key, value);
      await store.commit(1, []);
      key.fill(0);
      value.fill(0);
      assertEquals(await pairsOf(machine), [["key", "value"]]);
      assertEquals(await valuesOf(machine, ["key"]), ["value"]);
    }));
}

async function withMemory(work: (store: KvStore, machine: KvMachine) => Promise<void>): Promise<void> {
  const store = memoryStore();
  await work(store, kvStateMachine(store));
  await store.close();
}

function anyBatch(): fc.Arbitrary<readonly KvCommand[]> {
  return fc.array(anyCommand, { maxLength: 12 });
}

function anyLook(): fc.Arbitrary<Look> {
  return fc.constantFrom<Look>("get", "scan", "count", "copy", "sync", "pause");
}

async function assertLooksLike(machine: KvMachine, model: Model, look: Look): Promise<void> {
  const contents = model.contents();
  switch (look) {
    case "get":
      for (const [i, cf] of COLUMN_FAMILIES.entries()) {
        const keys = contents[i].map(([key]) => Uint8Array.fromHex(key));
        const answer = await machine.query({ type: "Get", cf, keys });
        const values = answer.type === "Values" ? answer.values : [];
        assertEquals(
          values.map((value) => O.isSome(value) && value.value.toHex()),
          contents[i].map(([, value]) => value),
        );
      }
      return;
    case "scan":
      return assertEquals(await hexContentsOf(machine), contents);
    case "count": {
      const counts = await Promise.all(COLUMN_FAMILIES.map((cf) => countOf(machine, cf)));
      return assertEquals(counts, contents.map(({ length }) => length));
    }
    case "copy": {
      const copy = kvStateMachine(memoryStore());
      await copy.restore(machine.snapshot(), { index: 1, records: [] });
      return assertEquals(await hexContentsOf(copy), contents);
    }
    case "sync":
      return void await machine.durability?.sync();
    case "pause":
      return await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function hexContentsOf(machine: KvMachine): Promise<readonly (readonly (readonly [string, string])[])[]> {
  return await Promise.all(COLUMN_FAMILIES.map(async (cf) => {
    const answer = await machine.query({ type: "Scan", cf, start: bytes(""), limit: 1000 });
    return answer.type === "Pairs" ? answer.pairs.map(({ key, value }) => [key.toHex(), value.toHex()] as const) : [];
  }));
}

/** Whether a store of either kind, restored from `chunks`, passes `check`. */
async function assertRestores(chunks: readonly Bytes[], check: (machine: KvMachine) => Promise<void>): Promise<void> {
  const machine = kvStateMachine(memoryStore());
  await machine.restore(streamOf(chunks), { index: 1, records: [] });
  await check(machine);
  assertEquals(sizeOf(await collect(machine.snapshot())), sizeOf(chunks));
}

async function assertFilled(machine: KvMachine, count: number, round: number): Promise<void> {
  const pairs = await pairsOf(machine);
  assertEquals(pairs.length, count);
  assertEquals(pairs.filter(([key, value]) => value !== `${round} ${key.slice(3)}`.repeat(100)), []);
}

function sizeOf(chunks: readonly Bytes[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** What removes everything. */
async function removals(machine: KvMachine): Promise<readonly KvCommand[]> {
  const contents = await hexContentsOf(machine);
  return COLUMN_FAMILIES.map((cf, i) => {
    return { type: "Delete", cf, keys: contents[i].map(([key]) => Uint8Array.fromHex(key)) };
  });
}

async function emptySnapshot(): Promise<readonly Bytes[]> {
  return await collect(memoryStore().snapshot());
}
