/** Elections: who protects whom, the order of what is told, terms that nobody entered, and leaders that crashed. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RequestPreVote } from "../../core/mod.ts";
import { whySilent } from "../../effects/debugger/explain/elections.ts";
import { runEndInWords } from "../../effects/debugger/explain/run_end.ts";
import { explainLeadership, explainTerm, linesOfSentences } from "../../effects/debugger/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { CAME_BACK, carefulTimeline, CRASHED, settle, timelineIn } from "./stories.ts";

Deno.test("a leader that ignores a question for its vote leads itself; a follower has heard from it so many ticks before", async () => {
  const timeline = await carefulTimeline(CAME_BACK);
  const states = timeline.state(timeline.length);
  const [leader, follower] = [states.get(1), states.get(2)];
  assert(leader !== undefined && follower !== undefined);
  const question: RequestPreVote = {
    type: "RequestPreVote",
    from: 3,
    to: 1,
    term: 9,
    last: leader.log.last,
    transfer: false,
  };
  assertEquals(whySilent(leader, question), "it leads itself, and a majority has answered it lately");
  const heard = (electionElapsed: number): string => whySilent({ ...follower, electionElapsed }, question);
  assertEquals(heard(0), "it has heard from leader 1 just before, and protects it");
  assertEquals(heard(1), "it has heard from leader 1 1 tick before, and protects it");
  assertEquals(heard(2), "it has heard from leader 1 2 ticks before, and protects it");
  const told = text(timeline, 2);
  assert(
    /Node 1 does not answer in step \d+: it leads itself, and a majority has answered it lately\./.test(told),
    told,
  );
});

Deno.test("a term for which somebody only asked, and which nobody entered, is called that", async () => {
  const timeline = await carefulTimeline(CAME_BACK);
  assert(text(timeline, 2).startsWith("Term 2, which nobody entered\n"), text(timeline, 2));
  assert(text(timeline, 1).startsWith("Term 1\n"), text(timeline, 1));
  const failed = await timelineIn([{ type: "partition", mask: 1, lossy: true }, { type: "campaign", node: 1 }]);
  assert(text(failed, 1).startsWith("Term 1\n"), text(failed, 1));
});

Deno.test("campaigns and leaders of a term are told in the order in which they happened", async () => {
  const timeline = await carefulTimeline([
    { type: "partition", mask: 4, lossy: true },
    { type: "campaign", node: 1 },
    settle(8),
    { type: "heal" },
    { type: "tick", node: 3, count: 9, random: 0 },
    settle(3),
  ]);
  const told = text(timeline, 1);
  const steps = [...told.matchAll(/^ {2}Node \d (?:asks|campaigns|leads).*? step (\d+)/gm)].map(([, step]) =>
    Number(step)
  );
  assert(told.indexOf("Node 1 leads term 1") < told.indexOf("Node 3 asks who would vote for it"), told);
  assertEquals(steps, steps.toSorted((a, b) => a - b));
  assertEquals(steps.length, 4, told);
});

Deno.test("of a leader that is there again later it is certain that it crashed, and since when it is there", async () => {
  const timeline = await timelineIn([...CRASHED, { type: "restart", node: 1 }, settle(4, true)]);
  const again = timeline.runs.find(({ node, run }) => node === 1 && run === 2)?.first;
  assertStringIncludes(text(timeline, 1), `: it crashed; it started again in step ${again}.`);
  const told = linesOfSentences(explainLeadership(timeline)).join("\n");
  assertStringIncludes(told, `Leader 1 crashed after step 54; it started again in step ${again}.`);
  assert(!told.includes("or its recording ends"), told);
});

Deno.test("a run ends as its recording says, with a gap as well", async () => {
  const { runs } = await timelineIn(CRASHED);
  const [run] = runs;
  const end = (runs: readonly (typeof run)[], changed: Partial<typeof run>): string =>
    runEndInWords({ runs }, { ...run, last: 9, ...changed }, " after step 9");
  assertEquals(end([], { end: "closed" }), "was closed after step 9");
  assertEquals(end([{ ...run, first: 12 }], { end: "closed" }), "was closed after step 9; it started again in step 12");
  assertEquals(end([], { end: "cut" }), "stopped without a word after step 9: it crashed, or its recording ends");
  assertEquals(
    end([], { end: "gap", leftOut: 1 }),
    "was recorded no longer after step 9, where its recorder left out 1 step",
  );
});

function text(timeline: Timeline, term: number): string {
  return linesOfSentences(explainTerm(timeline, term)).join("\n");
}
