/**
 * Runs seeds on all cores: a worker for each, which runs one seed after the other.
 *
 * @module
 */
import type { Job, Ran, SeedResult } from "./job.ts";

/** What to run, and who takes the results. */
export interface Work {
  /** How many workers. */
  readonly workers: number;
  /** What they are told first. */
  readonly job: Job;
  /** The seeds. They are begun in order, each once. */
  readonly seeds: Iterator<number>;
  /** Takes the results in the order of the seeds, whichever worker was done first. */
  readonly take: (result: SeedResult) => Promise<void>;
  /** Whether another seed may begin. */
  readonly goesOn: () => boolean;
}

/** Runs the seeds, and resolves when all that were begun are done and taken. */
export async function runSeeds({ workers, job, seeds, take, goesOn }: Work): Promise<void> {
  const done = new Map<number, SeedResult>();
  let [begun, taken] = [0, 0];
  let taking = Promise.resolve();
  let broken = false;
  const takeInOrder = async (): Promise<void> => {
    for (let next = done.get(taken); next !== undefined; next = done.get(taken)) {
      done.delete(taken++);
      await take(next);
    }
  };
  const work = async (): Promise<void> => {
    const worker = new SeedWorker(job);
    try {
      while (!broken && goesOn()) {
        const next = seeds.next();
        if (next.done) return;
        const number = begun++;
        done.set(number, await worker.run(next.value));
        await (taking = taking.then(takeInOrder));
      }
    } catch (error) {
      broken = true;
      throw error;
    } finally {
      worker.close();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

class SeedWorker {
  readonly #worker: Worker;

  constructor(job: Job) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.postMessage(job);
  }

  /** Runs a seed; rejects if the worker cannot go on. */
  run(seed: number): Promise<SeedResult> {
    const { promise, resolve, reject } = Promise.withResolvers<SeedResult>();
    this.#worker.onmessage = ({ data }: MessageEvent<Ran>) =>
      data.type === "Ran" ? resolve(data.result) : reject(new Error(`Cannot run seed ${seed}: ${data.message}`));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot run seed ${seed}: ${event.message}`));
    };
    this.#worker.postMessage(seed);
    return promise;
  }

  close(): void {
    this.#worker.terminate();
  }
}
