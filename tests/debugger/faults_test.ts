/** A recording of a chaotic run under twelve broken reducers: each is found at its first wrong step, and made small. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { step } from "../../core/mod.ts";
import { describeDifference } from "../../effects/debugger/difference.ts";
import { reducersDiffer } from "../../effects/debugger/first_difference.ts";
import { type Run, stepsOf } from "../../effects/debugger/run.ts";
import { play, runsOfScript, scriptOf } from "../../effects/debugger/script.ts";
import { doesTheSame, objectionTo, shrink } from "../../effects/debugger/shrink.ts";
import { placedRecordsOf } from "../../effects/debugger/write_run.ts";
import { DetailedReplay, withExpected } from "../../effects/debugger/wrong_step.ts";
import { canonical } from "../properties/canonical.ts";
import { observable } from "../wire/round_trip.ts";
import { chaos } from "./chaos.ts";
import { type Fault, FAULTS } from "./faults.ts";

/** In this run each of the faults makes a difference. */
const RUNS = [...chaos(28)].flatMap(([, runs]) => runs);

Deno.test("the run is as chaotic as it has to be, and the core replays it as it was recorded", () => {
  assert(RUNS.length > 30 && RUNS.reduce((sum, { inputs }) => sum + inputs.length, 0) > 5_000);
  for (const run of RUNS) {
    const replay = new DetailedReplay();
    for (const placed of placedRecordsOf([run], "run")) replay.take(placed);
    assertEquals(replay.wrong, []);
  }
});

for (const fault of FAULTS) {
  Deno.test(`"${fault.name}" is found at the first step that it changes`, async () => {
    const run = firstChanged(fault);
    const wrong = firstWrong(run, fault);
    const replay = new DetailedReplay(fault.step);
    const records = placedRecordsOf([run], "run");
    for (const placed of records) replay.take(placed);
    const [found] = replay.wrong;
    assertEquals([replay.wrong.length, found.difference.step, found.message?.type], [1, wrong.number, wrong.type]);
    const { differences } = await withExpected(found, stream(records));
    assert(differences.length > 0);
    for (const one of differences) assertStringIncludes(describeDifference(one), one.path);
    const difference = reducersDiffer(run, fault.step);
    assertEquals(difference?.what === "outcome" && difference.step, wrong.number);
  });

  Deno.test(`"${fault.name}" needs at most 40 inputs to show`, () => {
    const run = firstChanged(fault);
    const property = doesTheSame(fault.step);
    const shrunk = shrink(scriptOf(run), property, { tries: 4_000 });
    assert(shrunk !== null);
    assert(shrunk.script.lines.length <= 40, `${shrunk.script.lines.length} inputs`);
    assertEquals(objectionTo(shrunk.script, property)?.lines.length, shrunk.script.lines.length);
    assertEquals([...play(shrunk.script)].length, shrunk.script.lines.length); // all of it is possible
    const [[, [small]]] = runsOfScript(shrunk.script);
    assertEquals(firstWrong(small, fault).number, shrunk.script.lines.length);
  });
}

/** The run in which the fault shows first. */
function firstChanged(fault: Fault): Run {
  let [found, least]: [Run | null, number] = [null, Infinity];
  for (const run of RUNS) {
    const difference = reducersDiffer(run, fault.step);
    if (difference?.what !== "outcome" || difference.step >= least) continue;
    [found, least] = [run, difference.step];
  }
  if (found === null) throw new Error(`"${fault.name}" changes nothing.`);
  return found;
}

/** The first step that comes out in another way, found by comparing everything. */
function firstWrong(run: Run, fault: Fault): { readonly number: number; readonly type: string } {
  for (const { after, before, message, number, outbox } of stepsOf(run, step)) {
    const [other, wants] = fault.step(before, message);
    if (observable(other) !== observable(after) || canonical(wants) !== canonical(outbox)) {
      return { number, type: message.type };
    }
  }
  throw new Error(`"${fault.name}" changes nothing in this run.`);
}

async function* stream<A>(list: readonly A[]): AsyncGenerator<readonly A[]> {
  yield await Promise.resolve(list);
}
