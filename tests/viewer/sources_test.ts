/** What the page can open: folders of segments, JSON Lines, compressed ones, and recordings of etcd's library. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { exportAny } from "../../effects/debugger/command/export_any.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { buildPage } from "../../effects/viewer/build.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";
import { serving, testInBrowser } from "./browser.ts";
import { timelineAt } from "./timelines.ts";

/** What the page says of the recordings at `paths`, and of their last step. */
async function seen(page: Page, paths: readonly string[], run?: string): Promise<readonly string[]> {
  let said: readonly string[] = [];
  await serving(paths, async (url) => {
    await page.goto(`${url}#step=100000`);
    await page.locator(".logs tbody tr").first().waitFor();
    said = [await page.locator(".what").innerText(), await page.locator(".nodes tbody").first().innerText()];
    await page.goto("about:blank");
  }, run);
  return said;
}

testInBrowser(
  "segments, the same as JSON Lines, and the same compressed are the same story",
  (page) =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/run`);
      await recordDemo(`${folder}/run`);
      const output = new CapturedOutput();
      assertEquals(await exportAny([`${folder}/run`], { out: `${folder}/lines` }, output), 0, output.errors.join());
      await Deno.mkdir(`${folder}/packed`);
      const lines: string[] = [];
      const packed: string[] = [];
      for await (const { name } of Deno.readDir(`${folder}/lines`)) {
        lines.push(`${folder}/lines/${name}`);
        packed.push(`${folder}/packed/${name}.gz`);
        const file = await Deno.open(`${folder}/lines/${name}`);
        await Deno.writeFile(`${folder}/packed/${name}.gz`, file.readable.pipeThrough(new CompressionStream("gzip")));
      }
      const segments = await seen(page, [`${folder}/run`]);
      const { length } = await timelineAt(`${folder}/run`);
      assertEquals(segments[0], `${length.toLocaleString("en")} steps of 3 nodes`);
      assertStringIncludes(segments[1], "leader");
      assertEquals(await seen(page, lines.sort()), segments);
      assertEquals(await seen(page, packed.sort()), segments);
      assertEquals(await seen(page, [`${folder}/packed`]), segments, "a folder with such files");
    }),
);

testInBrowser(
  "of a recording of etcd's library the run that was asked for is shown, with its own nodes",
  async (page) => {
    const path = decodeURIComponent(new URL("../recordings/examples.jsonl.gz", import.meta.url).pathname);
    for (const run of ["example/failover", "example/restart"]) {
      const { length, nodes: members } = await timelineAt(path, run);
      const [what, nodes] = await seen(page, [path], run);
      assertEquals(what, `${length.toLocaleString("en")} steps of ${members.length} nodes`);
      assertStringIncludes(nodes, "leader");
    }
  },
);

testInBrowser("a run far behind the beginning of its file is shown, too", async (page) => {
  const path = decodeURIComponent(new URL("../recordings/random/random-03.jsonl.gz", import.meta.url).pathname);
  assert((await Deno.stat(path)).size > 2 * (1 << 18), "more than what is read of it at first");
  const [what] = await seen(page, [path], "random/seed-60");
  assert(/^[\d,]+ steps of \d nodes$/.test(what), what);
});

testsThatNeed("read", "write", "run", "env")(
  "what is shipped is what the sources of the page are built to",
  () =>
    inFolder(async (folder) => {
      await buildPage(folder);
      for (const name of ["page.html", "page.css", "page.js", "worker.js"]) {
        const shipped = await Deno.readTextFile(new URL(`../../effects/viewer/built/${name}`, import.meta.url));
        const isSame = shipped === await Deno.readTextFile(`${folder}/${name}`);
        assert(isSame, `${name} is not: run "deno run -A effects/viewer/build.ts"`);
      }
    }),
);
