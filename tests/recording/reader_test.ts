import { assert, assertEquals, assertRejects } from "@std/assert";
import * as O from "fp-ts/Option";
import { contentOf } from "../../effects/disk/content_of.ts";
import { bootstrap, DEFAULT_OPTIONS, entryAt, type Node, proposal } from "../../core/mod.ts";
import type { MemoryDisk } from "../../effects/disk/memory_disk.ts";
import {
  describePlace,
  type PlacedRecord,
  readRecording,
  RecordingError,
  type RecordingFile,
  type RecordingRecord,
  replayRecords,
} from "../../effects/recording/mod.ts";
import {
  beginSteps,
  END,
  endSteps,
  writeEnd,
  writeEntriesRecord,
  writeGap,
  writeKeyframe,
  writeSegment,
} from "../../effects/recording/record_codec.ts";
import { type Hashes, StepChecks } from "../../effects/recording/step_checks.ts";
import { beginFrame, endFrame } from "../../effects/wire/frame.ts";
import { writeMessage } from "../../effects/wire/message.ts";
import { FORMATS, type Version, writeFormat } from "../../effects/wire/version.ts";
import { Writer } from "../../effects/wire/writer.ts";
import { canonical } from "../properties/canonical.ts";
import { loneLife, record, recordsOn } from "./lives.ts";
import { right } from "../wire/round_trip.ts";

const LIFE = loneLife({ commands: 30, compactEvery: 10 });
const DISK = await record([LIFE], { hashEvery: 10, keyframeEvery: 40, msPerStep: 10 });
const WHOLE = contentOf(DISK.open("00000001.recording"));
const SEGMENTS = await segmentsOf(
  await record([loneLife({ commands: 300, compactEvery: 10 })], {
    segmentBytes: 2_000,
    msPerStep: 10,
  }),
);

Deno.test("chunks may be cut anywhere", async () => {
  const expected = texts(await recordsOn(DISK));
  for (const size of [1, 7, 64, 1_000]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < WHOLE.length; at += size) chunks.push(WHOLE.slice(at, at + size));
    assertEquals(texts(await read([{ name: "00000001.recording", chunks: () => chunks }])), expected);
  }
});

Deno.test("every record says where it is", async () => {
  let at = 8;
  for (const { record, place } of await recordsOn(DISK)) {
    assertEquals(describePlace(place), `00000001.recording at byte ${at}`, record.type);
    at += 9 + new DataView(WHOLE.buffer).getUint32(at, true);
  }
  assertEquals(at, WHOLE.length);
});

Deno.test("a run that was cut off anywhere is read up to its last whole record, and a Cut says so", async () => {
  const whole = texts(await recordsOn(DISK));
  for (let length = WHOLE.length - 1; length >= 8; length -= 13) {
    const outcome = await attempt([file(1, WHOLE.slice(0, length))]);
    if (outcome instanceof RecordingError) {
      assert(outcome.message.endsWith("the recording is empty: it holds no steps"), outcome.message);
      assert(length < 900, `${length} bytes`);
      continue;
    }
    const last = outcome[outcome.length - 1];
    assert(last.record.type === "Cut");
    assertEquals(last.place.at + last.record.bytes, length);
    assertEquals(texts(outcome.slice(0, -1)), whole.slice(0, outcome.length - 1));
    const { differences, summary } = await replayRecords([outcome]);
    assertEquals([differences, summary.cut, summary.steps], [[], 1, last.record.before]);
  }
});

Deno.test("zeros at the end of a run that nobody has ended are a cut as well", async () => {
  const cut = WHOLE.slice(0, -12); // without the end
  const records = await read([file(1, Uint8Array.of(...cut, ...new Uint8Array(5_000)))]);
  const last = records[records.length - 1];
  assert(last.record.type === "Cut");
  assertEquals([last.record.bytes, last.place.at], [5_000, cut.length]);
  await assertFails([file(1, Uint8Array.of(...cut, ...new Uint8Array(5_000), 1))], /at byte \d+: Cannot read a frame/);
});

