import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { type Message, type Node, type Step, step } from "../../core/mod.ts";
import { firstDifference, reducersDiffer, stepDiffers } from "../../effects/debugger/first_difference.ts";
import { forkRun } from "../../effects/debugger/fork.ts";
import { runOf, stepsOf } from "../../effects/debugger/run.ts";
import { loneLife } from "../recording/lives.ts";

const LIFE = loneLife({ commands: 200 });
const RUN = runOf(LIFE.first, LIFE.steps.map(({ message }) => message));

Deno.test("a run does not differ from itself, nor from one that was read again", () => {
  assertEquals(firstDifference(RUN, RUN), null);
  assertEquals(firstDifference(RUN, structuredRun()), null);
  assertEquals(reducersDiffer(RUN, step), null);
});

Deno.test("another state at the beginning is the first difference", () => {
  const other = { ...RUN, node: { ...RUN.node, term: 3 } };
  const found = firstDifference(RUN, other);
  assertEquals(found?.what === "start" && found.differences, [{ path: "node.term", expected: 0, actual: 3 }]);
});

Deno.test("another input is found where it is, and an input less where one run is over", () => {
  const edited = forkRun(RUN, { at: 60, edit: new Map([[77, { type: "Beat" } as const]]) });
  const found = firstDifference(RUN, edited);
  assertEquals(found?.what === "input" && [found.step, found.messages[1].type], [77, "Beat"]);
  const shorter = forkRun(RUN, { at: 60, drop: [RUN.inputs.length] });
  assertEquals(firstDifference(RUN, shorter), { what: "length", step: RUN.inputs.length, longer: "first" });
  assertEquals(firstDifference(shorter, RUN), { what: "length", step: RUN.inputs.length, longer: "second" });
});

Deno.test("a reducer that does something else is found at its first step, whatever it changes", () => {
  const changes: readonly ((outcome: Step) => Step)[] = [
    ([node, outbox]) => [{ ...node, electionElapsed: node.electionElapsed + 1 }, outbox],
    ([node, outbox]) => [{ ...node, vote: O.none }, outbox],
    ([node, outbox]) => [node, [...outbox, { type: "SnapshotWanted", to: 2 }]],
    ([node, outbox]) => [{ ...node, timeout: O.some(99) }, outbox],
  ];
  for (const at of [1, 2, 100, RUN.inputs.length]) {
    for (const change of changes) {
      let count = 0;
      const found = reducersDiffer(
        RUN,
        (node, message) => ++count === at ? change(step(node, message)) : step(node, message),
      );
      assertEquals(found?.what === "outcome" && found.step, at);
      assert(found?.what === "outcome" && found.differences.length > 0);
    }
  }
});

Deno.test("a reducer that throws is an error at its step", () => {
  let count = 0;
  const found = reducersDiffer(RUN, (node: Node, message: Message): Step => {
    if (++count === 5) throw new Error("it does not like this");
    return step(node, message);
  });
  assertEquals(found?.what === "error" && [found.step, found.error], [5, "Error: it does not like this"]);
});

Deno.test("one step is compared member by member, and a reducer may throw in it", () => {
  const [one] = stepsOf(RUN);
  assertEquals(stepDiffers(one, step), null);
  const found = stepDiffers(one, (node, message) => [{ ...step(node, message)[0], term: 9 }, step(node, message)[1]]);
  assertEquals(found?.what === "outcome" && found.differences, [
    { path: "node.term", expected: one.after.term, actual: 9, before: one.before.term },
  ]);
  const thrown = stepDiffers(one, () => {
    throw new Error("it does not like this");
  });
  assertEquals(thrown?.what === "error" && [thrown.step, thrown.error], [1, "Error: it does not like this"]);
});

Deno.test("two runs are stepped by the reducer that is named", () => {
  let count = 0;
  const counted = (node: Node, message: Message): Step => {
    count++;
    return step(node, message);
  };
  assertEquals(firstDifference(RUN, structuredRun(), counted), null);
  assertEquals(count, 2 * RUN.inputs.length);
});

/** The same run, of which nothing is shared with the first one. */
function structuredRun(): typeof RUN {
  const inputs = [...stepsOf(RUN)].map(({ message, ms }) => ({ ms, message: { ...message } }));
  return { ...RUN, node: { ...RUN.node }, inputs };
}
