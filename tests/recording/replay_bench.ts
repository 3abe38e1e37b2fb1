/**
 * How fast recordings are read and replayed, beside `JSON.parse` alone on the same lines; and what a long one takes to open
 * as a timeline, to keep, and to jump about in:
 * `deno run -A --v8-flags=--expose-gc tests/recording/replay_bench.ts [STEPS]`.
 *
 * Three nodes replicate payloads of 64 bytes, and cut their logs now and then. All times are CPU time of this process.
 *
 * @module
 */
import process from "node:process";
import * as E from "fp-ts/Either";
import type { Node } from "../../core/mod.ts";
import { buildTimeline } from "../../effects/debugger/timeline_build.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { exportLines, readJsonLines, readRecording, Replayer } from "../../effects/recording/mod.ts";
import type { PlacedRecord, RecordingFile } from "../../effects/recording/mod.ts";
import { type Recorded, steadyCluster } from "./steady_cluster.ts";

const ROUNDS = 5;
/** So many lines come at a time, as they do from a file. */
const BATCH = 2_000;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function filesOf({ segments }: Recorded): readonly RecordingFile[] {
  return segments.map(({ name, chunks }) => ({ name, chunks: () => chunks }));
}

async function linesOf(recorded: Recorded): Promise<readonly (readonly string[])[]> {
  const lines: string[] = [];
  for await (const some of exportLines(readRecording(filesOf(recorded)))) lines.push(...some);
  // Lines of a file are parts of a long text.
  const text = lines.join("\n");
  const batches: string[][] = [];
  let at = 0;
  for (let i = 0; i < lines.length; i += BATCH) {
    batches.push(
      lines.slice(i, i + BATCH).map(({ length }) => {
        const line = text.slice(at, at + length);
        at += length + 1;
        return line;
      }),
    );
  }
  return batches;
}

async function replay(records: AsyncIterable<readonly PlacedRecord[]>): Promise<number> {
  const replayer = new Replayer();
  for await (const some of records) for (const placed of some) replayer.take(placed);
  if (replayer.differences.length > 0) throw new Error(JSON.stringify(replayer.differences));
  return replayer.summary.steps;
}

async function rates(recorded: Recorded): Promise<void> {
  const batches = await linesOf(recorded);
  const count = batches.reduce((sum, { length }) => sum + length, 0);
  const best = { parse: Infinity, lines: Infinity, binary: Infinity };
  let parsed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let began = cpuMs();
    for (const batch of batches) for (const line of batch) if (JSON.parse(line) !== null) parsed++;
    best.parse = Math.min(best.parse, cpuMs() - began);
    began = cpuMs();
    await replay(readJsonLines("bench", batches));
    best.lines = Math.min(best.lines, cpuMs() - began);
    began = cpuMs();
    await replay(readRecording(filesOf(recorded)));
    best.binary = Math.min(best.binary, cpuMs() - began);
  }
  if (parsed !== ROUNDS * count) throw new Error("Lines are missing");
  const rate = (ms: number): string => `${Math.round(count / ms).toLocaleString("en").padStart(5)}`;
  console.log(
    `node ${recorded.id}: ${count.toLocaleString("en")} lines; thousand lines a second: JSON.parse ${
      rate(best.parse)
    }, lines replayed ${rate(best.lines)} (${percent(best.parse / best.lines)}), binary replayed ${
      rate(best.binary)
    } (${percent(best.parse / best.binary)})`,
  );
}

function percent(ratio: number): string {
  return `${Math.round(100 * ratio)} %`;
}

/** Bytes in use once everything that can go is gone; some of it goes only after a while. */
async function used(): Promise<number> {
  const collect: unknown = Reflect.get(globalThis, "gc");
  for (let i = 0; i < 4; i++) {
    if (typeof collect === "function") collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { external, heapUsed } = Deno.memoryUsage();
  return heapUsed + external;
}

/** What every state of a run takes if all of them are kept. */
async function keepAll(recorded: readonly Recorded[]): Promise<void> {
  let [all, count] = [0, 0];
  const each: string[] = [];
  for (const one of recorded) {
    const states: Node[] = [];
    const fold = async (keeps: boolean): Promise<number> => {
      let last: Node | null = null;
      const replayer = new Replayer({
        verify: false,
        watch: { stepped: ({ after }) => keeps ? void states.push(after) : void (last = after) },
      });
      for await (const some of readRecording(filesOf(one))) for (const placed of some) replayer.take(placed);
      return last === states[0] ? NaN : await used();
    };
    const without = await fold(false);
    const bytes = await fold(true) - without - 8 * states.length; // without the list itself
    all += bytes;
    count += states.length;
    each.push(`node ${one.id} ${(bytes / states.length).toFixed(0)}`);
  }
  console.log(
    `each of ${count.toLocaleString("en")} states kept, bytes a state: ${each.join(", ")}; ` +
      `all ${(all / count).toFixed(0)}`,
  );
}

async function open(recorded: readonly Recorded[], verify: boolean): Promise<Timeline> {
  const sources = recorded.map((one) => ({ name: `node ${one.id}`, records: () => readRecording(filesOf(one)) }));
  const before = await used();
  const began = cpuMs();
  const wall = performance.now();
  const timeline = await buildTimeline(sources, { verify });
  const [cpu, ms] = [cpuMs() - began, performance.now() - wall];
  if (E.isLeft(timeline)) throw new Error(timeline.left.message);
  const bytes = await used() - before;
  const { length } = timeline.right;
  console.log(
    `${length.toLocaleString("en")} steps opened ${verify ? "and compared" : "without comparing"} in ${
      (cpu / 1000).toFixed(2)
    } s of CPU (${(ms / 1000).toFixed(2)} s by the clock); they keep ${(bytes / 1e6).toFixed(0)} MB, ${
      (bytes / length).toFixed(0)
    } bytes a step`,
  );
  return timeline.right;
}

function jump(timeline: Timeline): void {
  const times: number[] = [];
  let at = 1;
  for (let i = 0; i < 1_000; i++) {
    at = 1 + (at * 48_271 + 11) % timeline.length;
    const began = cpuMs();
    const step = timeline.step(at);
    if (timeline.state(at).size === 0 || step.outbox.length + step.deliveries.length < 0) throw new Error("Nothing");
    times.push(cpuMs() - began);
  }
  times.sort((a, b) => a - b);
  console.log(
    `jump to a step, with all states, outbox and deliveries: median ${times[500].toFixed(2)} ms, ` +
      `of 1,000 the slowest ${times[999].toFixed(2)} ms`,
  );
}

if (import.meta.main) {
  const steps = Number(Deno.args[0] ?? 1_000_000);
  for (const one of await steadyCluster({ steps: 200_000 })) await rates(one);
  await keepAll(await steadyCluster({ steps: 200_000 }));
  const recorded = await steadyCluster({ steps });
  const bytes = recorded.flatMap(({ segments }) => segments).flatMap(({ chunks }) => chunks)
    .reduce((sum, { length }) => sum + length, 0);
  console.log(`${steps.toLocaleString("en")} steps in ${(bytes / 1e6).toFixed(0)} MB`);
  await open(recorded, false);
  jump(await open(recorded, true));
}
