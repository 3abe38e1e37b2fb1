/** What became of what hosts asked for, by its ticket. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { explainRecordings } from "../../effects/debugger/command/explain.ts";
import { explainTicket, stepsWithTicket } from "../../effects/debugger/explain/ticket.ts";
import { explainStep, linesOfSentences } from "../../effects/debugger/mod.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { testsThatNeed } from "../permissions.ts";
import { chaos, timelineOf } from "./chaos.ts";
import { inFolder } from "./command_line.ts";
import { CUT_OFF, timelineIn } from "./stories.ts";

const test = testsThatNeed("read", "write");

Deno.test("a ticket that was given once is told as its step, with what became of the proposal", async () => {
  const timeline = await timelineIn(CUT_OFF);
  const steps = stepsWithTicket(timeline, 2);
  assertEquals(steps, [38]);
  assertEquals(explainTicket(timeline, steps), explainStep(timeline, 38));
  assertStringIncludes(linesOfSentences(explainTicket(timeline, steps)).join("\n"), "What became of the proposal:");
  assertEquals(stepsWithTicket(timeline, 2, 3), [38]);
  assertEquals(stepsWithTicket(timeline, 2, 1), []);
  assertEquals(stepsWithTicket(timeline, 99), []);
});

Deno.test("of a ticket that was given several times the requests are listed, with their nodes and runs", async () => {
  const timeline = await timelineOf(chaos(28, 2));
  const steps = [38, 38, 38];
  assertEquals(linesOfSentences(explainTicket(timeline, steps.map((step, i) => step + i))), [
    "3 requests have this ticket (explain --step tells of each):",
    ...[38, 39, 40].map((step) => `  ${linesOfSentences(explainStep(timeline, step))[0]}`),
  ]);
  const many = linesOfSentences(explainTicket(timeline, Array.from({ length: 23 }, (_, i) => i + 1)));
  assertEquals([many.length, many.at(-1)], [22, "  And 3 more, up to step 23."]);
});

test("explain --ticket tells of it, of one node with --node, and says what is not there", async () => {
  await inFolder(async (folder) => {
    const explain = async (options: Parameters<typeof explainRecordings>[1]): Promise<readonly [number, string]> => {
      const output = new CapturedOutput();
      const code = await explainRecordings([`${folder}/cut`], options, output);
      return [code, [...output.lines, ...output.errors].join("\n")];
    };
    const [code, told] = await explain({ ticket: "2" });
    assertEquals([code, told], await explain({ step: "38" }));
    assertEquals(code, 0);
    assertEquals(await explain({ ticket: "2", node: "3" }), [code, told]);
    const json = await explain({ ticket: "2", json: true });
    assert(JSON.parse(json[1]).chapters[0].sentences.length > 3);
    const wrong: readonly (readonly [Parameters<typeof explain>[0], number, string])[] = [
      [{ ticket: "99" }, 1, "error: --ticket: no host asked for anything with ticket 99 in these recordings."],
      [
        { ticket: "2", node: "1" },
        1,
        "error: --ticket: the host of node 1 never asked for anything with ticket 2 in these recordings.",
      ],
      [{ ticket: "2", node: "7" }, 1, "error: --node: there is no node 7; these are recordings of nodes 1, 2 and 3."],
      [{ ticket: "x" }, 2, 'error: --ticket: "x" is no whole number.'],
      [{ ticket: "2", node: "x" }, 2, 'error: --node: "x" is no whole number.'],
      [{ node: "1" }, 2, "error: --node goes with --ticket."],
      [{ ticket: "2", step: "38" }, 2, "error: Ask for one of --index, --term, --step and --ticket."],
    ];
    for (const [options, code, error] of wrong) assertEquals(await explain(options), [code, error]);
  });
});
