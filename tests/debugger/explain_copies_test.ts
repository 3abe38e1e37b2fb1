/** Who has an entry and who does not, where the configuration changes meanwhile. */
import { assert, assertStringIncludes } from "@std/assert";
import type { ConfChange } from "../../core/mod.ts";
import { explainIndex, linesOfSentences } from "../../effects/debugger/mod.ts";
import type { Action } from "../properties/action.ts";
import { LED, settle, timelineIn } from "./stories.ts";

Deno.test("a node that got nothing because it could not be reached is told so, also if it is no member later", async () => {
  const timeline = await timelineIn([
    ...LED,
    { type: "partition", mask: 4, lossy: true },
    { type: "unreachable", node: 1, peer: 3 },
    { type: "beat", node: 1 },
    settle(2),
    { type: "propose", node: 1, count: 1 },
    settle(4),
    { type: "propose", node: 1, count: 1 },
    settle(4),
    change([{ type: "removeNode", id: 3 }]),
    settle(6),
    { type: "propose", node: 1, count: 1 },
    settle(6),
  ]);
  const told = linesOfSentences(explainIndex(timeline, 3)).join("\n");
  assertStringIncludes(
    told,
    "Node 3 does not have it, and was never sent it: the leader looked for where the logs agree, from 2 on, and waited for an answer.",
  );
  const later = linesOfSentences(explainIndex(timeline, 5)).join("\n");
  assertStringIncludes(
    later,
    "Node 3 does not have it, and was never sent it: it is no member in the leader's configuration.",
  );
});

Deno.test("in a joint configuration an entry is committed by majorities of both halves, and lacks one of them", async () => {
  const joint: readonly Action[] = [
    ...LED,
    change([{ type: "removeNode", id: 3 }], "jointExplicit"),
    settle(6),
  ];
  const done = await timelineIn([...joint, { type: "propose", node: 1, count: 1 }, settle(6)]);
  const told = linesOfSentences(explainIndex(done, 3)).join("\n");
  assert(
    /because majorities of both halves of the joint configuration hold the log up to there: nodes 1 and 2\./.test(told),
    told,
  );
  const cut = await timelineIn([
    ...joint,
    { type: "partition", mask: 1, lossy: true },
    { type: "propose", node: 1, count: 1 },
    settle(2),
  ]);
  assertStringIncludes(
    linesOfSentences(explainIndex(cut, 3)).join("\n"),
    "Leader 1 knows that node 1 holds it, which is no majority of both halves of the joint configuration: it lacks nodes 2 and 3.",
  );
});

function change(changes: ConfChange["changes"], transition: ConfChange["transition"] = "auto"): Action {
  return { type: "proposeConfChange", node: 1, change: { transition, changes, context: new Uint8Array(0) } };
}
