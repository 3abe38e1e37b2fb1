import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Sentence } from "../../effects/debugger/explain/sentence.ts";
import {
  explainIndex,
  explainLeadership,
  explainOddities,
  explainStep,
  explainTerm,
  linesOfSentences,
} from "../../effects/debugger/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import type { Action } from "../properties/action.ts";
import { PLAIN } from "../properties/setup.ts";
import { chaos, runsOf, timelineOf } from "./chaos.ts";
import { BEHIND, CAME_BACK, carefulTimeline, CRASHED, CUT_OFF, runsIn, settle, timelineIn } from "./stories.ts";

Deno.test("a leader that was cut off: who campaigned and why, who was asked, and who believed to lead", async () => {
  assertEquals(
    text(explainLeadership(await timelineIn(CUT_OFF))),
    `
168 steps of nodes 1, 2 and 3 from 2026-03-01T02:00:00.001Z on: 2 leaders were elected, in 2 elections.
At the end node 2 leads, in term 2.
Term 1
  Node 1 campaigns in step 1 (at 02:00:00.001): its host asked it to campaign. Its log ends at 0/0.
    Nodes 2 and 3 vote for it (it hears of that in steps 5 and 6).
  Node 1 leads term 1 from step 5 on (at 02:00:00.005).
  It leads until step 122 (at 02:00:00.122): a Heartbeat from 2 has a higher term.
Term 2
  Node 2 campaigns in step 65 (at 02:00:00.065): it has heard of no leader for an election timeout. Its log ends at 3/1.
    It had last heard from leader 1 in step 49: 16 steps, 0.016 s before.
    4 messages that leader 1 sent to it meanwhile never arrived (steps 55, 56, 61 and 64).
    Node 3 votes for it (it hears of that in step 75).
    The question never reached node 1.
  Node 2 leads term 2 from step 75 on (at 02:00:00.075).
    Node 1 believed that it still led term 1, and did so until step 122.
  It still leads at the end.
`,
  );
});

Deno.test("a leader that crashed: when it stopped, and how long nobody led", async () => {
  const said = text(explainTerm(await timelineIn(CRASHED), 2));
  assertEquals(
    said,
    `
Term 2
  Node 2 campaigns in step 59 (at 02:00:00.059): it has heard of no leader for an election timeout. Its log ends at 3/1.
    It had last heard from leader 1 in step 49: 10 steps, 0.010 s before.
    Leader 1 stopped without a word after step 54: it crashed, or its recording ends.
    Node 3 votes for it (it hears of that in step 67).
    What node 1 said is not known: its recording is over by then.
  Node 2 leads term 2 from step 67 on (at 02:00:00.067).
    Nobody had led since step 54, when leader 1 of term 1 fell: 13 steps, 0.013 s.
  It still leads at the end.
`,
  );
});

Deno.test("a candidate that nobody wants: who refuses, and why", async () => {
  const timeline = await timelineIn(BEHIND);
  assertEquals(
    text(explainTerm(timeline, 2)),
    `
Term 2
  Node 3 campaigns in step 31 (at 02:00:00.031): its host asked it to campaign. Its log ends at 1/1.
    Node 1 refuses in step 34: the candidate's log is behind its own: it ends at 1/1, its own at 2/1.
    Node 2 refuses in step 35: the candidate's log is behind its own: it ends at 1/1, its own at 2/1.
    It gives up in step 37: a majority has refused.
  Nobody led term 2.
`,
  );
  assertStringIncludes(
    text(explainTerm(timeline, 1)),
    "It leads until step 34 (at 02:00:00.034): a RequestVote from 3 has a higher term.",
  );
  assertEquals(
    text(explainTerm(timeline, 7)),
    "\nNobody campaigned for term 7 or led it in these recordings. They know of the terms 1 and 2.\n",
  );
});

Deno.test("a candidate that voters protect their leader from gets no answer, and one that they follow another is told so", async () => {
  const said = text(explainTerm(await carefulTimeline(CAME_BACK), 2));
  assert(/Node 3 asks who would vote for it in step \d+/.test(said), said);
  assert(
    /Node 2 does not answer in step \d+: it has heard from leader 1 (just|\d+ ticks) before, and protects it\./.test(
      said,
    ),
    said,
  );
});

