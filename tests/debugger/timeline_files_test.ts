import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { contentOf } from "../../effects/disk/content_of.ts";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import type { Timeline, TimelineError, TimelineOptions } from "../../effects/debugger/timeline.ts";
import { openTimeline } from "../../effects/debugger/timeline_files.ts";
import { exportLines, readRecording } from "../../effects/recording/mod.ts";
import { diskFiles } from "../../effects/recording/disk_files.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { testsThatNeed } from "../permissions.ts";
import { canonical } from "../properties/canonical.ts";
import { sealed } from "../recording/sealed_lines.ts";
import { observable } from "../wire/round_trip.ts";
import { randomStories, recordStory } from "./timeline_story.ts";

const test = testsThatNeed("read", "write");

const ETCD = new URL("../recordings/", import.meta.url).pathname;

/** A chaotic run in which three nodes take part. */
const [STORY] = randomStories(60, 60, 3).filter(({ steps }) =>
  new Set(steps.map(({ id }) => id)).size === 3 && steps.length > 150 && steps.length < 400
);

/** Runs `body` in a folder with recordings of the nodes of a cluster: `binary/1` and so on, `lines/1.jsonl` and so on. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/lines`);
    for (const [id, disk] of await recordStory(STORY, { hashEvery: 8, flushMs: 1, keyframeEvery: 50, dated: true })) {
      const copy = denoDisk(`${folder}/binary/${id}`);
      copy.makeFolder("");
      for (const name of disk.list("")) {
        await Deno.writeFile(`${folder}/binary/${id}/${name}`, contentOf(disk.open(name)));
      }
      const lines: string[] = [];
      for await (const some of exportLines(readRecording(diskFiles(disk)))) lines.push(...some);
      await Deno.writeTextFile(`${folder}/lines/${id}.jsonl`, lines.map((line) => `${line}\n`).join(""));
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("folders of segments, segments and lines are opened together, and tell the same story", async () => {
  await inFolder(async (folder) => {
    const expected = told(await open([`${folder}/binary`]));
    assertEquals(expected.length, STORY.steps.length);
    await compress(`${folder}/lines/3.jsonl`, `${folder}/3.jsonl.gz`);
    const ways: readonly (readonly string[])[] = [
      [`${folder}/lines`],
      [1, 2, 3].map((id) => `${folder}/binary/${id}`),
      [`${folder}/lines/1.jsonl`, `${folder}/binary/2`, `${folder}/3.jsonl.gz`],
    ];
    for (const paths of ways) assertEquals(told(await open(paths)), expected);
    const count = { bytes: 0 };
    await open([`${folder}/lines`], { count });
    let bytes = 0;
    for (const id of [1, 2, 3]) bytes += (await Deno.stat(`${folder}/lines/${id}.jsonl`)).size;
    assertEquals(count.bytes, bytes);
  });
});

test("what is no recording is an error that names it", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/text`, "Hello\n");
    await Deno.writeTextFile(`${folder}/empty`, "");
    for (const path of [`${folder}/text`, `${folder}/empty`, `${folder}/missing`]) {
      const { message } = await refused([`${folder}/binary/1`, path]);
      assert(message.startsWith(`${path}: `), message);
    }
  });
});

test("a segment with a flipped bit, wherever it is, is an error that names file and place", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/binary/2/00000001.recording`;
    const whole = await Deno.readFile(path);
    const random = seededRandom(1);
    for (let run = 0; run < 120; run++) {
      const damaged = whole.slice();
      const at = run < 12 ? run : Math.floor(random.next() * whole.length);
      damaged[at] ^= 1 << Math.floor(random.next() * 8);
      await Deno.writeFile(path, damaged);
      const { message, place } = await refused([`${folder}/binary`]);
      if (at < 4) continue; // it is no recording then
      assert(message.startsWith(`${path} at byte `), message);
      // Another minor version shows by the segment's record, which says it once more.
      const isBefore = place !== null && (place.at <= at || at === 4 || at === 5);
      assert(isBefore && place.file === path, `${place?.at} is not before ${at}`);
    }
  });
});

test("a line with a flipped bit is an error that names file and line, if anything depends on it", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/lines/2.jsonl`;
    const whole = await Deno.readFile(path);
    const expected = seen(await open([path]));
    const random = seededRandom(2);
    let refusals = 0;
    for (let run = 0; run < 200; run++) {
      const damaged = whole.slice();
      damaged[Math.floor(random.next() * whole.length)] ^= 1 << Math.floor(random.next() * 8);
      await Deno.writeFile(path, damaged);
      const timeline = await openTimeline([path]);
      if (E.isLeft(timeline)) {
        assert(timeline.left.message.startsWith(`${path}:`), timeline.left.message);
        refusals++;
      } else {
        assertEquals(seen(timeline.right), expected);
      }
    }
    assert(refusals > 160, `${refusals} refusals`);
  });
});

test("lines that are cut off, in another order, missing or doubled are errors that name the line", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/lines/2.jsonl`;
    const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
    const refuses = async (others: readonly string[], what: string): Promise<void> => {
      await Deno.writeTextFile(path, others.join("\n"));
      const { message, place } = await refused([`${folder}/lines`]);
      assert(message.startsWith(`${path}:`), `${what}: ${message}`);
      assert(place === null || place.unit === "line");
    };
    for (let at = 1; at < lines.length - 1; at += 7) {
      await refuses(lines.slice(0, at), `cut at ${at}`);
      await refuses([...lines.slice(0, at), lines[at].slice(0, lines[at].length >> 1)], `cut within ${at}`);
      await refuses(lines.toSpliced(at, 2, lines[at + 1], lines[at]), `swapped at ${at}`);
      await refuses(lines.toSpliced(at, 0, lines[at]), `doubled at ${at}`);
      await refuses(lines.toSpliced(at, 1), `missing at ${at}`);
    }
  });
});

test("a later major version is refused, and of a later minor version new members are passed over", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/lines/2.jsonl`;
    const lines = (await Deno.readTextFile(path)).split("\n");
    await Deno.writeTextFile(path, lines.with(0, '{"recording":{"major":2,"minor":0}}').join("\n"));
    const newer = await refused([path]);
    assertEquals(newer.message, `${path}:1: recording format 2.0 is newer than 1.x, which this version reads`);
    const later = lines.map((line) => line.replace(/^\{"step":\{/, '{"note":7,"step":{"seen":true,'));
    await Deno.writeTextFile(path, sealed(later.with(0, '{"recording":{"major":1,"minor":9}}')).join("\n"));
    assertEquals((await open([path])).length, STORY.steps.filter(({ id }) => id === 2).length);

    const segment = `${folder}/binary/2/00000001.recording`;
    const bytes = await Deno.readFile(segment);
    await Deno.writeFile(segment, bytes.with(6, 2));
    const { message, place } = await refused([`${folder}/binary`]);
    assert(/recording format 2\.1 is newer/.test(message), message);
    assertEquals(place, { file: segment, at: 0, unit: "byte" });
  });
});

test("a step that comes out in another way than it was recorded is an error, unless nobody wants to compare", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/lines/2.jsonl`;
    const text = await Deno.readTextFile(path);
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith('{"step"'));
    await Deno.writeTextFile(path, sealed(lines.with(at, lines[at].replace(/"check":"./, '"check":"!'))).join("\n"));
    assert(/:\d+: "step.check" is wrong/.test((await refused([path])).message));
    const other = JSON.parse(lines[at]);
    other.step.check = other.step.check === "00000000" ? "00000001" : "00000000";
    await Deno.writeTextFile(path, sealed(lines.with(at, JSON.stringify(other))).join("\n"));
    const { message, place } = await refused([path]);
    assert(/^.*2\.jsonl:\d+: run 1 of node 2, step 1: .* came out in another way/.test(message), message);
    assertEquals(place?.file, path);
    const unchecked = await open([path], { verify: false });
    await Deno.writeTextFile(path, text);
    assertEquals(told(unchecked), told(await open([path])));
  });
});

test("a recording of etcd's library is known by its header, and opened in the order of its lines", async () => {
  let length = 0;
  for (const run of await runNames(`${ETCD}examples.jsonl.gz`)) {
    const timeline = await open([`${ETCD}examples.jsonl.gz`], { run });
    length += timeline.length;
    assertEquals(new Set(timeline.runs.map(({ run }) => run)), new Set([1]));
    for (let number = 1; number <= timeline.length; number++) {
      const { at, cause, message, node, place } = timeline.step(number);
      assertEquals(at, null);
      assert(number === 1 || place.at > timeline.step(number - 1).place.at);
      // Every message of a peer in these runs was sent by one of them.
      if ("from" in message) assert(cause !== null && cause < number && message.to === node, `step ${number}`);
      if (cause !== null) {
        const delivery = timeline.step(cause).deliveries.find(({ duplicates, received }) =>
          received === number || duplicates.includes(number)
        );
        assert(delivery !== undefined && delivery.message.type === message.type, `step ${number}`);
      }
    }
  }
  assertEquals(length, 2681);
});

test("of several runs in an etcd recording one has to be chosen, because each is of a cluster of its own", async () => {
  const path = `${ETCD}examples.jsonl.gz`;
  const names = await runNames(path);
  assertEquals(names.length, 14);
  const [one, two, three] = names;
  assertEquals(await refused([path]), {
    message: `${path}: there are 14 runs in this file, each of a cluster of its own. ` +
      `Choose one with --run: "${one}", "${two}", "${three}" and 11 more.`,
    place: null,
  });
  const flow = `${ETCD}suite/raft_flow_control_test.jsonl.gz`;
  const both = (await runNames(flow)).map((name) => `"${name}"`).join(", ");
  assert((await refused([flow])).message.endsWith(
    `there are 2 runs in this file, each of a cluster of its own. ` +
      `Choose one with --run: ${both}.`,
  ));
  const missing = await refused([path], { run: "nothing" });
  assert(
    /there are 14 runs in this file, and none is called "nothing"\. Choose/.test(missing.message),
    missing.message,
  );
  await inFolder(async (folder) => {
    const lines = (await decompressed(path)).split("\n");
    const second = lines.findIndex((line, i) => i > 0 && line.startsWith('{"run"'));
    await Deno.writeTextFile(`${folder}/one.jsonl`, lines.slice(0, second).join("\n"));
    const [only, chosen] = [await open([`${folder}/one.jsonl`]), await open([path], { run: one })];
    assertEquals([only.length, only.nodes], [chosen.length, chosen.nodes]);
  });
});

test("an etcd recording stands alone, and what is wrong with it names file and line", async () => {
  await inFolder(async (folder) => {
    const [etcd, copy] = [`${ETCD}examples.jsonl.gz`, `${folder}/copy.jsonl`];
    const along = await refused([`${folder}/binary`, etcd]);
    assert(along.message.startsWith(`${etcd}: this is a recording of a whole cluster`), along.message);
    const lines = (await decompressed(etcd)).split("\n").slice(0, 400);
    await Deno.writeTextFile(copy, lines.join("\n"));
    const expected = seen(await open([copy]));
    const random = seededRandom(4);
    let refusals = 0;
    for (let run = 0; run < 100; run++) {
      const at = Math.floor(random.next() * lines.length);
      const character = Math.floor(random.next() * lines[at].length);
      const flipped = String.fromCharCode(lines[at].charCodeAt(character) ^ (1 << Math.floor(random.next() * 6)));
      await Deno.writeTextFile(
        copy,
        lines.with(at, lines[at].slice(0, character) + flipped + lines[at].slice(character + 1)).join("\n"),
      );
      const timeline = await openTimeline([copy]);
      if (E.isLeft(timeline)) {
        assert(timeline.left.message.startsWith(`${copy}:`), timeline.left.message);
        refusals++;
      } else if (!/^\{"(run|node":"[^"]*","ready)/.test(lines[at])) {
        assertEquals(seen(timeline.right), expected);
      }
    }
    assert(refusals > 60, `${refusals} refusals`);
    const written = lines.findIndex((line) => /"step":.*"set":\{"log":\{"from"/.test(line));
    await Deno.writeTextFile(copy, lines.toSpliced(written, 1).join("\n"));
    assert((await refused([copy])).message.startsWith(`${copy}:`));
    const compressed = await Deno.readFile(etcd);
    await Deno.writeFile(copy, compressed.slice(0, compressed.length >> 1));
    const cut = await refused([copy]);
    assert(/the compressed data is cut off or damaged/.test(cut.message), cut.message);
  });
});

/** The names of the runs in a recording of etcd's library. */
async function runNames(path: string): Promise<readonly string[]> {
  return (await decompressed(path)).split("\n").flatMap((line) => /^\{"run":"([^"]*)"/.exec(line)?.slice(1) ?? []);
}

