/**
 * What nodes were told in random runs, from each start to the next, and recordings of it.
 *
 * @module
 */
import fc from "fast-check";
import * as E from "fp-ts/Either";
import {
  bootstrap,
  DEFAULT_OPTIONS,
  type Message,
  type Node,
  type NodeId,
  type Outbox,
  proposal,
  step,
} from "../../core/mod.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { Disk } from "../../effects/disk/disk.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { diskFiles } from "../../effects/recording/disk_files.ts";
import { fileRecorder, type FileRecorderOptions } from "../../effects/recording/file_recorder.ts";
import {
  type PlacedRecord,
  readRecording,
  type Replayer,
  type ReplayOptions,
  replayRecords,
  type Watch,
} from "../../effects/recording/mod.ts";
import type { Action } from "../properties/action.ts";
import { canonical } from "../properties/canonical.ts";
import type { Check } from "../properties/check.ts";
import { anySchedule } from "../properties/schedule.ts";
import type { Setup } from "../properties/setup.ts";
import { setups } from "../properties/setups.ts";
import { idsOf } from "../properties/state_machine.ts";
import { World } from "../properties/world.ts";
import { observable } from "../wire/round_trip.ts";

/** One step. */
export interface LifeStep {
  readonly message: Message;
  readonly after: Node;
  readonly outbox: Outbox;
}

/** A node from a start to the end. */
export interface Life {
  readonly id: NodeId;
  readonly first: Node;
  readonly outbox: Outbox;
  readonly steps: LifeStep[];
}

/** The lives of all nodes in a run. */
export function livesOf(setup: Setup, actions: readonly Action[]): readonly Life[] {
  const lives: Life[] = [];
  const current = new Map<NodeId, Life>();
  const watch: Check = {
    name: "lives",
    started({ id }, first, outbox) {
      const life: Life = { id, first, outbox, steps: [] };
      lives.push(life);
      current.set(id, life);
    },
    stepped: ({ host: { id }, message, after, outbox }) => void current.get(id)?.steps.push({ message, after, outbox }),
  };
  const world = new World(setup, [watch]);
  for (const action of actions) world.act(action);
  return lives;
}

/** The lives in `count` random runs that are always the same; those of each run together. */
export function randomLives(count: number, length = 80, seed = 1): readonly (readonly Life[])[] {
  return fc.sample(fc.tuple(setups, anySchedule(length)), { seed, numRuns: count })
    .map(([setup, actions]) => livesOf(setup, actions));
}

/** How to record. */
export interface RecordOptions extends Partial<Omit<FileRecorderOptions, "clock" | "disk">> {
  /** Milliseconds that pass with every step; 1 if it is not given. */
  readonly msPerStep?: number;
  /** Whether the last life is not closed in order. */
  readonly crash?: boolean;
}

/** Records lives of one node on a disk, one after the other. */
export async function record(lives: readonly Life[], options: RecordOptions = {}): Promise<MemoryDisk> {
  const disk = memoryDisk();
  await recordOn(disk, lives, options);
  return disk;
}

/** The same, on any disk. */
export async function recordOn(disk: Disk, lives: readonly Life[], options: RecordOptions = {}): Promise<void> {
  const { msPerStep = 1, crash = false, ...settings } = options;
  for (const [i, life] of lives.entries()) {
    const clock = new SimulatedClock();
    const recorder = fileRecorder({ disk, clock, ...settings });
    recorder.begin(life.first, life.outbox);
    for (const { message, after, outbox } of life.steps) {
      recorder.folded(message, after, outbox);
      if (msPerStep > 0) await clock.advance(msPerStep);
    }
    if (!crash || i < lives.length - 1) await clock.waitFor(recorder.close());
    else await clock.advance(1_000);
  }
}

/** All records in a folder of a disk. */
export async function recordsOn(disk: MemoryDisk, folder = ""): Promise<readonly PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  for await (const some of readRecording(diskFiles(disk, folder))) records.push(...some);
  return records;
}

/** How a node that is alone in its cluster lives. */
export interface LoneLife {
  /** How many commands it applies. */
  readonly commands: number;
  /** How long each of them is; 20 bytes if it is not given. */
  readonly bytes?: number;
  /** After so many of them its log is cut; never if it is not given. */
  readonly compactEvery?: number;
  /** What it begins with; a new cluster if it is not given. */
  readonly first?: Node;
}

/** A node that is alone in its cluster and applies one command after the other. */
export function loneLife({ commands, bytes = 20, compactEvery = Infinity, first = newNode() }: LoneLife): Life {
  const steps: LifeStep[] = [];
  let node = first;
  const tell = (message: Message): void => {
    const [after, outbox] = step(node, message);
    node = after;
    steps.push({ message, after, outbox });
    for (const effect of outbox) {
      if (effect.type === "Persist") effect.then.forEach(tell);
      if (effect.type === "Apply") tell({ type: "Applied", index: effect.entries[effect.entries.length - 1].index });
    }
  };
  tell({ type: "Campaign" });
  for (let i = 1; i <= commands; i++) {
    tell({ type: "Propose", ticket: i, entries: [proposal(Uint8Array.from({ length: bytes }, (_, at) => i + at))] });
    if (i % compactEvery === 0) {
      const { applied: index, configuration, term } = node;
      tell({
        type: "SnapshotAvailable",
        index,
        term,
        configuration: idsOf(configuration),
        data: Uint8Array.of(i & 255),
      });
      tell({ type: "Compact", index: index - 3 });
    }
  }
  return { id: 1, first, outbox: [], steps };
}

function newNode(): Node {
  const started = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1]);
  if (E.isLeft(started)) throw new Error(started.left.type);
  return started.right;
}

/** What was seen of a replay: each outbox and state as a text. */
export function seen(lives: readonly Life[]): readonly string[] {
  return lives.flatMap(({ steps }) => steps.map(({ after, outbox }) => `${observable(after)} ${canonical(outbox)}`));
}

/** Replays `records`, and returns what was seen. */
export async function replayed(
  records: readonly PlacedRecord[],
  options: ReplayOptions = {},
): Promise<{ readonly replayer: Replayer; readonly seen: readonly string[] }> {
  const seen: string[] = [];
  const watch: Watch = {
    stepped: ({ after, outbox }) => void seen.push(`${observable(after)} ${canonical(outbox)}`),
  };
  const replayer = await replayRecords([records], { watch, ...options });
  return { replayer, seen };
}
