/**
 * RaftKV in simulations: its history, the second judge, and what other people's checkers are given.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { decodeHistory } from "../../effects/history/history.ts";
import type { Operation } from "../../effects/history/operation.ts";
import type { KvAnswer, KvCommand, KvQuery, KvReply } from "../../effects/kv/mod.ts";
import { commandOf, kvHistory, queryOf, withoutCounters } from "../../effects/sim/clients/kv_history.ts";
import type { ClientOperation, Read } from "../../effects/sim/clients/operation.ts";
import { toPorcupine } from "../../effects/sim/clients/porcupine.ts";
import { clientWorkload } from "../../effects/sim/clients/workload.ts";
import { type KvApp, kvApp } from "../../effects/sim/kv_app.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { runPlan } from "../../effects/sim/run_plan.ts";

type KvOperation = ClientOperation<KvCommand, KvReply, KvQuery, KvAnswer>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const plain = { number: 1, client: 3, manner: "plain", session: null, type: "Write" } as const;

function wrote(command: KvCommand, reply: KvReply, call = 10): KvOperation {
  return { ...plain, command, call, return: call + 5, ok: true, replies: [{ node: 1, reply, bytes: bytes("") }] };
}

function found(key: string, value: string | null, call = 20): Read<KvQuery, KvAnswer> {
  const answer: KvAnswer = { type: "Values", values: [O.fromNullable(value === null ? null : bytes(value))] };
  const seen = { answer, from: 0, to: 0 };
  return { type: "Read", number: 1, client: 4, node: 1, query: queryOf(key), call, return: call + 5, ok: true, seen };
}

const WRITTEN: KvReply = { type: "Written", written: true, old: O.none };

Deno.test("every write has its words in a history, and is the command that it was", () => {
  const asked = { key: "k", value: null, expect: null };
  const known: readonly (readonly [Parameters<typeof commandOf>[0], KvReply, string | null])[] = [
    [{ ...asked, op: "put", value: "v" }, WRITTEN, null],
    [{ ...asked, op: "append", value: "v" }, { type: "Count", count: 3 }, "3"],
    [{ ...asked, op: "delete" }, { type: "Count", count: 1 }, "1"],
    [{ ...asked, op: "incr", value: "-4" }, { type: "Integer", value: -4n }, "-4"],
    [{ ...asked, op: "cas", value: "v" }, WRITTEN, "1"],
    [{ ...asked, op: "cas", value: "v", expect: "w" }, { ...WRITTEN, written: false }, "0"],
  ];
  for (const [request, reply, output] of known) {
    const operation = { client: 3, ...request, call: 10, return: 15, ok: true, output };
    assertEquals(kvHistory([wrote(commandOf(request), reply)]), [operation]);
  }
  assertThrows(() => commandOf({ ...asked, op: "get" }), TypeError);
  assertThrows(() => kvHistory([wrote(commandOf(known[3][0]), { type: "Failed", reason: "Overflow" })]), TypeError);
});

Deno.test("reads have theirs, also those that nobody has answered, and so have writes of unknown outcome", () => {
  const command = commandOf({ op: "put", key: "k", value: "v", expect: null });
  const open: KvOperation = { ...plain, command, call: 1, return: null, ok: null, replies: [] };
  const given = { client: 4, op: "get", key: "k", value: null, expect: null, call: 20, return: 25 } as const;
  assertEquals(kvHistory([found("k", "v"), found("k", null), { ...found("k", null), ok: false, seen: null }, open]), [
    { ...given, ok: true, output: "v" },
    { ...given, ok: true, output: null },
    { ...given, ok: false, output: null },
    { client: 3, op: "put", key: "k", value: "v", expect: null, call: 1, return: null, ok: null, output: null },
  ]);
});

Deno.test("what has no words is left out: other families, conditions, and whatever is about several keys", () => {
  const [key, value] = [bytes("k"), bytes("v")];
  const set = { type: "Set", cf: "default", key, value, condition: "always", returnOld: false } as const;
  const commands: readonly KvCommand[] = [
    { ...set, cf: "lock" },
    { ...set, condition: "ifAbsent" },
    { type: "SetMany", cf: "default", pairs: [{ key, value }] },
    { type: "Delete", cf: "default", keys: [key, value] },
  ];
  const queries: readonly KvQuery[] = [
    { type: "CountKeys", cf: "default" },
    { type: "Get", cf: "default", keys: [key, value] },
    { type: "Get", cf: "write", keys: [key] },
  ];
  const reads = queries.map((query) => ({ ...found("k", null), query, seen: null }));
  assertEquals(kvHistory([...commands.map((command) => wrote(command, WRITTEN)), ...reads]), []);
});

Deno.test("the second judge objects to a history that is not linearizable", () => {
  const put = wrote(commandOf({ op: "put", key: "k", value: "v", expect: null }), WRITTEN);
  assertEquals(kvApp().judge?.([put, found("k", "v")]), null);
  const sentence = kvApp().judge?.([put, found("k", null)]);
  assertEquals(sentence?.startsWith("the history is not linearizable: "), true);
});

Deno.test("a history that is too hard to judge is no success", () => {
  const puts = Array.from({ length: 6 }, (_, i) => {
    return {
      ...wrote(commandOf({ op: "append", key: "k", value: `${i}`, expect: null }), { type: "Count", count: 1 }),
      return: 100,
    };
  });
  const sentence = kvApp({ stepLimit: 1 }).judge?.(puts);
  assertEquals(sentence, "whether the history is linearizable was not clear after 1 steps (k)");
});

Deno.test("histories of simulated clusters are linearizable, and others can read them", async () => {
  for (const durable of [false, true]) {
    const histories: (readonly Operation[])[] = [];
    for (const seed of [1, 2]) {
      const plan = makePlan(seed, { faults: PROFILES.chaos, seconds: 20 });
      const app = kvApp({ durable });
      const judge: KvApp["judge"] = (operations) => {
        histories.push(kvHistory(operations));
        return app.judge?.(operations) ?? null;
      };
      const { failure } = await runPlan({ ...app, judge }, plan, { workload: clientWorkload });
      assertEquals(failure, null);
    }
    isWellFormed(histories[0]);
  }
});

const MEMBERS = ["client", "op", "key", "value", "expect", "call", "return", "ok", "output"];

function isWellFormed(history: readonly Operation[]): void {
  const exported = toPorcupine(history);
  const lines = exported.trimEnd().split("\n").map((line): Record<string, unknown> => JSON.parse(line));
  assert(lines.length > 50, "that many operations");
  for (const line of lines) {
    assertEquals(Object.keys(line), MEMBERS);
    assert(["get", "put", "append", "cas", "delete"].includes(String(line.op)), `${line.op}`);
    assertEquals(line.return === null, line.ok === null);
    assert(line.return === null || Number(line.return) > Number(line.call));
  }
  assert(new Set(lines.map(({ op }) => op)).size === 5, "all of them occur");
  assert(history.some(({ op }) => op === "incr"), "and counters were left out");
  const read = decodeHistory(exported);
  assert(E.isRight(read));
  assertEquals(read.right, withoutCounters(history));
}
