/** `diff` of clusters: each node with itself on the other side, and the first difference of them all. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as O from "fp-ts/Option";
import { linesOfRuns } from "../../effects/debugger/write_run.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder, run } from "./command_line.ts";
import { CUT_OFF, runsIn } from "./stories.ts";

const test = testsThatNeed("read", "write");

/** Runs `body` in a folder that has a cluster, and another future of it from step 60 on. */
async function inForkedFolder(body: (cut: string, forked: string, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const [cut, forked] = [`${folder}/cut`, `${folder}/forked`];
    const insert = ["--insert", '3:{"type":"Campaign"}'];
    assertEquals((await run("fork", cut, "--at", "60", ...insert, "--out", forked)).code, 0);
    await body(cut, forked, folder);
  });
}

test("a cluster does not differ from itself, nor from a copy", async () => {
  await inFolder(async (folder) => {
    const cut = `${folder}/cut`;
    assertEquals(await run("diff", cut, cut), { code: 0, out: "no difference in 3 nodes", err: "" });
    assertEquals((await run("export", cut, "--out", `${folder}/copy`)).code, 0);
    const json = JSON.parse((await run("diff", cut, `${folder}/copy`, "--json")).out);
    assertEquals([json.same, json.nodes.length], [true, 3]);
    assertEquals(json.nodes[0], {
      node: 1,
      recordings: [`${cut}/1.jsonl`, `${folder}/copy/1.jsonl`],
      same: true,
    });
  });
});

test("the first difference is the one that happened first, whatever the numbers of the nodes", async () => {
  await inForkedFolder(async (cut, forked) => {
    const { code, err, out } = await run("diff", cut, forked);
    assertEquals([code, err], [1, ""]);
    const [first, second, third, empty, title, detail] = out.split("\n");
    assertEquals(first, `node 3 is told something else in step 16 of run 1 (step 63 of all nodes in ${cut})`);
    assertStringIncludes(second, "node 1 is told something else in step 33 of run 1 (step 64 of all nodes");
    assertStringIncludes(third, "node 2 is told something else in step 16 of run 1 (step 65 of all nodes");
    assertEquals([empty, title], ["", "The first difference:"]);
    assertStringIncludes(
      detail,
      "run 1 of node 3 is the same up to step 15. In step 16 the node is told something else:",
    );
    assertStringIncludes(out, `\n  ${cut}/3.jsonl: Tick\n  ${forked}/3.jsonl: Campaign\n`);
    const json = JSON.parse((await run("diff", cut, forked, "--json")).out);
    assertEquals([json.node, json.what, json.step], [3, "input", 16]);
    assertEquals(json.nodes.map((one: { node: number; number: number }) => [one.node, one.number]), [
      [3, 63],
      [1, 64],
      [2, 65],
    ]);
  });
});

test("a node that is on one side only is a difference", async () => {
  await inForkedFolder(async (cut, forked, folder) => {
    await Deno.remove(`${forked}/3.jsonl`);
    const { code, out } = await run("diff", cut, forked);
    assertEquals(code, 1);
    assertStringIncludes(out, `\nnode 3 is only in ${cut}\n\nThe first difference:\nrun 1 of node 1 `);
    const other = await run("diff", `${folder}/cut/1.jsonl`, cut);
    const lines = [`node 2 is only in ${cut}`, `node 3 is only in ${cut}`, "node 1 is the same"];
    assertEquals([other.code, other.out.split("\n")], [1, lines]);
    const { nodes, same } = JSON.parse((await run("diff", cut, `${cut}/1.jsonl`, "--json")).out);
    assertEquals(same, false);
    assertEquals(nodes[0], { node: 2, recordings: [`${cut}/2.jsonl`, null], same: false, only: "first" });
  });
});

test("a recording that goes on where the other one is over is placed by the steps before", async () => {
  await inFolder(async (folder) => {
    const [cut, crashed] = [`${folder}/cut`, `${folder}/crashed`];
    const left = JSON.parse((await run("diff", cut, crashed, "--json")).out);
    assertEquals([left.node, left.what, left.step, left.longer], [1, "length", 28, "first"]);
    const right = JSON.parse((await run("diff", crashed, cut, "--json")).out);
    assertEquals([right.node, right.what, right.step, right.longer], [1, "length", 28, "second"]);
    assertEquals(right.nodes[0].number, null);
    const { out } = await run("diff", crashed, cut);
    assertEquals(out.split("\n")[0], `node 1 is over before step 28 of run 1 in ${crashed}`);
  });
});