Deno.test("zeros are no end where something else follows them in another chunk", async () => {
  const chunks = [WHOLE.slice(0, -12), new Uint8Array(100), Uint8Array.of(0, 1)];
  const files: RecordingFile[] = [{ name: "00000001.recording", chunks: () => chunks }];
  await assertFails(files, new RegExp(`^00000001.recording at byte ${WHOLE.length - 12}: Cannot read a frame`));
});

Deno.test("the beginning of a record at the end of a segment is an error where the run goes on", async () => {
  const first = Uint8Array.of(...frames(V1, [segment({}), keyframe({}), steps(0, 2)]), 1, 2, 3);
  const second = frames(V1, [segment({ sequence: 2, before: 2 }), keyframe({ before: 2, cause: "segment" }), end(2)]);
  const message = `^00000001.recording at byte ${
    first.length - 3
  }: the file is cut off here, although the run goes on in `;
  await assertFails([file(1, first), file(2, second)], new RegExp(message));
  assertEquals(types(await read([file(1, first.slice(0, -3)), file(2, second)])).at(-1), "End");
});

Deno.test("a segment that is cut off is an error where the run goes on", async () => {
  for (const cut of [SEGMENTS[1].bytes.slice(0, -1), SEGMENTS[1].bytes.slice(0, 200), new Uint8Array(0)]) {
    const error = await assertFails(
      [SEGMENTS[0].file, file(2, cut), ...SEGMENTS.slice(2).map(({ file }) => file)],
      /./,
    );
    assert(/cut off here|is missing|was expected/.test(error.message), error.message);
    assert(/^0000000[23]\.recording at byte \d+: /.test(error.message), error.message);
  }
});

Deno.test("a flipped bit is found, and file and place are named", async () => {
  for (let at = 0; at < WHOLE.length; at++) {
    const damaged = WHOLE.with(at, WHOLE[at] ^ (1 << (at % 8)));
    const error = await assertFails([file(1, damaged)], /^00000001\.recording at byte \d+: /);
    assert(at < 25 || (error.place.at <= at && at - error.place.at < 3_000), `${error.message}, flipped at ${at}`);
  }
});

Deno.test("a missing segment is an error", async () => {
  for (let missing = 1; missing < SEGMENTS.length - 1; missing++) {
    const left = SEGMENTS.filter((_, i) => i !== missing).map(({ file }) => file);
    const next = `0000000${missing + 2}.recording`;
    await assertFails(left, new RegExp(`^${next} at byte 8: segment ${missing + 1} is missing`));
  }
});

Deno.test("where the oldest segments are gone, what is left is read", async () => {
  const { differences, summary } = await replayRecords([await read(SEGMENTS.slice(2).map(({ file }) => file))]);
  assertEquals([differences, summary.unreachable], [[], 0]);
  assert(summary.steps > 100);
});

Deno.test("segments in another order, or twice, are an error", async () => {
  const [a, b, c] = SEGMENTS.map(({ file }) => file);
  await assertFails([a, c, b], /^00000003\.recording at byte 8: segment 2 is missing/);
  await assertFails([b, a, c], /^00000001\.recording at byte 8: segment 3 is missing/);
  await assertFails([a, b, b, c], /^00000002\.recording at byte 8: segment 3 is missing/);
});

Deno.test("a segment under another name is an error", async () => {
  const [a, b, c] = SEGMENTS;
  await assertFails(
    [a.file, file(2, c.bytes), file(3, b.bytes)],
    /^00000002\.recording at byte 8: the file has another name than it was given: it holds segment 3/,
  );
  // A name that says nothing is no contradiction.
  const named = [a, b, c].map(({ bytes }, i): RecordingFile => ({ name: `part${i}`, chunks: () => [bytes] }));
  assertEquals((await read(named)).filter(({ record }) => record.type === "Segment").length, 3);
});

