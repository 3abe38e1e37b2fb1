/** The order of the steps of a cluster whose network and nodes do everything wrong, of which the true times are known. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { PROFILES } from "../../effects/sim/profiles.ts";
import type { Fate, Timeline } from "../../effects/debugger/timeline.ts";
import { openTimeline } from "../../effects/debugger/timeline_files.ts";
import { openRecordings } from "../../effects/recording/read_folder.ts";
import { testsThatNeed } from "../permissions.ts";
import { recordedRun } from "../viewer/browser.ts";

const test = testsThatNeed("read", "write");

/** The timeline of a simulated run, and when each of its records was begun. */
async function simulated(
  run: Parameters<typeof recordedRun>[0],
): Promise<{ readonly timeline: Timeline; readonly recorded: ReadonlyMap<string, number> }> {
  const folder = await recordedRun(run);
  try {
    const recorded = new Map<string, number>();
    for (const recording of await openRecordings([folder])) {
      let began = NaN;
      for await (const some of recording.records()) {
        for (const { record, place } of some) {
          if (record.type === "Segment" && O.isSome(record.began)) began = Date.parse(record.began.value);
          if (record.type === "Steps") recorded.set(`${place.file} ${place.at}`, began + record.ms);
        }
      }
    }
    const opened = await openTimeline([folder]);
    assert(E.isRight(opened));
    return { timeline: opened.right, recorded };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function* numbers({ length }: Timeline): Generator<number> {
  for (let number = 1; number <= length; number++) yield number;
}

test("no step is told long after it happened, although equal messages come twice and nodes wait for each other", async () => {
  for (const [seed, faults] of [[3, PROFILES.chaos], [4, PROFILES.chaos], [3, PROFILES.network]] as const) {
    const { recorded, timeline } = await simulated({ nodes: 5, seconds: 30, seed, faults });
    for (const number of numbers(timeline)) {
      const { at, place } = timeline.step(number);
      const ms = recorded.get(`${place.file} ${place.at}`);
      assert(at !== null && ms !== undefined);
      assert(at - ms < 500, `seed ${seed}: step ${number} is told ${at - ms} ms after it happened`);
    }
  }
});

test("equal messages arrive in the order in which they were sent", async () => {
  const { timeline } = await simulated({ nodes: 3, seconds: 20, seed: 4, faults: PROFILES.network });
  const last = new Map<string, number>();
  let equal = 0;
  for (const number of numbers(timeline)) {
    for (const { message, received } of timeline.step(number).deliveries) {
      if (received === null || !("to" in message)) continue;
      const key = JSON.stringify(message);
      const before = last.get(key);
      if (before !== undefined) {
        equal++;
        assert(received > before, `what step ${number} sent arrived in step ${received}, an earlier one in ${before}`);
      }
      last.set(key, received);
    }
  }
  assert(equal > 100, `${equal} messages were sent again and received`);
});

test("what did not arrive was lost, or its receiver was down, or nobody knows because its recording is over", async () => {
  const counts = { received: 0, late: 0, lost: 0, down: 0, unknown: 0 } satisfies Record<Fate, number>;
  const { timeline } = await simulated({ nodes: 5, seconds: 30, seed: 3, faults: PROFILES.chaos });
  for (const number of numbers(timeline)) {
    for (const { fate, to } of timeline.step(number).deliveries) {
      counts[fate]++;
      if (fate === "received" || fate === "late") continue;
      const runs = timeline.runs.filter(({ first, node }) => node === to && first > 0);
      const isUp = runs.some(({ first, last }) => first <= number && number < last);
      const isOver = runs.every(({ last }) => last <= number) && runs.at(-1)?.end !== "closed";
      assertEquals(fate, isUp ? "lost" : isOver ? "unknown" : "down", `step ${number} to ${to}`);
    }
  }
  for (const [fate, count] of Object.entries(counts)) assert(count > 5, `${fate}: ${count}`);
});
