/** What the viewer tells of a step, and what its search finds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { bootstrap, DEFAULT_OPTIONS, type Entry, type EntryId, type Message } from "../../core/mod.ts";
import { buildTimeline, placedRecordsOf, runOf } from "../../effects/debugger/mod.ts";
import { MARKS, type Timeline } from "../../effects/debugger/timeline.ts";
import { logWindow, momentOf } from "../../effects/viewer/moment.ts";
import { parseQuery, search } from "../../effects/viewer/search.ts";
import { MESSAGE_TYPES } from "../../effects/wire/message_tags.ts";
import { testsThatNeed } from "../permissions.ts";
import { demoTimeline, firstStep } from "./timelines.ts";

const test = testsThatNeed("read", "write");
let opened: ReturnType<typeof demoTimeline> | null = null;
const demo = (): ReturnType<typeof demoTimeline> => opened ??= demoTimeline();

function found(timeline: Awaited<ReturnType<typeof demoTimeline>>, text: string, from = 0, backwards = false) {
  const query = parseQuery(text);
  if (E.isLeft(query)) throw new Error(query.left);
  return search(timeline, query.right, from, backwards);
}

test("before the first step all nodes are followers that know nothing", async () => {
  const { changes, nodes, told, window } = momentOf(await demo(), 0, 28);
  assertEquals([told, changes], ["The nodes as they were started", []]);
  assertEquals(nodes.map(({ id, role, running, term }) => [id, role, running, term]), [
    [1, "follower", true, 0],
    [2, "follower", true, 0],
    [3, "follower", true, 0],
  ]);
  assertEquals(window.count, 0);
});

test("an election is told with its reason, what it changed, and what became of what was sent", async () => {
  const timeline = await demo();
  const number = firstStep(timeline, (at) => timeline.columns.role[at - 1] === 3);
  const moment = momentOf(timeline, number, 28);
  const leader = moment.nodes.find(({ id }) => id === moment.node);
  assertEquals(leader?.role, "leader");
  assertStringIncludes(moment.reason ?? "", "majority");
  assert(moment.changes.some((line) => line.startsWith("role")), moment.changes.join("\n"));
  assert(moment.changes.some((line) => line.startsWith("log: with 1")), moment.changes.join("\n"));
  assert(leader?.changed.includes("role") && leader.changed.includes("log"));
  assertEquals(leader?.progress.map(({ id }) => id), [1, 2, 3]);
  assert(moment.deliveries.some(({ fate, received, to }) => to !== moment.node && fate === "received" && received));
  assertEquals(timeline.step(number).cause, moment.cause);
});

test("every step of a run can be told as plain data, and says what it is", async () => {
  const timeline = await demo();
  for (let number = 1; number <= timeline.length; number += 7) {
    const moment = momentOf(timeline, number, 28);
    assertEquals(structuredClone(moment), moment);
    assert(moment.told.length > 0);
    assert(moment.nodes.every(({ log }) => log.length === moment.window.count));
    assert(
      moment.deliveries.every(({ fate, to }) => to !== moment.node || fate !== "late"),
      "to oneself nothing is late",
    );
  }
});

test("the leader that lost its power is down until it starts again", async () => {
  const timeline = await demo();
  const [first, second] = timeline.runs.filter(({ node }) =>
    timeline.runs.filter((run) => run.node === node).length === 2
  );
  const runs = (number: number): boolean | undefined =>
    momentOf(timeline, number, 4).nodes.find(({ id }) => id === first.node)?.running;
  assertEquals([first.last, first.last + 1, second.first - 1, second.first].map(runs), [true, false, false, true]);
});

test("the window on the logs is up to the end of the longest one, from where somebody has an entry", async () => {
  const timeline = await demo();
  const states = [...timeline.state(timeline.length).values()];
  const last = Math.max(...states.map(({ log }) => log.last.index));
  assertEquals(logWindow(states, 3), { from: last - 2, count: 3 });
  assertEquals(logWindow(states, 1_000), { from: 1, count: last });
});

test("search finds terms, nodes, message types, what is remarkable, and steps, both ways", async () => {
  const timeline = await demo();
  const { columns, length, nodes } = timeline;
  const first = (holds: (at: number) => boolean): number => firstStep(timeline, (number) => holds(number - 1));
  assertEquals(found(timeline, "term 2"), first((at) => columns.term[at] === 2));
  assertEquals(found(timeline, "node 3"), first((at) => nodes[columns.node[at]] === 3));
  assertEquals(found(timeline, "append"), first((at) => MESSAGE_TYPES.name(columns.message[at]) === "Append"));
  assertEquals(found(timeline, "commit"), first((at) => (columns.marks[at] & MARKS.commit) !== 0));
  assertEquals(found(timeline, "lost"), first((at) => (columns.marks[at] & MARKS.lost) !== 0));
  assertEquals(found(timeline, "election"), first((at) => (columns.marks[at] & MARKS.role) !== 0));
  assertEquals(
    found(timeline, "node:2 AppendResponse", 0),
    first((at) => nodes[columns.node[at]] === 2 && MESSAGE_TYPES.name(columns.message[at]) === "AppendResponse"),
  );
  assertEquals(found(timeline, "step 7", 500), 7);
  assertEquals(found(timeline, `step ${length + 1}`), null);
  assertEquals(found(timeline, "term 2", length + 1, true), length);
  assertEquals(found(timeline, "term 99"), null);
  assertEquals(found(timeline, "fault"), null);
});

test("an index is found where it is proposed, sent, acknowledged and committed", async () => {
  const timeline = await demo();
  const types: string[] = [];
  let commits = 0;
  for (let at = found(timeline, "index 3"); at !== null; at = found(timeline, "index 3", at)) {
    types.push(timeline.step(at).message.type);
    if (timeline.before(at).commit < 3 && timeline.after(at).commit >= 3) commits++;
  }
  for (const type of ["Append", "AppendResponse"]) assert(types.includes(type), types.join(" "));
  assert(types[0] === "Propose" || types[0] === "ForwardedPropose" || types[0] === "Append", types[0]);
  assertEquals(commits, 3, "on every node once");
});

test("a ticket is found where the request is made, and where it is turned down later", async () => {
  const timeline = await demo();
  const at = firstStep(timeline, (number) => timeline.step(number).message.type === "Propose");
  const { message } = timeline.step(at);
  assertEquals(found(timeline, `ticket ${message.type === "Propose" ? message.ticket : ""}`), at);
  assertEquals(found(timeline, "ticket 987654"), null);

  const vote = (from: number): Message => ({ type: "RequestVoteResponse", from, to: 1, term: 1, granted: true });
  const { right: story } = await storyOf([
    { type: "Campaign" },
    vote(1),
    vote(2),
    { type: "TransferLeader", ticket: 1, transferee: 2 },
    { type: "Tick", random: 0 },
    { type: "TransferLeader", ticket: 2, transferee: 3 },
  ]);
  assertEquals(found(story, "ticket 1"), 4);
  assertEquals(found(story, "ticket 1", 4), 6, "another transfer has taken its place");
  assertEquals(found(story, "ticket 2"), 6);
});

test("the entries that a step brings, replaces, takes away or commits are marked, on its node only", async () => {
  const append = (from: number, term: number, prev: EntryId, terms: readonly number[], commit: number): Message => {
    const entries = terms.map((term, i): Entry => ({
      ...{ index: prev.index + 1 + i, term, type: "normal", data: new Uint8Array(), size: 0 },
    }));
    return { type: "Append", from, to: 1, term, prev, entries, commit };
  };
  const { right: story } = await storyOf([
    append(2, 1, { index: 0, term: 0 }, [1, 1, 1, 1], 1),
    append(2, 1, { index: 4, term: 1 }, [], 2),
    append(3, 2, { index: 2, term: 1 }, [2], 2),
    { type: "Tick", random: 0 },
  ]);
  const marked = (number: number) => momentOf(story, number, 28).nodes.map(({ marked }) => marked);
  assertEquals([1, 2, 3, 4].map(marked), [[[1, 2, 3, 4]], [[2]], [[3]], [[]]]);
  // Where the longest log ends, the window does: of one that was cut, the rest is in it as long as another node has as much.
  const [cut] = momentOf(longer(story), 3, 28).nodes;
  assertEquals(cut.marked, [3, 4]);

  const timeline = await demo();
  const appends = firstStep(timeline, (at) => timeline.after(at).log.last.index > timeline.before(at).log.last.index);
  const { node, nodes } = momentOf(timeline, appends, 28);
  assertEquals(nodes.map(({ id, marked }) => [id, marked]), nodes.map(({ id }) => [id, id === node ? [1] : []]));
});

/** A story in which there is also a node whose log stays as long as it was in step 1. */
function longer(story: Timeline): Timeline {
  return new Proxy(story, {
    get: (of, name) =>
      name === "state"
        ? (number: number) => new Map([...of.state(number), [9, { ...of.after(1), id: 9 }]])
        : Reflect.get(of, name, of),
  });
}

/** The story of node 1 of three, which is told `messages`. */
async function storyOf(messages: readonly Message[]): Promise<E.Right<Timeline>> {
  const first = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2, 3]);
  assert(E.isRight(first));
  const run = runOf(first.right, messages);
  const story = await buildTimeline([{ name: "one", records: () => [placedRecordsOf([run], "one")] }]);
  assert(E.isRight(story));
  return story;
}

Deno.test("what cannot be understood is answered with what can", () => {
  const problem = (text: string): string => {
    const query = parseQuery(text);
    return E.isLeft(query) ? query.left : "understood";
  };
  assertStringIncludes(problem(""), 'Type for example "term 3"');
  assertEquals(problem("term"), 'A number has to follow "term".');
  assertEquals(problem("node x"), 'A number has to follow "node".');
  assertEquals(problem("term -1"), 'A number has to follow "term".');
  assertStringIncludes(
    problem("what happened"),
    '"what" is neither node, term, index, ticket, step, a message type, nor election',
  );
  assertStringIncludes(problem("constructor"), '"constructor" is neither');
  assertEquals(problem("Term 3, lost"), "understood");
});
