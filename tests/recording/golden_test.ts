/**
 * Recordings that were made when the formats got their versions: they are read, and replay to what they hold, for as long as
 * the formats have these versions. Those of version 1.0 cannot be made any more;
 * `UPDATE=1 deno test -A tests/recording/golden_test.ts` makes those of the newest one.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
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
  test(`a golden recording of version 1.0 with payloads "${payloads}" replays as ever`, async () => {
    for (const path of [`${GOLDEN}${payloads}`, `${GOLDEN}${payloads}.jsonl`]) {
      const [recording] = await openRecordings([path]);
      const { differences, summary } = await replayRecords(recording.records());
      assertEquals(differences, [], path);
      assertEquals([summary.runs, summary.committed, summary.snapshotsMade], [1, COMMANDS + 1, 3]);
      assert(summary.steps > 100);
    }
  });
}

test("a golden recording of version 1.1 replays as ever: a node that crashed, and was started again", async () => {
  if (UPDATE) await make();
  for (const path of [`${GOLDEN}again`, `${GOLDEN}again.jsonl`]) {
    const [recording] = await openRecordings([path]);
    const { cuts, differences, summary } = await replayRecords(recording.records());
    assertEquals([differences, cuts.map(({ run, whole }) => [run, whole])], [[], [[1, true]]], path);
    assertEquals([summary.runs, summary.committed, summary.snapshotsMade], [2, 2 * (COMMANDS + 1), 6]);
  }
});

test("recordings say the version of the program that deno.json says", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(PROGRAM_VERSION, version);
});

async function make(): Promise<void> {
  const folder = `${GOLDEN}again`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const options = { segmentBytes: 3_000, hashEvery: 20, keyframeEvery: 50, msPerStep: 10, cluster: "golden" };
  await recordOn(denoDisk(folder), [loneLife({ commands: COMMANDS, compactEvery: 10 })], options);
  const last = `${folder}/00000002.recording`;
  await Deno.truncate(last, (await Deno.stat(last)).size - 5); // within its end, as a crash leaves it
  await recordOn(denoDisk(folder), [loneLife({ commands: COMMANDS, compactEvery: 10 })], options);
  await Deno.remove(`${folder}/lock`);
  const [recording] = await openRecordings([folder]);
  const lines: string[] = [];
  for await (const some of exportLines(recording.records())) lines.push(...some);
  await Deno.writeTextFile(`${folder}.jsonl`, `${lines.join("\n")}\n`);
}