test("two versions are compared on every node of a cluster", async () => {
  await inFolder(async (folder) => {
    const [cut, other] = [`${folder}/cut`, `${folder}/second_vote.js`];
    const { code, out } = await run("diff", cut, "--with", other);
    assertEquals(code, 1);
    assertEquals(out.split("\n").slice(0, 5), [
      `node 3 comes to something else in step 19 of run 1 (step 71 of all nodes in ${cut})`,
      "node 1 is the same",
      "node 2 is the same",
      "",
      "The first difference:",
    ]);
    assertStringIncludes(out, `(left: ${cut}/3.jsonl | right: ${other})\n  node.vote: 2 | 1 (before the step: 1)`);
    await Deno.writeTextFile(`${folder}/throws.js`, "export function step() { throw new Error('no idea'); }");
    const thrown = await run("diff", cut, "--with", `${folder}/throws.js`);
    assertEquals(thrown.code, 1);
    assertStringIncludes(
      thrown.out,
      `node 1 cannot take step 1 of run 1 under ${folder}/throws.js (step 1 of all nodes`,
    );
    assertStringIncludes(thrown.out, "run 1 of node 1 begins in the same state. In step 1 ");
    assertStringIncludes(thrown.out, "throws.js throws: Error: no idea");
  });
});

test("a run that begins in another state comes before all that its node does", async () => {
  await inFolder(async (folder) => {
    const other = `${folder}/other`;
    await Deno.mkdir(other);
    for (const [id, runs] of runsIn(CUT_OFF)) {
      const [first, ...rest] = runs;
      const changed = id === 2 ? { ...first, node: { ...first.node, electionElapsed: 1 } } : first;
      await Deno.writeTextFile(`${other}/${id}.jsonl`, `${linesOfRuns([changed, ...rest]).join("\n")}\n`);
    }
    const { code, out } = await run("diff", `${folder}/cut`, other);
    assertEquals(code, 1);
    assert(/^node 2 begins run 1 in another state \(step \d+ of all nodes in /.test(out), out);
    assertStringIncludes(out, "  node.electionElapsed: 0 | 1");
  });
});

test("clusters that cannot be paired are an error", async () => {
  await inFolder(async (folder) => {
    const cut = `${folder}/cut`;
    await writeNamed(`${folder}/red`, "red");
    await writeNamed(`${folder}/blue`, "blue");
    await Deno.copyFile(`${cut}/1.jsonl`, `${cut}/1-again.jsonl`);
    await Deno.mkdir(`${folder}/mixed`);
    await Deno.copyFile(`${folder}/red/1.jsonl`, `${folder}/mixed/1.jsonl`);
    await Deno.copyFile(`${folder}/blue/2.jsonl`, `${folder}/mixed/2.jsonl`);
    for (
      const [args, message] of [
        [[`${folder}/red`, `${folder}/blue`], `red is of the cluster "red", and ${folder}/blue of "blue".`],
        [[cut, `${folder}/red`], "1-again.jsonl and "],
        [[`${folder}/red`, `${folder}/mixed`], 'there are recordings of the clusters "red" and "blue". Name one.'],
        [[`${folder}/red`, `${folder}/red`, `${folder}/red`], "Name two recordings, or one and another version"],
        [[cut, `${folder}/nowhere`], "nowhere"],
      ] as const
    ) {
      const { code, err, out } = await run("diff", ...args);
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err, message);
    }
    assertEquals((await run("diff", `${folder}/red`, `${folder}/red`)).code, 0);
  });
});

/** Writes the recordings of a cluster that has a name. */
async function writeNamed(folder: string, cluster: string): Promise<void> {
  await Deno.mkdir(folder);
  for (const [id, runs] of runsIn(CUT_OFF)) {
    const named = runs.map((run) => ({ ...run, segment: { ...run.segment, cluster: O.some(cluster) } }));
    await Deno.writeTextFile(`${folder}/${id}.jsonl`, `${linesOfRuns(named).join("\n")}\n`);
  }
}