Deno.test("an entry that was proposed on a follower, from its client to every state machine", async () => {
  assertEquals(
    text(explainIndex(await timelineIn(CUT_OFF), 3)),
    `
Entry 3 of term 1: a command of 4 bytes.
  The host of node 3 proposed it in step 38, with ticket 2; node 3 forwarded it to leader 1, which appended it in step 39 (at 02:00:00.039).
  Leader 1 itself knew in step 41 that it is durable.
  Node 2 got it in step 42 (sent in step 39), knew in step 44 that it is durable and acknowledged it to leader 1, which heard of that in step 46.
  Node 3 got it in step 43 (sent in step 39), knew in step 45 that it is durable and acknowledged it to leader 1, which heard of that in step 47.
  It is committed: node 1 knows it in step 46 (at 02:00:00.046), because a majority of 3 voters holds the log up to there: nodes 1 and 2.
    Node 2 knows it in step 49.
    Node 3 knows it in step 50.
  It was applied on node 1 (reported in step 48), node 2 (reported in step 51) and node 3 (reported in step 52).
  The host of node 3 could answer its client: its node reported 3/1 as applied in step 52. No ticket comes back with what was forwarded: it knows it again by what it holds.
`,
  );
});

Deno.test("an entry that was never committed: who has it, who was sent it in vain, and what took its place", async () => {
  const said = text(explainIndex(await timelineIn(CUT_OFF), 4));
  assertStringIncludes(
    said,
    `
Entry 4 of term 1: a command of 2 bytes.
  The host of leader 1 proposed it in step 55 (at 02:00:00.055), with ticket 3.
  Leader 1 itself knew in step 60 that it is durable and replaced it by another entry in step 136, as leader 2 of term 2 told it.
  Node 2 does not have it: it was sent in step 55, but it never arrived.
  Node 3 does not have it: it was sent in step 55, but it never arrived.
  It is not committed anywhere in these recordings.
    The entry of term 2 was committed at index 4 instead: this one has no effect, and never will.
  The host of node 1 could tell its client that it has no effect: its node reported 4/2 as applied there in step 142.
Entry 4 of term 2: an entry without data.
  Leader 2 began term 2 with it in step 75`,
  );
});

Deno.test("an entry that is not committed at the end: whom the leader lacks", async () => {
  const timeline = await timelineIn([
    { type: "campaign", node: 1 },
    settle(6),
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 1, count: 1 },
    settle(2),
  ]);
  const said = text(explainIndex(timeline, 2));
  assertStringIncludes(said, "It is not committed anywhere in these recordings.");
  assertStringIncludes(
    said,
    "Leader 1 knows that node 1 holds it, which is no majority of 3 voters: it lacks nodes 2 and 3.",
  );
  assertEquals(
    text(explainIndex(timeline, 9)),
    `
No node has ever held an entry at index 9. The logs reach, at the end: node 1 to 2/1, node 2 to 1/1, node 3 to 1/1.
`,
  );
  const odd = text(explainOddities(timeline));
  assertStringIncludes(odd, "At the end leader 1 holds 1 entry that is not committed: 2 to 2.");
  assertStringIncludes(odd, "At the end leader 1 knows that node 2 holds the log up to 1 of 2");
  assertStringIncludes(odd, "1 message from node 2 to node 1 never arrived (step 16).");
  assertStringIncludes(odd, "1 message came while node 2 was down (step 20).");
});

Deno.test("a majority holds an entry of an older term, and the leader may not count it (§5.4.2)", async () => {
  const flush = (node: number): Action => ({ type: "flush", node, count: 9 });
  const deliver = (to: number): Action => ({ type: "deliver", to, nth: 0 });
  const timeline = await timelineOf(runsOf({ ...PLAIN, options: { electionTick: 3, maxSizePerMsg: 0 } }, [
    { type: "campaign", node: 1 },
    settle(6),
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 1, count: 1 },
    flush(1),
    { type: "crash", node: 1, restart: true },
    { type: "heal" },
    { type: "campaign", node: 1 },
    ...[flush(1), deliver(2), flush(2), deliver(1), flush(1)],
    ...[1, 2, 3, 4].flatMap(() => [deliver(2), flush(2)]),
    ...[deliver(1), deliver(1), deliver(2), flush(2), deliver(1)],
  ]));
  const said = text(explainIndex(timeline, 2));
  assertStringIncludes(said, "Node 3 does not have it: it was sent in step 20, but it never arrived.");
  assertStringIncludes(
    said,
    "\n    Nodes 1 and 2 hold it, which is a majority, but it is of term 1: leader 1 of term 2 counts only entries of its " +
      "own term (§5.4.2), and none of those that follow is committed.",
  );
});

