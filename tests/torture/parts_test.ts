/**
 * The parts of torture: what is drawn, what replies mean, what is missing, which options there are.
 *
 * @module
 */
import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Operation, OperationName, Request } from "../../effects/history/mod.ts";
import type { RespOutcome } from "../../effects/processes/resp_client.ts";
import { type Reply, ReplyError } from "../../effects/processes/resp_reply.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { torture } from "../../effects/torture/command.ts";
import { drawFaults, type Fault, FAULT_KINDS } from "../../effects/torture/faults.ts";
import { tortureSettings } from "../../effects/torture/flags.ts";
import { missingWrites } from "../../effects/torture/missing.ts";
import { describeReport, isGood, noFaults, noOperations, type TortureReport } from "../../effects/torture/report.ts";
import { outcomeOf, wordsOf, Workload } from "../../effects/torture/workload.ts";

const IDS = [1, 2, 3, 4, 5];

Deno.test("faults are drawn by the seed", () => {
  const drawn = (seed: number): readonly Fault[] =>
    drawFaults({ ids: IDS, kinds: FAULT_KINDS, electionMs: 1000 }, seededRandom(seed)).take(200).toArray();
  assertEquals(drawn(1), drawn(1));
  assert(JSON.stringify(drawn(1)) !== JSON.stringify(drawn(2)));
});

Deno.test("all kinds of faults are drawn, with sensible targets and times", () => {
  const faults = drawFaults({ ids: IDS, kinds: FAULT_KINDS, electionMs: 1000 }, seededRandom(3)).take(1_000).toArray();
  assertEquals(new Set(faults.map(({ kind }) => kind)), new Set(FAULT_KINDS));
  for (const { kind, targets, afterMs, lastsMs, delayMs } of faults) {
    if (kind === "kill-all") assertEquals(targets, IDS);
    else if (kind === "cut") assert(targets.length > 0 && targets.length < IDS.length);
    else assertEquals(targets.length, 1);
    assert(afterMs > 0 && lastsMs > 0 && delayMs > 0);
  }
  const kills = faults.filter(({ kind }) => kind === "kill").map(({ targets: [target] }) => target);
  assertEquals(new Set(kills), new Set(["leader", ...IDS]));
  assert(
    faults.some(({ kind, targets }) => kind === "cut" && targets.length > 1),
    "some cuts are right through the middle",
  );
  assert(faults.some(({ lastsMs }) => lastsMs < 500) && faults.some(({ lastsMs }) => lastsMs > 2_000));
});

Deno.test("faults cannot be drawn from nothing", () => {
  const drawn = drawFaults({ ids: IDS, kinds: [], electionMs: 1000 }, seededRandom(3));
  assertThrows(() => drawn.next(), Error, "no kind to choose from");
});

Deno.test("clients share keys, but for one each, and never write a value twice", () => {
  const workload = new Workload("r0-", [seededRandom(1), seededRandom(2)]);
  const requests = Array.from({ length: 4_000 }, (_, i) => ({ client: i % 2, ...workload.next(i % 2) }));
  const values = requests.flatMap(({ op, value }) => value === null || op === "incr" ? [] : [value]);
  assertEquals(new Set(values).size, values.length);
  const users = Map.groupBy(requests, ({ key }) => key);
  for (const [key, used] of users) {
    assert(key.startsWith("r0-"));
    assertEquals(new Set(used.map(({ client }) => client)).size, key.includes("own-") ? 1 : 2, key);
  }
  const names = new Set(requests.map(({ op }) => op));
  assertEquals(names, new Set<OperationName>(["get", "put", "append", "cas", "delete", "incr"]));
  const own = requests.filter(({ key }) => key.includes("own-"));
  assertEquals(new Set(own.map(({ op }) => op)), new Set(["append"]));
});

Deno.test("a cas expects what was seen last, and nothing where nothing was", () => {
  const draw = (learn: boolean): ReadonlySet<string | null> => {
    const workload = new Workload("", [seededRandom(1)]);
    const expected = new Set<string | null>();
    for (let i = 0; i < 2_000; i++) {
      const request = workload.next(0);
      if (request.op === "cas") expected.add(request.expect);
      if (learn) workload.learn(request, { ok: true, output: request.op === "get" ? "seen" : "1" });
      else workload.learn(request, { ok: null, output: null });
    }
    return expected;
  };
  assertEquals(draw(false), new Set([null]));
  const expected = draw(true);
  assert(expected.has("seen") && expected.has(null), "after a delete nothing is expected");
  assertGreater(expected.size, 50, "after a put or a cas its value is");
});

