import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  assertExplored,
  type Bounds,
  ExplorationFailure,
  explore,
  type ExploreOptions,
  recordTrace,
  type WorldView,
} from "../../effects/explore/mod.ts";
import { memoryDisk } from "../../effects/disk/mod.ts";
import { diskFiles, readRecording, replayRecords } from "../../effects/recording/mod.ts";
import { acknowledgesAtOnce, forgetsItsVote, replacesItsLog, votesForShorterLogs, votesTwice } from "./broken.ts";

interface Fault {
  readonly name: string;
  readonly bounds: Bounds;
  readonly options: ExploreOptions;
  readonly check: string;
  readonly story: readonly string[];
}

const FAULTS: readonly Fault[] = [
  {
    name: "a node that votes twice in a term",
    bounds: { terms: 1, proposals: 0 },
    options: { step: votesTwice },
    check: "One vote in a term",
    story: [
      "1. The election timeout of node 1 passes: it campaigns in term 1.",
      "2. The RequestVote of node 1 for term 1 reaches node 2: it grants its vote to 1 in term 1 and it is a follower in term 1.",
      "3. The election timeout of node 3 passes: it campaigns in term 1.",
      "4. The RequestVote of node 3 for term 1 reaches node 2.",
      "Then One vote in a term: node 2 has voted for 1 in term 1, and now votes for 3.",
    ],
  },
  {
    name: "a node that forgets its vote when it restarts",
    bounds: { terms: 1, proposals: 0, crashes: 1 },
    options: { start: forgetsItsVote },
    check: "One vote in a term",
    story: [
      "1. The election timeout of node 1 passes: it campaigns in term 1.",
      "2. The election timeout of node 2 passes: it campaigns in term 1.",
      "3. Node 2 crashes and starts again: it is a follower in term 1.",
      "4. The RequestVote of node 1 for term 1 reaches node 2.",
      "Then One vote in a term: node 2 has voted for 2 in term 1, and now votes for 1.",
    ],
  },
  {
    name: "a node that acknowledges what is not durable",
    bounds: { terms: 1, proposals: 0 },
    options: { step: acknowledgesAtOnce },
    check: "What a node vouches for is durable",
    story: [
      "1. The election timeout of node 1 passes: it campaigns in term 1.",
      "2. The RequestVote of node 1 for term 1 reaches node 2: it grants its vote to 1 in term 1 and it is a follower in term 1.",
      "3. The granted vote of node 2 in term 1 reaches node 1: it is elected in term 1 and its log ends at 1/1.",
      "4. The Append of node 1 in term 1 (1/1 behind 0, commit 0) reaches node 3: it is a follower in term 1 and its log ends at 1/1.",
      "Then What a node vouches for is durable: node 3 acknowledges entry 1 to 1, but its disk ends at 0.",
    ],
  },
  {
    name: "a node that forgets its log at a heartbeat",
    bounds: { terms: 1, proposals: 0, beats: 1 },
    options: { step: replacesItsLog },
    check: "What is committed stays",
    story: [
      "1. The election timeout of node 1 passes: it campaigns in term 1.",
      "2. The RequestVote of node 1 for term 1 reaches node 2: it grants its vote to 1 in term 1 and it is a follower in term 1.",
      "3. The granted vote of node 2 in term 1 reaches node 1: it is elected in term 1 and its log ends at 1/1.",
      "4. The Append of node 1 in term 1 (1/1 behind 0, commit 0) reaches node 3: it acknowledges 1, it is a follower in term 1 and its log ends at 1/1.",
      "5. The acknowledgement of 1 by node 3 in term 1 reaches node 1: it commits up to 1/1.",
      "6. The Append of node 1 in term 1 (nothing behind 1, commit 1) reaches node 3: it acknowledges 1 and it commits up to 1/1.",
      "7. Node 1 sends heartbeats.",
      "8. The heartbeat of node 1 in term 1 (commit 1) reaches node 3: its log now ends at 0/0.",
      "Then What is committed stays: node 3 replaces or removes its entry 1.",
    ],
  },
  {
    name: "a node that votes for a candidate whose log is behind",
    bounds: { terms: 2, proposals: 0 },
    options: { step: votesForShorterLogs },
    check: "Leader completeness",
    story: [
      "1. The election timeout of node 1 passes: it campaigns in term 1.",
      "2. The RequestVote of node 1 for term 1 reaches node 2: it grants its vote to 1 in term 1 and it is a follower in term 1.",
      "3. The granted vote of node 2 in term 1 reaches node 1: it is elected in term 1 and its log ends at 1/1.",
      "4. The Append of node 1 in term 1 (1/1 behind 0, commit 0) reaches node 3: it acknowledges 1, it is a follower in term 1 and its log ends at 1/1.",
      "5. The acknowledgement of 1 by node 3 in term 1 reaches node 1: it commits up to 1/1.",
      "6. The election timeout of node 2 passes: it campaigns in term 2.",
      "7. The RequestVote of node 2 for term 2 reaches node 3: it grants its vote to 2 in term 2 and it is a follower in term 2.",
      "8. The granted vote of node 3 in term 2 reaches node 2: it is elected in term 2 and its log ends at 1/2.",
      "Then Leader completeness: node 2 is elected in term 2 without entry 1, which was committed in term 1.",
    ],
  },
];