Deno.test("segments of two nodes, or two clusters, are an error", async () => {
  const steps = [{ message: { type: "Campaign" }, after: NODE, outbox: [] } as const];
  const other = await record([{ id: 1, first: NODE, outbox: [], steps }], { cluster: "a" });
  const segment = (options: Partial<Parts>): RecordingFile => file(2, made({ sequence: 2, run: 2, ...options }));
  const first = file(1, contentOf(other.open("00000001.recording")));
  await assertFails(
    [first, segment({ node: { ...NODE, id: 2 } })],
    /^00000002\.recording at byte 8: this is a recording of node 2/,
  );
  await assertFails(
    [first, segment({ cluster: "b" })],
    /^00000002\.recording at byte 8: this is a recording of another cluster/,
  );
  await read([first, segment({})]);
});

Deno.test("nothing at all is an error", async () => {
  await assertFails([], /there are no segments of a recording/);
  await assertFails([file(1, new Uint8Array(0))], /^00000001\.recording at byte 0: the recording is empty/);
  await assertFails([file(1, WHOLE.slice(0, 5))], /^00000001\.recording at byte 0: the recording is empty/);
  await assertFails([file(1, made({ steps: 0 }))], /the recording is empty: it holds no steps/);
});

Deno.test("a file of something else is an error", async () => {
  await assertFails(
    [file(1, new TextEncoder().encode("something else"))],
    /at byte 0: Cannot read: this is no recording/,
  );
});

Deno.test("a newer major version is refused by its name", async () => {
  const version = { major: 2, minor: 0 };
  await assertFails(
    [file(1, made({ version }))],
    /^00000001\.recording at byte 0: Cannot read: recording format 2\.0 is newer than 1\.x/,
  );
});

Deno.test("a later minor version is read: members that were added at the end, and records that may be passed over", async () => {
  const version = { major: 1, minor: 7 };
  const records = await read([file(1, made({ version, added: true, skippable: true }))]);
  assertEquals(records.map(({ record }) => record.type), ["Segment", "Keyframe", "Steps", "End"]);
  assertEquals((await replayRecords([records])).differences, []);
});

Deno.test("members that no version has are an error, and so is a record that must be known", async () => {
  await assertFails([file(1, made({ added: true }))], /at byte \d+: the record is damaged\. .*bytes are left over/);
  await assertFails(
    [file(1, made({ version: { major: 1, minor: 7 }, kind: 99 }))],
    /99 is no kind of record that this version knows/,
  );
});

Deno.test("records that do not follow each other are errors", async () => {
  const cases: readonly [Write[], RegExp][] = [
    [[keyframe({}), end(0)], /does not say which one it is/],
    [[segment({}), segment({})], /a segment begins within another one/],
    [[segment({}), steps(0, 1)], /Steps is out of place: Keyframe was expected/],
    [[segment({}), end(0)], /End is out of place/],
    [[segment({}), keyframe({}), steps(1, 1)], /step 1 was expected here, and not step 2/],
    [[segment({}), keyframe({}), steps(0, 2), steps(1, 1)], /step 3 was expected here, and not step 2/],
    [[segment({}), keyframe({}), steps(0, 2), end(3)], /step 3 was expected here, and not step 4/],
    [[segment({}), keyframe({}), steps(0, 1), end(1), steps(1, 1)], /Steps is out of place: Segment was expected/],
    [[segment({}), keyframe({}), steps(0, 1), end(1), keyframe({})], /Keyframe is out of place/],
    [[segment({}), keyframe({}), steps(0, 1), end(1), gap(1, 1)], /Gap is out of place/],
    [[segment({}), keyframe({ before: 3 })], /step 1 was expected here, and not step 4/],
    [[segment({}), keyframe({}), steps(0, 1), keyframe({ before: 1, cause: "start" })], /Keyframe is out of place/],
    [[segment({}), keyframe({ node: { ...NODE, id: 9 } })], /this is a state of node 9/],
    [[segment({}), keyframe({ applies: 5 })], /the log cannot be applied up to 5/],
    [[segment({}), keyframe({}), steps(0, 1), gap(1, 2), steps(3, 1)], /Steps is out of place: Keyframe was expected/],
    [[segment({}), keyframe({}), gap(1, 2)], /step 1 was expected here, and not step 2/],
    [[segment({}), keyframe({}), entries(0, 1)], /Entries is out of place/],
    [[segment({}), keyframe({ last: 3 }), entries(1, 1)], /goes on behind 0, not 1/],
    [[segment({}), keyframe({ last: 3 }), entries(0, 0)], /goes on behind 0/],
    [[segment({}), keyframe({ last: 3 }), entries(0, 4)], /does not end at 3/],
    [[segment({}), keyframe({ last: 3 }), entries(0, 1), entries(0, 1)], /goes on behind 1, not 0/],
    [
      [segment({}), keyframe({ last: 3 }), keyframe({ cause: "interval" })],
      /the log of the last keyframe is not complete/,
    ],
    [[segment({}), gap(0, 1), entries(0, 1)], /Entries is out of place/],
    [[segment({}), keyframe({ last: 3 }), entries(0, 1), end(0)], /the log of the last keyframe is not complete/],
  ];
  for (const [writes, message] of cases) {
    const bytes = frames(V1, writes);
    const error = await assertFails([file(1, bytes)], message);
    assertEquals(error.place.file, "00000001.recording");
    assert(error.place.at >= 8 && error.place.at < bytes.length, error.message);
  }
});

