/** A run that nobody has ended is read, and said to be one: its end may be lost. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordedRun } from "../viewer/browser.ts";
import { testsThatNeed } from "../permissions.ts";
import { run } from "./command_line.ts";

const test = testsThatNeed("read", "write");

test("every command that reads an unfinished run says up to where it could be read, and replay does not accept it", async () => {
  const folder = await recordedRun({ seconds: 2 });
  try {
    const path = `${folder}/node-1/00000001.recording`;
    await Deno.truncate(path, (await Deno.stat(path)).size - 3);
    for (
      const args of [
        ["explain", folder],
        ["diff", path, path],
        ["diff", folder, folder],
        ["fork", path, "--at", "3"],
        ["fork", folder, "--at", "3", "--out", `${folder}-fork`],
        ["export", path],
        ["export", folder, "--to", "mermaid", "--to-step", "3"],
      ]
    ) {
      const { code, err } = await run(...args);
      assertEquals(code, 0, args.join(" "));
      assertEquals(err.match(/nobody has ended the run/g)?.length, 1, `${args.join(" ")}: ${err}`);
      assertStringIncludes(err, `${path} at byte `);
    }
    assertEquals((await run("replay", path)).code, 1);
    const accepted = await run("replay", path, "--unfinished");
    assertEquals([accepted.code, accepted.err], [0, ""]);
    assertStringIncludes(accepted.out, `${path} at byte `);
  } finally {
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(`${folder}-fork`, { recursive: true }).catch(() => {});
  }
});
