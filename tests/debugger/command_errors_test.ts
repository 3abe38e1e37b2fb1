/** A command that fails says so to programs too: one object on standard output, where `--json` is given. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { breakCheck, inFolder, ROOT, run } from "./command_line.ts";

const test = testsThatNeed("read", "write");

/** Every command on a recording. */
function commandsOn(path: string, folder: string): readonly (readonly string[])[] {
  return [
    ["replay", path],
    ["explain", path],
    ["diff", path, path],
    ["diff", path, "--with", `${ROOT}/core/mod.ts`],
    ["fork", path, "--at", "3", "--out", `${folder}/fork.jsonl`],
    ["shrink", path, "--check", `${folder}/check.js`, "--out", `${folder}/never`],
    ["export", path, "--to", "mermaid"],
    ["export", path, "--out", `${folder}/copy.jsonl`],
  ];
}

test("a file that is missing, empty or no recording is an object for every command", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/here.jsonl`;
    for (
      const [text, message] of [[null, "there is no such file"], ["", "the file is empty"], ["[]", "no recording"]]
    ) {
      if (text !== null) await Deno.writeTextFile(path, text);
      for (const args of commandsOn(path, folder)) {
        const { code, err, out } = await run(...args, "--json");
        const { error } = JSON.parse(out);
        if (args[0] === "replay" && text === "[]") { // which takes it for one of the other kind
          assertEquals([code, error.kind], [2, "BadInput"]);
          continue;
        }
        assertEquals([code, error.kind, err], [2, "BadInput", `error: ${error.message}`], args[0]);
        assertStringIncludes(error.message, `${path}: `);
        assertStringIncludes(error.message, message ?? "");
      }
    }
  });
});

test("the place of damage stands in the object", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/1.jsonl`;
    const lines = (await Deno.readTextFile(path)).split("\n");
    await Deno.writeTextFile(path, lines.with(39, "{").join("\n"));
    for (const args of commandsOn(path, folder)) {
      const { code, err, out } = await run(...args, "--json");
      const { error } = JSON.parse(out);
      assertEquals(
        [code, error.kind, error.file, error.at, error.unit],
        [2, "RecordingError", path, 40, "line"],
        args[0],
      );
      assertEquals(err, `error: ${error.message}`);
      assertStringIncludes(error.message, `${path}:40: `);
    }
  });
});

test("a recording that comes out in another way is an object, with the place of the step", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/2.jsonl`;
    const at = await breakCheck(path);
    for (const args of [["explain", path], ["diff", path, path], ["fork", path, "--at", "3"]]) {
      const { code, out } = await run(...args, "--json");
      const { error } = JSON.parse(out);
      assertEquals([code, error.kind, error.file, error.unit], [1, "NotAsRecorded", path, "line"], args[0]);
      assert(error.at >= at + 1, `${error.at}`);
    }
  });
});

test("what is not there, and what nothing violates, is an object without a place", async () => {
  await inFolder(async (folder) => {
    const notFound = await run("explain", `${folder}/cut`, "--term", "99", "--json");
    const { error } = JSON.parse(notFound.out);
    assertEquals([notFound.code, Object.keys(error), error.kind], [1, ["kind", "message"], "NotFound"]);
    await Deno.writeTextFile(`${folder}/holds.js`, "export default function check(_step) { return null; }");
    const holds = await run("shrink", `${folder}/cut/1.jsonl`, "--check", `${folder}/holds.js`, "--json");
    assertEquals([holds.code, JSON.parse(holds.out).error.kind], [1, "NotFound"]);
  });
});

test("without --json, standard output stays empty", async () => {
  await inFolder(async (folder) => {
    for (const args of commandsOn(`${folder}/nothing`, folder)) {
      const { code, err, out } = await run(...args);
      assertEquals([code, out], [2, ""], args[0]);
      assert(err.startsWith("error: "), err);
    }
  });
});

test("options that do not exist, or lack their value, are wrong use", async () => {
  for (
    const args of [["diff", "--wiht", "x"], ["fork", "a.jsonl"], ["fork", "a.jsonl", "--at"], ["export"], ["shrink"]]
  ) {
    const { code, err } = await run(...args, "--json");
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(err, "error: ");
  }
});
