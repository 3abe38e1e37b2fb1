import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { addInflight, type Message, type Node, type Outbox, type Step, step } from "../../core/mod.ts";
import type { Difference, PlacedRecord, RecordingRecord } from "../../effects/recording/mod.ts";
import { replayRecords } from "../../effects/recording/mod.ts";
import type { RunSummary } from "../../effects/recording/summary.ts";
import { type Life, loneLife, randomLives, record, recordsOn, replayed } from "./lives.ts";

const LIFE = loneLife({ commands: 60, compactEvery: 20 });
const RECORDS = await recordsOn(await record([LIFE], { keyframeEvery: 100, msPerStep: 10 }));

type Reducer = (node: Node, message: Message) => Step;

/** The reducer, but for what `change` makes of the outcome of one step. */
function broken(at: number, change: (step: Step) => Step): Reducer {
  let count = 0;
  return (node, message) => {
    const outcome = step(node, message);
    return ++count === at ? change(outcome) : outcome;
  };
}

async function differences(
  reducer: Reducer,
  records: readonly PlacedRecord[] = RECORDS,
): Promise<readonly Difference[]> {
  return (await replayRecords([records], { step: reducer })).differences;
}

function withNode(change: (node: Node) => Node): (step: Step) => Step {
  return ([node, outbox]) => [change(node), outbox];
}

function withOutbox(change: (outbox: Outbox) => Outbox): (step: Step) => Step {
  return ([node, outbox]) => [node, change(outbox)];
}

Deno.test("a reducer that works as it did has no difference", async () => {
  assertEquals(await differences(step), []);
});

Deno.test("a state that comes out different is found at its step, and named", async () => {
  for (const at of [1, 2, 57, 180, LIFE.steps.length]) {
    const changes: readonly ((node: Node) => Node)[] = [
      (node) => ({ ...node, electionElapsed: node.electionElapsed + 1 }),
      (node) => ({ ...node, timeout: O.some(99) }),
      (node) => ({ ...node, applied: node.applied + 1 }),
      (node) => ({
        ...node,
        heldReads: [...node.heldReads, { type: "ReadIndex", ticket: 1, context: new Uint8Array(1) }],
      }),
    ];
    for (const change of changes) {
      const [difference, ...more] = await differences(broken(at, withNode(change)));
      assertEquals(more, []);
      assertEquals([difference.step, difference.message, difference.what], [
        at,
        LIFE.steps[at - 1].message.type,
        "state",
      ]);
      assertEquals([difference.run, difference.node], [1, 1]);
      assert(holds(difference, at), `${JSON.stringify(difference.place)} does not hold step ${at}`);
    }
  }
});

Deno.test("an outbox that comes out different is found at its step, and named", async () => {
  for (const at of [1, 2, 57, 180, LIFE.steps.length]) {
    const changes: readonly ((outbox: Outbox) => Outbox)[] = [
      (outbox) => [...outbox, { type: "SnapshotWanted", to: 3 }],
      (outbox) => outbox.length === 0 ? [{ type: "SnapshotWanted", to: 3 }] : outbox.slice(1),
    ];
    for (const change of changes) {
      const [difference] = await differences(broken(at, withOutbox(change)));
      assertEquals([difference.step, difference.message, difference.what], [
        at,
        LIFE.steps[at - 1].message.type,
        "outbox",
      ]);
    }
  }
});

Deno.test("a payload that comes out different is found at its step", async () => {
  const at = LIFE.steps.findIndex(({ outbox }) => outbox.some(({ type }) => type === "Apply")) + 40;
  const step = LIFE.steps.findIndex(({ outbox }, i) => i >= at && outbox.some(({ type }) => type === "Apply")) + 1;
  const flipped = withOutbox((outbox) =>
    outbox.map((effect) =>
      effect.type === "Apply"
        ? { ...effect, entries: effect.entries.map((entry) => ({ ...entry, data: entry.data.with(0, 0xee) })) }
        : effect
    )
  );
  assertEquals((await differences(broken(step, flipped))).map((difference) => difference.step), [step]);
});

