/**
 * Damaged recordings: whatever bit is wrong, whatever is missing, doubled or in another place, whoever reads gets an error
 * that names file and position. Only an end that a crash could have left as well is no error but a `Cut`.
 */
import { assert, assertEquals } from "@std/assert";
import { contentOf } from "../../effects/disk/content_of.ts";
import {
  diskFiles,
  exportLines,
  type PlacedRecord,
  readJsonLines,
  readRecording,
  RecordingError,
  type RecordingFile,
  type Replayer,
  replayRecords,
} from "../../effects/recording/mod.ts";
import type { MemoryDisk } from "../../effects/disk/memory_disk.ts";
import { canonical } from "../properties/canonical.ts";
import { type Life, loneLife, randomLives, record, recordOn } from "./lives.ts";

const VARIED = { hashEvery: 5, keyframeEvery: 8, bufferBytes: 90, msPerStep: 10 };
/** Text that is no UTF-8, as readers of files say it. */
class BadText extends Error {}

/** Two runs, the first of which was cut off by a crash, with gaps, keyframes, snapshots and a change of the configuration. */
const DISK = await record([loneLife({ commands: 3, compactEvery: 2, bytes: 4 })], VARIED);
cutOff(DISK, "00000001.recording", 5);
await recordOn(DISK, [changingLife()], VARIED);
const FILES = filesOn(DISK);
const LINES = await linesOf(FILES);
/** Short ones, of which every bit is tried. */
const SHORT = filesOn(await record([tinyLife(), tinyLife()], { hashEvery: 4, msPerStep: 10 }));
const SHORT_LINES = await linesOf(SHORT.slice(0, 1));
/** Of the long ones every so many. */
const STRIDE = 61;
const WHOLE = await attempt(readRecording(files(FILES)));
assert(!(WHOLE instanceof Error));
const UNCHANGED = canonical([WHOLE.summary, WHOLE.cuts]);
const TORN_FROM = WHOLE.cuts[0].place.at;

type Files = readonly { readonly name: string; readonly bytes: Uint8Array }[];

Deno.test("the recordings that are damaged here replay as long as they are not", async () => {
  const records = await Array.fromAsync(readRecording(files(FILES)));
  const types = new Set(records.flat().map(({ record }) => record.type));
  assertEquals([...types].sort(), ["Cut", "End", "Entries", "Gap", "Keyframe", "Segment", "Steps"]);
  for (const outcome of [await attempt(readRecording(files(FILES))), await attempt(linesIn(textOf(LINES)))]) {
    assert(!(outcome instanceof Error));
    assertEquals([outcome.differences, outcome.cuts.map(({ whole }) => whole)], [[], [true]]);
  }
});

Deno.test("no single bit flip of segments passes as success", async () => {
  const flips = async (whole: Files, i: number, stride: number): Promise<void> => {
    const { bytes, name } = whole[i];
    for (let bit = 0; bit < 8 * bytes.length; bit += stride) {
      const outcome = await attempt(readRecording(files(whole.with(i, { name, bytes: flipped(bytes, bit) }))));
      if (whole === FILES && i === 0 && isTorn(bit >>> 3)) assert(!isOther(outcome), `bit ${bit}`);
      else assertNamed(outcome, /^0000000[12]\.recording at byte \d+: /, `bit ${bit} of ${name}`);
    }
  };
  for (const i of [0, 1]) {
    await flips(SHORT, i, 1);
    await flips(FILES, i, STRIDE);
  }
});

Deno.test("no single bit flip of lines passes as success", async () => {
  for (const [lines, stride] of [[SHORT_LINES, 1], [LINES, STRIDE]] as const) {
    const bytes = textOf(lines);
    for (let bit = 0; bit < 8 * bytes.length; bit += stride) {
      assertNamed(await attempt(linesIn(flipped(bytes, bit))), /^run\.jsonl:\d+: /, `bit ${bit}`);
    }
  }
});

Deno.test("lines that are cut off at any byte are no success, but for the newline at the end", async () => {
  const bytes = textOf(SHORT_LINES);
  for (let length = 0; length < bytes.length - 1; length++) {
    assertNamed(await attempt(linesIn(bytes.slice(0, length))), /^run\.jsonl:\d+: /, `${length} bytes`);
  }
  assert(!(await attempt(linesIn(bytes.slice(0, -1))) instanceof Error));
});

Deno.test("lines that are missing, doubled or in another order are no success", async () => {
  for (let at = 0; at < LINES.length; at++) {
    const next = LINES[at + 1];
    const damaged = [
      LINES.toSpliced(at, 1),
      LINES.toSpliced(at, 0, LINES[at]),
      ...(next === undefined ? [] : [LINES.with(at, next).with(at + 1, LINES[at])]),
    ];
    for (const lines of damaged) {
      assertNamed(await attempt(linesIn(textOf(lines))), /^run\.jsonl:\d+: /, `line ${at + 1}`);
    }
  }
});

