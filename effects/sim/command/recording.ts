/**
 * Records every node of a simulation, in memory, and copies the recordings into a folder of this machine.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../../core/entry.ts";
import type { Clock } from "../../clock/clock.ts";
import type { Disk } from "../../disk/disk.ts";
import { type MemoryDisk, memoryDisk } from "../../disk/memory_disk.ts";
import type { Recorder } from "../../node/recorder.ts";
import { diskFiles } from "../../recording/disk_files.ts";
import { fileRecorder } from "../../recording/file_recorder.ts";
import type { RunHooks, WorkloadMaker } from "../workload.ts";

/** After so many steps what was recorded is written, so that little waits in memory. */
const WRITE_EVERY = 1_000;

/** The recordings of all nodes of one run. */
export class RunRecording {
  readonly #disk: MemoryDisk = memoryDisk();
  readonly #recorders = new Map<NodeId, DiligentRecorder>();
  #now = (): number => 0;

  /** The run begins; `clock` is its simulated time. */
  begin(clock: Pick<Clock, "now">): void {
    this.#now = () => clock.now();
  }

  /** What records a run whose clients `workload` makes. */
  hooks<Command, Reply, Query, Answer>(
    workload: WorkloadMaker<Command, Reply, Query, Answer>,
  ): Pick<RunHooks<Command, Reply, Query, Answer>, "workload" | "recorder"> {
    return {
      workload: (world) => {
        this.begin(world.clock);
        return workload(world);
      },
      recorder: (id) => this.recorder(id),
    };
  }

  /** A recorder for a start of node `id`, which goes on where an earlier one of this node has stopped. */
  recorder(id: NodeId): Recorder {
    this.#recorders.get(id)?.write();
    const recorder = new DiligentRecorder({ disk: unlocked(this.#disk), folder: folderOf(id) }, () => this.#now());
    this.#recorders.set(id, recorder);
    return recorder;
  }

  /**
   * Writes what is left, and copies everything into `folder`, which has a folder for each node afterwards, in the place of
   * those of an earlier run.
   */
  async copyTo(folder: string): Promise<void> {
    for (let id = 1; await isRemoved(`${folder}/${folderOf(id)}`) || id < Math.max(...this.#recorders.keys()); id++);
    for (const [id, recorder] of this.#recorders) {
      recorder.write();
      await Deno.mkdir(`${folder}/${folderOf(id)}`, { recursive: true });
      for (const { name, chunks } of diskFiles(this.#disk, folderOf(id))) {
        await Deno.writeFile(`${folder}/${name}`, ReadableStream.from<Bytes>(chunks()));
      }
    }
  }
}

/** Removes a folder; whether there was one. */
async function isRemoved(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function folderOf(id: NodeId): string {
  return `node-${id}`;
}

/** A node that lost its power has not unlocked its folder: here, the next start may have it all the same. */
function unlocked(disk: Disk): Disk {
  return {
    makeFolder: (folder) => disk.makeFolder(folder),
    list: (folder) => disk.list(folder),
    open: (path, options) => disk.open(path, options),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncFolder: (folder) => disk.syncFolder(folder),
    lock: () => O.some(() => {}),
  };
}

/** Writes whenever it is told to, and needs no turn of the simulated clock: a run is the same with and without it. */
class DiligentRecorder implements Recorder {
  readonly #inner: Recorder;
  readonly #clock: OwnClock;
  #steps = 0;
  /** The millisecond of the last step. */
  #at = 0;

  constructor(place: { readonly disk: Disk; readonly folder: string }, now: () => number) {
    const clock = this.#clock = new OwnClock(now);
    // The time of day is the simulated one, so that the runs of all nodes are on one clock.
    const wall = (): string => new Date(now()).toISOString();
    this.#inner = fileRecorder({ ...place, clock, wall, mostBytes: Infinity, bufferBytes: Infinity });
  }

  begin(...start: Parameters<Recorder["begin"]>): void {
    this.#inner.begin(...start);
  }

  folded(...step: Parameters<Recorder["folded"]>): void {
    // What is written together has one time, that of its first step.
    const at = Math.floor(this.#clock.now());
    if (at !== this.#at || ++this.#steps % WRITE_EVERY === 0) this.write();
    this.#at = at;
    this.#inner.folded(...step);
  }

  /** Writes everything that was recorded so far. */
  write(): void {
    this.#clock.run();
  }

  close(): Promise<void> {
    this.write();
    const closed = this.#inner.close();
    this.write();
    return closed;
  }
}

/** A clock whose callbacks have their turn when `run` is called. */
class OwnClock implements Clock {
  readonly now: () => number;
  #callbacks: (() => void)[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  after(_ms: number, callback: () => void): () => void {
    this.soon(callback);
    return () => this.#callbacks = this.#callbacks.filter((other) => other !== callback);
  }

  soon(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Calls back whoever waits, until nobody does. */
  run(): void {
    for (let next = this.#callbacks.shift(); next !== undefined; next = this.#callbacks.shift()) next();
  }
}
