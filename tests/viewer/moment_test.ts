/** What the viewer tells of a step, and what its search finds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { MARKS } from "../../effects/debugger/timeline.ts";
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
    '"what" is neither node, term, index, step, a message type, nor election',
  );
  assertStringIncludes(problem("constructor"), '"constructor" is neither');
  assertEquals(problem("Term 3, lost"), "understood");
});
