/**
 * Random runs of a cluster of which everything is known: in which order the steps happened, and which of them sent what the
 * others received. And the recordings of its nodes, from which a timeline has to find that out again.
 *
 * @module
 */
import { assert } from "@std/assert";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import type { Message, Node, NodeId, Outbox } from "../../core/mod.ts";
import type { Clock } from "../../effects/clock/clock.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { Timeline, TimelineOptions } from "../../effects/debugger/timeline.ts";
import { buildTimeline, type TimelineSource } from "../../effects/debugger/timeline_build.ts";
import type { Recorder } from "../../effects/node/recorder.ts";
import { diskFiles, fileRecorder, type FileRecorderOptions, readRecording } from "../../effects/recording/mod.ts";
import type { Check } from "../properties/check.ts";
import { anySchedule } from "../properties/schedule.ts";
import { setups } from "../properties/setups.ts";
import { World } from "../properties/world.ts";

/** A step, as it happened. */
export interface StoryStep {
  /** The node. */
  readonly id: NodeId;
  /** How often the node had been started. */
  readonly start: number;
  /** What was folded. */
  readonly message: Message;
  /** The state before. */
  readonly before: Node;
  /** The state after. */
  readonly after: Node;
  /** What the step wanted done. */
  readonly outbox: Outbox;
  /** The number of the step that sent the message; null if no node did. */
  readonly cause: number | null;
}

/** A run of a cluster. */
export interface Story {
  /** All steps, in the order in which they happened. */
  readonly steps: readonly StoryStep[];
  /** Where each start of a node is: the number of the step before it. */
  readonly starts: readonly {
    readonly id: NodeId;
    readonly node: Node;
    readonly outbox: Outbox;
    readonly after: number;
  }[];
}

/** How a story is recorded. */
export interface StoryRecording extends Partial<Omit<FileRecorderOptions, "clock" | "disk">> {
  /** Milliseconds that pass with every step; 1 if it is not given. */
  readonly msPerStep?: number;
  /** What the clock of each node shows more than those of the others. */
  readonly skew?: (id: NodeId) => number;
  /** Whether the recordings say at which time of day they were begun. */
  readonly dated?: boolean;
}

/** Random stories that are always the same. */
export function randomStories(count: number, length: number, seed: number): readonly Story[] {
  return fc.sample(fc.tuple(setups, anySchedule(length)), { seed, numRuns: count }).map(([setup, actions]) => {
    const steps: StoryStep[] = [];
    const starts: { id: NodeId; node: Node; outbox: Outbox; after: number }[] = [];
    const sentBy = new Map<unknown, number>();
    const count = new Map<NodeId, number>();
    const check: Check = {
      name: "story",
      started({ id }, node, outbox) {
        count.set(id, (count.get(id) ?? 0) + 1);
        starts.push({ id, node, outbox, after: steps.length });
      },
      stepped({ host: { id }, before, message, after, outbox }) {
        const cause = sentBy.get(message) ?? null;
        steps.push({ id, start: count.get(id) ?? 0, message, before, after, outbox, cause });
        for (const effect of outbox) {
          if (effect.type === "Send") sentBy.set(effect.message, steps.length);
          if (effect.type === "Persist") { for (const then of effect.then) sentBy.set(then, steps.length); }
        }
      },
    };
    const world = new World(setup, [check]);
    for (const action of actions) world.act(action);
    return { steps, starts };
  });
}

/** The recordings of all nodes of a story that took a step, each on a disk of its own. */
export async function recordStory(
  story: Story,
  options: StoryRecording = {},
): Promise<ReadonlyMap<NodeId, MemoryDisk>> {
  const { dated = false, msPerStep = 1, skew = () => 0, ...settings } = options;
  const disks = new Map<NodeId, MemoryDisk>();
  const open = new Map<NodeId, { readonly recorder: Recorder; readonly clock: ManualClock }>();
  const close = async (id: NodeId): Promise<void> => {
    const { clock, recorder } = open.get(id) ?? {};
    if (recorder !== undefined && clock !== undefined) await clock.waitFor(recorder.close());
    open.delete(id);
  };
  let now = 0;
  let next = 0;
  for (let number = 0; number <= story.steps.length; number++) {
    for (; story.starts[next]?.after === number; next++) {
      const { id, node, outbox } = story.starts[next];
      await close(id);
      const disk = disks.get(id) ?? memoryDisk();
      disks.set(id, disk);
      const clock = new ManualClock(now);
      const wall = dated ? { wall: () => new Date(1e12 + clock.now() + skew(id)).toISOString() } : {};
      const recorder = fileRecorder({ disk, clock, ...wall, ...settings });
      open.set(id, { recorder, clock });
      recorder.begin(node, outbox);
    }
    if (number === story.steps.length) break;
    const { after, id, message, outbox } = story.steps[number];
    now += msPerStep;
    for (const { clock } of open.values()) clock.pass(now);
    open.get(id)?.recorder.folded(message, after, outbox);
  }
  for (const id of [...open.keys()]) await close(id);
  // A node that was never told anything has a recording that holds no steps, which is an error.
  for (const id of [...disks.keys()]) if (story.steps.every((step) => step.id !== id)) disks.delete(id);
  return disks;
}

/** The timeline of recordings. */
export async function timelineOf(
  disks: ReadonlyMap<NodeId, MemoryDisk>,
  options: TimelineOptions = {},
): Promise<Timeline> {
  const timeline = await buildTimeline(sourcesOf(disks), options);
  assert(E.isRight(timeline), JSON.stringify(timeline));
  return timeline.right;
}

/** The recordings as sources of a timeline. */
export function sourcesOf(disks: ReadonlyMap<NodeId, MemoryDisk>): readonly TimelineSource[] {
  return [...disks].map(([id, disk]) => ({ name: `node-${id}`, records: () => readRecording(diskFiles(disk)) }));
}

class ManualClock implements Clock {
  #callbacks: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.#callbacks.push(timer);
    return () => void (this.#callbacks = this.#callbacks.filter((other) => other !== timer));
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  /** It is `time`. */
  pass(time: number): void {
    this.time = time;
    const due = this.#callbacks.filter(({ at }) => at <= time);
    this.#callbacks = this.#callbacks.filter(({ at }) => at > time);
    for (const { callback } of due) callback();
  }

  /** Calls back until `promise` is settled. */
  async waitFor(promise: Promise<void>): Promise<void> {
    let done = false;
    void promise.then(() => done = true);
    while (!done) {
      this.pass(this.time);
      await Promise.resolve();
    }
  }
}
