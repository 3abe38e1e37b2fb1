/**
 * The formats of the files: every version that was ever released stays readable for one release, and files of versions that
 * are not known are refused by name.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Bytes, ORIGIN } from "../../core/entry.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { writeEntryPart } from "../../effects/storage/parts.ts";
import { beginRecord, sealRecord } from "../../effects/storage/record.ts";
import { Replay } from "../../effects/storage/replay.ts";
import { SEGMENT_HEADER } from "../../effects/storage/segment.ts";
import { beginning, readSegment } from "../../effects/storage/segment_reader.ts";
import { beginFrame, endFrame, FRAME_HEADER, frameAt } from "../../effects/wire/frame.ts";
import { FORMAT_HEADER } from "../../effects/wire/version.ts";
import { Writer } from "../../effects/wire/writer.ts";
import { testsThatNeed } from "../permissions.ts";
import { GOLDEN_LIMITS, GOLDEN_OWNER, goldenDisk } from "./golden.ts";
import { chunksOf, contentOf, FOLDER, foreignFile, open, put, refusal } from "./opening.ts";
import { entryOf, persistOf, snapshotOf } from "./persists.ts";

const withFiles = testsThatNeed("read");

const GOLDEN = new URL("./golden/1.0/", import.meta.url);

function recorded(): MemoryDisk {
  const disk = memoryDisk();
  for (const { name } of Deno.readDirSync(GOLDEN)) put(disk, name, Deno.readFileSync(new URL(name, GOLDEN)));
  return disk;
}

withFiles("files of version 1.0 are read", async () => {
  const disk = recorded();
  const storage = await open(disk, GOLDEN_LIMITS);
  const { identity, hardState, log, snapshot, peers, notices } = storage.found;
  assertEquals(notices, []);
  assertEquals(identity, O.some(GOLDEN_OWNER));
  assertEquals(hardState, O.some({ term: 2, vote: O.none, commit: 4 }));
  assertEquals(peers, new Map([[1, "27"], [2, "28"], [3, "29"]]));
  assertEquals([log.snapshot, log.last], [{ index: 16, term: 2 }, { index: 30, term: 3 }]);
  for (let index = 17; index < 29; index++) {
    const expected = entryOf(index, 2, "x".repeat(index), index % 7 === 0 ? "confChangeV2" : "normal");
    assertEquals({ ...log.at(index), data: log.at(index).data.slice() }, expected);
  }
  assertEquals([log.at(29).type, log.at(30).type, log.at(30).size], ["empty", "confChange", 99]);
  assertEquals(snapshot, O.some(snapshotOf(20, 2, 1, 2, 3)));
  assertEquals(await chunksOf(storage, { index: 20, term: 2 }), ["the state", "", "of this node"]);
  assertEquals(await chunksOf(storage, { index: 4, term: 2 }), ["the state", "of another node"]);
  assertEquals(storage.receiveSnapshot(3, { index: 40, term: 4 }, 1000).offset, 3);
  await storage.close();
});

withFiles("what is written is version 1.0 to the byte: a format that changes gets another number", async () => {
  const [written, kept] = [await goldenDisk(), recorded()];
  const names = written.list(FOLDER).filter((name) => name !== "lock");
  assertEquals(names, kept.list(FOLDER));
  for (const name of names) assertEquals(contentOf(written, name), contentOf(kept, name), name);
});

Deno.test("a segment of a newer major version is refused by name", async () => {
  const disk = await goldenDisk();
  const name = "log-0000000002.seg";
  put(disk, name, withVersion(contentOf(disk, name), 2, 0));
  assertEquals(await refusal(disk, GOLDEN_LIMITS), {
    type: "UnknownVersion",
    path: `data/${name}`,
    message: `Cannot open data/${name}: Cannot read: segment format 2.0 is newer than 1.x, which this version reads.`,
  });
});

Deno.test("a snapshot of a newer major version is refused by name", async () => {
  const disk = await goldenDisk();
  const name = "snapshot-20-2.snap";
  put(disk, name, withVersion(contentOf(disk, name), 2, 0));
  const error = await refusal(disk, GOLDEN_LIMITS);
  assertEquals([error.type, error.path], ["UnknownVersion", `data/${name}`]);
  assertStringIncludes(error.message, "snapshot format 2.0 is newer");
});

Deno.test("a received snapshot of a newer major version is refused", async () => {
  const storage = await open(memoryDisk());
  const file = withVersion(await foreignFile(snapshotOf(4, 2, 1), "state"), 2, 0);
  const receiver = storage.receiveSnapshot(1, { index: 4, term: 2 }, file.length);
  receiver.write(file);
  const finished = await receiver.finish();
  assert(E.isLeft(finished));
  assertStringIncludes(finished.left, "snapshot format 2.0 is newer");
  await storage.close();
});

Deno.test("a newer minor version is read", async () => {
  const disk = await goldenDisk();
  for (const name of ["log-0000000002.seg", "snapshot-20-2.snap"]) {
    put(disk, name, withVersion(contentOf(disk, name), 1, 7));
  }
  await (await open(disk, GOLDEN_LIMITS)).close();
});

Deno.test("a kind of part that is not known is damage, or, in a newer file, a version that is not known", async () => {
  const disk = memoryDisk();
  const storage = await open(disk);
  storage.write([persistOf({ entries: [entryOf(1, 1, "a")] })]);
  await storage.close();
  const name = "log-0000000001.seg";
  const end = appended(disk, name, (writer) => writer.u8(99));
  const damage = await refusal(disk);
  assert(damage.type === "Damaged" && damage.offset === end);
  assertStringIncludes(damage.message, "99 is no kind of part");
  put(disk, name, withVersion(contentOf(disk, name), 1, 1));
  const unknown = await refusal(disk);
  assertEquals([unknown.type, unknown.path], ["UnknownVersion", "data/log-0000000001.seg"]);
});

Deno.test("undamaged records that contradict each other are damage", async () => {
  const parts: readonly (readonly [string, (writer: Writer) => void])[] = [
    ["there is a gap in the log", (writer) => writeEntryPart(writer, entryOf(9, 1), ORIGIN)],
    ["behind the last part", (writer) => [0, 1].forEach((byte) => writer.u8(byte))],
    ["compacted beyond its end", (writer) => [4, 9, 1, 0, 0].forEach((byte) => writer.u8(byte))],
    ["compacted to another term", (writer) => [4, 1, 2, 0, 0].forEach((byte) => writer.u8(byte))],
    ["not stand where the segment says", (writer) => [7, 0, 0, 0, 0, 9, 9].forEach((byte) => writer.u8(byte))],
  ];
  for (const [message, write] of parts) {
    const disk = memoryDisk();
    const storage = await open(disk);
    storage.write([persistOf({ entries: [entryOf(1, 1, "a")] })]);
    await storage.close();
    appended(disk, "log-0000000001.seg", write);
    const error = await refusal(disk);
    assertEquals(error.type, "Damaged");
    assertStringIncludes(error.message, message);
  }
});

/** The file with another version in its header. */
function withVersion(bytes: Bytes, major: number, minor: number): Bytes {
  const frame = frameAt(bytes, FORMAT_HEADER, bytes.length);
  if (frame.type !== "Frame") throw new Error("There is no header.");
  const writer = new Writer();
  writer.raw(bytes.subarray(0, 4));
  writer.u32(major * 0x1_0000 + minor);
  const at = beginFrame(writer);
  writer.u32(major * 0x1_0000 + minor);
  writer.raw(bytes.subarray(FORMAT_HEADER + FRAME_HEADER + 4, frame.next));
  endFrame(writer, at);
  writer.raw(bytes.subarray(frame.next));
  return writer.copy();
}

/** Appends a record with the parts that `write` writes to the first segment, and returns where it begins. */
function appended(disk: MemoryDisk, name: string, write: (writer: Writer) => void): number {
  const bytes = contentOf(disk, name);
  const begun = beginning(bytes, 1);
  if (begun.type !== "Begun") throw new Error("There is no segment.");
  const { end, chain } = readSegment(bytes, begun.begun, new Replay());
  assert(end > SEGMENT_HEADER);
  const writer = new Writer();
  beginRecord(writer);
  write(writer);
  bytes.set(sealRecord(writer, { previous: chain, position: end, synced: 0 }), end);
  put(disk, name, bytes);
  return end;
}
