/**
 * Looks closer at a run that failed: runs it once more with recorders, and looks for a smaller one that fails as well.
 *
 * @module
 */
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { smallestPlan } from "../simulate.ts";
import type { FailedRun } from "../story.ts";
import type { SimulateSettings } from "./flags.ts";
import { RunRecording } from "./recording.ts";
import type { Subject } from "./subject.ts";
import type { FailedOutcome } from "./sums.ts";

/** So many failures are recorded, made smaller and told in full; of all others, what was wrong. */
const DETAILED = 3;
/** The most runs that a search for a smaller schedule takes. */
const SHRINK_RUNS = 400;

/** Looks closer at the runs that failed; the recordings of the first ones are in `folder` afterwards. */
export async function examine(
  failed: readonly FailedOutcome[],
  { subject, settings, folder, output }: {
    readonly subject: Subject;
    readonly settings: SimulateSettings;
    readonly folder: string;
    readonly output: Output;
  },
): Promise<readonly FailedRun[]> {
  const runs: FailedRun[] = [];
  for (const outcome of failed) {
    const { failure, plan: { seed } } = outcome;
    const repeat = settings.repeat(seed);
    if (runs.length >= DETAILED) {
      runs.push({ seed, failure: { ...failure, story: [] }, repeat, smallest: null });
      continue;
    }
    const recording = `${folder}/seed-${seed}`;
    const unrepeatable = await record(subject, outcome, recording) !== outcome.hash;
    const smallest = settings.shrink && !unrepeatable ? await shrink(subject, outcome, output) : null;
    runs.push({ seed, failure, repeat, recording, smallest, unrepeatable });
  }
  return runs;
}

/** Runs it once more, and copies the recordings of its nodes into `folder`; returns the hash of that run. */
async function record(subject: Subject, { plan }: FailedOutcome, folder: string): Promise<string> {
  const recording = new RunRecording();
  const { outcome } = await subject.run(plan, recording);
  await recording.copyTo(folder);
  return outcome.hash;
}

async function shrink(subject: Subject, outcome: FailedOutcome, output: Output): Promise<FailedRun["smallest"]> {
  const progress = new Progress(output, SHRINK_RUNS);
  let tried = 0;
  try {
    return await smallestPlan(outcome, async (plan) => {
      await progress.update(++tried, tried);
      return (await subject.run(plan)).outcome;
    }, SHRINK_RUNS);
  } finally {
    progress.stop();
  }
}
