/**
 * Measures the viewer in a real browser with a long recording, and prints JSON:
 *
 *     deno run -A tests/viewer/measure.ts [steps]
 *
 * @module
 */
import type { CDPSession, Page } from "playwright-core";
import { viewedRecordings } from "../../effects/viewer/recordings.ts";
import { serveViewer } from "../../effects/viewer/server.ts";
import { steadyCluster } from "../recording/steady_cluster.ts";
import { launch } from "./browser.ts";

/** What was measured; times in milliseconds. */
interface Measured {
  /** Steps of all nodes. */
  readonly steps: number;
  /** Bytes of all recordings. */
  readonly bytes: number;
  /** Until lanes, map and a selected step were there. */
  readonly usable: number;
  /** Until everything was read. */
  readonly complete: number;
  /** From one frame to the next while the scrubber went over all steps. */
  readonly frames: Spread;
  /** What the page did for each of these frames, other programs on the machine included. */
  readonly work: Spread;
  /** The same as time of the processor, on the average: it does not depend on what else the machine does. */
  readonly processor: number;
  /** From the end of the scrubbing until the selected step was told. */
  readonly settled: number;
}

interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly most: number;
}

async function measure(steps: number): Promise<Measured> {
  const folder = await Deno.makeTempDir();
  const browser = await launch();
  try {
    const { bytes, steps: recorded } = await record(steps, folder);
    const found = await viewedRecordings([folder]);
    const server = serveViewer({ live: false, port: 0, sources: () => Promise.resolve(found) });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const began = performance.now();
    await page.goto(server.url);
    await page.getByRole("heading", { name: /^Step 1:/ }).waitFor();
    const usable = performance.now() - began;
    await page.getByText(/^Reading the rest/).waitFor({ state: "detached" });
    const complete = performance.now() - began;
    const scrubbed = await scrub(page);
    await page.close();
    await server.close();
    return { steps: recorded, bytes, usable: Math.round(usable), complete: Math.round(complete), ...scrubbed };
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function record(steps: number, folder: string): Promise<{ readonly steps: number; readonly bytes: number }> {
  let [bytes, taken] = [0, 0];
  for (const { id, segments, steps: own } of await steadyCluster({ steps })) {
    await Deno.mkdir(`${folder}/${id}`);
    for (const { chunks, name } of segments) {
      for (const chunk of chunks) bytes += chunk.length;
      await Deno.writeFile(`${folder}/${id}/${name}`, ReadableStream.from(chunks));
    }
    taken += own;
  }
  return { steps: taken, bytes };
}

/** Moves the scrubber over all steps, a bit in every frame. */
async function scrub(page: Page): Promise<Pick<Measured, "frames" | "work" | "processor" | "settled">> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await processorTime(session);
  const [frames, work] = await page.evaluate(SCRUB) as readonly [readonly number[], readonly number[]];
  const processor = (await processorTime(session) - before) / frames.length;
  const began = performance.now();
  const last = await page.getByRole("slider", { name: "Step" }).inputValue();
  await page.getByRole("heading", { name: `Step ${last}:` }).waitFor();
  const settled = Math.round(performance.now() - began);
  return { frames: spread(frames), work: spread(work), processor: Math.round(10 * processor) / 10, settled };
}

async function processorTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
}

/** Runs in the page. What a frame costs is seen by a task that has its turn when the frame is done. */
const SCRUB = `new Promise((resolve) => {
  const scrubber = document.querySelector(".scrubber");
  const [frames, work, channel] = [[], [], new MessageChannel()];
  let [before, began, count] = [0, 0, 0];
  channel.port1.onmessage = () => work.push(performance.now() - began);
  const frame = (now) => {
    if (count > 0) frames.push(now - before);
    before = now;
    if (count === 300) return resolve([frames, work]);
    began = performance.now();
    scrubber.value = String(Math.round(++count / 300 * Number(scrubber.max)));
    scrubber.dispatchEvent(new Event("input", { bubbles: true }));
    channel.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(10 * sorted[Math.floor(share * (sorted.length - 1))]) / 10;
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}

if (import.meta.main) console.log(JSON.stringify(await measure(Number(Deno.args[0] ?? 1_000_000)), null, 2));
