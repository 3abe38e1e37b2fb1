/**
 * Recordings that were made when the formats got their versions: they are read, and replay to what they hold, for as long as
 * the formats have these versions. `UPDATE=1 deno test -A tests/recording/golden_test.ts` makes them anew, for a new version.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
import type { Payloads } from "../../effects/recording/mod.ts";
import { replayRecords } from "../../effects/recording/mod.ts";
import { PROGRAM_VERSION } from "../../effects/recording/program.ts";
import { openRecordings } from "../../effects/recording/read_folder.ts";
import { isGranted, testsThatNeed } from "../permissions.ts";
import { loneLife, recordOn } from "./lives.ts";

const test = testsThatNeed("read");
const UPDATE = isGranted("read", "write", "env") && Deno.env.get("UPDATE") === "1";
const GOLDEN = new URL("./golden/", import.meta.url).pathname;
const COMMANDS = 30;

for (const payloads of ["full", "hash", "none"] as const) {
  test(`a golden recording with payloads "${payloads}" replays as ever`, async () => {
    if (UPDATE) await make(payloads);
    for (const path of [`${GOLDEN}${payloads}`, `${GOLDEN}${payloads}.jsonl`]) {
      const [recording] = await openRecordings([path]);
      const { differences, summary } = await replayRecords(recording.records());
      assertEquals(differences, [], path);
      assertEquals([summary.runs, summary.committed, summary.snapshotsMade], [1, COMMANDS + 1, 3]);
      assert(summary.steps > 100);
    }
  });
}

test("recordings say the version of the program that deno.json says", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(PROGRAM_VERSION, version);
});

async function make(payloads: Payloads): Promise<void> {
  const folder = `${GOLDEN}${payloads}`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const options = { segmentBytes: 3_000, hashEvery: 20, keyframeEvery: 50, msPerStep: 10, cluster: "golden" };
  await recordOn(denoDisk(folder), [loneLife({ commands: COMMANDS, compactEvery: 10 })], { ...options, payloads });
  await Deno.remove(`${folder}/lock`);
  const [recording] = await openRecordings([folder]);
  const lines: string[] = [];
  for await (const some of exportLines(recording.records())) lines.push(...some);
  await Deno.writeTextFile(`${folder}.jsonl`, `${lines.join("\n")}\n`);
}
