/**
 * What RaftKV's commands do.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as O from "fp-ts/Option";
import { type KvCommand, type KvReply, kvStateMachine, type KvStore, memoryStore } from "../../effects/kv/mod.ts";
import type { SystemRecord } from "../../effects/node/state_machine.ts";
import { apply, bytes, cas, countOf, del, type KvMachine, pairsOf, set, valuesOf } from "./kv_support.ts";

describe("SET", () => {
  it("stores a value, in place of another one", async () => {
    const machine = kvStateMachine(memoryStore());
    assertEquals(await apply(machine, 1, [set("k", "1"), set("k", "2")]), [written(true), written(true)]);
    assertEquals(await valuesOf(machine, ["k", "other"]), ["2", null]);
  });

  it("stores an empty value as an empty value, and accepts an empty key", async () => {
    const machine = kvStateMachine(memoryStore());
    await apply(machine, 1, [set("k", ""), set("", "v")]);
    assertEquals(await valuesOf(machine, ["k", ""]), ["", "v"]);
    assertEquals(await countOf(machine), 2);
  });

  it("stores only where there is nothing (NX), or only where there is something (XX)", async () => {
    const machine = kvStateMachine(memoryStore());
    const commands = [
      setIf("ifPresent", "1"),
      setIf("ifAbsent", "2"),
      setIf("ifAbsent", "3"),
      setIf("ifPresent", "4"),
    ];
    assertEquals(await apply(machine, 1, commands), [written(false), written(true), written(false), written(true)]);
    assertEquals(await valuesOf(machine, ["k"]), ["4"]);
  });

  it("tells the value before where that is asked for, also if the condition did not hold", async () => {
    const machine = kvStateMachine(memoryStore());
    const replies = await apply(machine, 1, [
      setIf("always", "1", true),
      setIf("always", "2", true),
      setIf("ifAbsent", "3", true),
      setIf("ifPresent", "", true),
      setIf("always", "5", true),
    ]);
    assertEquals(replies, [
      written(true),
      written(true, "1"),
      written(false, "2"),
      written(true, "2"),
      written(true, ""),
    ]);
  });
});

describe("SetMany", () => {
  it("stores all pairs; of a key that comes twice, the last value", async () => {
    const machine = kvStateMachine(memoryStore());
    const pairs = [["a", "1"], ["b", "2"], ["a", "3"]].map(([key, value]) => ({
      key: bytes(key),
      value: bytes(value),
    }));
    assertEquals(await apply(machine, 1, [{ type: "SetMany", cf: "default", pairs }]), [{ type: "Count", count: 3 }]);
    assertEquals(await pairsOf(machine), [["a", "3"], ["b", "2"]]);
  });
});

describe("Delete", () => {
  it("counts the keys that existed, each once; a missing key is fine", async () => {
    const machine = kvStateMachine(memoryStore());
    await apply(machine, 1, [set("a", "1"), set("b", "")]);
    const keys = ["a", "a", "b", "c"].map(bytes);
    assertEquals(await apply(machine, 2, [{ type: "Delete", cf: "default", keys }, del("a")]), [
      { type: "Count", count: 2 },
      { type: "Count", count: 0 },
    ]);
    assertEquals([await valuesOf(machine, ["a"]), await countOf(machine)], [[null], 0]);
  });
});

describe("AppendValue", () => {
  it("extends a value, and stores the first part", async () => {
    const machine = kvStateMachine(memoryStore());
    const append = (value: string): KvCommand => ({
      type: "AppendValue",
      cf: "default",
      key: bytes("k"),
      value: bytes(value),
    });
    assertEquals(
      await apply(machine, 1, [append(""), append("ab"), append("c")]),
      [0, 2, 3].map((count) => ({
        type: "Count" as const,
        count,
      })),
    );
    assertEquals(await valuesOf(machine, ["k"]), ["abc"]);
  });

  it("refuses to make a value longer than 512 MiB", async () => {
    // A store that has such a value, without the half gigabyte.
    const long = Object.defineProperty(new Uint8Array(0), "length", { value: 512 * 1024 * 1024 });
    const store: KvStore = { ...storeOf(memoryStore()), get: () => O.some(long) };
    const command: KvCommand = { type: "AppendValue", cf: "default", key: bytes("k"), value: bytes("x") };
    assertEquals(await apply(kvStateMachine(store), 1, [command]), [{ type: "Failed", reason: "TooLong" }]);
  });
});

describe("Increment", () => {
  it("counts from 0 where there is no value, up and down", async () => {
    const machine = kvStateMachine(memoryStore());
    assertEquals(await apply(machine, 1, [increment(5n), increment(-7n)]), [integer(5n), integer(-2n)]);
    assertEquals(await valuesOf(machine, ["k"]), ["-2"]);
  });

  it("fails where the value is no integer, and leaves it as it is", async () => {
    const machine = kvStateMachine(memoryStore());
    for (const value of ["", "x", "1.5", " 1", "01", "9223372036854775808"]) {
      const replies = await apply(machine, 1, [set("k", value), increment(1n)]);
      assertEquals(replies[1], { type: "Failed", reason: "NotAnInteger" });
      assertEquals(await valuesOf(machine, ["k"]), [value]);
    }
  });

  it("reaches both ends of 64 bits, and fails beyond them", async () => {
    const machine = kvStateMachine(memoryStore());
    const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)];
    const overflow: KvReply = { type: "Failed", reason: "Overflow" };
    assertEquals(await apply(machine, 1, [increment(most), increment(1n)]), [integer(most), overflow]);
    assertEquals(await apply(machine, 2, [del("k"), increment(least), increment(-1n)]), [
      { type: "Count", count: 1 },
      integer(least),
      overflow,
    ]);
    assertEquals(await valuesOf(machine, ["k"]), ["-9223372036854775808"]);
  });
});

describe("CompareAndSet", () => {
  it("stores only where the value is the expected one, none being a missing key", async () => {
    const machine = kvStateMachine(memoryStore());
    const commands = [
      cas("k", "1", "a"),
      cas("k", "", "a"),
      cas("k", null, "b"),
      cas("k", null, "c"),
      cas("k", "bb", "c"),
      cas("k", "b", ""),
      cas("k", "", "d"),
    ];
    const replies = await apply(machine, 1, commands);
    assertEquals(replies, [false, false, true, false, false, true, true].map((held) => written(held)));
    assertEquals(await valuesOf(machine, ["k"]), ["d"]);
  });
});

describe("Scan", () => {
  it("returns pairs from the start on, in the order of their bytes, and the next key", async () => {
    const machine = kvStateMachine(memoryStore());
    await apply(machine, 1, ["b", "a", "ab", "é", "c", "\0"].map((key) => set(key, key)));
    const scan = (start: string, limit: number) =>
      machine.query({ type: "Scan", cf: "default", start: bytes(start), limit });
    const pair = (key: string) => ({ key: bytes(key), value: bytes(key) });
    assertEquals(await scan("a", 2), { type: "Pairs", pairs: [pair("a"), pair("ab")], next: O.some(bytes("b")) });
    assertEquals(await scan("aa", 9), { type: "Pairs", pairs: ["ab", "b", "c", "é"].map(pair), next: O.none });
    assertEquals(await scan("b", 0), { type: "Pairs", pairs: [], next: O.some(bytes("b")) });
    assertEquals(await scan("b", -1), await scan("b", 0));
    assertEquals(await scan("b", NaN), await scan("b", 0));
    assertEquals(await scan("b", 1.5), await scan("b", 1));
    assertEquals(await scan("b", Infinity), await scan("b", 9));
    assertEquals(await scan("z\0", 9), { type: "Pairs", pairs: [pair("é")], next: O.none });
  });

  it("returns at most 10,000 pairs at once, however many are asked for", async () => {
    const machine = kvStateMachine(memoryStore());
    await apply(machine, 1, Array.from({ length: 10_001 }, (_, i) => set(String(i).padStart(5, "0"), "")));
    const answer = await machine.query({ type: "Scan", cf: "default", start: bytes(""), limit: 20_000 });
    assertEquals(answer.type === "Pairs" && [answer.pairs.length, answer.next], [10_000, O.some(bytes("10000"))]);
  });
});

describe("the state machine", () => {
  it("keeps the families apart", async () => {
    const machine = kvStateMachine(memoryStore());
    await apply(machine, 1, [set("k", "1"), set("k", "2", "lock"), set("k", "3", "write"), del("k", "lock")]);
    assertEquals(await valuesOf(machine, ["k"], "default"), ["1"]);
    assertEquals(await valuesOf(machine, ["k"], "lock"), [null]);
    assertEquals(await pairsOf(machine, "write"), [["k", "3"]]);
  });

  it("answers a batch without commands, which moves the index alone", async () => {
    const store = memoryStore({ durable: true });
    const machine = kvStateMachine(store);
    assertEquals(await apply(machine, 7, []), []);
    assertEquals(await machine.durability?.sync(), 7);
  });

  it("asks for the records once, with the replies, if it is durable, and not at all if it is not", async () => {
    for (const durable of [true, false]) {
      const asked: (readonly KvReply[])[] = [];
      const records = (replies: readonly KvReply[]): readonly SystemRecord[] => {
        asked.push(replies);
        return [];
      };
      const machine: KvMachine = kvStateMachine(memoryStore({ durable }));
      await machine.apply({ commands: [increment(1n)], index: 1, records });
      assertEquals(asked, durable ? [[integer(1n)]] : []);
    }
  });

  it("replies only when the store has room for the next batch", async () => {
    let makeRoom: () => void = () => {};
    const room = new Promise<void>((resolve) => makeRoom = resolve);
    const machine = kvStateMachine({ ...storeOf(memoryStore()), commit: () => room });
    let replied = false;
    const replies = apply(machine, 1, [set("k", "v")]).then(() => replied = true);
    await Promise.resolve().then(() => {});
    assertEquals(replied, false);
    makeRoom();
    assertEquals(await replies, true);
  });
});

function setIf(condition: "always" | "ifAbsent" | "ifPresent", value: string, returnOld = false): KvCommand {
  return { type: "Set", cf: "default", key: bytes("k"), value: bytes(value), condition, returnOld };
}

function increment(by: bigint): KvCommand {
  return { type: "Increment", cf: "default", key: bytes("k"), by };
}

function written(written: boolean, old?: string): KvReply {
  return { type: "Written", written, old: old === undefined ? O.none : O.some(bytes(old)) };
}

function integer(value: bigint): KvReply {
  return { type: "Integer", value };
}

/** A store of which single methods can be replaced. */
function storeOf(store: KvStore): KvStore {
  return {
    get: (cf, key) => store.get(cf, key),
    scan: (cf, start, limit) => store.scan(cf, start, limit),
    count: (cf) => store.count(cf),
    put: (cf, key, value) => store.put(cf, key, value),
    remove: (cf, key) => store.remove(cf, key),
    commit: (index, records) => store.commit(index, records),
    snapshot: () => store.snapshot(),
    restore: (chunks, at) => store.restore(chunks, at),
    close: () => store.close(),
  };
}