Deno.test("requests are words of Redis", () => {
  const request = (op: OperationName, value: string | null = null, expect: string | null = null): readonly string[] =>
    wordsOf({ op, key: "k", value, expect });
  assertEquals(request("get"), ["GET", "k"]);
  assertEquals(request("put", "v"), ["SET", "k", "v"]);
  assertEquals(request("append", "v"), ["APPEND", "k", "v"]);
  assertEquals(request("cas", "v", "e"), ["CAS", "k", "e", "v"]);
  assertEquals(request("cas", "v"), ["SET", "k", "v", "NX"]);
  assertEquals(request("delete"), ["DEL", "k"]);
  assertEquals(request("incr", "1"), ["INCR", "k"]);
});

Deno.test("replies tell what was done", () => {
  const told = (op: OperationName, reply: Reply, expect: string | null = null): unknown =>
    outcomeOf({ op, key: "k", value: "v", expect }, { type: "Reply", reply });
  const done = (output: string | null): unknown => ({ ok: true, output });
  assertEquals(told("get", "v"), done("v"));
  assertEquals(told("get", null), done(null));
  assertEquals(told("put", "OK"), done(null));
  assertEquals(told("append", 5), done("5"));
  assertEquals(told("cas", 1, "e"), done("1"));
  assertEquals(told("cas", 0, "e"), done("0"));
  assertEquals(told("cas", "OK"), done("1"));
  assertEquals(told("cas", null), done("0"));
  assertEquals(told("delete", 0), done("0"));
  assertEquals(told("incr", -3), done("-3"));
});

Deno.test("errors tell whether something may have been done", () => {
  const kindOf = (message: string): boolean | null =>
    outcomeOf(GET, { type: "Reply", reply: new ReplyError(message) }).ok;
  for (const certain of ["NOTLEADER 2 host:port", "REJECTED NoLeader", "OVERLOADED", "ERR no such command"]) {
    assertEquals(kindOf(certain), false, certain);
  }
  for (const uncertain of ["UNKNOWN the node stops", "TIMEOUT", "SOMETHING new"]) {
    assertEquals(kindOf(uncertain), null, uncertain);
  }
  const outcomes: readonly (readonly [RespOutcome, boolean | null])[] = [
    [{ type: "Timeout" }, null],
    [{ type: "Closed", sent: true }, null],
    [{ type: "Closed", sent: false }, false],
  ];
  for (const [outcome, ok] of outcomes) assertEquals(outcomeOf(GET, outcome), { ok, output: null });
});

Deno.test("a reply that the request cannot have is an error", () => {
  const wrong: readonly (readonly [OperationName, Reply])[] = [
    ["get", 1],
    ["put", null],
    ["append", "OK"],
    ["cas", 1],
    ["delete", "OK"],
    ["incr", [1]],
  ];
  for (const [op, reply] of wrong) {
    assertThrows(
      () => outcomeOf({ ...GET, op }, { type: "Reply", reply }),
      Error,
      `Cannot understand the reply to ${op}`,
    );
  }
});

Deno.test("acknowledged writes that are there, once and in order, are not missing", () => {
  assertEquals(missingWrites([], null), []);
  assertEquals(missingWrites([append("a;", true), append("b;", true)], "a;b;"), []);
  assertEquals(missingWrites([append("a;", null), append("b;", true)], "b;"), []);
  assertEquals(
    missingWrites([append("a;", null), append("b;", true)], "b;a;"),
    [],
    "what has no outcome may come later",
  );
  assertEquals(missingWrites([append("a;", false)], null), []);
});

Deno.test("what is missing, doubled, out of order, or nobody's, is named", () => {
  const [a, b] = [append("a;", true), append("b;", true)];
  assertEquals(missingWrites([a, b], "b;"), ["own: a; was acknowledged, and is missing."]);
  assertEquals(missingWrites([a], null), ["own: a; was acknowledged, and is missing."]);
  assertEquals(missingWrites([a, b], "b;a;"), ["own: what was acknowledged is not in order."]);
  assertEquals(missingWrites([a], "a;a;"), ["own: a; is there 2 times."]);
  assertEquals(missingWrites([append("a;", null)], "a;a;"), ["own: a; is there 2 times."]);
  assertEquals(missingWrites([append("a;", false)], "a;"), ["own: a; certainly had no effect, and is there."]);
  assertEquals(missingWrites([a], "a;x;"), ["own: x; is there, and nobody has written it."]);
});

Deno.test("options have usual values, and the command line to repeat has the seed that was drawn", () => {
  const settings = tortureSettings({}, seededRandom(1));
  assert(E.isRight(settings));
  const { cluster, seed, clients, faults, totalMs, repeat } = settings.right;
  assertEquals([cluster.nodes, cluster.electionMs, cluster.heartbeatMs, clients, totalMs], [3, 1000, 100, 8, 60_000]);
  assertEquals(faults, FAULT_KINDS);
  assertEquals(repeat, `deno task torture --seed ${seed}`);
});