async function open(paths: readonly string[], options: TimelineOptions = {}): Promise<Timeline> {
  const timeline = await openTimeline(paths, options);
  assert(E.isRight(timeline), JSON.stringify(timeline));
  return timeline.right;
}

async function refused(paths: readonly string[], options: TimelineOptions = {}): Promise<TimelineError> {
  const timeline = await openTimeline(paths, options);
  assert(E.isLeft(timeline), "the recordings were opened");
  return timeline.left;
}

/** Everything that a timeline says, but for where it is written. */
function told(timeline: Timeline): readonly string[] {
  return Array.from({ length: timeline.length }, (_, i) => {
    const { cause, message, node, run, step } = timeline.step(i + 1);
    return `${node} ${run} ${step} ${cause} ${canonical(message)} ${observable(timeline.after(i + 1))}`;
  });
}

/** What it comes to: states and outboxes. */
function seen(timeline: Timeline): readonly string[] {
  return Array.from(
    { length: timeline.length },
    (_, i) => `${canonical(timeline.step(i + 1).outbox)} ${observable(timeline.after(i + 1))}`,
  );
}

async function compress(from: string, to: string): Promise<void> {
  const bytes = new Blob([await Deno.readFile(from)]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(to, bytes);
}

async function decompressed(path: string): Promise<string> {
  const bytes = new Blob([await Deno.readFile(path)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(bytes).text();
}
