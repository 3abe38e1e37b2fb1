/** Proposals from the client to the log and back: whether they came to be an entry or not. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ConfChange } from "../../core/mod.ts";
import { explainIndex, explainStep, linesOfSentences } from "../../effects/debugger/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import type { Action } from "../properties/action.ts";
import { CUT_OFF, LED, runsIn, settle, timelineIn } from "./stories.ts";
import { timelineOf } from "./chaos.ts";

const NO_ANSWER = "Nobody tells its host: it waits until its deadline.";

Deno.test("a proposal that nobody leads for: who turned it down and why, without an index", async () => {
  const timeline = await timelineIn([{ type: "propose", node: 1, count: 2 }, ...LED]);
  assertEquals(about(timeline, "Propose"), [
    "It holds a command of 3 bytes; a command of 4 bytes.",
    "What became of the proposal:",
    "  Node 1 turned it down in step 1, because no leader is known. Its host hears that at once, and may propose it again.",
  ]);
});

Deno.test("a proposal that was forwarded and lost on its way, or to a node that was down", async () => {
  const cut = await timelineIn([
    ...LED,
    { type: "partition", mask: 4, lossy: true },
    { type: "propose", node: 3, count: 1 },
    settle(3),
    { type: "heal" },
    settle(3, true),
  ]);
  assertEquals(
    (about(cut, "Propose")).at(-1),
    `  Node 3 forwarded it to node 1 in step 20, but it never arrived. ${NO_ANSWER}`,
  );
  const down = await timelineIn([
    ...LED,
    { type: "crash", node: 1, restart: false },
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 3, count: 1 },
    { type: "heal" },
    { type: "restart", node: 1 },
    settle(3, true),
  ]);
  assertEquals(
    (about(down, "Propose")).at(-1),
    `  Node 3 forwarded it to node 1 in step 20, but node 1 was down. ${NO_ANSWER}`,
  );
});

Deno.test("a proposal that another node turned down, told alike from the step that sent it and the one that got it", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "transfer", node: 1, transferee: 2 },
    { type: "propose", node: 3, count: 1 },
    { type: "deliver", to: 1, nth: 0 },
    settle(6),
  ]);
  const end =
    `  Node 3 forwarded it to node 1, which turned it down in step 24, because the leadership is being handed over. ${NO_ANSWER}`;
  assertEquals((about(timeline, "Propose")).at(-1), end);
  const got = about(timeline, "ForwardedPropose");
  assertEquals(got[0], "The host of node 3 had asked for it in step 21, with ticket 2.");
  assertEquals(got.at(-1), end);
});

Deno.test("a proposal that two nodes passed on, as several entries", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "partition", mask: 4, lossy: false },
    { type: "campaign", node: 2 },
    settle(8),
    { type: "heal" },
    { type: "propose", node: 3, count: 4 },
    { type: "deliver", to: 1, nth: 0 },
    settle(8),
  ]);
  const told = about(timeline, "Propose");
  assertEquals(told[0], "It holds a command of 3 bytes; a command of 4 bytes; a command of 2 bytes; and 1 more.");
  assertStringIncludes(
    told[2],
    "  Node 3 forwarded it to node 1, which forwarded it in step 36 to leader 2, which appended it in step 40 (at 02:00:00.040) as entries 3 to 6 of term 2.",
  );
  assertEquals(told[3], "    Of entry 3 (--index tells of the others):");
  assert(told[4].startsWith("      Leader 2 itself knew in step "));
  assertStringIncludes(
    lines(explainIndex(timeline, 5)),
    "The host of node 3 proposed it in step 34, with ticket 1, as one of 4 entries, 3 to 6; node 3 forwarded it to node 1, which forwarded it in step 36 to leader 2, which appended it in step 40",
  );
});

Deno.test("what a step proposes becomes of it as --index tells", async () => {
  const timeline = await timelineIn(CUT_OFF);
  const told = about(timeline, "Propose");
  assertEquals(told.slice(0, 3), [
    "It holds a command of 3 bytes.",
    "What became of the proposal:",
    "  Leader 1 appended it in step 20 (at 02:00:00.020) as entry 2 of term 1.",
  ]);
  const index = linesOfSentences(explainIndex(timeline, 2));
  assertEquals(told.slice(3).map((line) => line.trimStart()), index.slice(2).map((line) => line.trimStart()));
  assertEquals(
    told.at(-1),
    "    The host of node 1 could answer its client: ticket 1 was at 2/1, which its node reported as applied in step 31.",
  );
});

Deno.test("a host that stopped could not answer, and one whose node has applied nothing could not either", async () => {
  const crashed = await timelineIn([
    ...LED,
    { type: "propose", node: 1, count: 1 },
    { type: "flush", node: 1, count: 9 },
    { type: "crash", node: 1, restart: true },
    settle(12, true),
  ]);
  assertStringIncludes(lines(explainIndex(crashed, 2)), "before it could answer its client.");
  const waiting = await timelineIn([
    ...LED,
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 1, count: 1 },
    settle(2),
    { type: "crash", node: 1, restart: false },
  ]);
  assert(
    lines(explainIndex(waiting, 2)).endsWith(
      "The host of node 1 could not answer its client in these recordings: its node did not report it as applied.",
    ),
  );
});

Deno.test("a forwarded proposal whose entry was replaced: its host does not learn that", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "propose", node: 3, count: 1 },
    { type: "deliver", to: 1, nth: 2 },
    { type: "drop", to: 2, nth: 0 },
    { type: "drop", to: 3, nth: 0 },
    { type: "partition", mask: 1, lossy: true },
    settle(3),
    { type: "campaign", node: 2 },
    settle(8),
    { type: "heal" },
    settle(8, true),
  ]);
  const [told] = explainIndex(timeline, 2).filter(({ text }) => text.includes("does not learn"));
  assertEquals(
    told?.text,
    "The host of node 3 does not learn that. No ticket comes back with what was forwarded: it waits until its deadline.",
  );
});

Deno.test("a change of the configuration is told as what it does, and one that was turned down as that", async () => {
  const change = (changes: ConfChange["changes"]): Action => ({
    type: "proposeConfChange",
    node: 1,
    change: { transition: "auto", changes, context: new Uint8Array(0) },
  });
  const timeline = await timelineIn([
    ...LED,
    change([{ type: "addLearnerNode", id: 3 }]),
    change([{ type: "removeNode", id: 2 }]),
    settle(6),
    change([{ type: "addNode", id: 3 }]),
    settle(6),
  ]);
  const [first, second, third] = [2, 3, 4].map((index) => lines(explainIndex(timeline, index)));
  assertStringIncludes(first, "Entry 2 of term 1: a change of the configuration, which makes voter 3 a learner.");
  assertStringIncludes(
    second,
    "It stands for a change of the configuration, which removes node 2, and was turned down: another change of the configuration may be under way.",
  );
  assert(
    second.endsWith("The host of node 1 heard in step 21, with ticket 2, that its change was turned down."),
    second,
  );
  assertStringIncludes(third, "a change of the configuration, which makes learner 3 a voter.");
  assertStringIncludes(third, "\n    The configuration is then: voters 1, 2 and 3.");
});

Deno.test("a message that forwarded a proposal twice made two entries of it", async () => {
  const runs = new Map(runsIn(CUT_OFF));
  const [led] = runs.get(1) ?? [];
  assert(led !== undefined);
  const at = led.inputs.findIndex(({ message }) => message.type === "ForwardedPropose");
  runs.set(1, [{ ...led, inputs: led.inputs.slice(0, at + 1).concat(led.inputs[at]), ended: false }]);
  const timeline = await timelineOf(runs);
  const told = about(timeline, "ForwardedPropose").join("\n");
  assert(/as entry 3 of term 1\.\n/.test(told), told);
  assert(/as entry 4 of term 1, since the message was there twice\.(\n|$)/.test(told), told);
  assert(
    /The message that forwarded it was there twice: what it holds is at 4\/1 too, since step \d+\./.test(
      lines(explainIndex(timeline, 3)),
    ),
    lines(explainIndex(timeline, 3)),
  );
});

Deno.test("an empty proposal is refused", async () => {
  const timeline = await timelineIn([...LED, { type: "propose", node: 1, count: 0 }]);
  assertEquals(about(timeline, "Propose"), [
    "What became of the proposal:",
    "  Node 1 refused it in step 20: empty proposal.",
  ]);
});

Deno.test("with the recording of the asking node alone, what the leader made of it is not known", async () => {
  const runs = runsIn(CUT_OFF).get(3) ?? [];
  const timeline = await timelineOf(new Map([[3, runs]]));
  assertEquals(
    (about(timeline, "Propose")).at(-1),
    `  Node 3 forwarded it to node 1 in step 10, but the recording of node 1 is not here. ${NO_ANSWER}`,
  );
});

/** What is told of the first step with such a message, besides what the step itself did; without the outer indent. */
function about(timeline: Timeline, type: string): readonly string[] {
  for (let number = 1; number <= timeline.length; number++) {
    if (timeline.step(number).message.type !== type) continue;
    const told = linesOfSentences(explainStep(timeline, number)).map((line) => line.slice(2));
    const from = told.findIndex((line) => line.startsWith("What became of the proposal"));
    const before = told.slice(0, from).filter((line) => /^It holds|^The host/.test(line));
    return [...before, ...told.slice(from)];
  }
  throw new Error(`There is no ${type}.`);
}

function lines(sentences: ReturnType<typeof explainIndex>): string {
  return linesOfSentences(sentences).join("\n");
}
