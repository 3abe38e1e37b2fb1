import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Message, NodeId } from "../../core/mod.ts";
import { MARKS, type Timeline } from "../../effects/debugger/timeline.ts";
import { canonical } from "../properties/canonical.ts";
import { observable } from "../wire/round_trip.ts";
import {
  randomStories,
  recordStory,
  type Story,
  type StoryRecording,
  type StoryStep,
  timelineOf,
} from "./timeline_story.ts";

const STORIES = randomStories(20, 80, 11).filter(({ steps }) => steps.length > 20);
const FINE: StoryRecording = { hashEvery: 1, flushMs: 1 };
const COARSE: StoryRecording = {};
const TIMELESS: StoryRecording = { msPerStep: 0 };

Deno.test("a timeline holds every step of every node, in the node's own order, with its states and outbox", async () => {
  for (const story of STORIES.slice(0, 7)) {
    for (const recording of [FINE, COARSE, TIMELESS]) {
      const timeline = await timelineOf(await recordStory(story, recording), { keepEvery: 7 });
      assertEquals(timeline.length, story.steps.length);
      for (const id of timeline.nodes) {
        const expected = story.steps.filter((step) => step.id === id);
        const got = numbers(timeline).filter((number) => timeline.step(number).node === id);
        assertEquals(got.length, expected.length);
        got.forEach((number, i) => assertStep(timeline, number, expected[i]));
      }
    }
  }
});

Deno.test("a message is received after it was sent, by one who it was for, and no message has two causes", async () => {
  let [causes, duplicates] = [0, 0];
  for (const story of STORIES) {
    for (const recording of [FINE, COARSE, TIMELESS, { ...FINE, dated: true, skew: (id: NodeId) => 400 * id }]) {
      const timeline = await timelineOf(await recordStory(story, recording));
      const received = new Map<number, number>();
      for (const number of numbers(timeline)) {
        const { deliveries } = timeline.step(number);
        for (const { duplicates: again, message, received: by, to } of deliveries) {
          for (const receiver of by === null ? again : [by, ...again]) {
            const step = timeline.step(receiver);
            assert(receiver > number, `${receiver} receives what ${number} sends`);
            assertEquals([step.node, step.cause], [to, number]);
            assertEquals(withoutData(step.message), withoutData(message));
            received.set(receiver, number);
          }
          duplicates += again.length;
        }
      }
      for (const number of numbers(timeline)) {
        assertEquals(received.get(number) ?? null, timeline.step(number).cause);
        if (timeline.step(number).cause !== null) causes++;
      }
    }
  }
  assert(causes > 5_000 && duplicates > 5, `${causes} causes, ${duplicates} duplicates`);
});

Deno.test("where times are recorded, every step has the cause that it had, but for messages that are equal", async () => {
  const counts = { all: 0, right: 0, equal: 0 };
  for (const story of STORIES) {
    const timeline = await timelineOf(await recordStory(story, { ...FINE, dated: true }));
    const truth = indexOf(story);
    for (const number of numbers(timeline)) {
      const { cause, node, step, run } = timeline.step(number);
      const expected = truth.get(`${node} ${ordinal(timeline, node, run)} ${step}`);
      assert(expected !== undefined);
      const told = cause === null ? null : timeline.step(cause);
      const got = told === null
        ? null
        : truth.get(`${told.node} ${ordinal(timeline, told.node, told.run)} ${told.step}`);
      counts.all++;
      if (got?.number === expected.cause || (got === null && expected.cause === null)) counts.right++;
      else if (isRepeated(story, expected.message)) counts.equal++;
      else throw new Error(`step ${number} has the cause ${got?.number}, not ${expected.cause}`);
    }
  }
  // This network holds messages back for as long as it likes, so that equal ones cannot always be told from each other.
  assert(counts.right > 0.85 * counts.all, JSON.stringify(counts));
});

Deno.test("what nobody received is lost, and a step that sent such a message is marked", async () => {
  let lost = 0;
  for (const story of STORIES) {
    const timeline = await timelineOf(await recordStory(story, FINE));
    for (const number of numbers(timeline)) {
      const fates = timeline.step(number).deliveries.map(({ fate }) => fate);
      const isLost = fates.includes("lost") || fates.includes("down");
      assertEquals(isLost, (timeline.columns.marks[number - 1] & MARKS.lost) !== 0);
      lost += fates.filter((fate) => fate === "lost").length;
    }
  }
  assert(lost > 100, `${lost} are lost`);
});

Deno.test("a message is late if one that was sent later, on the same way, and did not wait for less, was received before it", async () => {
  const counts = { late: 0, twice: 0, waited: 0 };
  for (const story of STORIES) {
    const timeline = await timelineOf(await recordStory(story, FINE));
    const newest = new Map<string, number>();
    const newestThatWaited = new Map<string, number>();
    for (const number of numbers(timeline)) {
      const { cause, node } = timeline.step(number);
      const marked = (timeline.columns.marks[number - 1] & MARKS.late) !== 0;
      if (cause === null) {
        assert(!marked);
        continue;
      }
      const { deliveries, node: from, outbox } = timeline.step(cause);
      const at = deliveries.findIndex(({ duplicates, received }) => received === number || duplicates.includes(number));
      const position = 1_000 * cause + at;
      const way = `${from} ${node}`;
      const twice = deliveries[at].received !== number;
      const { message } = deliveries[at];
      const waits = outbox.some((effect) => effect.type === "Persist" && effect.then.some((then) => then === message));
      const late = position < ((waits ? newestThatWaited : newest).get(way) ?? 0);
      if (waits && !late && !twice && position < (newest.get(way) ?? 0)) counts.waited++;
      newest.set(way, Math.max(position, newest.get(way) ?? 0));
      if (waits) newestThatWaited.set(way, Math.max(position, newestThatWaited.get(way) ?? 0));
      assertEquals(marked, late || twice, `step ${number}`);
      if (!twice) assertEquals(deliveries[at].fate, late ? "late" : "received");
      counts[twice ? "twice" : "late"] += marked ? 1 : 0;
    }
  }
  assert(counts.late > 50 && counts.twice > 3 && counts.waited > 20, JSON.stringify(counts));
});