Deno.test("an entry that comes out different in the log alone is found at its step", async () => {
  const at = LIFE.steps.findIndex(({ message }) => message.type === "Propose") + 1;
  const [difference] = await differences(broken(
    at,
    withNode((node) => {
      const { last } = node.log;
      const entry = node.log.at(last.index);
      return { ...node, log: node.log.append([{ ...entry, data: entry.data.with(0, 0xee) }]) };
    }),
  ));
  assertEquals([difference.step, difference.what], [at, "state"]);
});

Deno.test("what the look at every step does not see is found by the hash of the whole state", async () => {
  // A queue that holds other messages than it should, but as many, with as many bytes and the same one in front.
  const lives = randomLives(40).flatMap((lives) => lives).filter(({ steps }) =>
    steps.some(({ after }) => queueOf(after))
  );
  assert(lives.length > 0);
  const at = lives[0].steps.findIndex(({ after }) => queueOf(after)) + 1;
  const life: Life = { ...lives[0], steps: lives[0].steps.slice(0, at) };
  const records = await recordsOn(await record([life], { msPerStep: 0 }));
  const [difference] = await differences(broken(at, withNode(otherQueue)), records);
  assertEquals([difference.step, difference.what], [1, "state"]);
  assert(/one of the steps 1 to \d+$/.test(difference.details), difference.details);
});

Deno.test("a reducer that throws is found at its step", async () => {
  const [difference] = await differences(broken(33, () => {
    throw new Error("It is broken");
  }));
  assertEquals([difference.step, difference.what, difference.details], [33, "error", "Error: It is broken"]);
});

Deno.test("where nobody wants to compare, everything is replayed and nothing differs", async () => {
  const checks = RECORDS.map(({ record, place }): PlacedRecord => ({
    record: record.type === "Steps" ? { ...record, checks: record.checks.map((check) => check ^ 1) } : record,
    place,
  }));
  assertEquals((await differences(step, checks)).length, 1);
  const steps: number[] = [];
  const { differences: none } = await replayRecords([checks], {
    verify: false,
    watch: { stepped: ({ number }) => void steps.push(number) },
  });
  assertEquals([none.length, steps.length], [0, LIFE.steps.length]);
});

Deno.test("after a difference the rest of the run is not judged, but the next run is", async () => {
  const records = await recordsOn(await record([LIFE, LIFE], { msPerStep: 10 }));
  let count = 0;
  const found = await differences((node, message) => {
    const [after, outbox] = step(node, message);
    return ++count === 50 || count === 51 + 20 ? [{ ...after, commit: after.commit + 7 }, outbox] : [after, outbox];
  }, records);
  // The first run ends at its 50th step, and then the 21st of the second one is wrong.
  assertEquals(found.map(({ run, step }) => [run, step]), [[1, 50], [2, 21]]);
});

Deno.test("a keyframe that is not the state there is found", async () => {
  const at = RECORDS.findIndex(({ record }) => record.type === "Keyframe" && record.cause === "interval");
  const { record, place } = RECORDS[at];
  assert(record.type === "Keyframe");
  const other: RecordingRecord = {
    ...record,
    node: { ...record.node, electionElapsed: record.node.electionElapsed + 1 },
  };
  const found = await differences(step, RECORDS.with(at, { record: other, place }));
  assertEquals(found.map(({ step, what, message }) => [step, what, message]), [[record.before, "keyframe", null]]);
  assertEquals(found[0].place, place);
});

Deno.test("a replay may begin at any segment, and comes to the same", async () => {
  const records = await recordsOn(await record([LIFE], { segmentBytes: 1_500, msPerStep: 10 }));
  const { seen: all } = await replayed(records);
  const begins = records.flatMap(({ record }, i) => record.type === "Segment" ? [i] : []);
  assert(begins.length > 3);
  for (const begin of begins) {
    const { replayer, seen } = await replayed(records.slice(begin));
    assertEquals(replayer.differences, []);
    assertEquals(seen, all.slice(-seen.length));
  }
});

