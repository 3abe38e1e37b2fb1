import { assert, assertEquals, assertThrows } from "@std/assert";
import { entryAt, Log, type Message, type Node, proposal } from "../../core/mod.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { type Disk, DiskError } from "../../effects/disk/disk.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { LogFields, Logger, LogLevel } from "../../effects/logging/logger.ts";
import type { Recorder } from "../../effects/node/recorder.ts";
import { fileRecorder, type FileRecorderOptions } from "../../effects/recording/file_recorder.ts";
import { type PlacedRecord, type ReplayedStep, replayRecords } from "../../effects/recording/mod.ts";
import { type Life, type LifeStep, loneLife, record, recordOn, recordsOn, replayed, seen } from "./lives.ts";

/** A recorder on a disk of its own, and what it has said. */
class Recording {
  readonly clock = new SimulatedClock();
  readonly said: string[] = [];
  readonly recorder: Recorder;

  constructor(readonly disk: MemoryDisk = memoryDisk(), options: Partial<FileRecorderOptions> = {}) {
    const logger: Logger = {
      log: (level: LogLevel, message: string, fields?: LogFields) =>
        void this.said.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}`),
    };
    this.recorder = fileRecorder({ disk, clock: this.clock, logger, ...options });
  }

  /** Lets it take `steps`, between which `ms` milliseconds pass. */
  async take(steps: readonly LifeStep[], ms = 1): Promise<void> {
    for (const { message, after, outbox } of steps) {
      this.recorder.folded(message, after, outbox);
      if (ms > 0) await this.clock.advance(ms);
    }
  }

  async close(): Promise<readonly PlacedRecord[]> {
    await this.clock.waitFor(this.recorder.close());
    return await recordsOn(this.disk);
  }

  used(): number {
    return this.disk.used();
  }
}

const SHORT = loneLife({ commands: 50 });
const MIDDLE = loneLife({ commands: 100 });
const LONG = loneLife({ commands: 2_000, compactEvery: 100 });

Deno.test("nothing is written while a message is folded; it is written a little later", async () => {
  const operations: string[] = [];
  const recording = new Recording(memoryDisk({ onOperation: ({ type }) => void operations.push(type) }));
  recording.recorder.begin(SHORT.first, []);
  await recording.clock.advance(1_000);
  operations.length = 0;
  await recording.take(SHORT.steps, 0);
  assertEquals(operations, []);
  await recording.clock.advance(99);
  assertEquals(operations, []);
  await recording.clock.advance(1);
  assertEquals(operations, ["write"]);
  await recording.close();
});

Deno.test("what is too much to wait for is written in the next turn", async () => {
  const recording = new Recording();
  recording.recorder.begin(LONG.first, []);
  await recording.clock.advance(0);
  const before = recording.used();
  await recording.take(LONG.steps, 0);
  assertEquals(recording.used(), before);
  await recording.clock.advance(0);
  assert(recording.used() > before + 60_000, `${recording.used() - before} bytes`);
  await recording.close();
});

Deno.test("a run that is closed has an end, and one that is not is cut", async () => {
  const last = async (crash: boolean): Promise<unknown> =>
    (await recordsOn(await record([SHORT], { crash }))).at(-1)?.record;
  assertEquals(await last(false), { type: "End", before: SHORT.steps.length });
  assertEquals(await last(true), { type: "Cut", before: SHORT.steps.length, bytes: 0, whole: false });
});

Deno.test("every start of a node is a run of its own in the same folder", async () => {
  const lives = [SHORT, loneLife({ commands: 20 }), SHORT];
  const disk = await record(lives, { crash: true });
  const records = await recordsOn(disk);
  const runs = records.flatMap(({ record }) => record.type === "Segment" ? [[record.sequence, record.run]] : []);
  assertEquals(runs, [[1, 1], [2, 2], [3, 3]]);
  const { replayer, seen: got } = await replayed(records);
  assertEquals([replayer.differences, replayer.summary.runs, replayer.summary.cut], [[], 3, 1]);
  assertEquals(got, seen(lives));
});

Deno.test("one recorder can record one run after the other", async () => {
  const recording = new Recording();
  for (const life of [SHORT, SHORT]) {
    recording.recorder.begin(life.first, []);
    await recording.take(life.steps);
    await recording.close();
  }
  await assertAllReplay(await recordsOn(recording.disk), SHORT, SHORT);
});

Deno.test("a header says what was recorded, by whom and when", async () => {
  const disk = await record([SHORT], { cluster: "cafe", wall: () => "2026-01-02T03:04:05Z", payloads: "hash" });
  const [{ record: segment }] = await recordsOn(disk);
  assert(segment.type === "Segment");
  const { cluster, began, payloads, node, program, version } = segment;
  assertEquals({ cluster, began }, {
    cluster: { _tag: "Some", value: "cafe" },
    began: { _tag: "Some", value: "2026-01-02T03:04:05Z" },
  });
  assertEquals([payloads, node, version], ["hash", 1, { major: 1, minor: 1 }]);
  assert(/^\d+\.\d+\.\d+/.test(program));
});

Deno.test("steps know when they were recorded, by the clock of the node", async () => {
  const records = await recordsOn(await record([SHORT], { msPerStep: 250 }));
  const times = records.flatMap(({ record }) => record.type === "Steps" ? [record.ms] : []);
  assertEquals(times.slice(0, 4), [0, 250, 500, 750]);
});

Deno.test("segments are of the size that was asked for, and every one begins with a keyframe", async () => {
  const disk = await record([LONG], { segmentBytes: 20_000, msPerStep: 10 });
  const names = disk.list("").filter((name) => name.endsWith(".recording"));
  assert(names.length > 5, names.join(" "));
  for (const name of names.slice(0, -1)) {
    const size = disk.open(name).size();
    assert(size >= 20_000 && size < 25_000, `${name} has ${size} bytes`);
  }
  const records = (await recordsOn(disk)).map(({ record }) => record);
  records.forEach((record, i) => {
    if (record.type === "Segment") assertEquals(records[i + 1].type, "Keyframe");
  });
  await assertAllReplay(await recordsOn(disk), LONG);
});

Deno.test("the oldest segments go, and what is left replays from its first keyframe on", async () => {
  const most = 60_000;
  const peaks: number[] = [];
  const disk = memoryDisk({ onOperation: () => void peaks.push(disk.used()) });
  await recordOn(disk, [LONG, LONG], { segmentBytes: 10_000, mostBytes: most, msPerStep: 10 });
  assert(Math.max(...peaks) <= most, `${Math.max(...peaks)} bytes at most`);
  assert(disk.used() > most / 2, `${disk.used()} bytes`);
  const records = await recordsOn(disk);
  const [{ record: first }] = records;
  assert(first.type === "Segment" && first.sequence > 10 && first.before > 0);
  const numbers: number[] = [];
  const watch = { stepped: ({ number }: ReplayedStep) => void numbers.push(number) };
  const { differences, summary } = await replayRecords([records], { watch });
  assertEquals([differences, summary.unreachable], [[], 0]);
  const all = [...LONG.steps.keys(), ...LONG.steps.keys()].map((i) => i + 1);
  assertEquals(numbers, all.slice(-numbers.length));
  assert(numbers.length > 500, `${numbers.length} steps`);
});

Deno.test("an old segment stays until the keyframe of a newer one is complete", async () => {
  const life = withLongLog({ entries: 2_100, bytes: 1, commands: 1_500 }); // two slices
  const disk = memoryDisk();
  const recording = new Recording(disk, { segmentBytes: 1_000, mostBytes: 4_000, keyframeEvery: Infinity });
  recording.recorder.begin(life.first, []);
  const oldest = new Set<string>();
  for (let i = 0; i < life.steps.length; i += 150) {
    await recording.take(life.steps.slice(i, i + 150), 0);
    // A few turns of the recorder, after which it may be in the middle of a keyframe.
    let turns = 0;
    await recording.clock.runUntil(() => turns++ > i % 4, 101);
    oldest.add(disk.list("")[0]);
    if (i > 0) await assertReplayable(disk);
  }
  await recording.close();
  assert(oldest.size > 1, [...oldest].join(" "));
});

Deno.test("keyframes come between the steps, as often as was asked for", async () => {
  const records = await recordsOn(await record([LONG], { keyframeEvery: 500, msPerStep: 10 }));
  const keyframes = records.flatMap(({ record }) => record.type === "Keyframe" ? [record.before] : []);
  assert(keyframes.length > 15, keyframes.join(" "));
  for (const [i, before] of keyframes.entries()) {
    // One is due when something is written.
    if (i > 0) assert(before - keyframes[i - 1] >= 500 && before - keyframes[i - 1] < 560, keyframes.join(" "));
  }
  await assertAllReplay(records, LONG);
});

Deno.test("keyframes between the steps take only a part of the bytes", async () => {
  const life = loneLife({ commands: 2_000 });
  const records = await recordsOn(await record([life], { keyframeEvery: 10, msPerStep: 10 }));
  const keyframes = records.filter(({ record }) => record.type === "Keyframe");
  assert(keyframes.length > 5 && keyframes.length < 60, `${keyframes.length} keyframes`);
});

Deno.test("a long log is written in slices, between which steps are recorded", async () => {
  const life = withLongLog({ entries: 30_000 });
  const writes: number[] = [];
  let used = 0;
  const disk = memoryDisk({
    onOperation({ type }) {
      if (type !== "write") return;
      writes.push(disk.used() - used);
      used = disk.used();
    },
  });
  const recording = new Recording(disk);
  recording.recorder.begin(life.first, []);
  await recording.take(life.steps, 0.001);
  const records = await recording.close();
  assert(Math.max(...writes) < 300_000, `${Math.max(...writes)} bytes in one write`);
  const types = records.map(({ record }) => record.type);
  assert(types.filter((type) => type === "Entries").length > 10, types.join(" "));
  assert(types.indexOf("Steps") < types.lastIndexOf("Entries"), types.join(" "));
  await assertAllReplay(records, life);
});

Deno.test("a node that crashes before its first keyframe is complete leaves steps that cannot be replayed", async () => {
  const life = withLongLog({ entries: 30_000 });
  const recording = new Recording();
  recording.recorder.begin(life.first, []);
  await recording.take(life.steps.slice(0, 5), 0);
  assert(await recording.clock.runUntil(() => recording.used() > 500_000, 1_000));
  const replayer = await replayRecords([await recordsOn(recording.disk)]);
  assertEquals([replayer.summary.steps, replayer.summary.unreachable, replayer.differences], [0, 5, []]);
  await recording.close();
});

Deno.test("what does not fit into the buffer is left out, and a gap says so", async () => {
  const recording = new Recording(memoryDisk(), { bufferBytes: 3_000 });
  recording.recorder.begin(MIDDLE.first, []);
  await recording.clock.advance(1_000);
  await recording.take(MIDDLE.steps.slice(0, 300), 0);
  await recording.clock.advance(1_000);
  await recording.take(MIDDLE.steps.slice(300));
  const records = await recording.close();
  const at = records.findIndex(({ record }) => record.type === "Gap");
  const gap = records[at].record;
  assert(gap.type === "Gap" && gap.before > 10 && gap.before + gap.steps === 300, JSON.stringify(gap));
  const keyframe = records[at + 1].record;
  assert(keyframe.type === "Keyframe" && keyframe.cause === "gap" && keyframe.before === 300);
  const { replayer, seen: got } = await replayed(records);
  assertEquals([replayer.differences, replayer.summary.gaps, replayer.summary.leftOut], [[], 1, gap.steps]);
  const all = seen([MIDDLE]);
  assertEquals(got, [...all.slice(0, gap.before), ...all.slice(300)]);
  assertEquals(recording.said.filter((line) => line.startsWith("warn: The recorder leaves out steps")).length, 1);
});

Deno.test("a message that cannot be written is left out with its frame, and the node does not notice", async () => {
  const recording = new Recording();
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps.slice(0, 20));
  const broken: Message = { type: "Applied", index: 0.5 };
  const { after } = SHORT.steps[19];
  recording.recorder.folded(broken, after, [{ type: "Refused", reason: { type: "NotAWholeNumber" } }]);
  await recording.take(SHORT.steps.slice(20));
  const replayer = await replayRecords([await recording.close()]);
  assertEquals([replayer.differences, replayer.summary.gaps], [[], 1]);
  assert(replayer.summary.leftOut >= 1 && replayer.summary.steps > SHORT.steps.length - 25);
});

Deno.test("after a failed write it goes on with another file, and says what it has lost", async () => {
  const recording = new Recording();
  recording.recorder.begin(LONG.first, []);
  await recording.take(LONG.steps.slice(0, 1_000));
  recording.disk.fail("write");
  await recording.take(LONG.steps.slice(1_000, 2_000));
  await recording.clock.advance(10_000);
  await recording.take(LONG.steps.slice(2_000));
  const records = await recording.close();
  const segments = records.flatMap(({ record }) => record.type === "Segment" ? [record.run] : []);
  assertEquals(segments, [1, 1]);
  const replayer = await replayRecords([records]);
  assertEquals([replayer.differences, replayer.summary.gaps], [[], 1]);
  assert(replayer.summary.leftOut > 0 && replayer.summary.steps > LONG.steps.length - 1_100);
  assertEquals(replayer.summary.steps + replayer.summary.leftOut, LONG.steps.length);
  assert(recording.said.some((line) => line.startsWith("error: The recorder cannot write")), recording.said.join("\n"));
  assert(recording.said.some((line) => line.startsWith("info: The recorder goes on")));
});

Deno.test("a full disk keeps it from recording until there is room", async () => {
  let capacity = 30_000;
  const disk = memoryDisk({
    get capacity() {
      return capacity;
    },
  });
  const recording = new Recording(disk);
  recording.recorder.begin(LONG.first, []);
  await recording.take(LONG.steps.slice(0, 3_000));
  assert(disk.used() <= 30_000);
  capacity = Infinity;
  await recording.clock.advance(6_000);
  await recording.take(LONG.steps.slice(3_000));
  const replayer = await replayRecords([await recording.close()]);
  assertEquals([replayer.differences, replayer.summary.steps + replayer.summary.leftOut], [[], LONG.steps.length]);
  assert(replayer.summary.leftOut > 1_000);
});

Deno.test("a disk that fails for good never stops the node, nor its end", async () => {
  const recording = new Recording(memoryDisk({ capacity: 0 }));
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps);
  await recording.clock.waitFor(recording.recorder.close());
  assertEquals(recording.used(), 0);
});

Deno.test("a slow disk is written to less often", async () => {
  const slow = memoryDisk();
  const clock = new SimulatedClock();
  let writes = 0;
  // A write that takes 20 ms moves the clock on, since nothing else happens meanwhile.
  let passed = 0;
  const disk: Disk = {
    makeFolder: (folder) => slow.makeFolder(folder),
    list: (folder) => slow.list(folder),
    rename: (from, to) => slow.rename(from, to),
    remove: (path) => slow.remove(path),
    syncFolder: (folder) => slow.syncFolder(folder),
    lock: (path) => slow.lock(path),
    open(path, options) {
      const file = slow.open(path, options);
      return {
        size: () => file.size(),
        read: (into, at) => file.read(into, at),
        sync: () => file.sync(),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
        write(bytes, at) {
          file.write(bytes, at);
          writes++;
          passed += 20;
        },
      };
    },
  };
  const recorder = fileRecorder({
    disk,
    clock: {
      now: () => clock.now() + passed,
      after: (ms, callback) => clock.after(ms, callback),
      soon: (callback) => clock.soon(callback),
    },
    flushMs: 1,
  });
  recorder.begin(LONG.first, []);
  for (const { message, after, outbox } of LONG.steps) {
    recorder.folded(message, after, outbox);
    await clock.advance(1);
  }
  assert(passed < (clock.now() + passed) / 5, `${passed} ms of ${clock.now() + passed} in ${writes} writes`);
  await clock.waitFor(recorder.close());
  await assertAllReplay(await recordsOn(slow), LONG);
});

Deno.test("two recorders do not record into one folder", async () => {
  const disk = memoryDisk();
  const recording = new Recording(disk);
  assertThrows(() => new Recording(disk), DiskError, "Another process records into this folder");
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps.slice(0, 3));
  await recording.close();
  const next = new Recording(disk);
  await next.clock.waitFor(next.recorder.close());
});

Deno.test("a run in a folder that another one has locked meanwhile waits until it is free", async () => {
  const disk = memoryDisk();
  const recording = new Recording(disk);
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps);
  await recording.close();
  const other = new Recording(disk);
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps.slice(0, 50));
  assertEquals(disk.list("").length, 2); // one segment, and the lock
  await other.clock.waitFor(other.recorder.close());
  await recording.clock.advance(10_000);
  await recording.take(SHORT.steps.slice(50));
  const { differences, summary } = await replayRecords([await recording.close()]);
  assertEquals([differences, summary.runs, summary.leftOut], [[], 2, 50]);
});

Deno.test("an old segment that cannot be removed stays, and that is said", async () => {
  const recording = new Recording(memoryDisk(), { segmentBytes: 5_000, mostBytes: 20_000 });
  recording.recorder.begin(LONG.first, []);
  recording.disk.fail("remove");
  await recording.take(LONG.steps, 10);
  await assertReplayable(recording.disk);
  assertEquals(recording.said.filter((line) => line.startsWith("warn: An old part")).length, 1);
  await recording.close();
});

Deno.test("nothing is recorded before a run has begun", async () => {
  const recording = new Recording();
  await recording.take(SHORT.steps);
  await recording.clock.waitFor(recording.recorder.close());
  assertEquals(recording.used(), 0);
});

Deno.test("a recorder that is closed takes nothing any more, and closes only once", async () => {
  const recording = new Recording();
  recording.recorder.begin(SHORT.first, []);
  await recording.take(SHORT.steps);
  await recording.close();
  const used = recording.used();
  await recording.take(SHORT.steps);
  await recording.close();
  await recording.clock.advance(10_000);
  assertEquals(recording.used(), used);
});

Deno.test("files that are no segments are left alone", async () => {
  const disk = memoryDisk();
  disk.open("notes.txt", { create: true }).write(Uint8Array.of(1), 0);
  await recordOn(disk, [LONG], { segmentBytes: 5_000, mostBytes: 20_000, msPerStep: 10 });
  assert(disk.list("").includes("notes.txt"));
});

Deno.test("what a start applies is part of the recording", async () => {
  const entries = [1, 2, 3].map((index) => entryAt(proposal(Uint8Array.of(index)), index, 1));
  const first: Node = { ...SHORT.first, term: 1, log: Log.of({ index: 0, term: 0 }, entries), stable: 3, commit: 3 };
  const disk = await record(
    [{ ...SHORT, first, outbox: [{ type: "Apply", entries }], steps: SHORT.steps.slice(0, 0) }],
    {},
  );
  const recording = new Recording(disk);
  recording.recorder.begin(first, [{ type: "Apply", entries }]);
  await recording.take([{ message: { type: "Applied", index: 3 }, after: { ...first, applied: 3 }, outbox: [] }]);
  const started: unknown[] = [];
  const { replayer } = await replayed(await recording.close(), {
    watch: { started: ({ outbox }) => void started.push(outbox) },
  });
  assertEquals(replayer.differences, []);
  assertEquals(started, [[{ type: "Apply", entries }], [{ type: "Apply", entries }]]);
});

async function assertReplayable(disk: MemoryDisk): Promise<void> {
  const { differences, summary } = await replayRecords([await recordsOn(disk)]);
  assertEquals([differences, summary.unreachable], [[], 0]);
}

async function assertAllReplay(records: readonly PlacedRecord[], ...lives: readonly Life[]): Promise<void> {
  const { differences, summary } = await replayRecords([records]);
  assertEquals([differences, summary.unreachable, summary.leftOut], [[], 0, 0]);
  assertEquals(summary.steps, lives.reduce((sum, { steps }) => sum + steps.length, 0));
}

/** A node that was started with a long log, and goes on. */
function withLongLog(
  { entries, bytes = 64, commands = 40 }: { entries: number; bytes?: number; commands?: number },
): Life {
  const log = Array.from({ length: entries }, (_, i) => entryAt(proposal(new Uint8Array(bytes).fill(i)), i + 1, 1));
  return loneLife({
    commands,
    first: {
      ...SHORT.first,
      term: 1,
      log: Log.of({ index: 0, term: 0 }, log),
      stable: entries,
      commit: entries,
      applied: entries,
    },
  });
}
