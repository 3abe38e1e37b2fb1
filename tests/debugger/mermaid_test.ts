import { assert, assertEquals } from "@std/assert";
import { sequenceDiagram } from "../../effects/debugger/mermaid.ts";
import { chaos, timelineOf } from "./chaos.ts";
import { CUT_OFF, runsIn, timelineIn } from "./stories.ts";

Deno.test("a sequence diagram shows messages where they arrive, lost ones where they are sent, and turns as notes", async () => {
  assertEquals(sequenceDiagram(await timelineIn(CUT_OFF), { from: 53, to: 76 }), [
    "sequenceDiagram",
    "  participant n1 as node 1",
    "  participant n2 as node 2",
    "  participant n3 as node 3",
    "  n2->>n1: 53. AppendResponse, term 1: up to 3",
    "  n3->>n1: 54. AppendResponse, term 1: up to 3",
    "  Note over n1: 55. Propose 1 command with ticket 3",
    "  n1-xn2: 55. Append, term 1: [4/1] behind 3/1, commit 3 (lost)",
    "  n1-xn3: 55. Append, term 1: [4/1] behind 3/1, commit 3 (lost)",
    "  n1-xn2: 56. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn3: 56. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn2: 61. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn3: 61. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn2: 64. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn3: 64. Heartbeat, term 1: commit 3 (lost)",
    "  Note over n2: 65. becomes candidate in term 2, no leader known: it has heard of no leader for an election timeout",
    "  n2-xn1: 65. RequestVote, term 2: log to 3/1 (lost)",
    "  n1-xn2: 68. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn3: 68. Heartbeat, term 1: commit 3 (lost)",
    "  n2->>n3: 71. RequestVote, term 2: log to 3/1",
    "  Note over n3: 71. stays follower in term 2, no leader known: a RequestVote from 2 has a higher term",
    "  n1-xn2: 72. Heartbeat, term 1: commit 3 (lost)",
    "  n1-xn3: 72. Heartbeat, term 1: commit 3 (lost)",
    "  n3->>n2: 75. RequestVoteResponse, term 2: granted",
    "  Note over n2: 75. becomes leader in term 2, leader 2: a majority has voted for it",
    "  n2-xn1: 75. Append, term 2: [4/2] behind 3/1, commit 3 (lost)",
    "  n2--)n3: 75. Append, term 2: [4/2] behind 3/1, commit 3 (arrives in step 81)",
  ]);
});

Deno.test("every line of a diagram is one that Mermaid reads, whatever happens", async () => {
  const timeline = await timelineOf(chaos(28, 4));
  const [head, ...lines] = sequenceDiagram(timeline);
  assertEquals(head, "sequenceDiagram");
  assert(lines.length > 500);
  for (const line of lines) {
    assert(
      /^ {2}(participant n\d+ as [\w ()]+|n\d+(->>|-x|--\))n\d+: [^;#<>{}%\n]+|Note over n\d+: ([^;#<>{}%\n]|#\d+;)+)$/
        .test(line),
      line,
    );
  }
  assert(lines.some((line) => line.includes("(late)")) && lines.some((line) => line.includes("(once more)")));
});

Deno.test("nodes whose recordings are not there are participants all the same", async () => {
  const [, runs] = [...runsIn(CUT_OFF)].find(([id]) => id === 2) ?? [0, []];
  const lines = sequenceDiagram(await timelineOf(new Map([[2, runs]])));
  assertEquals(lines.slice(1, 4), [
    "  participant n1 as node 1 (no recording)",
    "  participant n2 as node 2",
    "  participant n3 as node 3 (no recording)",
  ]);
});
