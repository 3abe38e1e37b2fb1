/**
 * Torture finds what is broken, says how to repeat it, and finds nothing where nothing is. The nodes are stand-ins here,
 * so that mistakes can be planted.
 *
 * @module
 */
import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { systemClock } from "../../effects/clock/clock.ts";
import { decodeHistory, type Operation } from "../../effects/history/mod.ts";
import { ProcessCluster } from "../../effects/processes/cluster.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { torture } from "../../effects/torture/command.ts";
import type { TortureFlags } from "../../effects/torture/flags.ts";
import { FAULT_KINDS } from "../../effects/torture/faults.ts";
import { lookBack } from "../../effects/torture/look_back.ts";
import { runTorture } from "../../effects/torture/torture.ts";
import { testsThatNeed } from "../permissions.ts";
import { FAKE_NODE, fakeCluster, inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write", "run", "net", "env");

test("nodes that keep their promises come through, and the table says so", () =>
  inFolder(async (folder) => {
    const output = new CapturedOutput();
    assertEquals(await torture(flags(folder), output), 0, output.lines.join("\n"));
    const text = output.lines.join("\n");
    assertMatch(text, /^run +seed 7, 3 nodes, 4 clients, 1 rounds in \d+ s$/m);
    assertMatch(text, /^faults +.*kill \d/m);
    assertMatch(text, /^linearizable +yes: \d+ histories/m);
    assertMatch(text, /^promises +all kept$/m);
  }));

test("--json writes one object: faults, operations by outcome, the verdict", () =>
  inFolder(async (folder) => {
    const output = new CapturedOutput();
    assertEquals(await torture({ ...flags(folder), json: true }, output), 0);
    assertEquals(output.lines.length, 1);
    const report = JSON.parse(output.lines[0]);
    assertEquals([report.good, report.verdict, report.failures, report.history], [true, "Linearizable", [], null]);
    assertGreater(Object.values<number>(report.faults).reduce((sum, count) => sum + count), 0);
    assertGreater(report.operations.get.ok, 0);
    assertGreater(report.acknowledged, 0);
  }));

for (const bug of ["stale", "lose", "double"]) {
  test(`a node with the mistake "${bug}" is found, with a history and a command line to repeat it`, () =>
    inFolder(async (folder) => {
      const output = new CapturedOutput();
      const program = [...FAKE_NODE, "--bug", bug];
      assertEquals(await torture({ ...flags(folder), program, recoveryMs: "1000" }, output), 1);
      const text = output.lines.join("\n");
      assertMatch(text, /^promises +broken$/m);
      // Which of the checks sees it first depends on when the processes got their turns.
      assertMatch(text, /is not linearizable|was acknowledged, and is missing|is there 2 times|still differ/);
      assertMatch(text, /To repeat it: deno task torture --minutes 0\.04 --seed 7 --clients 4 --election-ms 200/m);
      const history = decodeHistory(await Deno.readTextFile(`${folder}/history.jsonl`));
      assert(E.isRight(history) && history.right.length > 50);
    }));
}

test("nodes that do not start are a failure, not an empty success", () =>
  inFolder(async (folder) => {
    const output = new CapturedOutput();
    assertEquals(await torture({ ...flags(folder), program: [...FAKE_NODE, "--fails", "always"] }, output), 1);
    assertStringIncludes(output.lines.join("\n"), "Cannot start a node: it ended with code 3.");
  }));

for (const faults of ["all", "none"]) {
  test(`a node that ends by itself is a failure, however well the others go on; faults: ${faults}`, () =>
    inFolder(async (folder) => {
      const text = await broken({ ...flags(folder), faults, program: [...FAKE_NODE, "--bug", "fall"] });
      assertMatch(text, /Node \d ended by itself\./);
    }));
}

test("a node that does not start again after it was killed is a failure", () =>
  inFolder(async (folder) => {
    const program = [...FAKE_NODE, "--fails", "again"];
    const text = await broken({ ...flags(folder), faults: "kill-all", program, recoveryMs: "100" });
    assertMatch(text, /Node \d did not start again: Cannot start a node: it ended with code 3\./);
    assertMatch(text, /Of \d+ keys \d+ could be read in the 100 ms|There was no leader 100 ms after the last fault\./);
  }));

test("nodes among which nobody leads when the faults are over are a failure", () =>
  inFolder(async (folder) => {
    const program = [...FAKE_NODE, "--leads", "never"];
    const text = await broken({ ...flags(folder), faults: "none", program, recoveryMs: "100" });
    assertStringIncludes(text, "There was no leader 100 ms after the last fault.");
  }));

test("nodes that refuse everything break a promise, too", () =>
  inFolder(async (folder) => {
    const program = [...FAKE_NODE, "--bug", "refuse"];
    const text = await broken({ ...flags(folder), faults: "none", program, recoveryMs: "100" });
    assertMatch(text, /Of \d+ keys 0 could be read in the 100 ms after there was a leader again\./);
    assertMatch(text, /Only 0 operations were carried out in 2400 ms\./);
  }));

test("after the last round the cluster is asked once more for what all rounds have written", () =>
  inFolder(async (data) => {
    const cluster = { ...fakeCluster(data), electionMs: 200, heartbeatMs: 20, identify: () => 0 };
    const options = {
      ...{ cluster, totalMs: 600, roundMs: 250, seed: 1, clients: 2, faults: [], thinkMs: 1, recoveryMs: 20_000 },
      clock: systemClock,
    };
    const report = await runTorture(options);
    assertEquals([report.rounds, report.failures], [3, []]);
    const appends = [append("a;"), append("b;")];
    const running = new ProcessCluster(cluster);
    try {
      await running.startAll();
      const problems = await lookBack({ ...options, cluster: running, electionMs: 200 }, appends);
      assertEquals(problems, [
        "never: a; was acknowledged, and is missing.",
        "never: b; was acknowledged, and is missing.",
      ]);
      await running.kill(...running.ids);
      const later = await lookBack({ ...options, cluster: running, electionMs: 200, recoveryMs: 10 }, appends);
      assertEquals(later, ["never could not be read in the end."]);
    } finally {
      await running.close();
    }
  }));

test("what is stopped before it is over is no success, and leaves no node behind", () =>
  inFolder(async (data) => {
    const stop = new AbortController();
    const cluster = { ...fakeCluster(data), identify: () => 0 };
    const report = await runTorture({
      ...{
        cluster,
        totalMs: 600_000,
        roundMs: 600_000,
        seed: 1,
        clients: 2,
        faults: FAULT_KINDS,
        thinkMs: 1,
        recoveryMs: 1,
      },
      clock: systemClock,
      signal: stop.signal,
    }, () => Promise.resolve(stop.abort()));
    assertEquals([report.failures, report.verdict], [["It was stopped before it was over."], "GaveUp"]);
  }));

test("without a folder of its own, data is removed if all is good", async () => {
  const output = new CapturedOutput();
  assertEquals(await torture({ ...flags(""), data: undefined, faults: "none" }, output), 0);
  assertMatch(output.lines.join("\n"), /^faults +none$/m);
});

async function broken(flags: TortureFlags): Promise<string> {
  const output = new CapturedOutput();
  assertEquals(await torture(flags, output), 1, output.lines.join("\n"));
  return output.lines.join("\n");
}

function append(value: string): Operation {
  return { client: 1, op: "append", key: "never", value, expect: null, call: 0, return: 1, ok: true, output: null };
}

function flags(folder: string): TortureFlags {
  return { minutes: "0.04", seed: "7", clients: "4", electionMs: "200", data: folder, program: FAKE_NODE };
}
