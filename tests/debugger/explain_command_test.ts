/** The options of explain: another describer of commands, another version of the module, and JSON. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { inFolder, ROOT, run } from "./command_line.ts";

const test = testsThatNeed("read", "write");

test("explain --data asks a module what commands are, and says why it cannot", async () => {
  await inFolder(async (folder) => {
    const module = async (name: string, text: string): Promise<string> => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    const cut = `${folder}/cut`;
    const good = await module(
      "good.js",
      "export default (data) => data.length === 4 ? `four: ${data.join(' ')}` : null;",
    );
    const index = await run("explain", cut, "--index", "3", "--data", good);
    assertStringIncludes(index.out, "Entry 3 of term 1: four: 0 2 7 7.");
    assertStringIncludes((await run("explain", cut, "--step", "38", "--data", good)).out, "It holds four: 0 2 7 7.");
    assertStringIncludes((await run("explain", cut, "--index", "2", "--data", good)).out, "a command of 3 bytes");
    const wrong: readonly (readonly [string, string])[] = [
      [await module("none.js", "export const step = 1;"), "the default export is no function"],
      [await module("bad.js", "export default () => { throw new Error('no'); };"), "it failed on a command (no)"],
      [`${folder}/nowhere.js`, "this module cannot be loaded"],
    ];
    for (const [path, error] of wrong) {
      const { code, err } = await run("explain", cut, "--index", "3", "--data", path);
      assertEquals(code, 2);
      assertStringIncludes(err, error);
    }
  });
});

test("explain --with tells what another version makes of the recorded inputs, and that it departs from what was recorded", async () => {
  await inFolder(async (folder) => {
    const same = await run("explain", `${folder}/cut`, "--term", "2", "--with", `${ROOT}/core/mod.ts`);
    assertEquals(same, await run("explain", `${folder}/cut`, "--term", "2"));
    const other = await run("explain", `${folder}/cut/3.jsonl`, "--step", "3:2", "--with", `${folder}/second_vote.js`);
    assertEquals(other.code, 0);
    assert(
      /^Another version\n {2}This is what .*second_vote\.js makes of the recorded inputs, not/.test(other.out),
      other.out,
    );
    assertStringIncludes(other.out, "run 1 of node 3, step ");
  });
});

test("explain --json gives sentences with the steps that they name, and --help says so", async () => {
  await inFolder(async (folder) => {
    const { out } = await run("explain", `${folder}/cut`, "--index", "3", "--json");
    const { chapters, nodes, steps } = JSON.parse(out);
    assertEquals([nodes, steps, chapters.length, chapters[0].title], [[1, 2, 3], 168, 1, "Index 3"]);
    assertEquals(chapters[0].sentences[0], { depth: 0, text: "Entry 3 of term 1: a command of 4 bytes.", steps: [] });
    assertEquals(chapters[0].sentences[1].steps, [38, 39]);
    const help = (await run("explain", "--help")).out.replace(/\s+/g, " ");
    assertStringIncludes(help, "nodes, steps and chapters; sentences have text, depth and the steps they name");
  });
});
