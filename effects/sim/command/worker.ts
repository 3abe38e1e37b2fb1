/**
 * A worker that runs seeds: it is told its job first, and then one seed after the other.
 *
 * @module
 */
import { makePlan } from "../make_plan.ts";
import type { Job, Ran, SeedResult } from "./job.ts";
import { loadSubject } from "./subject.ts";

/** The port of a worker; the library of types for windows does not know it. */
interface WorkerPort {
  onmessage: ((event: MessageEvent<Job | number>) => void) | null;
  postMessage(message: Ran): void;
}

function isWorkerPort(scope: object): scope is WorkerPort {
  return "postMessage" in scope && "onmessage" in scope;
}

serveAt(globalThis);

function serveAt(port: object): void {
  if (!isWorkerPort(port)) return;
  let job: Job | null = null;
  port.onmessage = async ({ data }) => {
    if (typeof data !== "number") job = data;
    else if (job !== null) port.postMessage(await attempt(job, data));
  };
}

async function attempt(job: Job, seed: number): Promise<Ran> {
  try {
    return { type: "Ran", result: await runSeed(job, seed) };
  } catch (error) {
    return { type: "Broken", message: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}

async function runSeed({ subject, plan, histories }: Job, seed: number): Promise<SeedResult> {
  const { run } = await loadSubject(subject);
  const { outcome, history } = await run(makePlan(seed, plan));
  return { seed, outcome, history: histories ? history() : "" };
}