Deno.test("a step: who sent it, what it changed, what it wanted, and what became of that", async () => {
  const timeline = await timelineIn(CUT_OFF);
  assertEquals(
    text(explainStep(timeline, 65)),
    `
Step 65 (at 02:00:00.065) is step 16 in run 1 of node 2: Tick.
  Before it, the node was follower in term 1, leader 1, its vote for 1, its log to 3/1, commit 3, applied 3; voters 1, 2 and 3.
  It becomes candidate in term 2, because it has heard of no leader for an election timeout.
  It changes:
    role: follower → candidate
    term: 1 → 2
    vote: 1 → 2
    lead: 1 → none
    electionElapsed: 2 → 0
    timeout: 3 → none
    own: none → []
  It wants:
    write term 2, vote 2, commit 3; when that is durable: RequestVoteResponse to 2, term 2, granted; RequestVote to 1, term 2, log to 3/1; RequestVote to 3, term 2, log to 3/1
    becomes candidate in term 2, no leader known: it has heard of no leader for an election timeout
  What became of its messages:
    RequestVoteResponse to 2, term 2, granted: received in step 67
    RequestVote to 1, term 2, log to 3/1: never arrived
    RequestVote to 3, term 2, log to 3/1: received in step 71
`,
  );
});

Deno.test("a step that refuses a vote says why, and one of an old term that it is over", async () => {
  const behind = await timelineIn(BEHIND);
  const refusing = explainStep(behind, 34);
  assertStringIncludes(
    text(refusing),
    "It refuses its vote, because the candidate's log is behind its own: it ends at 1/1, its own at 2/1.",
  );
  assertStringIncludes(text(refusing), "Node 3 had said it in step 31.");
  assert(refusing.some(({ steps }) => steps.includes(31)));
  const cut = await timelineIn(CUT_OFF);
  const old = numberOf(cut, (number) => {
    const { message } = cut.step(number);
    return "from" in message && message.term > 0 && message.term < cut.before(number).term;
  });
  assert(old !== null);
  assertStringIncludes(text(explainStep(cut, old)), "which is over: the node is in term");
});

Deno.test("terms that nobody led are told together, and every one of them alone", async () => {
  const timeline = await timelineOf(chaos(28));
  const said = text(explainLeadership(timeline));
  assert(
    /\nTerms \d+ to \d+\n {2}Nobody led them: \d+ campaigns of nodes [\d, ]+ and \d came to nothing/.test(said),
    said,
  );
  for (let term = 1; term <= 91; term += 9) assert(text(explainTerm(timeline, term)).length > 20);
});

Deno.test("in a chaotic run every index and every kind of step has a story without holes", async () => {
  const timeline = await timelineOf(chaos(28, 6));
  const last = Math.max(...[...timeline.state(timeline.length).values()].map(({ log }) => log.last.index));
  for (let index = 1; index <= last; index++) proper(explainIndex(timeline, index));
  for (let number = 1; number <= timeline.length; number += 7) proper(explainStep(timeline, number));
  proper(explainLeadership(timeline));
  proper(explainOddities(timeline));
});

Deno.test("what only one recording tells is told as far as it is known", async () => {
  const [, runs] = [...runsIn(CUT_OFF)].find(([id]) => id === 2) ?? [0, []];
  const timeline = await timelineOf(new Map([[2, runs]]));
  const said = text(explainLeadership(timeline));
  assertStringIncludes(said, "What leader 1 did meanwhile is not known: its recording is not here.");
  assertStringIncludes(said, "What node 3 said is not known: its recording is not here.");
  proper(explainIndex(timeline, 3));
});

function proper(sentences: readonly Sentence[]): void {
  assert(sentences.length > 0);
  for (const { text, steps } of sentences) {
    assert(!/undefined|NaN|\[object|step 0\b| {2}/.test(text), text);
    assert(text.includes(" → ") || !text.includes("null"), text);
    for (const step of steps) assert(step > 0, text);
  }
}

function numberOf(timeline: Timeline, isWanted: (number: number) => boolean): number | null {
  for (let number = 1; number <= timeline.length; number++) if (isWanted(number)) return number;
  return null;
}

function text(sentences: readonly Sentence[]): string {
  return `\n${linesOfSentences(sentences).join("\n")}\n`;
}
