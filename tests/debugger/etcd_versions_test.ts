/** Recordings of etcd's library under another version of the reducer. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Message, type Node, type Step, step } from "../../core/mod.ts";
import { judgeFile } from "../../effects/etcd/judge_file.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder, ROOT, run } from "./command_line.ts";

const test = testsThatNeed("read", "write");

const EXAMPLES = `${ROOT}/tests/recordings/examples.jsonl.gz`;
const FLOW = `${ROOT}/tests/recordings/suite/raft_flow_control_test.jsonl.gz`;
/** The first run of the examples. */
const RUN = "example/failover";
/** In this line of the examples a node that has voted in an old term is asked in a new one. */
const ASKED = 512;

/** Cannot take a proposal at all. */
function broken(node: Node, message: Message): Step {
  if (message.type === "Propose") throw new Error("no idea");
  return step(node, message);
}

test("replay under another version judges that one, and names what differs", async () => {
  await inFolder(async (folder) => {
    const other = `${folder}/second_vote.js`;
    const { code, err, out } = await run("replay", EXAMPLES, "--with", other);
    assertEquals([code, err], [1, ""]);
    assertStringIncludes(out, `${EXAMPLES}:${ASKED}: transition of node 3 in run `);
    assertStringIncludes(out, "\n  vote: expected 2, got 1\n");
    const { disagreements, total } = JSON.parse((await run("replay", EXAMPLES, "--with", other, "--json")).out);
    assert(total.transitions.disagree > 0 && total.transitions.agree > 2_000);
    assertEquals(disagreements[0].line, ASKED);
    const sound = await run("replay", EXAMPLES, FLOW, "--with", `${ROOT}/core/mod.ts`);
    assertEquals(sound.code, 0);
    assertEquals((await run("replay", EXAMPLES, "--with", `${folder}/nothing.js`)).code, 2);
    assertEquals((await run("replay", EXAMPLES, "--with", `${folder}/check.js`)).code, 2);
  });
});

test("a version that throws disagrees in the steps in which it does", async () => {
  const { samples, transitions } = await judgeFile(FLOW, { step: broken });
  const sound = await judgeFile(FLOW);
  assertEquals([sound.transitions.disagree, sound.transitions.total], [0, transitions.total]);
  assert(transitions.disagree > 0 && transitions.agree > 0);
  assertStringIncludes(JSON.stringify(samples[0].input), "MsgProp");
  assertStringIncludes(String(samples[0].differences[0].got), "no idea");
});

test("diff of two versions names the first line of which they make something else", async () => {
  await inFolder(async (folder) => {
    const other = `${folder}/second_vote.js`;
    const { code, err, out } = await run("diff", EXAMPLES, "--with", other);
    assertEquals([code, err], [1, ""]);
    assertEquals(out.split("\n").slice(0, 2), [
      `run ${RUN} of node 3 is the same up to step 85. Step 86 comes out in another way.`,
      `  ${EXAMPLES}:${ASKED}`,
    ]);
    assertStringIncludes(out, "  node.vote: 2 | 1 (before the step: 1)");
    const json = JSON.parse((await run("diff", EXAMPLES, "--with", other, "--json")).out);
    assertEquals([json.node, json.run, json.what, json.at, json.unit], [3, RUN, "outcome", ASKED, "line"]);
    assertEquals(await run("diff", EXAMPLES, "--with", `${ROOT}/core/mod.ts`), {
      code: 0,
      out: "no difference",
      err: "",
    });
    await Deno.writeTextFile(`${folder}/throws.js`, "export function step() { throw new Error('no idea'); }");
    const thrown = await run("diff", FLOW, "--with", `${folder}/throws.js`);
    assertEquals(thrown.code, 1);
    assertStringIncludes(thrown.out, "throws.js throws: Error: no idea");
  });
});

test("diff of two versions goes through all runs of a file, and counts the steps of each by itself", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/reads.js`,
      `import { step as sound } from "${ROOT}/core/mod.ts";
      export function step(node, message) {
        const [after, outbox] = sound(node, message);
        return [after, message.type === "ReadIndex" ? [] : outbox];
      }`,
    );
    const json = JSON.parse((await run("diff", EXAMPLES, "--with", `${folder}/reads.js`, "--json")).out);
    assertEquals([json.run, json.what, json.same], ["example/read-index", "outcome", false]);
    assert(json.step < 100 && json.at > 3413, JSON.stringify([json.step, json.at]));
    const explained = await run("explain", EXAMPLES, "--run", json.run, "--step", `${json.node}:${json.step}`);
    assertStringIncludes(explained.out, `ReadIndex`);
  });
});

test("export draws one run of several", async () => {
  await inFolder(async (folder) => {
    const drawn = await run("export", EXAMPLES, "--to", "mermaid", "--run", RUN, "--to-step", "20");
    assertEquals([drawn.code, drawn.err], [0, ""]);
    assertStringIncludes(drawn.out, "sequenceDiagram");
    for (
      const [args, message] of [
        [[EXAMPLES, "--to", "mermaid", "--run", "nothing"], "nothing"],
        [[EXAMPLES, "--run", RUN], "they need --to mermaid"],
        [[`${folder}/cut`, "--to", "mermaid", "--run", RUN], "--run chooses a run of a recording of etcd-io/raft"],
      ] as const
    ) {
      const { code, err } = await run("export", ...args);
      assertEquals(code, 2, err);
      assertStringIncludes(err, message);
    }
  });
});

test("recordings of etcd's library are refused where they cannot be used, and the sentence says what can be done", async () => {
  await inFolder(async (folder) => {
    const ours = `${folder}/cut/1.jsonl`;
    for (
      const [args, message] of [
        [["diff", EXAMPLES, EXAMPLES], "and compared under another version (diff --with)"],
        [["diff", ours, EXAMPLES], "and compared under another version (diff --with)"],
        [["replay", EXAMPLES, ours], "name those of one kind"],
        [["replay", ours, EXAMPLES, "--with", `${folder}/second_vote.js`], "name those of one kind"],
        [["fork", EXAMPLES, "--at", "3"], "this is a recording of etcd-io/raft"],
        [["shrink", EXAMPLES, "--check", `${folder}/check.js`], "this is a recording of etcd-io/raft"],
        [["export", EXAMPLES], "this is a recording of etcd-io/raft"],
      ] as const
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, args.join(" "));
      assertStringIncludes(err, message);
    }
  });
});
