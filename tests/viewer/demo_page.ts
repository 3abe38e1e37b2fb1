/**
 * The page with the run of the demonstration, and what somebody does on it.
 *
 * @module
 */
import type { Page } from "playwright-core";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";
import { serving } from "./browser.ts";
import { timelineAt } from "./timelines.ts";

/** The run of the demonstration, in a folder that goes when all tests are over. */
let demo: Promise<readonly [folder: string, timeline: Timeline]> | null = null;
Deno.test.afterAll(async () => {
  if (demo !== null) await Deno.remove((await demo)[0], { recursive: true });
});

async function record(): Promise<readonly [folder: string, timeline: Timeline]> {
  const folder = await Deno.makeTempDir();
  await recordDemo(folder);
  return [folder, await timelineAt(folder)];
}

/** Opens the page with the demonstration. */
export async function opened(
  page: Page,
  work: (timeline: Timeline, url: string) => Promise<void>,
  hash = "",
): Promise<void> {
  const [folder, timeline] = await (demo ??= record());
  await serving([folder], async (url) => {
    await page.goto(url + hash);
    await work(timeline, url);
  });
}

/** Waits until this step is told. */
export async function told(page: Page, number: number): Promise<void> {
  const name = number === 0 ? "Before the first step" : new RegExp(`^Step ${number}:`);
  await page.getByRole("heading", { name }).waitFor();
}

/** Presses keys, one after the other. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens what is folded under this name. */
export function unfold(page: Page, name: string): Promise<void> {
  return page.locator("summary", { hasText: name }).click();
}

/** Searches for this. */
export function search(page: Page, text: string): Promise<void> {
  const box = page.getByRole("searchbox");
  return box.fill(text).then(() => box.press("Enter"));
}

/** Looks again until `holds`. A function that the page itself would call again is forbidden by what the page may run. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) if (await holds()) return;
  throw new Error("It does not come to that.");
}