Deno.test("a later segment has to go on where the one before has stopped", async () => {
  const first = (...more: Write[]): RecordingFile =>
    file(1, frames(V1, [segment({}), keyframe({}), steps(0, 2), ...more]));
  const second = (options: Partial<Parts>): RecordingFile =>
    file(
      2,
      frames(V1, [segment({ sequence: 2, ...options }), keyframe({ before: options.before ?? 0, cause: "segment" })]),
    );
  await assertFails(
    [first(), second({ before: 3 })],
    /^00000002\.recording at byte 8: step 3 was expected here, and not step 4/,
  );
  await assertFails([first(), second({ before: 2, payloads: "none" })], /payloads are kept in another way/);
  await assertFails(
    [first(end(2)), second({ before: 2 })],
    /the beginning of the run is missing: it began with segment 1/,
  );
  assertEquals(types(await read([first(), second({ before: 2 })])).at(-1), "Cut");
  const runs = await read([first(), file(2, made({ sequence: 2, run: 2 }))]);
  assertEquals(types(runs).filter((type) => type === "Cut" || type === "End"), ["Cut", "End"]);
});

Deno.test("a start that came to nothing is passed over", async () => {
  const run = (sequence: number): RecordingFile => file(sequence, made({ sequence, run: sequence }));
  for (const nothing of [new Uint8Array(0), made({}).slice(0, 6), made({}).slice(0, 12)]) {
    const records = await read([run(1), file(2, nothing), run(3)]);
    assertEquals(records.filter(({ record }) => record.type === "End").length, 2);
    const last = await read([run(1), file(2, nothing)]);
    assertEquals(types(last).slice(-2), ["End", "Cut"]);
  }
});

Deno.test("where a run was not ended and the node was started again, a cut says whether anything was lost", async () => {
  const first = frames(V1, [segment({}), keyframe({}), steps(0, 2)]);
  const next = (found?: number): RecordingFile => file(2, made({ sequence: 2, run: 2, found }));
  for (const torn of [first, Uint8Array.of(...first, 1, 2, 3), Uint8Array.of(...first, ...new Uint8Array(50))]) {
    const { length } = torn;
    const bytes = length - first.length;
    const place = { file: "00000001.recording", at: first.length, unit: "byte" } as const;
    const cuts = async (next: RecordingFile): Promise<unknown> =>
      (await read([file(1, torn), next])).filter(({ record }) => record.type === "Cut");
    assertEquals(await cuts(next(length)), [{ record: { type: "Cut", before: 2, bytes, whole: true }, place }]);
    assertEquals(await cuts(next()), [{ record: { type: "Cut", before: 2, bytes, whole: false }, place }]);
  }
});