Deno.test("options are taken over", () => {
  const flags = { nodes: "5", minutes: "0.5", seed: "9", clients: "2", faults: "kill,slow", electionMs: "300" };
  const settings = tortureSettings({ ...flags, store: "memory", recoveryMs: "5000" }, seededRandom(1));
  assert(E.isRight(settings));
  const { cluster, seed, faults, totalMs, recoveryMs, repeat } = settings.right;
  assertEquals([cluster.nodes, cluster.electionMs, seed, totalMs, recoveryMs], [5, 300, 9, 30_000, 5_000]);
  assertEquals(faults, ["kill", "slow"]);
  assertStringIncludes(cluster.flags?.join(" ") ?? "", "--store memory");
  const words = "--minutes 0.5 --seed 9 --nodes 5 --clients 2 --faults kill,slow --election-ms 300 --recovery-ms 5000";
  assertEquals(repeat, `deno task torture ${words} --store memory`);
});

Deno.test("with lease reads, the network is left alone unless it is asked for", () => {
  const faultsOf = (faults: string | undefined): readonly string[] => {
    const settings = tortureSettings({ leaseReads: true, faults, seed: "1" }, seededRandom(1));
    assert(E.isRight(settings));
    assertStringIncludes(settings.right.cluster.flags?.join(" ") ?? "", "--lease-reads");
    assertStringIncludes(settings.right.repeat, "--lease-reads");
    return settings.right.faults;
  };
  assertEquals(faultsOf(undefined), ["kill", "kill-all", "pause"]);
  assertEquals(faultsOf("all"), FAULT_KINDS);
  assertEquals(faultsOf("none"), []);
});

for (
  const [flags, message] of [
    [{ nodes: "0" }, '--nodes: "0" is not a whole number from 1 to 9'],
    [{ nodes: "2.5" }, '--nodes: "2.5" is not a whole number'],
    [{ minutes: "x" }, '--minutes: "x" is not a number'],
    [{ seed: "-1" }, "--seed"],
    [{ clients: "" }, "--clients"],
    [{ electionMs: "1" }, "--election-ms"],
    [{ recoveryMs: "1" }, "--recovery-ms"],
    [{ faults: "kill,rain" }, '--faults: "rain" is none of kill, kill-all, pause, cut, one-way, slow, all, none'],
  ] as const
) {
  Deno.test(`wrong use: ${JSON.stringify(flags)}`, async () => {
    const output = new CapturedOutput();
    assertEquals(await torture(flags, output), 2);
    assertStringIncludes(output.errors.join("\n"), message);
  });
}

Deno.test("a report is good only if the histories are linearizable and nothing else failed", () => {
  assert(isGood(REPORT));
  assert(!isGood({ ...REPORT, failures: ["something"] }));
  assert(!isGood({ ...REPORT, verdict: "GaveUp" }));
  assert(!isGood({ ...REPORT, verdict: "NotLinearizable" }));
});

Deno.test("a report is told in a table that fits a terminal", () => {
  const operations = { ...noOperations(), put: { ok: 12_345, failed: 6, unknown: 7 } };
  const faults = { ...noFaults(), kill: 3, "one-way": 1 };
  const lines = describeReport({ ...REPORT, operations, faults });
  assert(lines.every((line) => line.length <= 100));
  assertEquals(lines.slice(0, 2), [
    "run           seed 1, 3 nodes, 4 clients, 2 rounds in 60 s",
    "faults        kill 3, one-way 1",
  ]);
  assertEquals(lines[3], "put           12,345 carried out, 6 certainly not, 7 unknown");
  assertLess(lines.findIndex((line) => line.includes("all kept")), lines.length);
  assertEquals(describeReport({ ...REPORT, verdict: "GaveUp" }).at(-1), "promises      broken");
});

const GET: Request = { op: "get", key: "k", value: null, expect: null };

const REPORT: TortureReport = {
  seed: 1,
  nodes: 3,
  clients: 4,
  rounds: 2,
  elapsedMs: 60_000,
  faults: noFaults(),
  operations: noOperations(),
  leaderAfterMs: 12,
  verdict: "Linearizable",
  keys: 10,
  acknowledged: 5,
  failures: [],
  history: [],
};

function append(value: string, ok: boolean | null): Operation {
  return {
    client: 1,
    op: "append",
    key: "own",
    value,
    expect: null,
    call: 0,
    return: ok === null ? null : 1,
    ok,
    output: null,
  };
}
