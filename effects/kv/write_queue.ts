/**
 * The order in which changes go into a database, and what has to happen between them.
 *
 * @module
 */
import type { Layer } from "./layer.ts";
import type { Layers } from "./layers.ts";
import { StoreFailure } from "./store.ts";

/** What is to be done when the changes up to a certain one are in the database. */
interface Job {
  readonly run: () => Promise<void>;
  readonly reject: (failure: StoreFailure) => void;
}

/** A layer that is to be written, and what is to be done then. */
interface Step {
  readonly layer: Layer;
  readonly jobs: readonly Job[];
}

/** Writes layers one after the other, each when it is full or when somebody needs it in the database. */
export class WriteQueue {
  /** Why nothing is written any more. */
  failure: StoreFailure | null = null;
  private readonly layers: Layers;
  private readonly layerBytes: number;
  private readonly write: (layer: Layer) => Promise<void>;
  private steps: Step[] = [];
  /** Jobs that do not mind which changes come along: they share the next layer. */
  private patient: Job[] = [];
  /** Those who wait until there is room for more changes. */
  private waiting: Job[] = [];
  private isWriting = false;

  /** A queue that hands over `layers` to `write`, each when it has `layerBytes`. */
  constructor(layers: Layers, layerBytes: number, write: (layer: Layer) => Promise<void>) {
    this.layers = layers;
    this.layerBytes = layerBytes;
    this.write = write;
  }

  /** Whether everything is in the database, and nothing is being done. */
  get isEmpty(): boolean {
    return this.layers.current.isEmpty && this.steps.length === 0;
  }

  /** Runs `work` when exactly the changes up to now are in the database. */
  now<A>(work: () => A | Promise<A>): Promise<A> {
    const jobs: Job[] = [];
    const result = promised(jobs, work);
    this.freeze(jobs);
    return result;
  }

  /** Runs `work` when at least the changes up to now are in the database. */
  soon<A>(work: () => A | Promise<A>): Promise<A> {
    const result = promised(this.patient, work);
    if (this.steps.length === 0) this.freeze(this.patient.splice(0));
    return result;
  }

  /** After a batch: begins to write if there is enough. What it returns resolves when there is room for more. */
  room(): void | Promise<void> {
    const { size } = this.layers.current;
    if (size < this.layerBytes) return;
    if (this.steps.length === 0) this.freeze([]);
    else if (size >= 2 * this.layerBytes) return promised(this.waiting, () => {});
  }

  /** Gives up, for good. */
  fail(failure: StoreFailure): void {
    this.failure ??= failure;
    const jobs = [...this.steps.splice(0).flatMap(({ jobs }) => jobs), ...this.patient.splice(0)];
    for (const { reject } of [...jobs, ...this.waiting.splice(0)]) reject(this.failure);
  }

  private freeze(jobs: readonly Job[]): void {
    if (this.failure !== null) {
      for (const { reject } of jobs) reject(this.failure);
      return;
    }
    this.steps.push({ layer: this.layers.freeze(), jobs });
    for (const { run } of this.waiting.splice(0)) void run();
    if (!this.isWriting) void this.takeSteps();
  }

  private async takeSteps(): Promise<void> {
    this.isWriting = true;
    try {
      for (let step = this.steps[0]; step !== undefined; step = this.steps[0]) {
        if (!step.layer.isEmpty) await this.write(step.layer);
        for (const { run } of step.jobs) await run();
        this.steps.shift();
        const isFull = this.layers.current.size >= this.layerBytes;
        if (this.steps.length === 0 && (isFull || this.patient.length > 0)) this.freeze(this.patient.splice(0));
      }
    } catch (error) {
      this.fail(error instanceof StoreFailure ? error : new StoreFailure(String(error)));
    }
    this.isWriting = false;
  }
}

/** Puts `work` into `jobs`, and returns what comes of it. A store that fails takes the whole queue with it. */
function promised<A>(jobs: Job[], work: () => A | Promise<A>): Promise<A> {
  return new Promise((resolve, reject) => {
    jobs.push({
      reject,
      run: async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
          if (error instanceof StoreFailure) throw error;
        }
      },
    });
  });
}
