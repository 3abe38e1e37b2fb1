/** The logs, the keys beside buttons, and how the lanes are zoomed without a wheel. */
import { assert, assertEquals } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { testInBrowser } from "./browser.ts";
import { opened, press, search, told, unfold, until } from "./demo_page.ts";
import { firstStep } from "./timelines.ts";

const PHONE = { viewport: { width: 390, height: 844 } };

function logs(page: Page): Locator {
  return page.getByRole("region", { name: "Logs, side by side" });
}

/** Where the region of the logs is scrolled to. */
function scrolled(page: Page): Promise<number> {
  return logs(page).evaluate(({ scrollLeft }) => scrollLeft);
}

/** Whether something is within the region of the logs, right of the names of the nodes. */
async function isSeen(page: Page, what: Locator): Promise<boolean> {
  const [box, names, region] = [
    await what.boundingBox(),
    await logs(page).locator("thead th").first().boundingBox(),
    await logs(page).boundingBox(),
  ];
  if (box === null || names === null || region === null) return false;
  return box.x >= names.x + names.width - 1 && box.x + box.width <= region.x + region.width + 1;
}

/** The first step that commits the entry at `index`. */
function committing(timeline: Timeline, index: number): number {
  return firstStep(timeline, (at) => timeline.before(at).commit < index && timeline.after(at).commit >= index);
}

testInBrowser(
  "of logs that are wider than their panel the end is seen, and the entries that a step has changed",
  (page) =>
    opened(page, async (timeline) => {
      await told(page, timeline.length);
      await until(async () => await scrolled(page) > 0);
      assert(await isSeen(page, logs(page).locator("thead th").last()));
      const [names, region] = [
        await logs(page).locator("tbody th").first().boundingBox(),
        await logs(page).boundingBox(),
      ];
      assertEquals(names?.x, region?.x, "the names of the nodes stay at the edge");
      const end = await scrolled(page);

      const commit = committing(timeline, 2);
      await search(page, `step ${commit}`);
      await told(page, commit);
      const marked = logs(page).locator("td.marked");
      await marked.first().waitFor();
      assertEquals(await marked.count(), timeline.after(commit).commit - timeline.before(commit).commit);
      assert((await marked.first().getAttribute("title"))?.endsWith(", committed, changed by this step"));
      assert(await isSeen(page, marked.last()));

      await search(page, `step ${timeline.length}`);
      await told(page, timeline.length);
      await until(async () => await scrolled(page) === end);
    }, "#step=100000"),
  PHONE,
);

testInBrowser(
  "steps that change no log leave the logs where somebody has moved them",
  (page) =>
    opened(page, async (timeline) => {
      const quiet = firstStep(
        timeline,
        (at) => [at, at + 1].every((at) => timeline.step(at).message.type === "Tick"),
        timeline.length - 200,
      );
      await told(page, timeline.length);
      await search(page, `step ${quiet}`);
      await told(page, quiet);
      await logs(page).evaluate((region) => region.scrollLeft = 5);
      await page.getByRole("button", { name: "One step on" }).click();
      await told(page, quiet + 1);
      assertEquals(await scrolled(page), 5);
    }, "#step=100000"),
  PHONE,
);

testInBrowser(
  "keys go on to work when a button has been pressed, but for those that press it",
  (page) =>
    opened(page, async () => {
      await told(page, 1);
      const on = page.getByRole("button", { name: "One step on" });
      await on.click();
      await told(page, 2);
      await press(page, "ArrowRight", "ArrowRight");
      await told(page, 4);
      await press(page, "Space");
      await told(page, 5);
      await press(page, "Enter");
      await told(page, 6);
      await page.getByRole("button", { name: "Let it run" }).waitFor();
      await unfold(page, "Keys");
      await press(page, "ArrowLeft");
      await told(page, 5);
      await press(page, "Space");
      assertEquals(await page.locator("details.help").getAttribute("open"), null, "the key folds it again");
    }),
);

testInBrowser(
  "left and right scroll the logs while they have the focus, and other keys still step",
  (page) =>
    opened(page, async (timeline) => {
      await told(page, timeline.length);
      await until(async () => await scrolled(page) > 0);
      const end = await scrolled(page);
      await logs(page).focus();
      await press(page, "ArrowLeft");
      await until(async () => await scrolled(page) < end);
      await told(page, timeline.length);
      await press(page, "Home");
      await told(page, 0);
    }, "#step=100000"),
  PHONE,
);

testInBrowser("buttons go closer and further away, and so do two fingers", (page) =>
  opened(page, async () => {
    await told(page, 40);
    const lanes = page.locator("canvas.lanes");
    const picture = async (): Promise<string> => (await lanes.screenshot()).toString("base64");
    const changes = (from: string): Promise<void> => until(async () => await picture() !== from);
    const first = await picture();
    await page.getByRole("button", { name: "Closer" }).click();
    await changes(first);
    await page.getByRole("button", { name: "Further away" }).click();
    await until(async () => await picture() === first);

    const { x, y } = await lanes.boundingBox() ?? { x: 0, y: 0 };
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...at: readonly number[]): Promise<unknown> =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: at.map((from, id) => ({ x: x + from, y: y + 60, id })),
      });
    await touch("touchStart", 150);
    await touch("touchStart", 150, 200);
    await touch("touchMove", 130, 260);
    await changes(first);
    const closer = await picture();
    await touch("touchMove", 150, 200);
    await changes(closer);
    await touch("touchEnd");
    await told(page, 40);
  }, "#step=40"), PHONE);

testInBrowser("what the signs mean is said in sentences", (page) =>
  opened(page, async () => {
    await told(page, 1);
    await unfold(page, "signs");
    const late = page.getByText("A message that was received after one that the same node had sent later");
    await late.waitFor();
    await page.getByText(/An answer that promises something.* leaves only when the disk has it/).waitFor();
    await page.getByTitle("A message that was received after one that the same node had sent later").waitFor();
  }));