Deno.test("segments that are cut off at any byte are an error, or at the end of the recording an end that nobody has seen", async () => {
  const [first, last] = FILES;
  for (let length = 0; length < first.bytes.length; length++) {
    const cut = { ...first, bytes: first.bytes.slice(0, length) };
    assertNamed(
      await attempt(readRecording(files([cut, last]))),
      /^00000001\.recording at byte \d+: /,
      `${length} bytes`,
    );
  }
  for (let length = 0; length < last.bytes.length; length += 7) {
    const cut = { ...last, bytes: last.bytes.slice(0, length) };
    const outcome = await attempt(readRecording(files([first, cut])));
    assert(!(outcome instanceof Error));
    const end = outcome.cuts[outcome.cuts.length - 1];
    assertEquals([end.whole, end.place.file, end.place.at + end.bytes], [false, last.name, length]);
  }
});

Deno.test("segments in another order, of another run or under another name are an error", async () => {
  const [first, last] = FILES;
  const place = /^0000000\d\.recording at byte \d+: /;
  const damaged: readonly Files[] = [
    [last, first],
    [first, first],
    [first, last, last],
    [{ ...first, bytes: last.bytes }, { ...last, bytes: first.bytes }],
    [first, { ...last, name: "00000003.recording" }],
    [{ ...SHORT[0], name: "00000001.recording" }, last], // another recording of the same node
    [first, { ...SHORT[0], name: "00000002.recording" }],
  ];
  for (const [i, some] of damaged.entries()) assertNamed(await attempt(readRecording(files(some))), place, `case ${i}`);
});

Deno.test("versions that are not known are refused in both forms", async () => {
  for (const major of [0, 2, 255, 65_535]) {
    const bytes = FILES[0].bytes.slice();
    new DataView(bytes.buffer, bytes.byteOffset).setUint16(6, major, true);
    assertNamed(
      await attempt(readRecording(files(FILES.with(0, { ...FILES[0], bytes })))),
      /^00000001\.recording at byte 0: Cannot read: recording format \d+\.1 is (newer|older) than 1\./,
      `version ${major}`,
    );
    const lines = LINES.with(0, JSON.stringify({ recording: { major, minor: 0 } }));
    assertNamed(
      await attempt(linesIn(textOf(lines))),
      /^run\.jsonl:1: recording format \d+\.0 is /,
      `version ${major}`,
    );
  }
});

/** What a crash has left behind the last whole record is nothing that is read: no bit of it means anything. */
function isTorn(at: number): boolean {
  return at >= TORN_FROM;
}

/** Whether a recording was read, and another one came of it. */
function isOther(outcome: Replayer | Error): boolean {
  return !(outcome instanceof Error) && canonical([outcome.summary, outcome.cuts]) !== UNCHANGED;
}

function assertNamed(outcome: Replayer | Error, place: RegExp, what: string): void {
  assert(outcome instanceof Error, `${what} passes`);
  assert(place.test(outcome.message), `${what}: ${outcome.message}`);
}

/** What comes of reading and replaying; the error that says where something is wrong. */
async function attempt(records: AsyncIterable<readonly PlacedRecord[]>): Promise<Replayer | Error> {
  try {
    const replayer = await replayRecords(records);
    assertEquals(replayer.differences, [], "it is replayed, although it is damaged");
    return replayer;
  } catch (error) {
    if (error instanceof RecordingError || error instanceof BadText) return error;
    throw error;
  }
}

async function* linesIn(bytes: Uint8Array): AsyncGenerator<readonly PlacedRecord[]> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadText("run.jsonl:1: this is not UTF-8 text");
  }
  yield* readJsonLines("run.jsonl", [text.split("\n")]);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >>> 3, bytes[bit >>> 3] ^ (1 << (bit & 7)));
}

function textOf(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

async function linesOf(some: Files): Promise<readonly string[]> {
  return (await Array.fromAsync(exportLines(readRecording(files(some))))).flat();
}

function files(some: Files): readonly RecordingFile[] {
  return some.map(({ name, bytes }) => ({ name, chunks: () => [bytes] }));
}

function filesOn(disk: MemoryDisk): Files {
  return diskFiles(disk).map(({ name }) => ({ name, bytes: contentOf(disk.open(name)) }));
}

function cutOff(disk: MemoryDisk, name: string, bytes: number): void {
  const file = disk.open(name);
  file.truncate(file.size() - bytes);
  file.close();
}

/** The shortest of some random lives that changes the configuration. */
function changingLife(): Life {
  const changing = randomLives(60).flat().filter(({ id, steps }) =>
    id === 1 && steps.some(({ message }) => message.type === "ApplyConfChange")
  );
  return changing.reduce((a, b) => b.steps.length < a.steps.length ? b : a);
}

function tinyLife(): Life {
  const { steps, ...life } = loneLife({ commands: 2, compactEvery: 2, bytes: 4 });
  return { ...life, steps: steps.slice(0, 6) };
}