Deno.test("a file that is not as long as it was when the node was started again is an error", async () => {
  const cut = frames(V1, [segment({}), keyframe({}), steps(0, 2)]);
  const closed = made({});
  for (const whole of [cut, closed]) {
    for (let length = 0; length < whole.length; length++) {
      await assertFails(
        [file(1, whole.slice(0, length)), file(2, made({ sequence: 2, run: 2, found: whole.length }))],
        new RegExp(`^00000001\\.recording at byte ${length}: the file ends here, but it had ${whole.length} bytes`),
      );
    }
  }
  await assertFails(
    [file(1, Uint8Array.of(...closed, 0)), file(2, made({ sequence: 2, run: 2, found: closed.length }))],
    /^00000001\.recording at byte \d+: the file ends here, but it had \d+ bytes when the node was started again/,
  );
});

Deno.test("a start that came to nothing is a cut, unless the next start has found it like that", async () => {
  const run = (sequence: number, found?: number): RecordingFile =>
    file(sequence, made({ sequence, run: sequence, found }));
  const nothing = made({}).slice(0, 12);
  const cut = { type: "Cut", before: 0, bytes: 4, whole: false };
  const cuts = async (...files: RecordingFile[]): Promise<unknown> =>
    (await read(files)).map(({ record }) => record).filter(({ type }) => type === "Cut");
  assertEquals(await cuts(run(1), file(2, nothing), run(3)), [cut]);
  assertEquals(await cuts(run(1), file(2, nothing), run(3, 12)), []);
  assertEquals(await cuts(run(1), file(2, nothing)), [cut]);
  assertEquals(await cuts(run(1), file(2, nothing), file(3, nothing)), [cut, cut]);
  const { cuts: ends } = await replayRecords([await read([run(1), file(2, nothing)])]);
  assertEquals(ends.map(({ run, steps, whole, place }) => [run, steps, whole, describePlace(place)]), [
    [0, 0, false, "00000002.recording at byte 8"],
  ]);
});

Deno.test("what is behind the end of a run is an error", async () => {
  await assertFails(
    [file(1, Uint8Array.of(...made({}), 1, 2))],
    /2 bytes are no record, although the run has ended before/,
  );
  await assertFails(
    [file(1, Uint8Array.of(...made({}), 1, 2)), file(2, made({ sequence: 2, run: 2 }))],
    /2 bytes are no record, although the run has ended before/,
  );
});

Deno.test("a payload that is not described is an error", async () => {
  const bytes = frames(V1, [
    segment({ payloads: "hash" }),
    keyframe({ last: 1 }),
    (writer) => writeEntriesRecord(writer, { index: 0, term: 0 }, [entryAt(proposal(Uint8Array.of(1, 2)), 1, 1)]),
  ]);
  await assertFails([file(1, bytes)], /a payload that was left out is not described/);
});

/** What a made-up segment holds. */
interface Parts {
  readonly version: Version;
  readonly sequence: number;
  readonly run: number;
  readonly before: number;
  readonly node: Node;
  readonly payloads: "full" | "hash" | "none";
  readonly cluster: string;
  readonly found: number;
  readonly steps: number;
  readonly added: boolean;
  readonly skippable: boolean;
  readonly kind: number;
}

type Write = (writer: Writer) => void;

const V1 = FORMATS.recording.newest;
const NODE: Node = right(bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2, 3]));

/** A segment with one run of some steps that change nothing. */
function made(parts: Partial<Parts>): Uint8Array {
  const { version = V1, steps: count = 1, added = false, skippable = false, kind } = parts;
  const strange = (kind: number): Write => (writer) => {
    writer.u8(kind);
    writer.string("from the future");
  };
  const writes: Write[] = [
    segment(parts),
    keyframe(parts),
    ...(count > 0 ? [steps(0, count)] : []),
    ...(skippable ? [strange(200)] : []),
    ...(kind === undefined ? [] : [strange(kind)]),
    added
      ? (writer) => {
        writeEnd(writer, { before: count });
        writer.u8(7);
      }
      : end(count),
  ];
  return frames(version, writes);
}

