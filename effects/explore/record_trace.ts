/**
 * Writes a trace as recordings of its nodes, as running nodes write them.
 *
 * @module
 */
import { SimulatedClock } from "../clock/simulated_clock.ts";
import type { Disk } from "../disk/disk.ts";
import { fileRecorder } from "../recording/file_recorder.ts";
import type { Trace } from "./exploration.ts";

/** Writes a recording of each node to which something happened to `disk`, in folders by their numbers. */
export async function recordTrace({ runs }: Trace, disk: Disk): Promise<void> {
  for (let i = 0; i < runs.length; i++) {
    const folder = `${i + 1}`;
    for (const { node, outbox, steps } of runs[i]) {
      if (steps.length === 0) continue; // nothing happened to it
      const clock = new SimulatedClock();
      const recorder = fileRecorder({ disk, folder, clock, cluster: "an exploration", payloads: "full" });
      recorder.begin(node, outbox);
      for (const { message, after, outbox } of steps) recorder.folded(message, after, outbox);
      await clock.waitFor(recorder.close());
    }
  }
}
