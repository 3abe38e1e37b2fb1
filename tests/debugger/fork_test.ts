import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { Message, NodeId } from "../../core/mod.ts";
import { EditError, forkRun } from "../../effects/debugger/fork.ts";
import { runsOfFork } from "../../effects/debugger/fork_runs.ts";
import { forkTimeline } from "../../effects/debugger/fork_timeline.ts";
import { type Run, runOf, stepsOf } from "../../effects/debugger/run.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { linesOfRuns, placedRecordsOf } from "../../effects/debugger/write_run.ts";
import { replayRecords } from "../../effects/recording/mod.ts";
import { loneLife } from "../recording/lives.ts";
import { observable } from "../wire/round_trip.ts";
import { chaos, timelineOf } from "./chaos.ts";
import { CRASHED, CUT_OFF, settle, timelineIn } from "./stories.ts";

const LIFE = loneLife({ commands: 20 });
const RUN = runOf(LIFE.first, LIFE.steps.map(({ message }) => message));

Deno.test("a fork of a run has its past, and the changed future", async () => {
  const beat: Message = { type: "Beat" };
  const fork = forkRun(RUN, { at: 10, drop: [11, 13], insert: [beat], edit: new Map([[12, { type: "Campaign" }]]) });
  const messages = RUN.inputs.map(({ message }) => message);
  assertEquals(fork.inputs.map(({ message }) => message), [
    ...messages.slice(0, 10),
    beat,
    { type: "Campaign" },
    ...messages.slice(13),
  ]);
  const { differences, summary } = await replayRecords([placedRecordsOf([fork], "fork")]);
  assertEquals([differences, summary.steps], [[], fork.inputs.length]);
});

Deno.test("what is not in the run, or lies in its past, cannot be changed", () => {
  const last = RUN.inputs.length;
  for (
    const edits of [{ at: -1 }, { at: last + 1 }, { at: 1.5 }, { at: 10, drop: [10] }, { at: 0, drop: [last + 1] }]
  ) {
    assertThrows(() => forkRun(RUN, edits), EditError);
  }
  assertThrows(
    () => forkRun(RUN, { at: 10, edit: new Map([[3, { type: "Beat" } as const]]) }),
    EditError,
    "behind step 10",
  );
});

Deno.test("a cluster of which nothing is changed has the future that was recorded, from any step on", async () => {
  const runs = chaos(5, 3);
  const timeline = await timelineOf(runs);
  for (let at = 0; at <= timeline.length; at += Math.ceil(timeline.length / 12)) {
    const fork = forkTimeline(timeline, { at });
    assertEquals([fork.vanished, fork.diverged.size], [[], 0], `from step ${at}`);
    assertEquals(fork.steps.filter(({ recorded }) => recorded !== null).length, timeline.length - at);
    const again = runsOfFork(timeline, fork);
    for (const [id, some] of runs) {
      assertEquals(messagesOf(again.get(id)), messagesOf(some), `node ${id} from step ${at}`);
    }
  }
});

Deno.test("a message that is dropped takes what it has caused with it, and another leader is elected", async () => {
  const timeline = await timelineIn(CUT_OFF);
  const vote = stepWith(timeline, ({ type }, node) => type === "RequestVote" && node === 3, 50);
  const fork = forkTimeline(timeline, { at: vote - 1, drop: [vote] });
  assert(fork.vanished.includes(vote) && fork.vanished.length > 5);
  assert(fork.diverged.has(3) && fork.diverged.has(2));
  const elected = fork.steps.filter(({ before, after }) => before.role !== "leader" && after.role === "leader");
  assert(
    elected.length > 0 && elected.every(({ after }) => after.term > 2),
    `${elected.map(({ after }) => after.term)}`,
  );
});