function frames(version: Version, writes: readonly Write[]): Uint8Array {
  const writer = new Writer();
  writeFormat(writer, "recording", { ...FORMATS.recording, newest: version });
  for (const write of writes) {
    const at = beginFrame(writer);
    write(writer);
    endFrame(writer, at);
  }
  return writer.copy();
}

function segment(parts: Partial<Parts>): Write {
  const { sequence = 1, run = 1, before = 0, node = NODE, payloads = "full", cluster, found, version = V1 } = parts;
  const optional = O.fromNullable(cluster);
  return (writer) =>
    writeSegment(writer, {
      sequence,
      run,
      before,
      node: node.id,
      payloads,
      cluster: optional,
      program: "0",
      began: O.none,
      found,
    }, version);
}

function keyframe(
  { before = 0, cause = "start", node = NODE, last = 0, applies = 0 }: {
    readonly before?: number;
    readonly cause?: "start" | "segment" | "interval" | "gap";
    readonly node?: Node;
    readonly last?: number;
    readonly applies?: number;
  },
): Write {
  return (writer) =>
    writeKeyframe(writer, { before, cause, node, last: { index: last, term: last === 0 ? 0 : 1 }, applies });
}

function entries(prev: number, count: number): Write {
  const list = Array.from({ length: count }, (_, i) => entryAt(proposal(Uint8Array.of(i)), prev + 1 + i, 1));
  return (writer) => writeEntriesRecord(writer, { index: prev, term: prev === 0 ? 0 : 1 }, list);
}

function steps(before: number, count: number): Write {
  return (writer) => {
    const at = beginSteps(writer, before, 0);
    const checks = new StepChecks("full");
    checks.begin(NODE);
    for (let i = 0; i < count; i++) {
      writeMessage(writer, { type: "SnapshotUnavailable" });
      writer.u32(checks.step(NODE, []));
    }
    const hashes: Hashes = checks.hashes(NODE);
    endSteps(writer, at, count, hashes);
  };
}

function gap(before: number, steps: number): Write {
  return (writer) => writeGap(writer, { before, steps });
}

function end(before: number): Write {
  assertEquals(END, 6);
  return (writer) => writeEnd(writer, { before });
}

function file(sequence: number, bytes: Uint8Array): RecordingFile {
  return { name: `0000000${sequence}.recording`, chunks: () => [bytes] };
}

async function read(files: readonly RecordingFile[]): Promise<readonly PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  for await (const some of readRecording(files)) records.push(...some);
  return records;
}

async function attempt(files: readonly RecordingFile[]): Promise<readonly PlacedRecord[] | RecordingError> {
  try {
    return await read(files);
  } catch (error) {
    if (error instanceof RecordingError) return error;
    throw error;
  }
}

async function assertFails(files: readonly RecordingFile[], message: RegExp): Promise<RecordingError> {
  const error = await assertRejects(() => read(files), RecordingError);
  assert(message.test(error.message), `${error.message} is not ${message}`);
  return error;
}

async function segmentsOf(disk: MemoryDisk): Promise<readonly { file: RecordingFile; bytes: Uint8Array }[]> {
  await recordsOn(disk);
  const names = disk.list("").filter((name) => name.endsWith(".recording"));
  assert(names.length >= 5, names.join(" "));
  return names.slice(0, 5).map((name, i) => {
    const bytes = contentOf(disk.open(name));
    return { file: file(i + 1, bytes), bytes };
  });
}

function texts(records: readonly PlacedRecord[]): readonly string[] {
  return records.map(({ record }) => canonical(record));
}

function types(records: readonly PlacedRecord[]): readonly RecordingRecord["type"][] {
  return records.map(({ record }) => record.type);
}
