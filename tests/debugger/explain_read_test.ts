/** Reads: who was asked, how the leader made sure that it leads, and at which index the read may be served, or why not. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { explainStep, linesOfSentences } from "../../effects/debugger/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import type { Action } from "../properties/action.ts";
import { PLAIN } from "../properties/setup.ts";
import { runsOf, timelineOf } from "./chaos.ts";
import { lonelyTimeline } from "./lonely.ts";
import { LED, settle, timelineIn } from "./stories.ts";

const CUT: Action = { type: "partition", mask: 1, lossy: true };
const NO_ANSWER = "Nobody tells its host: it waits until its deadline.";

Deno.test("a read of the leader's host: whom it asked, who confirmed, and when it may be served", async () => {
  const timeline = await timelineIn([...LED, { type: "read", node: 1 }, settle(4)]);
  assertEquals(about(timeline, "ReadIndex"), [
    "What became of the read:",
    "  Leader 1 asked nodes 2 and 3 in step 20 (at 02:00:00.020) with heartbeats whether it still leads.",
    "    Node 2 confirmed it (it heard that in step 25).",
    "  Leader 1 answered in step 25 (at 02:00:00.025): with itself that is a majority, and the read may be served once 1 is applied.",
    "  The host of node 1 could answer the read with ticket 1 at once: 1 was applied.",
  ]);
});

Deno.test("a read that a follower forwarded, told alike from its three steps", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "propose", node: 1, count: 1 },
    settle(3),
    { type: "crash", node: 3, restart: true },
    { type: "beat", node: 1 },
    { type: "deliver", to: 3, nth: 0 },
    { type: "read", node: 3 },
    settle(8),
  ]);
  const told = about(timeline, "ReadIndex");
  assert(/^ {2}Node 3 forwarded it to node 1, which got it in step \d+\.$/.test(told[1]), told.join("\n"));
  assert(told.some((line) => /^ {2}Node 3 got the answer in step \d+\.$/.test(line)), told.join("\n"));
  assert(/^ {2}The host of node 3 could answer the read with ticket 2 /.test(told.at(-1) ?? ""), told.join("\n"));
  for (const type of ["ForwardedReadIndex", "ReadIndexResponse"]) {
    const [asked, ...rest] = about(timeline, type);
    assert(/^The host of node 3 had asked for it in step \d+, with ticket 2\.$/.test(asked), asked);
    assertEquals(rest, told);
  }
});

Deno.test("a read that nobody confirms: which heartbeats were lost, and that the leader stepped down with it", async () => {
  const cut = about(
    await timelineIn([...LED, CUT, { type: "read", node: 1 }, settle(2), { type: "heal" }, settle(1)]),
    "ReadIndex",
  );
  assertEquals(cut.slice(2), [
    "    Node 2 did not: the heartbeat never arrived (sent in step 20).",
    "    Node 3 did not: the heartbeat never arrived (sent in step 20).",
    "  There is no answer in these recordings.",
  ]);
  const runs = runsOf({ ...PLAIN, options: { electionTick: 3, checkQuorum: true } }, [
    ...LED,
    CUT,
    { type: "read", node: 1 },
    settle(14, true),
  ]);
  const told = about(await timelineOf(runs), "ReadIndex");
  assertStringIncludes(told[2], "Node 2 did not: none of 6 heartbeats arrived (sent in steps 20, ");
  assertEquals(
    told.at(-1),
    "  Node 1 turned it down in step 41, because the leader has stepped down. Its host may ask again.",
  );
});

Deno.test("a forwarded read is dropped by a leader that steps down, and its host does not hear of that", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "read", node: 3 },
    { type: "deliver", to: 1, nth: 0 },
    { type: "deliver", to: 1, nth: 0 },
    CUT,
    { type: "campaign", node: 2 },
    settle(6),
    { type: "heal" },
    settle(6, true),
  ]);
  const told = about(timeline, "ReadIndex");
  assertEquals(told.at(-1), `  Leader 1 stepped down in step 39 and dropped it. ${NO_ANSWER}`);
});

Deno.test("a read of a leader that has committed nothing yet waits for that", async () => {
  const flush = (node: number): Action => ({ type: "flush", node, count: 9 });
  const deliver = (to: number): Action => ({ type: "deliver", to, nth: 0 });
  const timeline = await timelineIn([
    { type: "campaign", node: 1 },
    ...[flush(1), deliver(2), flush(2), deliver(1), flush(1), deliver(1)],
    { type: "read", node: 1 },
    settle(8),
  ]);
  assertEquals(about(timeline, "ReadIndex").slice(1, 3), [
    "  Leader 1 had committed nothing of its own term yet and kept it back (§8), until step 13.",
    "  Leader 1 asked nodes 2 and 3 in step 13 (at 02:00:00.013) with heartbeats whether it still leads.",
  ]);
});

Deno.test("a read that was lost on its way to the leader or back, and one that nobody could be asked for", async () => {
  const there = await timelineIn([
    ...LED,
    { type: "partition", mask: 4, lossy: true },
    { type: "read", node: 3 },
    { type: "heal" },
    settle(3, true),
  ]);
  assertEquals(
    about(there, "ReadIndex").at(-1),
    `  Node 3 forwarded it to node 1 in step 20, but it never arrived. ${NO_ANSWER}`,
  );
  const back = await timelineIn([
    ...LED,
    { type: "read", node: 3 },
    settle(2),
    { type: "partition", mask: 4, lossy: true },
    settle(3),
    { type: "heal" },
    settle(3, true),
  ]);
  assertEquals(about(back, "ReadIndex").at(-1), `  Node 3 got no answer: it never arrived. ${NO_ANSWER}`);
  assertEquals(
    about(await timelineIn([{ type: "read", node: 2 }]), "ReadIndex").at(-1),
    "  Node 2 turned it down in step 1, because no leader is known. Its host may ask again.",
  );
});

Deno.test("a leader that votes alone, or has a lease, answers at once", async () => {
  const context = new Uint8Array([1]);
  const alone = await lonelyTimeline([{ type: "Campaign" }, { type: "ReadIndex", ticket: 3, context }]);
  assertStringIncludes(
    about(alone, "ReadIndex").join("\n"),
    "Leader 1 answered in step 7: nobody else votes, and the read",
  );
  const runs = runsOf({ ...PLAIN, options: { electionTick: 3, checkQuorum: true, readOnlyOption: "leaseBased" } }, [
    ...LED,
    { type: "read", node: 1 },
  ]);
  assertStringIncludes(
    about(await timelineOf(runs), "ReadIndex").join("\n"),
    "it has a lease (leaseBased), and the read",
  );
});

/** What is told of the first step with such a message, besides what the step itself did; without the outer indent. */
function about(timeline: Timeline, type: string): readonly string[] {
  for (let number = 1; number <= timeline.length; number++) {
    if (timeline.step(number).message.type !== type) continue;
    const told = linesOfSentences(explainStep(timeline, number)).map((line) => line.slice(2));
    const from = told.findIndex((line) => line.startsWith("What became of the read"));
    return [...told.slice(0, from).filter((line) => line.startsWith("The host")), ...told.slice(from)];
  }
  throw new Error(`There is no ${type}.`);
}