Deno.test("whoever watches sees every start and every step, with its place", async () => {
  const starts: unknown[] = [];
  const numbers: number[] = [];
  let last: Node | null = null;
  await replayRecords([RECORDS], {
    watch: {
      started: ({ run, before, node, outbox }) => {
        starts.push([run, before, node.id, outbox]);
        last = node;
      },
      stepped: ({ run, number, before, after, message, place, ms }) => {
        assertEquals([run, message.type], [1, LIFE.steps[number - 1].message.type]);
        assert(before === last);
        assert(place.file === "00000001.recording" && place.at > 0 && ms <= 10 * number);
        last = after;
        numbers.push(number);
      },
    },
  });
  assertEquals(starts, [[1, 0, 1, []]]);
  assertEquals(numbers, LIFE.steps.map((_, i) => i + 1));
});

Deno.test("a summary says what happened", async () => {
  const { summary } = await replayRecords([RECORDS]);
  const { applied, committed, elected, firstTerm, lastTerm, runs, snapshotsMade, steps } = summary;
  assertEquals({ applied, committed, elected, firstTerm, lastTerm, runs, snapshotsMade, steps }, {
    applied: 61,
    committed: 61,
    elected: 1,
    firstTerm: 0,
    lastTerm: 1,
    runs: 1,
    snapshotsMade: 3,
    steps: LIFE.steps.length,
  });
});

Deno.test("a summary counts what random runs hold", async () => {
  const total = { elected: 0, refused: 0, rejected: 0, snapshotsSent: 0, configurations: 0 };
  const reasons = new Set<string>();
  for (const lives of randomLives(60)) {
    for (const life of lives.filter(({ steps }) => steps.length > 0)) {
      const { summary } = await replayRecords([await recordsOn(await record([life], { msPerStep: 0 }))]);
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += summary[name];
      for (const reason of [...summary.campaigns.keys(), ...summary.followings.keys()]) reasons.add(reason);
      assertEquals(elections(life), summary.elected);
    }
  }
  for (const [name, count] of Object.entries(total)) if (name !== "refused") assert(count > 0, `${name}: ${count}`);
  for (const reason of ["ElectionTimeout", "PreVoteWon", "HigherTerm", "LeaderFound"]) {
    assert(reasons.has(reason), reason);
  }
});

Deno.test("faults are counted by their reason", async () => {
  const message: Message = { type: "Applied", index: 99 };
  const [after, outbox] = step(LIFE.first, message);
  const life: Life = { ...LIFE, steps: [{ message, after, outbox }] };
  const { summary }: { readonly summary: RunSummary } = await replayRecords([await recordsOn(await record([life]))]);
  assertEquals(Object.fromEntries(summary.faults), { AppliedOutOfRange: 1 });
});

/** Whether the record at the place of a difference holds the step. */
function holds({ place }: Difference, at: number): boolean {
  const found = RECORDS.find((placed) => placed.place.at === place.at)?.record;
  return found?.type === "Steps" && found.before < at && at <= found.before + found.messages.length;
}

function queueOf(node: Node): boolean {
  return node.role === "leader" &&
    node.own.progress.some((peer) => peer.state === "replicate" && peer.inflights.count >= 2);
}

function otherQueue(node: Node): Node {
  if (node.role !== "leader") return node;
  const progress = node.own.progress.map((peer) => {
    if (peer.state !== "replicate" || peer.inflights.count < 2 || peer.inflights.front === null) return peer;
    const { bytes, count, front } = peer.inflights;
    const one = addInflight({ count: 0, bytes: 0, front: null, back: null }, front.index, front.bytes);
    let other = one;
    for (let i = 1; i < count; i++) other = addInflight(other, 1_000 + i, i === 1 ? bytes - front.bytes : 0);
    return { ...peer, inflights: other };
  });
  return { ...node, own: { ...node.own, progress } };
}

function elections({ steps }: Life): number {
  return steps.reduce(
    (sum, { outbox }) =>
      sum + outbox.filter((effect) => effect.type === "RoleChanged" && effect.to === "leader").length,
    0,
  );
}
