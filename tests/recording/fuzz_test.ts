/** Recordings whose checksums are right and whose contents are not: no error but a `RecordingError`, whatever is in them. */
import { assert } from "@std/assert";
import { contentOf } from "../../effects/disk/content_of.ts";
import { type Random, seededRandom } from "../../effects/random/random.ts";
import {
  type PlacedRecord,
  readJsonLines,
  readRecording,
  RecordingError,
  replayRecords,
} from "../../effects/recording/mod.ts";
import { exportLines } from "../../effects/recording/mod.ts";
import { beginFrame, endFrame, frameAt } from "../../effects/wire/frame.ts";
import { FORMAT_HEADER, writeFormat } from "../../effects/wire/version.ts";
import { Writer } from "../../effects/wire/writer.ts";
import { loneLife, randomLives, record, recordsOn } from "./lives.ts";
import { sealed } from "./sealed_lines.ts";
import type { MemoryDisk } from "../../effects/disk/memory_disk.ts";

const RUNS = 2_000;

Deno.test("segments with damaged contents are read or refused, and replayed or found different", async () => {
  const random = seededRandom(7);
  const outcomes = { refused: 0, different: 0, same: 0 };
  const segments = await Promise.all(
    (["full", "hash"] as const).map(async (payloads) =>
      framesOn(await record(livesOfALeader(), { payloads, hashEvery: 10, keyframeEvery: 30, msPerStep: 10 }))
    ),
  );
  for (let run = 0; run < RUNS; run++) {
    const frames = segments[run % segments.length].map((frame) => frame.slice());
    const frame = frames[Math.floor(random.next() * frames.length)];
    for (let times = 0; times <= run % 3; times++) damage(frame, random);
    const bytes = segmentOf(frames);
    outcomes[await outcomeOf(() => readRecording([{ name: "00000001.recording", chunks: () => [bytes] }]))]++;
  }
  assert(outcomes.refused > RUNS / 10 && outcomes.different > RUNS / 10, JSON.stringify(outcomes));
});

Deno.test("lines with damaged contents are read or refused, and replayed or found different", async () => {
  const random = seededRandom(8);
  const outcomes = { refused: 0, different: 0, same: 0 };
  const lines: string[] = [];
  const records = await recordsOn(await record([loneLife({ commands: 10, compactEvery: 5 })]));
  for await (const some of exportLines([records])) lines.push(...some);
  for (let run = 0; run < RUNS; run++) {
    const at = Math.floor(random.next() * lines.length);
    const damaged = lines.with(at, JSON.stringify(changed(JSON.parse(lines[at]), random)));
    outcomes[await outcomeOf(() => readJsonLines("run.jsonl", [sealed(damaged)]))]++;
  }
  assert(outcomes.refused > RUNS / 10 && outcomes.different > 0, JSON.stringify(outcomes));
});

async function outcomeOf(
  read: () => AsyncIterable<readonly PlacedRecord[]>,
): Promise<"refused" | "different" | "same"> {
  try {
    const { differences } = await replayRecords(read());
    return differences.length > 0 ? "different" : "same";
  } catch (error) {
    if (error instanceof RecordingError) return "refused";
    throw error;
  }
}

/** A life with every kind of record and as much state as possible. */
function livesOfALeader() {
  const lives = randomLives(60).flat();
  const led = lives.filter(({ steps }) => steps.some(({ after }) => after.role === "leader"));
  led.sort((a, b) => b.steps.length - a.steps.length);
  return led.slice(0, 1);
}

function framesOn(disk: MemoryDisk): Uint8Array[] {
  const bytes = contentOf(disk.open("00000001.recording"));
  const frames: Uint8Array[] = [];
  for (let at = FORMAT_HEADER; at < bytes.length;) {
    const frame = frameAt(bytes, at, bytes.length);
    assert(frame.type === "Frame");
    frames.push(frame.payload.slice());
    at = frame.next;
  }
  return frames;
}

function segmentOf(frames: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  writeFormat(writer, "recording");
  for (const frame of frames) {
    const at = beginFrame(writer);
    writer.raw(frame);
    endFrame(writer, at);
  }
  return writer.copy();
}

function damage(bytes: Uint8Array, random: Random): void {
  const at = Math.floor(random.next() * bytes.length);
  bytes[at] = random.next() < 0.5 ? bytes[at] ^ (1 << Math.floor(random.next() * 8)) : Math.floor(random.next() * 256);
}

/** The value with another one in some place. */
function changed(value: unknown, random: Random): unknown {
  const others = [0, 1, 2 ** 53, -1, 0.5, null, "", "AQ==", [], {}, true, "0".repeat(16)];
  const isOpen = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isOpen || random.next() < 0.1) return others[Math.floor(random.next() * others.length)];
  if (Array.isArray(value)) {
    const at = Math.floor(random.next() * value.length);
    return random.next() < 0.1 ? value.toSpliced(at, 1) : value.with(at, changed(value[at], random));
  }
  const entries = Object.entries(value);
  const [name, member] = entries[Math.floor(random.next() * entries.length)];
  return { ...value, [name]: changed(member, random) };
}
