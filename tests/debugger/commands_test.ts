/** The debugger's commands: what they say, and their exit codes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { loneLife, recordOn } from "../recording/lives.ts";
import { sealed } from "../recording/sealed_lines.ts";
import { breakCheck, inFolder, ROOT, run } from "./command_line.ts";

const test = testsThatNeed("read", "write");
const testOfPrograms = testsThatNeed("read", "write", "run");

test("replay sums up each node of several, and all of them", async () => {
  await inFolder(async (folder) => {
    const { code, out } = await run("replay", `${folder}/cut`);
    assertEquals(code, 0);
    assertStringIncludes(out, "/2.jsonl: node 2, 1 run, ");
    assertStringIncludes(
      out,
      "  terms 0 to 2, 1 election won, 5 entries committed\n  campaigned because of election timeout (1)",
    );
    assert(/\nelections +2 won\n/.test(out), out);
  });
});

test("replay under another version names the first wrong step, member by member", async () => {
  await inFolder(async (folder) => {
    const args = ["replay", `${folder}/cut/3.jsonl`, "--with", `${folder}/second_vote.js`];
    const { code, out } = await run(...args);
    assertEquals(code, 1);
    assert(
      /run 1 of node 3, step \d+ \(RequestVote\): the state came out in another way than it was recorded/.test(out),
      out,
    );
    assertStringIncludes(out, "the node was told: RequestVote from 2, term 2, log to 3/1");
    assertStringIncludes(out, "node.vote: expected 2, but it is 1 (before: 1)");
    const { recordings } = JSON.parse((await run(...args, "--json")).out);
    assertEquals(recordings[0].differences[0].differences, [{ path: "node.vote", before: 1, expected: 2, actual: 1 }]);
  });
});

test("a recording of another version is told apart: what this version makes of the step is shown", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/2.jsonl`;
    await breakCheck(path);
    const { code, out } = await run("replay", path);
    assertEquals(code, 1);
    assertStringIncludes(out, "the node was told: Tick");
    assertStringIncludes(out, "what this version makes of it");
    assertStringIncludes(out, "electionElapsed: 0 → 1");
    for (const args of [["fork", path, "--at", "3"], ["diff", path, `${folder}/crashed/2.jsonl`], ["explain", path]]) {
      const refused = await run(...args);
      assertEquals(refused.code, 1);
      assertStringIncludes(refused.err, "came out in another way than it was recorded");
      if (args[0] === "explain") assertStringIncludes(refused.err, "replay --with <module>");
    }
  });
});

test("explain tells the leadership and what is odd, a term, an index and a step", async () => {
  await inFolder(async (folder) => {
    const all = await run("explain", `${folder}/cut`);
    assertEquals(all.code, 0);
    assertStringIncludes(all.out, "Leadership\n  168 steps of nodes 1, 2 and 3");
    assertStringIncludes(all.out, "\n\nWhat else is odd\n  1 proposed entry has no effect");
    assertStringIncludes(
      (await run("explain", `${folder}/cut`, "--term", "2")).out,
      "Node 2 leads term 2 from step 75 on",
    );
    assertStringIncludes((await run("explain", `${folder}/cut`, "--index", "4")).out, "It is not committed anywhere");
    assertStringIncludes((await run("explain", `${folder}/cut`, "--step", "65")).out, "It becomes candidate in term 2");
    assertStringIncludes((await run("explain", `${folder}/cut`, "--step", "2:16")).out, "Step 65 ");
    const { chapters, nodes, steps } = JSON.parse((await run("explain", `${folder}/cut`, "--json", "--term", "2")).out);
    assertEquals([nodes, steps, chapters.length], [[1, 2, 3], 168, 1]);
    assertEquals(chapters[0].sentences[1].steps, [65]);
  });
});

test("diff finds nothing between a recording and itself, and the step in which two of them part", async () => {
  await inFolder(async (folder) => {
    const [cut, crashed] = [`${folder}/cut/2.jsonl`, `${folder}/crashed/2.jsonl`];
    assertEquals(await run("diff", cut, cut), { code: 0, out: "no difference", err: "" });
    const { code, out } = await run("diff", cut, crashed);
    assertEquals(code, 1);
    assertStringIncludes(out, "run 1 of node 2: ");
    assertStringIncludes(out, "is over before step ");
    const json = JSON.parse((await run("diff", cut, crashed, "--json")).out);
    assertEquals([json.same, json.node, json.run, json.what], [false, 2, 1, "length"]);
    assertEquals(JSON.parse((await run("diff", cut, cut, "--json")).out).same, true);
  });
});

test("diff compares two versions on one recording", async () => {
  await inFolder(async (folder) => {
    const [path, other] = [`${folder}/cut/3.jsonl`, `${folder}/second_vote.js`];
    const { code, out } = await run("diff", path, "--with", other);
    assertEquals(code, 1);
    assertStringIncludes(out, "node.vote: 2 | 1 (before the step: 1)");
    assertEquals((await run("diff", path, "--with", `${ROOT}/core/mod.ts`)).code, 0);
    assertEquals((await run("diff", path, "--with", `${folder}/check.js`)).code, 2);
    assertEquals((await run("diff", path, "--with", `${folder}/nothing.js`)).code, 2);
  });
});

test("fork writes another future, which replays", async () => {
  await inFolder(async (folder) => {
    const [path, out] = [`${folder}/cut/1.jsonl`, `${folder}/forked/one.jsonl`];
    const tick = '{"type":"Tick","random":0.5}';
    const forked = await run(
      "fork",
      path,
      "--at",
      "20",
      "--drop",
      "21,22",
      "--insert",
      tick,
      "--edit",
      `23=${tick}`,
      "--out",
      out,
    );
    assertEquals([forked.code, forked.err], [0, ""]);
    assertEquals((await run("replay", out)).code, 0);
    const parted = JSON.parse((await run("diff", path, out, "--json")).out);
    assertEquals([parted.step, parted.what], [21, "input"]);
    const printed = await run("fork", path, "--at", "20");
    await Deno.writeTextFile(out, printed.out);
    assertEquals((await run("diff", path, out)).code, 0);
  });
});

test("fork lets a whole cluster go on", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/forked`;
    const campaign = '3:{"type":"Campaign"}';
    const forked = await run("fork", `${folder}/cut`, "--at", "60", "--insert", campaign, "--out", out, "--json");
    assertEquals(forked.code, 0);
    const { diverged, files, nodes } = JSON.parse(forked.out);
    assertEquals(files.length, 3);
    assert(diverged.includes(3) && nodes.length === 3);
    assertEquals((await run("replay", out)).code, 0);
    const { out: said } = await run("explain", out, "--term", "2");
    assertStringIncludes(said, "Node 3 campaigns in step");
    assertStringIncludes(
      (await run("fork", `${folder}/cut`, "--at", "60", "--out", out)).out,
      "No node was told anything else.",
    );
  });
});

testOfPrograms(
  "shrink writes a recording that replays and a test that runs, and fails as the property does",
  async () => {
    await inFolder(async (folder) => {
      const out = `${folder}/found/vote`;
      const args = ["shrink", `${folder}/cut/3.jsonl`, "--check", `${folder}/check.js`, "--out", out, "--module", ROOT];
      const { code, out: said, err } = await run(...args);
      assertEquals([code, err], [0, ""]);
      assert(
        /^1 input of 1 node, after \d+ tries: node 2 has a vote\n {2}3 ← RequestVote from 2, term \d+, log to /.test(
          said,
        ),
        said,
      );
      assertEquals((await run("replay", `${out}.jsonl`)).code, 0);
      const failing = await programOf(`${out}_test.ts`);
      assertEquals(failing.code, 1);
      assertStringIncludes(failing.out, "step 1 of node 3: node 2 has a vote");
      await Deno.writeTextFile(`${folder}/check.js`, "export default function check(_step) { return null; }");
      assertEquals((await programOf(`${out}_test.ts`)).code, 0);
      await Deno.writeTextFile(`${folder}/holds.js`, "export default function check(_step) { return null; }");
      const nothing = await run("shrink", `${folder}/cut/3.jsonl`, "--check", `${folder}/holds.js`);
      assertEquals(nothing.code, 1);
      assertStringIncludes(nothing.err, "Nothing in these recordings violates the property.");
    });
  },
);

testOfPrograms(
  "shrink finds the least by which two versions differ, and checks of a cluster over all nodes",
  async () => {
    await inFolder(async (folder) => {
      const out = `${folder}/versions`;
      const versions = [
        "shrink",
        `${folder}/cut/3.jsonl`,
        "--with",
        `${folder}/second_vote.js`,
        "--out",
        out,
        "--module",
        ROOT,
        "--json",
      ];
      const { code, out: json } = await run(...versions);
      assertEquals(code, 0);
      const { inputs, recordings, sentence } = JSON.parse(json);
      assertEquals([inputs.length, recordings], [2, [`${out}.jsonl`]]);
      assertStringIncludes(sentence, "node.vote");
      assertEquals((await programOf(`${out}_test.ts`)).code, 1);
      const odd = await run(
        "shrink",
        `${folder}/cut/1.jsonl`,
        `${folder}/cut/2.jsonl`,
        "--check",
        `${folder}/nothing.js`,
      );
      assertEquals(odd.code, 2);
      await Deno.writeTextFile(
        `${folder}/cluster.js`,
        `
      import { Violation } from "${ROOT}/effects/invariants/check.ts";
      export default () => ({ name: "quiet", stepped({ host, after }) {
        if (after.role === "leader" && after.term === 2) throw new Violation("quiet", \`\${host.id} leads\`);
      } });`,
      );
      const paths = [1, 2, 3].map((id) => `${folder}/cut/${id}.jsonl`);
      const cluster = await run(
        "shrink",
        ...paths,
        "--check",
        `${folder}/cluster.js`,
        "--out",
        out,
        "--module",
        ROOT,
        "--json",
      );
      assertEquals(cluster.code, 0);
      const found = JSON.parse(cluster.out);
      assertEquals(found.sentence, "quiet: 2 leads");
      assert(found.inputs.length <= 40, JSON.stringify(found.inputs));
      const failing = await programOf(`${out}_test.ts`);
      assertEquals(failing.code, 1);
      assertStringIncludes(failing.out, "quiet: 2 leads");
    });
  },
);

test("export draws a range of steps as a diagram, and writes JSON Lines", async () => {
  await inFolder(async (folder) => {
    const drawn = await run("export", `${folder}/cut`, "--to", "mermaid", "--from", "65", "--to-step", "75");
    assertEquals(drawn.code, 0);
    assertEquals(drawn.out.split("\n")[0], "sequenceDiagram");
    assertStringIncludes(drawn.out, "Note over n2: 65. becomes candidate");
    const file = `${folder}/story.mmd`;
    assertEquals((await run("export", `${folder}/cut`, "--to", "mermaid", "--out", file)).code, 0);
    assertEquals((await Deno.readTextFile(file)).split("\n")[0], "sequenceDiagram");
    const lines = await run("export", `${folder}/cut/1.jsonl`);
    assertEquals([lines.code, lines.out.split("\n")[0]], [0, '{"recording":{"major":1,"minor":1}}']);
    for (const args of [["--to", "svg"], ["--to", "mermaid", "--from", "999"], ["--to", "mermaid", "--from", "x"]]) {
      assertEquals((await run("export", `${folder}/cut`, ...args)).code, 2);
    }
  });
});

test("what cannot be read is an error that names the place, for every command, and never a success", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/1.jsonl`;
    const text = await Deno.readTextFile(path);
    const lines = text.split("\n");
    const [one, two] = lines.flatMap((line, i) => i > 30 && line.startsWith('{"step"') ? [i] : []);
    const ends = ['{"end":{"before":0},"text":"00000000"}', '{"complete":true,"skippable":true,"text":"00000000"}'];
    const damages: readonly (readonly [string, string])[] = [
      ["", "the file is empty"],
      [text.slice(0, text.length / 2), ":"],
      [lines.slice(0, 40).join("\n"), "cut off"],
      [lines.toSpliced(one, 1).join("\n"), '"text" differs'],
      [sealed(lines.toSpliced(one, 1)).join("\n"), "there are no steps before these hashes"],
      [sealed(lines.with(one, lines[two]).with(two, lines[one])).join("\n"), "was expected here"],
      [text.replace('"major":1', '"major":2'), "is newer than"],
      [
        sealed(text.replace('"version":{"major":1', '"version":{"major":9').split("\n")).join("\n"),
        "segment format 9.0 is newer than 1.x",
      ],
      [sealed([...lines.slice(0, 3), ...ends]).join("\n"), "holds no steps"],
      ["nothing to see here", "this is no recording"],
    ];
    for (const [damaged, message] of damages) {
      await Deno.writeTextFile(path, damaged);
      for (const args of commandsOn(path, folder)) {
        const { code, err } = await run(...args);
        assertEquals(code, 2, `${args[0]} of ${JSON.stringify(damaged.slice(0, 60))}: ${err}`);
        assertStringIncludes(err, "1.jsonl");
        assertStringIncludes(err, message);
      }
    }
    await Deno.remove(path);
    for (const args of commandsOn(path, folder)) assertEquals((await run(...args)).code, 2, args[0]);
  });
});

test("a bit that flipped anywhere in a binary recording is never a success", async () => {
  await inFolder(async (folder) => {
    await recordOn(denoDisk(`${folder}/binary`), [loneLife({ commands: 30 })]);
    const path = `${folder}/binary/00000001.recording`;
    const sound = await Deno.readFile(path);
    for (let at = 0; at < sound.length; at += 61) {
      await Deno.writeFile(path, sound.with(at, sound[at] ^ (1 << (at % 8))));
      const [args] = commandsOn(`${folder}/binary`, folder).slice(at % 5);
      const { code, err } = await run(...args);
      assertEquals(code, 2, `byte ${at}, ${args[0]}`);
      assertStringIncludes(err, `${folder}/binary`);
    }
    await Deno.writeFile(path, sound);
    for (const args of commandsOn(`${folder}/binary`, folder)) {
      assertEquals((await run(...args)).code, args[0] === "shrink" ? 1 : 0, args[0]); // nobody votes for node 2 in it
    }
  });
});

test("wrong use is an error with a sentence", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/1.jsonl`;
    for (
      const [args, message] of [
        [["fork", path, "--at", "x"], '"x" is no whole number'],
        [["fork", path, "--at", "9999"], "Step 9999 is not in the run"],
        [["fork", path, "--at", "5", "--drop", "3"], "Step 3 cannot be changed"],
        [["fork", path, "--at", "5", "--insert", "{"], "this is no JSON"],
        [["fork", path, "--at", "5", "--insert", '{"type":"Tock"}'], "this is no message"],
        [["fork", path, "--at", "5", "--insert", '{"type":"Applied","index":-1}'], '"index" is wrong'],
        [["fork", path, "--at", "5", "--edit", "6:x"], "as in 12={…}"],
        [["fork", `${folder}/cut`, "--at", "5"], "Name a folder for the new ones with --out"],
        [["fork", `${folder}/cut`, "--at", "5", "--out", folder, "--insert", "{}"], "as in 2:{…}"],
        [["diff", path], "Name two recordings, or one and another version"],
        [["diff", path, `${folder}/cut/2.jsonl`], "and"],
        [["explain", path, "--run", "foo"], "--run chooses a run of a recording of etcd-io/raft"],
        [["export", path, "--from", "3"], "they need --to mermaid"],
        [["export", path, "--to", "jsonl", "--to-step", "3"], "they need --to mermaid"],
        [["fork", path, "--at", "5", "--run", "7"], "there is no run 7. There are the runs 1 (steps 1 to "],
        [["shrink", path, "--check", `${folder}/check.js`, "--run", "7"], "there is no run 7."],
        [["fork", `${folder}/cut`, "--at", "5", "--run", "1", "--out", folder], "these are several"],
        [["explain", path, "--index", "0"], "the first index is 1"],
        [["explain", path, "--index", "1", "--term", "1"], "Ask for one of"],
        [["shrink", path], "Name a property with --check"],
        [["shrink", path, "--check", `${folder}/second_vote.js`], "neither a function nor a check"],
      ] as const
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, `${args.join(" ")}: ${err}`);
      assertStringIncludes(err, message);
    }
  });
});

test("explain says what there is instead of what it was asked for, and the exit code is 1", async () => {
  await inFolder(async (folder) => {
    for (
      const [args, message] of [
        [["--index", "999999"], "no node has ever held index 999999; the logs reach to "],
        [["--term", "99"], "nobody campaigned for term 99 or led it; these recordings have the terms 1 to 2"],
        [["--step", "0"], "there is no step 0; these recordings have the steps 1 to 168"],
        [["--step", "999999"], "there is no step 999999; these recordings have the steps 1 to 168"],
        [["--step", "2:999"], "node 2 has no step 999 in these recordings; there are the steps 1 to "],
        [["--step", "7:1"], "there is no node 7; these are recordings of nodes 1, 2 and 3"],
      ] as const
    ) {
      const { code, err, out } = await run("explain", `${folder}/cut`, ...args);
      assertEquals([code, out], [1, ""], args.join(" "));
      assertStringIncludes(err, message);
    }
  });
});

test("a folder without recordings is told in the same words by every command", async () => {
  await inFolder(async (folder) => {
    const empty = `${folder}/empty`;
    await Deno.mkdir(empty);
    for (const args of [["replay", empty], ["replay", `${folder}/cut`, empty], ...commandsOn(empty, folder)]) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, args[0]);
      assertStringIncludes(err, `${empty}: there is no recording in this folder.`);
    }
  });
});

test("no line of a help text is broken twice", async () => {
  for (
    const name of ["replay", "explain", "diff", "fork", "shrink", "export", "view", "demo", "simulate", "explore"]
  ) {
    const [, description = ""] = (await run(name, "--help")).out.split("\n\n");
    const lines = description.split("\n");
    lines.slice(0, -1).forEach((line, i) => {
      const [next] = lines[i + 1].split(" ");
      assert(line.trimEnd().length + 1 + next.length > 95, `${name}: ${line}`);
    });
  }
});

test("every command shows how it is used, with examples", async () => {
  for (const name of ["replay", "explain", "diff", "fork", "shrink", "export"]) {
    const { code, out } = await run(name, "--help");
    assertEquals(code, 0);
    assertStringIncludes(out, "Examples:");
    assertStringIncludes(out, "--json");
  }
});

function commandsOn(path: string, folder: string): readonly (readonly string[])[] {
  return [
    ["explain", path],
    ["diff", path, path],
    ["fork", path, "--at", "3"],
    ["shrink", path, "--check", `${folder}/check.js`, "--out", `${folder}/never`],
    ["export", path, "--to", "mermaid"],
  ];
}

async function programOf(file: string): Promise<{ readonly code: number; readonly out: string }> {
  const args = ["test", "--no-check", "--allow-read", "--config", `${ROOT}/deno.json`, file];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  const decoder = new TextDecoder();
  return { code, out: `${decoder.decode(stdout)}${decoder.decode(stderr)}` };
}
