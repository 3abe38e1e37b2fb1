/**
 * The run that the demonstration shows: three nodes elect a leader, replicate, lose their leader, and recover.
 *
 * @module
 */
import { CALM } from "../sim/faults.ts";
import { subject } from "../sim/command/kv_subject.ts";
import { RunRecording } from "../sim/command/recording.ts";
import type { Plan } from "../sim/plan.ts";

/** What happens; everything else, its seed decides. */
const PLAN: Plan = {
  seed: 9,
  nodes: 3,
  clients: 2,
  ms: 4_000,
  electionMs: 500,
  heartbeatMs: 100,
  leaseReads: false,
  compaction: { entries: 1_000, keep: 100 },
  faults: { ...CALM, delayMs: [1, 8] },
  events: [{ type: "crashes", node: "leader", at: 1_800, forMs: 1_400 }],
};

/** Lets it happen, on simulated time, and writes what was recorded into `folder`: a folder for each node. */
export async function recordDemo(folder: string): Promise<void> {
  const recording = new RunRecording();
  const { outcome: { failure } } = await subject.run(PLAN, recording);
  if (failure !== null) throw new Error(`${failure.check}: ${failure.sentence}`);
  await recording.copyTo(folder);
}
