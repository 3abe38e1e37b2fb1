import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { reducersDiffer } from "../../effects/debugger/first_difference.ts";
import { placedRecordsOf } from "../../effects/debugger/write_run.ts";
import { describeWrongStep, DetailedReplay, withGuess } from "../../effects/debugger/wrong_step.ts";
import { canonical } from "../properties/canonical.ts";
import { observable } from "../wire/round_trip.ts";
import { chaos } from "./chaos.ts";
import { FAULTS } from "./faults.ts";

const RUNS = [...chaos(28)].flatMap(([, runs]) => runs);

// The recording was made by the faulty version, as if the code had been mended since: only its hashes tell what it did.
Deno.test("what a version that is gone did is guessed from the hashes, for most of its faults, and never wrongly", () => {
  const guessed: string[] = [];
  for (const fault of FAULTS) {
    const run = RUNS.find((run) => reducersDiffer(run, fault.step) !== null);
    assert(run !== undefined);
    const replay = new DetailedReplay();
    for (const placed of placedRecordsOf([run], "run", fault.step)) replay.take(placed);
    const wrong = withGuess(replay.wrong[0]);
    if (wrong.expected === null || wrong.before === null || wrong.message === null) continue;
    const [node, outbox] = fault.step(wrong.before, wrong.message);
    assertEquals([observable(wrong.expected[0]), canonical(wrong.expected[1])], [observable(node), canonical(outbox)]);
    assert(wrong.guessed && wrong.differences.length > 0);
    assert(describeWrongStep(wrong).includes("a guess at what was recorded, which fits the bits of its hash:"));
    guessed.push(fault.name);
  }
  assert(guessed.length >= 7, guessed.join("\n"));
});

Deno.test("where nothing fits, nothing is guessed", () => {
  const [run] = RUNS;
  const replay = new DetailedReplay();
  const strange = placedRecordsOf([run], "run", (node, message) => {
    const step = FAULTS[0].step(node, message);
    return [{ ...step[0], electionElapsed: step[0].electionElapsed + 12_345, timeout: O.some(777) }, step[1]];
  });
  for (const placed of strange) replay.take(placed);
  const wrong = withGuess(replay.wrong[0]);
  assertEquals([wrong.guessed, wrong.expected], [false, null]);
});
