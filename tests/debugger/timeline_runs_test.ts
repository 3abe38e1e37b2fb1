import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Node, NodeId } from "../../core/mod.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { buildTimeline } from "../../effects/debugger/timeline_build.ts";
import {
  type PlacedRecord,
  readRecording,
  type RecordingRecord,
  replayRecords,
  stateHash,
} from "../../effects/recording/mod.ts";
import { importsOf } from "../purity/cycles.ts";
import { testsThatNeed } from "../permissions.ts";
import { loneLife, record, recordsOn } from "../recording/lives.ts";
import { steadyCluster } from "../recording/steady_cluster.ts";
import { randomStories, recordStory, timelineOf } from "./timeline_story.ts";

const LIFE = loneLife({ commands: 60, compactEvery: 20 });
const RECORDS = await recordsOn(await record([LIFE, LIFE], { hashEvery: 10, keyframeEvery: 40, msPerStep: 10 }));

Deno.test("a run that nobody has ended is cut, and one that was closed is closed", async () => {
  const end = RECORDS.findLastIndex(({ record }) => record.type === "End");
  const { place } = RECORDS[end];
  const cut: PlacedRecord = { record: { type: "Cut", before: LIFE.steps.length, bytes: 0 }, place };
  const timeline = await built([RECORDS.with(end, cut)]);
  assertEquals(timeline.runs.map(({ end, run }) => [run, end]), [[1, "closed"], [2, "cut"]]);
  assertEquals(timeline.length, 2 * LIFE.steps.length);
});

Deno.test("steps that the recorder left out are a gap between two parts of the run", async () => {
  // The steps before a keyframe were not recorded.
  const at = RECORDS.findIndex(({ record }) => record.type === "Keyframe" && record.cause === "interval");
  const [steps, keyframe] = [RECORDS[at - 1], RECORDS[at]];
  assert(steps.record.type === "Steps" && keyframe.record.type === "Keyframe");
  const { before, messages } = steps.record;
  const gap: RecordingRecord = { type: "Gap", before, steps: messages.length };
  const records = RECORDS.with(at - 1, { record: gap, place: steps.place })
    .with(at, { record: { ...keyframe.record, cause: "gap" }, place: keyframe.place });
  const timeline = await built([records]);
  assertEquals(timeline.length, 2 * LIFE.steps.length - messages.length);
  const [first, second, third] = timeline.runs;
  assertEquals([first.run, first.end, first.leftOut, first.last], [1, "gap", messages.length, before]);
  assertEquals([second.run, second.end, second.before, second.first], [
    1,
    "closed",
    before + messages.length,
    before + 1,
  ]);
  assertEquals([third.run, third.before], [2, 0]);
  assertEquals(timeline.step(before + 1).step, before + messages.length + 1);
  assertEquals(timeline.find(1, 1, before), before);
  assertEquals(timeline.find(1, 1, before + 1), null);
  assertEquals(timeline.before(before + 1), second.state);
});

Deno.test("a run whose first state did not arrive is not there, and the one before stays as it was", async () => {
  const second = RECORDS.findLastIndex(({ record }) => record.type === "Segment");
  const keyframe = RECORDS[second + 1];
  assert(keyframe.record.type === "Keyframe");
  const cut: PlacedRecord = { record: { type: "Cut", before: 0, bytes: 0 }, place: keyframe.place };
  const incomplete: RecordingRecord = { ...keyframe.record, last: { index: 9, term: 1 } };
  const timeline = await built([
    [...RECORDS.slice(0, second + 1), { record: incomplete, place: keyframe.place }, cut],
  ]);
  assertEquals(timeline.runs.map(({ end, run }) => [run, end]), [[1, "closed"]]);
});

Deno.test("recordings of two clusters, or two of one node, are an error that names the second one", async () => {
  const of = (cluster: string, node: NodeId): readonly PlacedRecord[] =>
    RECORDS.map(({ record, place }) => ({
      record: record.type === "Segment" ? { ...record, cluster: O.some(cluster), node } : record,
      place: { ...place, file: `${cluster}/${node}` },
    }));
  for (
    const [other, reason] of [
      [of("b", 2), "this is a recording of another cluster than those before"],
      [of("a", 1), "this is another recording of node 1: open one of each node"],
    ] as const
  ) {
    const result = await buildTimeline([of("a", 1), other].map((records) => ({ name: "", records: () => [records] })));
    assert(E.isLeft(result));
    assertEquals(result.left.message, `${other[0].place.file} at byte 8: ${reason}`);
    assertEquals(result.left.place, other[0].place);
  }
  assert(E.isLeft(await buildTimeline([])));
});