for (const { name, bounds, options, check, story } of FAULTS) {
  Deno.test(`${name} is found, and the shortest story is told`, async () => {
    const exploration = await explore(bounds, options);
    assertEquals(exploration.exhausted, false);
    assertEquals(exploration.counterexample?.check, check);
    assertEquals(exploration.counterexample?.story, story);
  });

  Deno.test(`the recordings of ${name} replay with its reducer`, async () => {
    const { counterexample } = await explore(bounds, options);
    if (counterexample === null) throw new Error("There is no counterexample.");
    const disk = memoryDisk();
    await recordTrace(counterexample, disk);
    let steps = 0;
    for (let id = 1; id <= 3; id++) {
      if (counterexample.runs[id - 1].every((run) => run.steps.length === 0)) continue;
      const replayer = await replayRecords(readRecording(diskFiles(disk, `${id}`)), { step: options.step });
      assertEquals(replayer.differences, []);
      steps += counterexample.runs[id - 1].reduce((sum, run) => sum + run.steps.length, 0);
    }
    assert(steps >= story.length);
  });
}

Deno.test("with another reducer, the recording of a counterexample differs", async () => {
  const { counterexample } = await explore({ terms: 1, proposals: 0 }, { step: acknowledgesAtOnce });
  if (counterexample === null) throw new Error("There is no counterexample.");
  const disk = memoryDisk();
  await recordTrace(counterexample, disk);
  let differences = 0;
  for (const id of [1, 2, 3]) {
    differences += (await replayRecords(readRecording(diskFiles(disk, `${id}`)))).differences.length;
  }
  assertEquals(differences, 1);
});

Deno.test("assertExplored() throws the story", async () => {
  const exploration = await explore({ terms: 1, proposals: 0 }, { step: votesTwice });
  const error = assertThrows(() => assertExplored(exploration), ExplorationFailure);
  assertEquals(error.exploration, exploration);
  assertEquals(error.message.split("\n").length, 6);
});

Deno.test("an invariant of one's own is checked in every state, and its story is told", async () => {
  const invariant = ({ nodes }: WorldView): string | null => {
    const leader = nodes.find(({ role, term }) => role === "leader" && term === 2);
    return leader === undefined ? null : `node ${leader.id} leads term 2`;
  };
  const { counterexample } = await explore({ terms: 2, proposals: 0 }, { invariant });
  assertEquals(counterexample?.story.at(-1), "Then The given invariant: node 1 leads term 2.");
  assertEquals(counterexample?.story.length, 5);
});
