import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { step } from "../../core/mod.ts";
import { testOf } from "../../effects/debugger/test_file.ts";
import { runOf } from "../../effects/debugger/run.ts";
import { play, runsOfScript, type Script, scriptOf, scriptOfTimeline } from "../../effects/debugger/script.ts";
import { objectionTo, type Property, shrink } from "../../effects/debugger/shrink.ts";
import { placedRecordsOf } from "../../effects/debugger/write_run.ts";
import { type Check, violated } from "../../effects/invariants/check.ts";
import { replayRecords } from "../../effects/recording/mod.ts";
import { loneLife } from "../recording/lives.ts";
import { PLAIN } from "../properties/setup.ts";
import { chaos, runsOf, timelineOf } from "./chaos.ts";
import { FAULTS } from "./faults.ts";
import { CUT_OFF, timelineIn } from "./stories.ts";

const LIFE = loneLife({ commands: 500 });
const RUN = runOf(LIFE.first, LIFE.steps.map(({ message }) => message));

/** No index behind 3 is committed: which is wrong, but small to show. */
const COMMITS_LITTLE: Property = () => ({ after }) => after.commit > 3 ? `index ${after.commit} is committed` : null;

Deno.test("a property that holds has nothing to be shrunk", () => {
  assertEquals(shrink(scriptOf(RUN), () => () => null), null);
});

Deno.test("what is left is possible, violates the property in its last line, and is small", () => {
  const shrunk = shrink(scriptOf(RUN), COMMITS_LITTLE);
  assert(shrunk !== null);
  const { lines } = shrunk.script;
  assert(lines.length <= 16, `${lines.length} lines`);
  assertEquals([...play(shrunk.script)].length, lines.length);
  assertEquals(objectionTo(shrunk.script, COMMITS_LITTLE)?.lines.length, lines.length);
  assertEquals(shrunk.objection.sentence, "index 4 is committed");
  for (let i = 0; i < lines.length; i++) {
    const shorter = { ...shrunk.script, lines: lines.toSpliced(i, 1) };
    assertEquals(objectionTo(shorter, COMMITS_LITTLE), null, `line ${i + 1} is not needed`);
  }
  const data = lines.flatMap((line) =>
    line.type === "told" && line.message.type === "Propose" ? line.message.entries : []
  );
  assert(data.every((entry) => entry.data.length === 0));
});

Deno.test("a limit of tries is kept, and what was found by then is handed out", () => {
  const shrunk = shrink(scriptOf(RUN), COMMITS_LITTLE, { tries: 10 });
  assert(shrunk !== null && shrunk.tries <= 10);
  assert(objectionTo(shrunk.script, COMMITS_LITTLE) !== null);
});

Deno.test("without simplifying, lines stay as they were recorded", () => {
  const shrunk = shrink(scriptOf(RUN), COMMITS_LITTLE, { simplify: false });
  assert(shrunk !== null);
  for (const line of shrunk.script.lines) {
    assert(line.type === "told" && RUN.inputs.some(({ message }) => message === line.message));
  }
});

Deno.test("a long script of one node may begin in the middle", () => {
  const long = runOf(LIFE.first, loneLife({ commands: 2_000 }).steps.map(({ message }) => message));
  const property: Property = () => ({ after }) => after.commit === 1_800 ? "it is" : null;
  const shrunk = shrink(scriptOf(long), property, { tries: 500 });
  assert(shrunk !== null && shrunk.script.lines.length <= 16, `${shrunk?.script.lines.length}`);
});

Deno.test("nobody receives what no node of the script has said, and no disk reports what it was not asked for", async () => {
  const timeline = await timelineIn(CUT_OFF);
  const script = scriptOfTimeline(timeline);
  assertEquals([...play(script)].length, timeline.length);
  const silent = (node: number): Script => ({ ...script, lines: script.lines.filter((line) => line.node !== node) });
  for (const happened of play(silent(2))) {
    assert(!("outbox" in happened) || !("from" in happened.line.message) || happened.line.message.from !== 2);
  }
  const withoutProposals = script.lines.filter((line) => line.type !== "told" || line.message.type !== "Propose");
  for (const happened of play({ ...script, lines: withoutProposals })) {
    if (!("outbox" in happened) || happened.line.message.type !== "Persisted") continue;
    assert(happened.line.message.last.index <= 2);
  }
});

/** Two nodes never lead the same term. */
const ONE_LEADER: Property = (): Check => {
  const leaders = new Map<number, number>();
  return {
    name: "one leader",
    stepped({ host, after }) {
      if (after.role !== "leader") return;
      const other = leaders.get(after.term) ?? host.id;
      if (other !== host.id) violated("one leader", `${other} and ${host.id} both lead term ${after.term}`);
      leaders.set(after.term, host.id);
    },
  };
};

Deno.test("a check of a cluster is shrunk over all nodes: two votes in one term elect two leaders", async () => {
  const twice = FAULTS.find(({ name }) => name === "a second vote in the same term");
  assert(twice !== undefined);
  const others = { slow: 0, idle: 0, shuffle: 0, ticking: false };
  const runs = runsOf({ ...PLAIN, voters: 5 }, [
    { type: "settle", rounds: 2, ...others, ticking: true },
    { type: "propose", node: 4, count: 1 },
    { type: "campaign", node: 1 },
    { type: "campaign", node: 2 },
    { type: "settle", rounds: 6, ...others },
    { type: "propose", node: 1, count: 1 },
    { type: "settle", rounds: 6, ...others, ticking: true },
  ], twice.step);
  const script = scriptOfTimeline(await timelineOf(runs, twice.step));
  assertEquals(objectionTo(script, ONE_LEADER), null); // under the sound reducer
  const shrunk = shrink(script, ONE_LEADER, { step: twice.step, tries: 3_000 });
  assert(shrunk !== null);
  assertStringIncludes(shrunk.objection.sentence, "both lead term 1");
  // Two campaigns, the two own votes, four questions, and the four answers that make two majorities of five.
  assertEquals(shrunk.script.lines.length, 12);
});

Deno.test("what was shrunk is written as recordings that replay, and with restarts as runs", async () => {
  const timeline = await timelineOf(chaos(1, 2));
  const script = scriptOfTimeline(timeline);
  for (const some of runsOfScript(script).values()) {
    if (some.every(({ inputs }) => inputs.length === 0)) continue;
    const { differences, summary } = await replayRecords([placedRecordsOf(some, "run")]);
    assertEquals([differences, summary.runs], [[], some.length]);
  }
});

Deno.test("a test file says what it imports, holds the lines, and nothing that it does not need", () => {
  const shrunk = shrink(scriptOf(RUN), COMMITS_LITTLE, { tries: 300 });
  assert(shrunk !== null);
  const file = {
    name: "it commits */ little",
    core: "core",
    reducer: "mine",
    property: "./check.ts",
    debugger: "tools",
  };
  const text = testOf(shrunk.script, { ...file, form: "step" });
  for (
    const part of ['from "core";', 'import { step } from "mine";', 'import property from "./check.ts";', "Deno.test("]
  ) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(text, "/** it commits * / little */");
  assert(!text.includes("doesTheSame"));
  assertStringIncludes(
    testOf(shrunk.script, { ...file, form: "same" }),
    'import { doesTheSame, objectionTo, type Script } from "tools";',
  );
  assertStringIncludes(testOf(shrunk.script, { ...file, form: "check" }), "objectionTo(script, () => property, step)");
  assertStringIncludes(testOf(shrunk.script, { ...file, form: "factory" }), "objectionTo(script, property, step)");
  assertEquals(step(RUN.node, { type: "Campaign" })[0].role, "candidate");
});