Deno.test("clocks that are wrong by less than messages say are put right", async () => {
  const [story] = randomStories(60, 80, 5).filter(({ steps }) => new Set(steps.map(({ id }) => id)).size === 3);
  const straight = await timelineOf(await recordStory(story, { hashEvery: 1, flushMs: 1, dated: true }));
  const skewed = await timelineOf(
    await recordStory(story, { hashEvery: 1, flushMs: 1, dated: true, skew: (id) => 60_000 * id }),
  );
  const undated = await timelineOf(await recordStory(story, { hashEvery: 1, flushMs: 1 }));
  const counts = new Map<NodeId, number>();
  for (let number = 1; number <= straight.length; number++) {
    const { at, node } = straight.step(number);
    const before = counts.get(node) ?? 0;
    counts.set(node, before + 1);
    const happened = story.steps.flatMap(({ id }, i) => id === node ? [i + 1] : [])[before];
    assert(at !== null && Math.abs(at - 1e12 - happened) < 5, `step ${number} was at ${happened}, not ${at}`);
  }
  for (const timeline of [skewed, undated]) {
    assertEquals(timeline.length, straight.length);
    // Of two nodes that exchange messages, the order of steps is at most a few milliseconds off.
    const off = [...Array(straight.length).keys()].map((i) => {
      const { node, run, step } = straight.step(i + 1);
      return Math.abs((timeline.find(node, run, step) ?? Infinity) - (i + 1));
    }).sort((a, b) => a - b);
    assert(off[off.length >> 1] < 25, `half of the steps are more than ${off[off.length >> 1]} places off`);
  }
});

Deno.test("of a long recording any step can be seen, and every message has its cause", async () => {
  const recorded = await steadyCluster({ steps: 20_000, compactEvery: 500 });
  const sources = recorded.map(({ id, segments }) => ({
    name: `node ${id}`,
    records: () => readRecording(segments.map(({ name, chunks }) => ({ name, chunks: () => chunks }))),
  }));
  const built = await buildTimeline(sources);
  assert(E.isRight(built));
  const timeline = built.right;
  assertEquals(timeline.length, recorded.reduce((sum, { steps }) => sum + steps, 0));
  const states = new Map<string, Node>();
  for (const { name, records } of sources) {
    await replayRecords(records(), {
      watch: { stepped: ({ after, number }) => number % 97 === 0 && void states.set(`${name} ${number}`, after) },
    });
  }
  let seen = 0;
  for (let number = timeline.length; number > 0; number -= 7) { // backwards, so that most of them are jumps
    const { cause, message, node, step } = timeline.step(number);
    if ("from" in message) assert(cause !== null && cause < number, `step ${number}`);
    const expected = states.get(`node ${node} ${step}`);
    if (expected === undefined) continue;
    assertEquals(stateHash(timeline.state(number).get(node) ?? expected), stateHash(expected));
    seen++;
  }
  assert(seen > 20, `${seen} states`);
});

testsThatNeed("read")("what a timeline is made of runs in browsers: nothing of it needs Deno or Node", async () => {
  for (const name of ["timeline_build.ts", "timeline_etcd.ts"]) {
    const root = new URL(`../../effects/debugger/${name}`, import.meta.url);
    const found = new Map<string, string>();
    const todo = [root.href];
    while (todo.length > 0) {
      const file = todo.pop() ?? "";
      if (found.has(file)) continue;
      const text = await Deno.readTextFile(new URL(file));
      found.set(file, text);
      todo.push(...importsOf(text, file));
    }
    assert(found.size > 60);
    for (const [file, text] of found) {
      assert(!/^(?! \*).*(\bDeno\.|\bfrom "node:)/m.test(text), `${file} uses Deno or Node`);
    }
  }
});

async function built(sources: readonly (readonly PlacedRecord[])[]): Promise<Timeline> {
  const timeline = await buildTimeline(sources.map((records, i) => ({ name: `${i}`, records: () => [records] })));
  assert(E.isRight(timeline), JSON.stringify(timeline));
  return timeline.right;
}
