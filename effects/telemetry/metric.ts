/**
 * Metrics in the text format that Prometheus reads (version 0.0.4).
 *
 * @module
 */
import type { Histogram } from "./histogram.ts";

/** What tells the values of one metric from each other. */
export type Labels = Readonly<Record<string, string>>;

/** One value. */
export interface Sample {
  /** Which one of the metric's. */
  readonly labels?: Labels;
  /** The value. */
  readonly value: number;
}

/** One distribution. */
export interface Distribution {
  /** Which one of the metric's. */
  readonly labels?: Labels;
  /** What was observed. */
  readonly histogram: Histogram;
}

/** What every metric has. */
export interface Described {
  /** Its name: lower case, with the unit at the end, and `_total` behind it for a counter. */
  readonly name: string;
  /** What it says, in a sentence. */
  readonly help: string;
}

/** A metric: a number that only grows, a number that comes and goes, or a distribution. */
export type Metric =
  | Described & { readonly type: "counter" | "gauge"; readonly samples: readonly Sample[] }
  | Described & { readonly type: "histogram"; readonly distributions: readonly Distribution[] };

/** The content type of {@linkcode metricsText}. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Writes metrics as text; a metric without values is only described.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { metricsText } from "./metric.ts";
 *
 * const text = metricsText([{ name: "raftfold_term", type: "gauge", help: "The term.", samples: [{ value: 7 }] }]);
 * assertEquals(text, "# HELP raftfold_term The term.\n# TYPE raftfold_term gauge\nraftfold_term 7\n");
 * ```
 */
export function metricsText(metrics: readonly Metric[]): string {
  const lines: string[] = [];
  for (const metric of metrics) {
    lines.push(`# HELP ${metric.name} ${escapeHelp(metric.help)}`, `# TYPE ${metric.name} ${metric.type}`);
    if (metric.type === "histogram") {
      for (const distribution of metric.distributions) writeDistribution(lines, metric.name, distribution);
    } else {
      for (const { labels, value } of metric.samples) {
        lines.push(`${metric.name}${labelsText(labels)} ${numberText(value)}`);
      }
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

function writeDistribution(lines: string[], name: string, { labels, histogram }: Distribution): void {
  let count = 0;
  histogram.bounds.forEach((bound, i) => {
    count += histogram.counts[i];
    lines.push(`${name}_bucket${labelsText({ ...labels, le: numberText(bound) })} ${count}`);
  });
  lines.push(`${name}_bucket${labelsText({ ...labels, le: "+Inf" })} ${histogram.count}`);
  lines.push(`${name}_sum${labelsText(labels)} ${numberText(histogram.sum)}`);
  lines.push(`${name}_count${labelsText(labels)} ${histogram.count}`);
}

function labelsText(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
