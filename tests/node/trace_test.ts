import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import type { NodeTracer, ProposalTrace } from "../../effects/telemetry/trace.ts";
import { withCluster } from "./cluster.ts";

/** A tracer that writes down what it is told. */
function noting(lines: string[]): NodeTracer {
  const trace = (name: string): ProposalTrace => ({
    forwarded: (leader) => void lines.push(`${name} forwarded to ${leader}`),
    appended: (index, term) => void lines.push(`${name} appended at ${index} in term ${term}`),
    committed: () => void lines.push(`${name} committed`),
    applied: () => void lines.push(`${name} applied`),
    failed: (reason) => void lines.push(`${name} failed: ${reason}`),
  });
  let count = 0;
  return { proposal: () => trace(`proposal ${++count}`) };
}

Deno.test("a trace shows a proposal from the client to the state machine, and the way to another node", async () => {
  const lines: string[] = [];
  await withCluster(3, { tracer: noting(lines) }, async (cluster) => {
    const leader = await cluster.leader();
    assertEquals(await cluster.waitFor(leader.propose(1)), E.right(1));
    const { term } = leader.status();
    assertEquals(lines, [
      `proposal 1 appended at 2 in term ${term}`,
      "proposal 1 committed",
      "proposal 1 applied",
    ]);
    lines.length = 0;
    const follower = await cluster.follower();
    assertEquals(await cluster.waitFor(follower.propose(1)), E.right(2));
    assertEquals(lines, [
      `proposal 2 forwarded to ${leader.id}`,
      `proposal 2 appended at 3 in term ${term}`,
      "proposal 2 committed",
      "proposal 2 applied",
    ]);
    lines.length = 0;
    cluster.isolate(leader.id);
    await cluster.waitFor(leader.propose(1, { timeoutMs: 200 }));
    assertEquals(lines, [`proposal 3 appended at 4 in term ${term}`, "proposal 3 failed: Timeout"]);
  });
});
