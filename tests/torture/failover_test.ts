/**
 * The time without a leader is measured, from the kill to the first acknowledged write.
 *
 * @module
 */
import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import * as E from "fp-ts/Either";
import { systemClock } from "../../effects/clock/clock.ts";
import { ProcessCluster } from "../../effects/processes/cluster.ts";
import { type FailoverOptions, measureFailover, median } from "../../effects/torture/failover.ts";
import { failover } from "../../effects/torture/failover_command.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { testsThatNeed } from "../permissions.ts";
import { FAKE_NODE, fakeCluster, inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write", "run", "net", "env");

Deno.test("the median is the value in the middle", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 1, 2]), 2);
  assertEquals(median([10, 1, 2, 4]), 3);
});

test("after each kill a write is acknowledged, and the killed node comes back", () =>
  withCluster([], async (options) => {
    const measured = await measureFailover({ ...options, times: 3 });
    assert(E.isRight(measured), JSON.stringify(measured));
    const { waits, medianMs, median } = measured.right;
    assertEquals(waits.length, 3);
    for (const wait of waits) assertGreater(wait, 0);
    assertEquals([medianMs, median], [waits.toSorted((a, b) => a - b)[1], medianMs / options.electionMs]);
    assertEquals(options.cluster.running(), [1, 2, 3]);
  }));

test("a cluster without a leader is an error, not a measurement", () =>
  withCluster([], async (options) => {
    options.cluster.pause(1, 2, 3);
    assertEquals(await measureFailover({ ...options, boundMs: 10 }), E.left("There was no leader within 10 ms."));
  }));

test("a cluster that takes no writes is an error", () =>
  withCluster(["--bug", "refuse"], async (options) => {
    assertEquals(await measureFailover({ ...options, boundMs: 100 }), E.left("The leader took no write."));
  }));

test("the command says how long it was, and that a promise is kept", async () => {
  const output = new CapturedOutput();
  assertEquals(await failover({ times: "2", program: FAKE_NODE }, output), 0);
  assertMatch(output.lines[0], /^run +2 times the leader of 3 nodes was killed; election timeout 1000 ms$/);
  assertMatch(output.lines[2], /^median +\d+ ms: 0\.\d\d election timeouts; 2 are promised$/);
});

test("the command writes one object with --json", async () => {
  const output = new CapturedOutput();
  assertEquals(await failover({ times: "1", program: FAKE_NODE, json: true }, output), 0);
  const { good, waits } = JSON.parse(output.lines.join("\n"));
  assertEquals([good, waits.length], [true, 1]);
});

test("a cluster that cannot be measured is a failure of the command", async () => {
  for (const flags of [["--fails", "always"], ["--bug", "refuse"]]) {
    const output = new CapturedOutput();
    assertEquals(await failover({ times: "1", electionMs: "100", program: [...FAKE_NODE, ...flags] }, output), 1);
    assertMatch(output.errors.join("\n"), /^error: (Cannot start a node|The leader took no write)/);
  }
});

Deno.test("wrong use of the command is told", async () => {
  for (const flags of [{ times: "0" }, { nodes: "1" }, { electionMs: "x" }]) {
    const output = new CapturedOutput();
    assertEquals(await failover(flags, output), 2);
    assertMatch(output.errors.join("\n"), /^error: Cannot use --/);
  }
});

async function withCluster(flags: readonly string[], work: (options: FailoverOptions) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const cluster = new ProcessCluster(fakeCluster(folder, 3, flags));
    try {
      assertEquals(await cluster.startAll(), E.right(undefined));
      await work({ cluster, electionMs: 500, times: 1, boundMs: 60_000, clock: systemClock });
    } finally {
      await cluster.close();
    }
  });
}
