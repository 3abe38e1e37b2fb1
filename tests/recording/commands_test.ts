import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Node } from "../../core/mod.ts";
import { step } from "../../core/mod.ts";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { exportRecording } from "../../effects/debugger/command/export.ts";
import { replayRecordings } from "../../effects/debugger/command/replay.ts";
import { isRecording } from "../../effects/recording/read_folder.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { testsThatNeed } from "../permissions.ts";
import { type Life, loneLife, recordOn } from "./lives.ts";

const test = testsThatNeed("read", "write");

const LIFE = loneLife({ commands: 100, compactEvery: 30 });

/** The bytes of the record with which a short run ends. */
const END = 11;

/** The same life of another node. */
function ofNode(id: number): Life {
  return { ...LIFE, id, first: { ...LIFE.first, id }, steps: [] };
}

/** Runs `body` in a folder with recordings of two nodes: one in several segments, the other one cut off. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await recordOn(denoDisk(`${folder}/one`), [LIFE, LIFE], { segmentBytes: 4_000, msPerStep: 10 });
    const { first } = ofNode(2);
    let node: Node = first;
    const steps = [0.1, 0.2, 0.3].map((random) => {
      const message = { type: "Tick", random } as const;
      const [after, outbox] = step(node, message);
      node = after;
      return { message, after, outbox };
    });
    await recordOn(denoDisk(`${folder}/two`), [{ ...ofNode(2), steps }]);
    const path = `${folder}/two/00000001.recording`;
    await Deno.truncate(path, (await Deno.stat(path)).size - END);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Command<Options> = (paths: readonly string[], options: Options, output: CapturedOutput) => Promise<number>;

async function run<Options>(
  command: Command<Options>,
  paths: readonly string[],
  options: Options,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const output = new CapturedOutput();
  const code = await command(paths, options, output);
  return { code, out: output.lines.join("\n"), err: output.errors.join("\n") };
}

test("replay goes through recordings and sums them up", async () => {
  await inFolder(async (folder) => {
    const { code, out, err } = await run(replayRecordings, [`${folder}/one`, `${folder}/two`], {});
    assertEquals([code, err], [0, ""]);
    const steps = 2 * LIFE.steps.length;
    assertStringIncludes(out, `${folder}/one: node 1, 2 runs, ${steps.toLocaleString("en")} steps, as recorded`);
    assertStringIncludes(out, `${folder}/two: node 2, 1 run, 3 steps, as recorded`);
    assertStringIncludes(out, "1 run nobody has ended: the node has crashed, or it still runs");
    assert(/\nruns +3, of 2 nodes\nsteps +1,[\d,]+ in /.test(out), out);
    assert(/\nelections +2 won\n/.test(out), out);
    assert(/\nterms +0 to 1\n/.test(out), out);
    assert(/\nsnapshots +6 made, 0 sent, 0 installed\n/.test(out), out);
  });
});

test("where a recording ends that nobody has ended is named by file and byte, as a note and for programs", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/two/00000001.recording`;
    const { size } = await Deno.stat(path);
    const whole = await run(replayRecordings, [`${folder}/two`], {});
    assertStringIncludes(whole.out, `run 1 is read up to step 3, which is up to ${path} at byte ${size}\n`);
    await Deno.truncate(path, size - 1);
    const torn = await run(replayRecordings, [`${folder}/one`, `${folder}/two`], {});
    assertEquals(torn.code, 0);
    const [, at, bytes] =
      /two\/00000001\.recording at byte (\d+); (\d+) bytes behind it are no whole record/.exec(torn.out) ??
        [];
    assertEquals(Number(at) + Number(bytes), size - 1, torn.out);
    const { recordings } = JSON.parse((await run(replayRecordings, [folder], { json: true })).out);
    assertEquals(recordings.map(({ cuts }: { cuts: unknown }) => cuts), [[], [
      { run: 1, steps: 1, bytes: Number(bytes), place: { file: path, at: Number(at), unit: "byte" } },
    ]]);
  });
});

test("a folder of recordings is all of them", async () => {
  await inFolder(async (folder) => {
    for (const path of [folder, `${folder}/`]) {
      const { code, out } = await run(replayRecordings, [path], {});
      assertEquals(code, 0);
      assertStringIncludes(out, "/one: node 1");
      assertStringIncludes(out, "/two: node 2");
    }
  });
});

test("for programs there is one JSON object", async () => {
  await inFolder(async (folder) => {
    const { code, out } = await run(replayRecordings, [folder], { json: true });
    const { recordings, total, differences, seconds } = JSON.parse(out);
    assertEquals([code, differences, recordings.length], [0, 0, 2]);
    assertEquals(recordings[0].name, `${folder}/one`);
    assertEquals(total.steps, 2 * LIFE.steps.length + 3);
    assertEquals([total.runs, total.cut, total.nodes], [3, 1, [1, 2]]);
    assert(seconds >= 0);
  });
});

test("a difference is named, and the exit code is 1", async () => {
  await inFolder(async (folder) => {
    let count = 0;
    const options = {
      step: (...args: Parameters<typeof step>) => {
        const [node, outbox] = step(...args);
        return ++count === 77 ? [{ ...node, electionElapsed: 99 }, outbox] as const : [node, outbox] as const;
      },
    };
    const { code, out } = await run(replayRecordings, [`${folder}/one`], options);
    assertEquals(code, 1);
    assertStringIncludes(out, "not as recorded");
    assertStringIncludes(
      out,
      `run 1 of node 1, step 77 (${LIFE.steps[76].message.type}): the state came out in another way`,
    );
    assert(/\n {4}.*\/one\/0000000\d\.recording at byte \d+\n/.test(out), out);
    count = 0;
    const { out: json } = await run(replayRecordings, [`${folder}/one`], { ...options, json: true });
    const { differences, recordings } = JSON.parse(json);
    assertEquals([differences, recordings[0].differences[0].step], [1, 77]);
  });
});

test("a damaged recording is an error that names file and place, and the exit code is 2", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/one/00000002.recording`;
    const bytes = await Deno.readFile(path);
    bytes[300] ^= 4;
    await Deno.writeFile(path, bytes);
    const { code, err } = await run(replayRecordings, [folder], {});
    assertEquals(code, 2);
    assert(/^error: .*\/one\/00000002\.recording at byte \d+: /.test(err), err);
    await Deno.remove(path);
    const missing = await run(replayRecordings, [folder], {});
    assertEquals(missing.code, 2);
    assert(/00000003\.recording at byte 8: segment 2 is missing/.test(missing.err), missing.err);
  });
});

test("what is no recording is an error", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/empty`);
    await Deno.writeTextFile(`${folder}/notes.txt`, "nothing to see");
    await Deno.writeTextFile(`${folder}/nothing`, "");
    for (
      const [name, message] of [
        ["empty", "there is no recording in this folder"],
        ["notes.txt", "this is no recording"],
        ["nothing", "the file is empty"],
        ["missing", "there is no such file"],
      ]
    ) {
      assertEquals(await isRecording(`${folder}/${name}`), false, name);
      const { code, err } = await run(replayRecordings, [`${folder}/${name}`], {});
      assertEquals(code, 2);
      assertStringIncludes(err, `error: ${folder}/${name}: ${message}`);
    }
  });
});

test("a recording is known by what is in it", async () => {
  await inFolder(async (folder) => {
    assertEquals(await isRecording(folder), true);
    assertEquals(await isRecording(`${folder}/one`), true);
    assertEquals(await isRecording(`${folder}/one/00000001.recording`), true);
    await Deno.copyFile(`${folder}/one/00000001.recording`, `${folder}/renamed`);
    assertEquals(await isRecording(`${folder}/renamed`), true);
    for (const name of ["one.jsonl", "one.jsonl.gz"]) {
      assertEquals((await run(exportRecording, [`${folder}/one`], { out: `${folder}/${name}` })).code, 0);
      assertEquals(await isRecording(`${folder}/${name}`), true);
    }
    await Deno.writeTextFile(`${folder}/etcd.jsonl`, '{"run":"1","kind":"example"}\n');
    assertEquals(await isRecording(`${folder}/etcd.jsonl`), false);
  });
});

test("segments that are named one by one are one recording, in this order", async () => {
  await inFolder(async (folder) => {
    const segments = [1, 2, 3].map((n) => `${folder}/one/0000000${n}.recording`);
    const { code, out } = await run(replayRecordings, segments, {});
    assertEquals(code, 0);
    assertStringIncludes(out, `${folder}/one: node 1, 1 run`);
    const reversed = await run(replayRecordings, segments.toReversed(), {});
    assertEquals(reversed.code, 2);
    assertStringIncludes(reversed.err, "segment 4 is missing");
  });
});

test("what was exported replays like what it was exported from", async () => {
  await inFolder(async (folder) => {
    for (const name of ["one.jsonl", "one.jsonl.gz"]) {
      const path = `${folder}/${name}`;
      const exported = await run(exportRecording, [`${folder}/one`], { out: path });
      assertEquals(exported.code, 0);
      assert(/one: \d+ lines in .*one\.jsonl/.test(exported.out), exported.out);
      const [text, binary] = await Promise.all(
        [path, `${folder}/one`].map((path) => run(replayRecordings, [path], { json: true })),
      );
      assertEquals([text.code, binary.code], [0, 0]);
      assertEquals(JSON.parse(text.out).total, JSON.parse(binary.out).total);
    }
    const gz = await Deno.readFile(`${folder}/one.jsonl.gz`);
    assertEquals([gz[0], gz[1]], [0x1f, 0x8b]);
  });
});

test("one recording is exported to the output, several to a folder", async () => {
  await inFolder(async (folder) => {
    const { code, out } = await run(exportRecording, [`${folder}/two`], {});
    assertEquals(code, 0);
    assertEquals(out.split("\n")[0], '{"recording":{"major":1,"minor":0}}');
    assertEquals(out.split("\n").at(-1), '{"cut":{"before":3,"bytes":0}}');
    const several = await run(exportRecording, [folder], {});
    assertEquals(several.code, 2);
    assertStringIncludes(several.err, "error: These are 2 recordings. Name a folder for them with --out.");
    const all = await run(exportRecording, [folder], { out: `${folder}/text`, json: true });
    assertEquals(all.code, 0);
    const files = JSON.parse(all.out).exported.map(({ file }: { file: string }) => file);
    assertEquals(files, [`${folder}/text/one.jsonl`, `${folder}/text/two.jsonl`]);
    assertEquals((await run(replayRecordings, [`${folder}/text`], {})).code, 0);
  });
});

test("recordings of the same name are exported side by side", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/more`);
    await Deno.rename(`${folder}/two`, `${folder}/more/one`);
    const { out } = await run(exportRecording, [`${folder}/one`, `${folder}/more/one`], {
      out: `${folder}/text`,
      json: true,
    });
    const files = JSON.parse(out).exported.map(({ file }: { file: string }) => file);
    assertEquals(files, [`${folder}/text/one.jsonl`, `${folder}/text/one-2.jsonl`]);
  });
});

test("an export that fails leaves no half of a file", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/one/00000002.recording`;
    const bytes = await Deno.readFile(path);
    bytes[300] ^= 4;
    await Deno.writeFile(path, bytes);
    const { code, err } = await run(exportRecording, [`${folder}/one`], { out: `${folder}/one.jsonl` });
    assertEquals(code, 2);
    assertStringIncludes(err, "00000002.recording at byte");
    assertEquals(await Deno.stat(`${folder}/one.jsonl`).catch(() => null), null);
    const nowhere = await run(exportRecording, [`${folder}/two`], { out: `${folder}/one/00000001.recording/x.jsonl` });
    assertEquals(nowhere.code, 2);
    assertStringIncludes(nowhere.err, "cannot be written");
  });
});
