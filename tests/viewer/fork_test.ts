/** A fork as a timeline: the past of the run that it comes from, and another future. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { forkTimeline } from "../../effects/debugger/fork_timeline.ts";
import { MARKS } from "../../effects/debugger/timeline.ts";
import { ForkedView } from "../../effects/viewer/forked_view.ts";
import { momentOf } from "../../effects/viewer/moment.ts";
import { MESSAGE_TYPES } from "../../effects/wire/message_tags.ts";
import { testsThatNeed } from "../permissions.ts";
import { demoTimeline, firstStep, secondLeader } from "./timelines.ts";

const test = testsThatNeed("read", "write");
let opened: ReturnType<typeof demoTimeline> | null = null;
const demo = (): ReturnType<typeof demoTimeline> => opened ??= demoTimeline();

/** The vote that makes a node the leader after the first leader has lost its power: there is no other one. */
async function onlyVote(): Promise<number> {
  return secondLeader(await demo());
}

test("a fork in which nothing is changed is the run itself", async () => {
  const base = await demo();
  const view = new ForkedView(base, forkTimeline(base, { at: 100 }));
  assertEquals(view.length, base.length);
  for (const name of ["node", "message", "role", "term", "commit", "cause"] as const) {
    assertEquals(view.columns[name], base.columns[name], name);
  }
  for (const number of [50, 100, 101, base.length]) {
    const [there, here] = [momentOf(base, number, 1_000), momentOf(view, number, 1_000)];
    assertEquals([here.nodes, here.changes, here.told], [there.nodes, there.changes, there.told]);
    const { node, run, step } = view.step(number);
    assertEquals(view.find(node, run, step), number);
  }
});

test("without the vote that made it the leader, a candidate does not lead", async () => {
  const base = await demo();
  const vote = await onlyVote();
  const { node } = base.step(vote);
  const view = new ForkedView(base, forkTimeline(base, { at: vote - 1, drop: [vote] }));
  assertEquals(base.after(vote).role, "leader");
  assertEquals(momentOf(view, vote - 1, 1_000).nodes, momentOf(base, vote - 1, 1_000).nodes, "the past is the same");
  assert(view.state(vote).get(node)?.role !== "leader");
  assert(view.length > vote);
  const { deliveries } = view.step(base.step(vote).cause ?? 0);
  assertEquals(deliveries.find(({ to }) => to === node)?.fate, "lost", "what was sent before the fork is lost now");
  for (let number = vote; number <= view.length; number++) {
    const loses = view.step(number).deliveries.some(({ fate }) => fate === "lost");
    assertEquals((view.columns.marks[number - 1] & MARKS.lost) !== 0, loses, `step ${number}`);
  }
});

test("a node that is told to campaign asks for votes, and every message has its cause", async () => {
  const base = await demo();
  const at = firstStep(base, (number) => base.columns.commit[number - 1] >= 1);
  const node = base.nodes.find((id) => base.state(at).get(id)?.role === "follower") ?? 0;
  const view = new ForkedView(base, forkTimeline(base, { at, insert: [{ node, message: { type: "Campaign" } }] }));
  const told = firstStep(view, (number) => view.step(number).message.type === "Campaign", at + 1);
  assertEquals(view.step(told).node, node);
  const asked = firstStep(view, (number) => {
    const type = MESSAGE_TYPES.name(view.columns.message[number - 1]);
    return type === "RequestPreVote" || type === "RequestVote";
  }, told + 1);
  assertEquals(view.step(asked).cause, told);
  for (let number = at + 1; number <= view.length; number++) {
    const { cause, message, node } = view.step(number);
    assertEquals(cause ?? 0, view.columns.cause[number - 1]);
    if (cause === null || message.type === "Persisted") continue;
    assert(cause < number);
    assert(view.step(cause).deliveries.some(({ received, to }) => received === number && to === node), message.type);
  }
});

test("a fork can be forked, and every step of it can be told", async () => {
  const base = await demo();
  const vote = await onlyVote();
  const first = new ForkedView(base, forkTimeline(base, { at: vote - 1, drop: [vote] }));
  const second = new ForkedView(
    first,
    forkTimeline(first, { at: vote + 20, insert: [{ node: base.step(vote).node, message: { type: "Campaign" } }] }),
  );
  firstStep(second, (number) => second.step(number).message.type === "Campaign", vote + 21);
  assertEquals(momentOf(second, vote + 20, 1_000).nodes, momentOf(first, vote + 20, 1_000).nodes);
  for (let number = 0; number <= second.length; number += 5) assert(momentOf(second, number, 28).told.length > 0);
});

test("there is no step beyond the end", async () => {
  const base = await demo();
  const view = new ForkedView(base, forkTimeline(base, { at: 10 }));
  assertThrows(() => view.step(view.length + 1), RangeError, `There is no step ${view.length + 1}`);
});
