/** Links to an instant of a recording so long that the page shows its beginning before it has read the rest. */
import { assert } from "@std/assert";
import type { Page } from "playwright-core";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { inFolder } from "../processes/fake.ts";
import { recordedRun, serving, testInBrowser } from "./browser.ts";
import { press, told } from "./demo_page.ts";
import { firstStep, timelineAt } from "./timelines.ts";

/** So much is read before something is shown. */
const PREVIEW_BYTES = 1 << 18;

/** A long recording, and a step that has another number in its beginning. */
interface Long {
  readonly folder: string;
  readonly timeline: Timeline;
  readonly number: number;
}

let long: Promise<Long> | null = null;
Deno.test.afterAll(async () => {
  if (long !== null) await Deno.remove((await long).folder, { recursive: true });
});

async function record(): Promise<Long> {
  const folder = await recordedRun({ seconds: 30 });
  const timeline = await timelineAt(folder);
  let number = 0;
  await inFolder(async (preview) => {
    await copyBeginnings(folder, preview);
    const beginning = await timelineAt(preview);
    number = firstStep(timeline, (at) => addressOf(timeline, at) !== addressOf(beginning, at)) + 1;
    assert(number < beginning.length, "the beginning has a step with this number");
  });
  return { folder, timeline, number };
}

/** Copies of each node's recording as much as the page reads at first. */
async function copyBeginnings(from: string, to: string): Promise<void> {
  const nodes = [...Deno.readDirSync(from)].map(({ name: node }) => {
    const files = [...Deno.readDirSync(`${from}/${node}`)].map(({ name }) => name).sort();
    const sizes = files.map((name) => Deno.statSync(`${from}/${node}/${name}`).size);
    return { node, files, sizes, bytes: sizes.reduce((sum, size) => sum + size) };
  });
  const all = nodes.reduce((sum, { bytes }) => sum + bytes, 0);
  assert(all > PREVIEW_BYTES, `${all} bytes are no long recording`);
  for (const { bytes, files, node, sizes } of nodes) {
    await Deno.mkdir(`${to}/${node}`);
    let left = Math.ceil(bytes * PREVIEW_BYTES / all);
    for (const [i, name] of files.entries()) {
      if (left <= 0) break;
      await Deno.copyFile(`${from}/${node}/${name}`, `${to}/${node}/${name}`);
      await Deno.truncate(`${to}/${node}/${name}`, Math.min(left, sizes[i]));
      left -= sizes[i];
    }
  }
}

/** Opens the page of the long recording at an address. */
async function opened(
  page: Page,
  hash: (long: Long) => string,
  work: (long: Long, url: string) => Promise<void>,
): Promise<void> {
  const recorded = await (long ??= record());
  await serving([recorded.folder], async (url) => {
    await page.goto(url + hash(recorded));
    await work(recorded, url);
    await page.goto("about:blank");
  });
}

/** The address of a step, as the page writes it. */
function addressOf(timeline: Timeline, number: number): string {
  const { node, run, step } = timeline.step(number);
  return `#step=${number}&at=${node}.${run}.${step}`;
}

/** Waits until the page tells this step of the whole story, and its address is the full one. */
async function isAt(page: Page, timeline: Timeline, number: number, url: string): Promise<void> {
  await page.getByText("Reading the rest").waitFor({ state: "detached" });
  const { node, run, step } = timeline.step(number);
  const name = new RegExp(`^Step ${number}: node ${node}\\s*its step ${step} of run ${run}\\b`);
  await page.getByRole("heading", { name }).waitFor();
  await page.waitForURL(url + addressOf(timeline, number));
}

testInBrowser(
  "a link with a number alone waits for the whole story, in which the step has this number",
  (page) =>
    opened(
      page,
      ({ number }) => `#step=${number}`,
      ({ number, timeline }, url) => isAt(page, timeline, number, url),
    ),
);

testInBrowser("a link leads to the step of the node, whatever number it has in the story now", (page) =>
  opened(
    page,
    ({ number, timeline }) => addressOf(timeline, number).replace(/\d+/, "3"),
    ({ number, timeline }, url) => isAt(page, timeline, number, url),
  ));

testInBrowser(
  "a link to a step that is not there any more says so, and the page can be used",
  (page) =>
    opened(page, () => "#step=3&at=1.1.999999", async ({ timeline }, url) => {
      await page.getByRole("alert").getByText("Step 999999 in run 1 of node 1 is not in these recordings.").waitFor();
      await press(page, "End");
      await told(page, timeline.length);
      await isAt(page, timeline, timeline.length, url);
    }),
);

testInBrowser(
  "another link that is opened while the page is read is waited for as well",
  (page) =>
    opened(page, () => "#step=3", async ({ number, timeline }, url) => {
      await page.evaluate(`location.hash = "#step=${number}"`);
      await isAt(page, timeline, number, url);
    }),
);
