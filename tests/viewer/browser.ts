/**
 * A browser with the viewer in it, for tests.
 *
 * @module
 */
import { type Browser, chromium, type Page } from "playwright-core";
import { subject } from "../../effects/sim/command/kv_subject.ts";
import { RunRecording } from "../../effects/sim/command/recording.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import type { Faults } from "../../effects/sim/faults.ts";
import { viewedRecordings } from "../../effects/viewer/recordings.ts";
import { serveViewer } from "../../effects/viewer/server.ts";
import { find } from "../examples/programs.ts";
import { isGranted } from "../permissions.ts";

/** The browser of this machine, if there is one and tests may run it. */
const PROGRAM = isGranted("read", "write", "run", "env", "net") &&
    Deno.permissions.querySync({ name: "sys" }).state === "granted"
  ? await find([
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ])
  : undefined;

/** Starts the browser. */
export async function launch(): Promise<Browser> {
  if (PROGRAM === undefined) throw new Error("There is no browser on this machine: install chromium.");
  return await chromium.launch({
    executablePath: PROGRAM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** The browser of all tests of a file. */
let shared: Promise<Browser> | null = null;
let cleans = false;

/** What a page is like. */
export interface PageOptions {
  /** Its width and height. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What its user prefers. */
  readonly colorScheme?: "light" | "dark";
}

/** Registers a test that needs a browser; where there is none, the test is skipped, and that is said. */
export function testInBrowser(name: string, test: (page: Page) => Promise<void>, options: PageOptions = {}): void {
  if (!cleans) Deno.test.afterAll(async () => await (await shared)?.close());
  cleans = true;
  if (PROGRAM === undefined) console.warn(`SKIPPED: "${name}", because there is no browser, or it may not be run.`);
  Deno.test({
    name,
    ignore: PROGRAM === undefined,
    // The browser is another process, which playwright looks after.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const page = await (await (shared ??= launch())).newPage({ viewport: { width: 1280, height: 900 }, ...options });
      page.setDefaultTimeout(20_000);
      const errors: string[] = [];
      page.on("pageerror", ({ message }) => errors.push(message));
      try {
        await test(page);
        if (errors.length > 0) throw new Error(`The page has failed: ${errors.join("; ")}`);
      } finally {
        await page.close();
      }
    },
  });
}

/** Serves the recordings at `paths` while `work` looks at them; of one of etcd's library, the run that is named. */
export async function serving(
  paths: readonly string[],
  work: (url: string) => Promise<void>,
  run?: string,
): Promise<void> {
  const found = await viewedRecordings(paths, run);
  const server = serveViewer({ live: false, port: 0, sources: () => Promise.resolve(found) });
  try {
    await work(server.url);
  } finally {
    await server.close();
  }
}

/** Records a life of a cluster in which `faults` happen, and returns the folder, which has to be removed. */
export async function recordedRun(
  { faults = PROFILES.crash, nodes = 3, seconds = 6, seed = 4 }: {
    readonly faults?: Faults;
    readonly nodes?: number;
    readonly seconds?: number;
    readonly seed?: number;
  } = {},
): Promise<string> {
  const folder = await Deno.makeTempDir();
  const recording = new RunRecording();
  await subject.run(makePlan(seed, { faults, seconds, nodes }), recording);
  await recording.copyTo(folder);
  return folder;
}
