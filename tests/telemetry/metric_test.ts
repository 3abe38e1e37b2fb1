import { assertEquals, assertThrows } from "@std/assert";
import { Histogram, type Metric, metricsText, SECONDS } from "../../effects/telemetry/mod.ts";
import { parseMetrics } from "./prometheus.ts";

Deno.test("a histogram counts in the bucket of the smallest bound that is not exceeded", () => {
  const histogram = new Histogram([1, 2, 4]);
  for (const value of [0, 1, 1.5, 2, 3, 4, 5, 100]) histogram.observe(value);
  assertEquals([histogram.counts, histogram.count, histogram.sum], [[2, 2, 2], 8, 116.5]);
});

Deno.test("the bounds of durations ascend", () => {
  assertEquals([...SECONDS].sort((a, b) => a - b), [...SECONDS]);
  assertEquals(new Histogram().bounds, SECONDS);
});

Deno.test("metricsText() writes counters, gauges and histograms", () => {
  const histogram = new Histogram([0.5, 1]);
  for (const value of [0.1, 0.7, 0.7, 9]) histogram.observe(value);
  const metrics: readonly Metric[] = [
    {
      name: "a_total",
      type: "counter",
      help: "As.",
      samples: [{ value: 3 }, { labels: { x: "y", z: "1" }, value: 4 }],
    },
    { name: "b", type: "gauge", help: "Bs.", samples: [] },
    {
      name: "c_seconds",
      type: "histogram",
      help: "Cs.",
      distributions: [{ labels: { r: "s" }, histogram }, { histogram }],
    },
  ];
  assertEquals(
    metricsText(metrics),
    `# HELP a_total As.
# TYPE a_total counter
a_total 3
a_total{x="y",z="1"} 4
# HELP b Bs.
# TYPE b gauge
# HELP c_seconds Cs.
# TYPE c_seconds histogram
c_seconds_bucket{r="s",le="0.5"} 1
c_seconds_bucket{r="s",le="1"} 3
c_seconds_bucket{r="s",le="+Inf"} 4
c_seconds_sum{r="s"} 10.5
c_seconds_count{r="s"} 4
c_seconds_bucket{le="0.5"} 1
c_seconds_bucket{le="1"} 3
c_seconds_bucket{le="+Inf"} 4
c_seconds_sum 10.5
c_seconds_count 4
`,
  );
  assertEquals(parseMetrics(metricsText(metrics)).size, 3);
});

Deno.test("what a label or a help text says is escaped, and read back as it was", () => {
  const text = 'a "quoted" \\ and\nbroken, {line}';
  const written = metricsText([{ name: "a", type: "gauge", help: text, samples: [{ labels: { x: text }, value: 1 }] }]);
  assertEquals(written.split("\n").length, 4);
  assertEquals(parseMetrics(written).get("a")?.samples, [{ name: "a", labels: { x: text }, value: 1 }]);
});

Deno.test("numbers that JSON lacks are written as Prometheus has them", () => {
  const samples = [Infinity, -Infinity, NaN, 1e21, -0.5].map((value, i) => ({ labels: { i: String(i) }, value }));
  const written = metricsText([{ name: "a", type: "gauge", help: "As.", samples }]);
  assertEquals(parseMetrics(written).get("a")?.samples.map(({ value }) => value), [
    Infinity,
    -Infinity,
    NaN,
    1e21,
    -0.5,
  ]);
});

Deno.test("the reader that the tests use refuses what the format does not allow", () => {
  const head = "# HELP a As.\n# TYPE a gauge\n";
  const histogram = "# HELP h Hs.\n# TYPE h histogram\n";
  const wrong = [
    `${head}a 1`,
    "a 1\n",
    `${head}b 1\n`,
    `${head}a 1\na 2\n`,
    `${head}a one\n`,
    `${head}a{x=1} 1\n`,
    `${head}a{x="1",} 1\n`,
    `${head}a{x="1",x="2"} 1\n`,
    `${head}${head}a 1\n`,
    "# HELP a As.\na 1\n",
    "# HELP a As.\n# TYPE a summary\n",
    "# HELP a As.\n# TYPE a counter\na 1\n",
    "# HELP a_total As.\n# TYPE a_total counter\na_total -1\n",
    `${histogram}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`,
    `${histogram}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
    `${histogram}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`,
    `${histogram}h_bucket{le="+Inf"} 1\nh_count 1\n`,
    `${histogram}h_bucket 1\nh_sum 1\nh_count 1\n`,
  ];
  for (const text of wrong) assertThrows(() => parseMetrics(text), Error, undefined, text);
});