Deno.test("whatever is changed, the recordings of the future replay and are a story that can be told", async () => {
  for (const [seed, cut] of [[1, 7], [2, 11], [3, 5]] as const) {
    const timeline = await timelineOf(chaos(seed, 3));
    for (let at = 10; at < timeline.length; at += Math.ceil(timeline.length / cut)) {
      const fork = forkTimeline(timeline, {
        at,
        drop: [at + 1, at + 2, at + 5].filter((number) => number <= timeline.length),
        insert: [{ node: timeline.nodes[seed], message: { type: "Campaign" } }],
      });
      const runs = runsOfFork(timeline, fork);
      for (const some of runs.values()) {
        if (messagesOf(some).length === 0) continue;
        const { differences } = await replayRecords([placedRecordsOf(some, "fork")]);
        assertEquals(differences, []);
      }
      const told = await timelineOf(new Map([...runs].filter(([, some]) => messagesOf(some).length > 0)));
      const steps = fork.steps.filter(({ message }) => message !== null);
      assertEquals(told.length, at + steps.length);
      for (const [id, node] of fork.nodes) {
        const end = told.state(told.length).get(id);
        if (end !== undefined && endsWithStep(fork.steps, id)) assertEquals(observable(end), observable(node));
      }
      faultless(fork.steps);
    }
  }
});

Deno.test("a diverged node that is started again goes on with what its disk holds by then", async () => {
  const timeline = await timelineIn([...CRASHED, { type: "restart", node: 1 }, settle(4, true)]);
  const before = stepWith(timeline, ({ type }, node) => type === "Propose" && node === 1);
  const propose = timeline.step(before).message;
  const fork = forkTimeline(timeline, { at: before, insert: [{ node: 1, message: propose }] });
  const restart = fork.steps.find(({ origin, node }) => origin === "restart" && node === 1);
  assert(restart !== undefined && fork.diverged.has(1));
  assertEquals([restart.after.role, restart.after.term], ["follower", restart.before.term]);
  assertEquals(restart.after.log.last, restart.before.log.last);
  const recorded = timeline.runs.filter(({ node }) => node === 1)[1];
  assertEquals(restart.after.log.last.index, recorded.state.log.last.index + 1);
});

Deno.test("edits of a cluster that are not possible are named", async () => {
  const timeline = await timelineIn(CRASHED);
  assertThrows(() => forkTimeline(timeline, { at: timeline.length + 1 }), EditError, "There is no step");
  assertThrows(() => forkTimeline(timeline, { at: 5, drop: [5] }), EditError, "Step 5 cannot be changed");
  const insert = [{ node: 9, message: { type: "Campaign" } as const }];
  assertThrows(() => forkTimeline(timeline, { at: 5, insert }), EditError, "node 9");
});

Deno.test("a fork that would never end stops", async () => {
  const timeline = await timelineIn(CUT_OFF);
  const fork = forkTimeline(timeline, { at: 10, insert: [{ node: 2, message: { type: "Campaign" } }] }, { most: 25 });
  assert(fork.steps.length <= 25 + 5);
});

Deno.test("the lines of a fork are those of a recording", () => {
  const lines = linesOfRuns([forkRun(RUN, { at: 3 })]);
  assertEquals(lines[0], '{"recording":{"major":1,"minor":1}}');
  assertMatch(lines.at(-2) ?? "", new RegExp(`^\\{"end":\\{"before":${RUN.inputs.length}\\}`));
  assertMatch(lines.at(-1) ?? "", /^\{"complete":true/);
});

function messagesOf(runs: readonly Run[] | undefined): readonly Message[] {
  return (runs ?? []).flatMap(({ inputs }) => inputs.map(({ message }) => message));
}

function stepWith(timeline: Timeline, isWanted: (message: Message, node: NodeId) => boolean, from = 1): number {
  for (let number = from; number <= timeline.length; number++) {
    const { message, node } = timeline.step(number);
    if (isWanted(message, node)) return number;
  }
  throw new Error("There is no such step.");
}

/** The reducer finds no contradiction: no node is told what cannot be. */
function faultless(steps: ReturnType<typeof forkTimeline>["steps"]): void {
  for (const { message, outbox } of steps) {
    const fault = outbox.find(({ type }) => type === "Fault");
    assertEquals(fault, undefined, `${message?.type}`);
  }
}

function endsWithStep(steps: ReturnType<typeof forkTimeline>["steps"], id: NodeId): boolean {
  return steps.findLast(({ node }) => node === id)?.message !== null;
}

// `stepsOf` is what a viewer shows of a fork of one run.
Deno.test("the steps of a fork are numbered on", () => {
  const fork = forkRun(RUN, { at: 5, insert: [{ type: "Beat" }] });
  assertEquals([...stepsOf(fork)].map(({ number }) => number), fork.inputs.map((_, i) => i + 1));
});
