import { assert, assertEquals } from "@std/assert";
import { readRuns, runOf, stateAfter, stepsOf } from "../../effects/debugger/run.ts";
import { linesOfRuns, placedRecordsOf } from "../../effects/debugger/write_run.ts";
import { replayRecords } from "../../effects/recording/mod.ts";
import { readJsonLines } from "../../effects/recording/read_jsonl.ts";
import { loneLife, record, recordsOn } from "../recording/lives.ts";
import { chaos } from "./chaos.ts";

Deno.test("runs that are written are read again as they were, and replay", async () => {
  for (const runs of chaos(3, 3).values()) {
    const lines = linesOfRuns(runs);
    const records = [];
    for await (const some of readJsonLines("run.jsonl", [lines])) records.push(...some);
    const { differences, summary } = await replayRecords([records]);
    assertEquals([differences, summary.runs], [[], runs.length]);
    assertEquals(linesOfRuns(await readRuns([records])), lines);
  }
});

Deno.test("the runs of a recording on a disk have the inputs that were recorded", async () => {
  const life = loneLife({ commands: 300, compactEvery: 50 });
  const records = await recordsOn(await record([life, life], { segmentBytes: 4_000, keyframeEvery: 100 }));
  const runs = await readRuns([records]);
  assertEquals(runs.map(({ inputs }) => inputs.length), [life.steps.length, life.steps.length]);
  assertEquals(runs[1].inputs.map(({ message }) => message), life.steps.map(({ message }) => message));
  const { differences, summary } = await replayRecords([placedRecordsOf(runs, "written")]);
  assertEquals([differences, summary.runs, summary.steps], [[], 2, 2 * life.steps.length]);
});

Deno.test("what follows a gap is a run of its own, and is written behind one", async () => {
  const life = loneLife({ commands: 40 });
  const run = runOf(life.first, life.steps.map(({ message }) => message));
  const [head, tail] = [run.inputs.slice(0, 20), run.inputs.slice(50)];
  const rest = { ...run, node: stateAfter(run, 50), before: 50, inputs: tail };
  const records = placedRecordsOf([{ ...run, inputs: head }, rest], "gap");
  assertEquals(records.filter(({ record }) => record.type === "Gap").map(({ record }) => record), [
    { type: "Gap", before: 20, steps: 30 },
  ]);
  const { differences, summary } = await replayRecords([records]);
  assertEquals([differences, summary.leftOut, summary.steps], [[], 30, run.inputs.length - 30]);
  const again = await readRuns([records]);
  assertEquals(again.map(({ before, inputs }) => [before, inputs.length]), [[0, 20], [50, tail.length]]);
});

Deno.test("the state after a step is the one that the step came to", () => {
  const life = loneLife({ commands: 5 });
  const run = runOf(life.first, life.steps.map(({ message }) => message));
  assertEquals(stateAfter(run, 0), life.first);
  for (const { number, after } of stepsOf(run)) assert(stateAfter(run, number).term === after.term);
  assertEquals([...stepsOf(run)].at(-1)?.after.applied, stateAfter(run, Infinity).applied);
});
