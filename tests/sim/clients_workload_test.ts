/**
 * Clients and their judge, in a cluster that only pretends to be one.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Judgement } from "../../effects/sim/clients/judgement.ts";
import { type Misdeed, PretendedCluster } from "./pretended_cluster.ts";

const FOUND_BY: Readonly<Record<Misdeed, Judgement>> = {
  "applies a command with a key twice": "Exactly Once",
  "acknowledges what it does not apply": "Lasting Writes",
  "rejects what it applies": "No Effect",
  "answers reads with an earlier state": "Real-Time Order",
  "answers reads without its state machine": "Right Replies",
  "replies another sum": "Right Replies",
  "does not answer": "Timely Answers",
  "throws": "Timely Answers",
  "skips a command on one node": "Equal Replicas",
  "leaves a node behind in the end": "Lasting Writes",
  "never serves on one node again": "Recovery",
  "lets the commands of a session overtake each other": "Session Order",
};

for (const misdeed of Object.keys(FOUND_BY).filter((name): name is Misdeed => name in FOUND_BY)) {
  Deno.test(`a cluster that ${misdeed} is found out`, async () => {
    const { failure } = await PretendedCluster.of(misdeed);
    assert(failure?.startsWith(`${FOUND_BY[misdeed]}: `), failure ?? "nobody has objected");
  });
}

Deno.test("a cluster without a misdeed is not objected to", async () => {
  const { failure, workload } = await PretendedCluster.of(null);
  const { operations } = workload;
  assertEquals(failure, null);
  const manners = new Set(operations.map((operation) => operation.type === "Write" ? operation.manner : "read"));
  assertEquals([...manners].sort(), ["keyed", "plain", "read", "session"]);
  assert(
    operations.some((operation) => operation.type === "Write" && operation.replies.length > 1),
    "nobody has repeated",
  );
  assertEquals(workload.told?.(), { answered: operations.length, rejected: 0, unknown: 0 });
});

Deno.test("the same seed makes clients ask for the same at the same time", async () => {
  const [once, again] = [await PretendedCluster.of(null), await PretendedCluster.of(null)];
  assertEquals(once.workload.operations, again.workload.operations);
});
