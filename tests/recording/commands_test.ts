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
    const { code, out, err } = await run(replayRecordings, [`${folder}/one`, `${folder}/two`], { unfinished: true });
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

test("a run that nobody has ended is an error that names file and byte, unless it is said that this is right", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/two/00000001.recording`;
    const { size } = await Deno.stat(path);
    const place = `${path} at byte ${size}: run 1 is read up to here, its step 3`;
    const cut = await run(replayRecordings, [`${folder}/two`], {});
    assertEquals(cut.code, 1);
    assertStringIncludes(
      cut.err,
      `error: ${place}. Nobody has ended it: the node has crashed, or it still runs, or the `,
    );
    assertStringIncludes(cut.err, "with --unfinished");
    const accepted = await run(replayRecordings, [`${folder}/two`], { unfinished: true });
    assertEquals([accepted.code, accepted.err], [0, ""]);
    assertStringIncludes(accepted.out, `    ${place}\n`);
    await Deno.truncate(path, size - 1);
    const torn = await run(replayRecordings, [folder], { json: true });
    assertEquals(torn.code, 1);
    const [, at, bytes] = /at byte (\d+): .*; (\d+) bytes behind it are no whole record\./.exec(torn.err) ?? [];
    assertEquals(Number(at) + Number(bytes), size - 1, torn.err);
    const { recordings, unfinished } = JSON.parse(torn.out);
    assertEquals(unfinished, 1);
    assertEquals(recordings.map(({ cuts }: { cuts: unknown }) => cuts), [[], [
      { run: 1, steps: 1, bytes: Number(bytes), whole: false, place: { file: path, at: Number(at), unit: "byte" } },
    ]]);
    const differs = { unfinished: true, step: (...args: Parameters<typeof step>) => [step(...args)[0], []] as const };
    assertEquals((await run(replayRecordings, [`${folder}/one`], differs)).code, 1);
  });
});

test("a node that has crashed and was started again says that nothing is missing, or else what is", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/crashed`;
    const first = `${path}/00000001.recording`;
    await recordOn(denoDisk(path), [LIFE]);
    await Deno.truncate(first, (await Deno.stat(first)).size - END - 1); // what a crash leaves
    const { size } = await Deno.stat(first);
    await recordOn(denoDisk(path), [LIFE]);
    const { code, out, err } = await run(replayRecordings, [path], {});
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(
      out,
      "1 run nobody has ended: the node has crashed, and was started again; nothing is missing\n",
    );
    const text = `${folder}/crashed.jsonl`;
    assertEquals((await run(exportRecording, [path], { out: text })).code, 0);
    assertEquals((await run(replayRecordings, [text], {})).code, 0);
    await Deno.truncate(first, size - 1);
    for (const unfinished of [false, true]) {
      const cut = await run(replayRecordings, [path], { unfinished });
      assertEquals(cut.code, 2);
      assertStringIncludes(
        cut.err,
        `error: ${first} at byte ${
          size - 1
        }: the file ends here, but it had ${size} bytes when the node was started again`,
      );
    }
  });
});

test("a segment that holds nothing is an error as well", async () => {
  await inFolder(async (folder) => {
    const names = (await Array.fromAsync(Deno.readDir(`${folder}/one`))).map(({ name }) => name);
    const last = names.filter((name) => name.endsWith(".recording")).length;
    const next = `${folder}/one/${String(last + 1).padStart(8, "0")}.recording`;
    await Deno.writeTextFile(next, "RFrc");
    const { code, err } = await run(replayRecordings, [`${folder}/one`], {});
    assertEquals(code, 1);
    assertStringIncludes(err, `error: ${next} at byte 0: a run that was begun here holds nothing; 4 bytes behind it`);
    assertEquals((await run(replayRecordings, [`${folder}/one`], { unfinished: true })).code, 0);
  });
});

test("a folder of recordings is all of them", async () => {
  await inFolder(async (folder) => {
    for (const path of [folder, `${folder}/`]) {
      const { code, out } = await run(replayRecordings, [path], { unfinished: true });
      assertEquals(code, 0);
      assertStringIncludes(out, "/one: node 1");
      assertStringIncludes(out, "/two: node 2");
    }
  });
});

test("for programs there is one JSON object", async () => {
  await inFolder(async (folder) => {
    const { code, out } = await run(replayRecordings, [folder], { json: true, unfinished: true });
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

test("compressed lines that are cut off or damaged are an error that names file and line", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/one.jsonl.gz`;
    assertEquals((await run(exportRecording, [`${folder}/one`], { out: path })).code, 0);
    const whole = await Deno.readFile(path);
    const damaged = Array.from({ length: 20 }, (_, i) => {
      const at = 10 + Math.floor(i * (whole.length - 10) / 20); // behind the header, whose time and system mean nothing
      return [whole.slice(0, at), whole.with(at, whole[at] ^ (1 << (i % 8)))];
    });
    for (const bytes of [...damaged.flat(), whole.slice(0, -1)]) {
      await Deno.writeFile(path, bytes);
      const { code, err } = await run(replayRecordings, [path], { unfinished: true });
      assertEquals(code, 2, `${bytes.length} bytes`);
      assert(/^error: .*one\.jsonl\.gz:(\d+:)? /.test(err), err);
    }
  });
});

test("one recording is exported to the output, several to a folder", async () => {
  await inFolder(async (folder) => {
    const { code, out } = await run(exportRecording, [`${folder}/two`], {});
    assertEquals(code, 0);
    assertEquals(out.split("\n")[0], '{"recording":{"major":1,"minor":1}}');
    assertStringIncludes(out, '\n{"cut":{"before":3,"bytes":0,"whole":false},"text":"');
    assert(/\n\{"complete":true,"skippable":true,"text":"[0-9a-f]{8}"\}$/.test(out), out);
    const several = await run(exportRecording, [folder], {});
    assertEquals(several.code, 2);
    assertStringIncludes(several.err, "error: These are 2 recordings. Name a folder for them with --out.");
    const all = await run(exportRecording, [folder], { out: `${folder}/text`, json: true });
    assertEquals(all.code, 0);
    const files = JSON.parse(all.out).exported.map(({ file }: { file: string }) => file);
    assertEquals(files, [`${folder}/text/one.jsonl`, `${folder}/text/two.jsonl`]);
    assertEquals((await run(replayRecordings, [`${folder}/text`], { unfinished: true })).code, 0);
    const text = await run(replayRecordings, [`${folder}/text`], {});
    assertEquals(text.code, 1);
    assert(
      /error: .*two\.jsonl:\d+: run 1 is read up to here, its step 3\. Nobody has ended it/.test(text.err),
      text.err,
    );
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
    assertStringIncludes(nowhere.err, "cannot be a folder");
  });
});