Deno.test("the states of all nodes can be seen after any step", async () => {
  for (const story of STORIES.slice(0, 10)) {
    const timeline = await timelineOf(await recordStory(story, { ...FINE, dated: true }), { keepEvery: 5 });
    const states = new Map(timeline.state(0));
    assertEquals([...states.keys()], [...timeline.nodes]);
    for (const number of numbers(timeline)) {
      states.set(timeline.step(number).node, timeline.after(number));
      const got = timeline.state(number);
      for (const id of timeline.nodes) assertEquals(observable(got.get(id)), observable(states.get(id)), `${number}`);
    }
  }
});

Deno.test("runs say where a node was started and how it ended", async () => {
  let restarts = 0;
  for (const story of STORIES) {
    const timeline = await timelineOf(await recordStory(story, FINE));
    for (const id of timeline.nodes) {
      const runs = timeline.runs.filter(({ node, first }) => node === id && first > 0);
      const starts = [...new Set(story.steps.filter((step) => step.id === id).map(({ start }) => start))];
      assertEquals(runs.length, starts.length);
      runs.forEach(({ before, end, first, last, state }, i) => {
        assertEquals([before, end], [0, "closed"]);
        assertEquals(timeline.before(first), state);
        assertEquals(
          numbers(timeline).filter((number) => number >= first && number <= last && timeline.step(number).node === id)
            .length,
          story.steps.filter((step) => step.id === id && step.start === starts[i]).length,
        );
      });
      restarts += runs.length - 1;
    }
  }
  assert(restarts > 5, `${restarts} restarts`);
});

Deno.test("times never go back, and a step is found by its number in its run", async () => {
  const timeline = await timelineOf(await recordStory(STORIES[0], { ...COARSE, dated: true }));
  assert(new Set(timeline.columns.at).size > timeline.length / 2, "the steps of a record have the same time");
  let last = 1e12;
  for (const number of numbers(timeline)) {
    const { at, node, run, step } = timeline.step(number);
    assert(at !== null && at >= last);
    assertEquals(timeline.find(node, run, step), number);
    last = at;
  }
  assertEquals(timeline.find(99, 1, 1), null);
  assertEquals(timeline.find(timeline.nodes[0], 1, 1_000_000), null);
  for (const number of [0, -1, 0.5, timeline.length + 1]) {
    assertThrows(() => timeline.step(number), RangeError, `There is no step ${number}`);
    assertThrows(() => timeline.after(number), RangeError);
  }
  assertThrows(() => timeline.state(timeline.length + 1), RangeError);
});

function assertStep(timeline: Timeline, number: number, { after, before, id, message, outbox }: StoryStep): void {
  const step = timeline.step(number);
  assertEquals([step.number, step.node], [number, id]);
  assertEquals(canonical(step.message), canonical(message));
  assertEquals(canonical(step.outbox), canonical(outbox));
  assertEquals(observable(timeline.before(number)), observable(before));
  assertEquals(observable(timeline.after(number)), observable(after));
  const { commit, role, term } = timeline.columns;
  const roles = ["follower", "preCandidate", "candidate", "leader"];
  assertEquals([roles[role[number - 1]], term[number - 1], commit[number - 1]], [after.role, after.term, after.commit]);
}

function numbers({ length }: Timeline): readonly number[] {
  return Array.from({ length }, (_, i) => i + 1);
}

function indexOf(story: Story): ReadonlyMap<string, StoryStep & { readonly number: number }> {
  const counts = new Map<string, number>();
  const starts = new Map<NodeId, number[]>();
  return new Map(story.steps.map((step, i) => {
    const known = starts.get(step.id) ?? [];
    if (!known.includes(step.start)) known.push(step.start);
    starts.set(step.id, known);
    const life = `${step.id} ${known.indexOf(step.start)}`;
    const count = (counts.get(life) ?? 0) + 1;
    counts.set(life, count);
    return [`${life} ${count}`, { ...step, number: i + 1 }];
  }));
}

/** Which of the node's runs with steps it is. */
function ordinal(timeline: Timeline, id: NodeId, run: number): number {
  return timeline.runs.filter(({ node, first }) => node === id && first > 0).findIndex((one) => one.run === run);
}

function isRepeated({ steps }: Story, message: Message): boolean {
  const text = canonical(message);
  return steps.flatMap(({ outbox }) =>
    outbox.flatMap((effect) => effect.type === "Send" ? [effect.message] : effect.type === "Persist" ? effect.then : [])
  )
    .filter((sent) => canonical(sent) === text).length > 1;
}

/** What the host of a snapshot attaches to it is no part of what makes messages equal. */
function withoutData(message: Message): string {
  return message.type === "InstallSnapshot"
    ? canonical({ ...message, snapshot: { ...message.snapshot, data: null } })
    : canonical(message);
}
