/**
 * What the server counts of its requests.
 *
 * @module
 */
import { Histogram } from "../telemetry/histogram.ts";
import type { Metric } from "../telemetry/metric.ts";
import type { Intake } from "./intake.ts";

interface Series {
  readonly labels: { readonly method: string; readonly route: string };
  readonly durations: Histogram;
  readonly statuses: Map<number, number>;
}

/** Counts requests by method and route: both have few values, whatever clients ask for. */
export class HttpMetrics {
  readonly #series = new Map<string, Series>();

  /** Counts a request that was answered after `seconds`. */
  observe(method: string, route: string, status: number, seconds: number): void {
    const name = `${method} ${route}`;
    let series = this.#series.get(name);
    if (series === undefined) {
      series = { labels: { method, route }, durations: new Histogram(), statuses: new Map() };
      this.#series.set(name, series);
    }
    series.durations.observe(seconds);
    series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
  }

  /** What was counted. */
  metrics(intake: Pick<Intake, "requests" | "buffered">): readonly Metric[] {
    const series = [...this.#series.values()];
    return [
      {
        name: "raftfold_http_requests_total",
        type: "counter",
        help: "Requests that were answered.",
        samples: series.flatMap(({ labels, statuses }) =>
          [...statuses].map(([status, value]) => ({ labels: { ...labels, status: String(status) }, value }))
        ),
      },
      {
        name: "raftfold_http_request_duration_seconds",
        type: "histogram",
        help: "From a request's headers to its answer.",
        distributions: series.map(({ labels, durations }) => ({ labels, histogram: durations })),
      },
      {
        name: "raftfold_http_requests_waiting",
        type: "gauge",
        help: "Requests that wait for the node.",
        samples: [{ value: intake.requests }],
      },
      {
        name: "raftfold_http_buffered_bytes",
        type: "gauge",
        help: "Room that is kept for the bodies of requests.",
        samples: [{ value: intake.buffered }],
      },
    ];
  }
}
