/** Where the debugger's commands write: never over what they read, and they say what is in the way. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { inFolder, run } from "./command_line.ts";

const test = testsThatNeed("read", "write");

test("no command writes over the recordings that it reads", async () => {
  await inFolder(async (folder) => {
    const [cut, path] = [`${folder}/cut`, `${folder}/cut/3.jsonl`];
    await Deno.copyFile(path, `${folder}/found-3.jsonl`);
    await Deno.symlink(path, `${folder}/link.jsonl`);
    const before = await Deno.readTextFile(path);
    const check = ["--check", `${folder}/check.js`, "--out"];
    for (
      const args of [
        ["fork", path, "--at", "3", "--out", path],
        ["fork", path, "--at", "3", "--out", `${folder}/link.jsonl`],
        ["fork", cut, "--at", "3", "--out", cut],
        ["export", path, "--out", path],
        ["export", path, "--out", `${folder}/link.jsonl`],
        ["export", cut, "--out", `${folder}/nowhere/../cut`],
        ["shrink", path, ...check, `${cut}/3`],
        ["shrink", `${folder}/found-3.jsonl`, ...check, `${folder}/found`],
      ]
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, args.join(" "));
      assertStringIncludes(err, "Choose another name with --out.");
      assertEquals(await Deno.readTextFile(path), before, args.join(" "));
    }
  });
});

test("a file in the place of a folder and a folder in the place of a file are said, before a long search begins", async () => {
  await inFolder(async (folder) => {
    const [cut, path, file] = [`${folder}/cut`, `${folder}/cut/3.jsonl`, `${folder}/check.js`];
    const isFile = "this cannot be a folder, because there is a file. Choose another name with --out.";
    const isFolder = "this is a folder. Name a file with --out.";
    for (
      const [args, message] of [
        [["fork", cut, "--at", "3", "--out", file], isFile],
        [["fork", cut, "--at", "3", "--out", `${file}/in`], isFile],
        [["fork", path, "--at", "3", "--out", `${file}/one.jsonl`], isFile],
        [["fork", path, "--at", "3", "--out", folder], isFolder],
        [["export", cut, "--out", file], isFile],
        [["export", path, "--out", folder], isFolder],
        [["export", cut, "--to", "mermaid", "--out", folder], isFolder],
        [["export", cut, "--to", "mermaid", "--out", `${folder}/new/`], isFolder],
        [["shrink", path, "--check", file, "--out", `${file}/found`], isFile],
        [["shrink", path, "--check", file, "--out", `${folder}/`], `Name files in it: ${folder}/found.`],
      ] as const
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, args.join(" "));
      assertStringIncludes(err, message);
    }
  });
});

test("a diagram for programs is one object", async () => {
  await inFolder(async (folder) => {
    const args = ["export", `${folder}/cut`, "--to", "mermaid", "--from", "65", "--to-step", "75"];
    const { diagram } = JSON.parse((await run(...args, "--json")).out);
    assertEquals(diagram, (await run(...args)).out);
  });
});

test("numbers that make no sense together are wrong use", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cut/3.jsonl`;
    for (
      const [args, message] of [
        [["export", path, "--to", "mermaid", "--from", "5", "--to-step", "3"], "step 3 is before step 5"],
        [["export", path, "--to", "mermaid", "--from", "0"], "these recordings have the steps 1 to "],
        [["shrink", path, "--check", `${folder}/check.js`, "--tries", "0"], "at least one list has to be tried"],
        [["shrink", path, "--check", `${folder}/check.js`, "--tries", "x"], '"x" is no whole number'],
      ] as const
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 2, args.join(" "));
      assertStringIncludes(err, message);
    }
  });
});
