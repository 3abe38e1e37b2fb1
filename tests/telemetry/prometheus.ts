/**
 * A strict reader of Prometheus' text format (version 0.0.4): whatever the format does not allow, throws.
 *
 * @module
 */

/** One line with a value. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its lines. */
export interface ParsedMetric {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ParsedSample[];
}

/** Reads `text`: the metrics by name. */
export function parseMetrics(text: string): ReadonlyMap<string, ParsedMetric> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const metrics = new Map<string, { help: string; type: string; samples: ParsedSample[] }>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) ([a-z][a-z0-9_]*) (.+)$/.exec(line);
    if (comment === null) {
      const sample = parseSample(line);
      const metric = metrics.get(current);
      if (metric === undefined || !belongs(sample.name, current, metric.type)) {
        throw new Error(`not described: ${line}`);
      }
      const series = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(series)) throw new Error(`twice: ${series}`);
      seen.add(series);
      metric.samples.push(sample);
    } else if (comment[1] === "HELP") {
      current = comment[2];
      if (metrics.has(current)) throw new Error(`described twice: ${current}`);
      metrics.set(current, { help: comment[3], type: "", samples: [] });
    } else {
      const metric = metrics.get(comment[2]);
      if (metric === undefined || comment[2] !== current || metric.samples.length > 0) {
        throw new Error(`misplaced: ${line}`);
      }
      if (!["counter", "gauge", "histogram"].includes(comment[3])) throw new Error(`no type: ${line}`);
      metric.type = comment[3];
    }
  }
  for (const [name, metric] of metrics) check(name, metric);
  return metrics;
}

function parseSample(line: string): ParsedSample {
  const match = /^([a-z][a-z0-9_]*)(?:\{(.*)\})? (\+Inf|-Inf|NaN|-?[0-9.]+(?:e[+-]?\d+)?)$/.exec(line);
  if (match === null) throw new Error(`no line of the format: ${line}`);
  const labels: Record<string, string> = {};
  let rest = match[2] ?? "";
  while (rest !== "") {
    const label = /^([a-z][a-z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(,(?=.)|$)/.exec(rest);
    if (label === null) throw new Error(`no labels: ${rest}`);
    if (label[1] in labels) throw new Error(`twice: ${label[1]}`);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
    rest = rest.slice(label[0].length);
  }
  return { name: match[1], labels, value: Number(match[3].replace("Inf", "Infinity")) };
}

function belongs(name: string, metric: string, type: string): boolean {
  return type === "histogram"
    ? /^_(bucket|sum|count)$/.test(name.slice(metric.length)) && name.startsWith(metric)
    : name === metric;
}

function check(name: string, { type, samples }: ParsedMetric): void {
  if (type === "") throw new Error(`no type: ${name}`);
  if ((type === "counter") !== name.endsWith("_total")) {
    throw new Error(`a counter, and nothing else, ends in _total: ${name}`);
  }
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) throw new Error(`below 0: ${name}`);
  if (type === "histogram") checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const series = new Map<string, { readonly buckets: [le: number, count: number][]; sum?: number; count?: number }>();
  for (const { name: line, labels: { le, ...labels }, value } of samples) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const one = series.get(key) ?? { buckets: [] };
    series.set(key, one);
    if ((le !== undefined) !== line.endsWith("_bucket")) throw new Error(`a bucket, and nothing else, has le: ${line}`);
    if (line.endsWith("_bucket")) one.buckets.push([Number(le.replace("Inf", "Infinity")), value]);
    else if (line.endsWith("_sum")) one.sum = value;
    else one.count = value;
  }
  for (const { buckets, sum, count } of series.values()) {
    if (sum === undefined || count === undefined) throw new Error(`no sum or count: ${name}`);
    const last = buckets[buckets.length - 1];
    if (last === undefined || last[0] !== Infinity || last[1] !== count) throw new Error(`no last bucket: ${name}`);
    buckets.forEach(([le, counted], i) => {
      if (i > 0 && !(le > buckets[i - 1][0] && counted >= buckets[i - 1][1])) {
        throw new Error(`buckets shrink: ${name}`);
      }
    });
  }
}
