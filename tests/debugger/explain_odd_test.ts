/** What is odd besides elections: entries without an effect, and messages that nobody got. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Entry } from "../../core/mod.ts";
import { historyOf } from "../../effects/debugger/explain/entry_history.ts";
import { replacedIn } from "../../effects/debugger/explain/replaced.ts";
import { explainLeadership, explainOddities, linesOfSentences, position } from "../../effects/debugger/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { chaos, timelineOf } from "./chaos.ts";
import { CUT_OFF, LED, settle, timelineIn } from "./stories.ts";

Deno.test("what was proposed to a leader that was cut off has no effect: what, and since when that is known", async () => {
  const odd = explainOddities(await timelineIn(CUT_OFF));
  const told = odd.find(({ text }) => text.includes("no effect"));
  assertEquals(
    told?.text,
    "1 proposed entry has no effect, because another one is committed in its place: 4/1 (known in step 88). " +
      "explain --index tells more.",
  );
  assertEquals(told?.steps, [88]);
});

Deno.test("of many entries without an effect a few are told, and how many there are", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 1, count: 9 },
    settle(2),
    { type: "campaign", node: 2 },
    settle(6),
    { type: "propose", node: 2, count: 9 },
    settle(6),
  ]);
  const [told] = explainOddities(timeline).filter(({ text }) => text.includes("no effect"));
  assertEquals(
    told.text,
    "9 proposed entries have no effect, because others are committed in their places: 2/1 (known in step 31), " +
      "3/1 (known in step 41), 4/1 (known in step 41), 5/1 (known in step 41), 6/1 (known in step 41) and 4 more. " +
      "explain --index tells of each.",
  );
  assertEquals(told.steps.length, 5);
});

Deno.test("where nothing was replaced, and where an entry was only late, nothing is told of it", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "propose", node: 1, count: 2 },
    { type: "campaign", node: 2 },
    settle(9),
  ]);
  assertEquals(replacedIn(timeline), []);
  assert(!linesOfSentences(explainOddities(timeline)).join("\n").includes("no effect"));
});

Deno.test("in chaotic runs the entries without an effect are those that the history of each index says so of", async () => {
  let count = 0;
  for (const seed of [3, 7, 28]) {
    const timeline = await timelineOf(chaos(seed, 6));
    const replaced = replacedIn(timeline).map(({ entry }) => position(entry));
    assertEquals(replaced, withoutEffect(timeline), `seed ${seed}`);
    count += replaced.length;
  }
  assert(count > 3, `${count}`);
});

Deno.test("a node that was down and a network that was cut do not look alike", async () => {
  const cut = await timelineIn([
    ...LED,
    { type: "partition", mask: 2, lossy: true },
    { type: "propose", node: 1, count: 1 },
    settle(3, true),
  ]);
  const lost = linesOfSentences(explainOddities(cut)).join("\n");
  assertStringIncludes(lost, "from node 1 to node 2 never arrived");
  assert(!lost.includes("node 2 was down"), lost);
  const dead = await timelineIn([
    ...LED,
    { type: "crash", node: 2, restart: false },
    { type: "partition", mask: 2, lossy: true },
    { type: "propose", node: 1, count: 1 },
    settle(3),
    { type: "heal" },
    { type: "restart", node: 2 },
    settle(6, true),
  ]);
  const down = linesOfSentences(explainOddities(dead)).join("\n");
  assertStringIncludes(down, "2 messages came while node 2 was down (steps 20 and 26).");
});

Deno.test("ways that lost little are summed up, and questions to voters that were down are counted by themselves", async () => {
  const timeline = await timelineOf(chaos(28));
  const odd = linesOfSentences(explainOddities(timeline)).join("\n");
  assertEquals([...odd.matchAll(/from node \d to node \d never arrived/g)].length, 8);
  assert(/^\d+ messages on \d+ other ways never arrived either\.$/m.test(odd), odd);
  const leadership = linesOfSentences(explainLeadership(timeline)).join("\n");
  assert(
    /Of \d+ questions for a vote \d+ never arrived, [1-9]\d* came while the voter was down, \d+ were refused, and/.test(
      leadership,
    ),
    leadership,
  );
  assert(!leadership.includes(" 0 came while"), leadership);
});

/** The same from the whole history of every index. */
function withoutEffect(timeline: Timeline): readonly string[] {
  const ends = [...timeline.state(timeline.length).values()].map(({ log }) => log.last.index);
  const found: string[] = [];
  for (let index = 1; index <= Math.max(...ends); index++) {
    const { entries } = historyOf(timeline, index);
    const committed = entries.filter(({ copies }) => copies.some(({ committed }) => committed !== null));
    if (committed.length === 0) continue;
    const vain = entries.filter((one) => !committed.includes(one) && isProposed(one.entry));
    found.push(...vain.map(({ entry }) => position(entry)).sort());
  }
  return found;
}

function isProposed({ data, type }: Entry): boolean {
  return type === "confChange" || type === "confChangeV2" || (type === "normal" && data.length > 0);
}
