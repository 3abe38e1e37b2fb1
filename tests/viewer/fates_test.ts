/** What nobody can know of a message: where a recording ends before it could be received, and where there is none. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { bootstrap, DEFAULT_OPTIONS } from "../../core/mod.ts";
import { buildTimeline, forkTimeline, placedRecordsOf, runOf } from "../../effects/debugger/mod.ts";
import { MARKS } from "../../effects/debugger/timeline.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";
import { ForkedView } from "../../effects/viewer/forked_view.ts";
import { inFolder } from "../processes/fake.ts";
import { serving, testInBrowser } from "./browser.ts";
import { told } from "./demo_page.ts";
import { firstStep, timelineAt } from "./timelines.ts";

testInBrowser(
  "what was sent behind the end of the receiver's recording is not lost: nobody knows",
  (page) =>
    inFolder(async (folder) => {
      await recordDemo(folder);
      // As that of a node which still runs and has not written more.
      const path = `${folder}/node-2/00000001.recording`;
      await Deno.truncate(path, Math.floor((await Deno.stat(path)).size * 0.9));
      const timeline = await timelineAt(folder);
      const isUnknown = (number: number): boolean =>
        timeline.step(number).deliveries.some(({ fate, to }) => fate === "unknown" && to === 2);
      const number = firstStep(timeline, isUnknown);
      assertEquals(timeline.columns.marks[number - 1] & MARKS.lost, 0, "there is no cross");
      await serving([folder], async (url) => {
        await page.goto(`${url}#step=${number}`);
        await told(page, number);
        await page.locator(".told li", { hasText: "to 2: nobody knows" }).first().waitFor();
        assertEquals(await page.locator(".told b.bad").count(), 0);
        await page.goto("about:blank");
      });
    }),
);

Deno.test("in a fork, too, nobody knows of what goes to a node without a recording", async () => {
  const first = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2]);
  assert(E.isRight(first));
  const run = runOf(first.right, [{ type: "Tick", random: 0 }]);
  const timeline = await buildTimeline([{ name: "one", records: () => [placedRecordsOf([run], "one")] }]);
  assert(E.isRight(timeline));
  const fork = { at: 1, drop: [], insert: [{ node: 1, message: { type: "Campaign" } }] } as const;
  const view = new ForkedView(timeline.right, forkTimeline(timeline.right, fork));
  const fates = view.step(2).deliveries.filter(({ to }) => to === 2).map(({ fate }) => fate);
  assertEquals(fates, ["unknown"]);
  assertEquals(view.columns.marks[1] & MARKS.lost, 0);
});
