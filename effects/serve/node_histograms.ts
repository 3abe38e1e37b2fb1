/**
 * How long a node's disk and state machine take, as metrics.
 *
 * @module
 */
import type { Meters } from "../node/meters.ts";
import { Histogram } from "../telemetry/histogram.ts";
import type { Metric } from "../telemetry/metric.ts";

/** Collects durations. */
export class NodeHistograms implements Meters {
  readonly #syncs = new Histogram();
  readonly #applies = new Histogram();

  sync(ms: number): void {
    this.#syncs.observe(ms / 1_000);
  }

  apply(ms: number): void {
    this.#applies.observe(ms / 1_000);
  }

  /** The metrics. */
  metrics(): readonly Metric[] {
    return [
      {
        name: "raftfold_log_sync_seconds",
        type: "histogram",
        help: "How long the syncs of the log took.",
        distributions: [{ histogram: this.#syncs }],
      },
      {
        name: "raftfold_apply_seconds",
        type: "histogram",
        help: "How long it took to apply a batch of entries.",
        distributions: [{ histogram: this.#applies }],
      },
    ];
  }
}
