import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Clock } from "../../effects/clock/clock.ts";
import { Histogram } from "../../effects/telemetry/mod.ts";
import { isGranted } from "../permissions.ts";
import { type ParsedMetric, parseMetrics } from "../telemetry/prometheus.ts";
import { serverTest, type Subject, withServer } from "./client.ts";
import { FakeNode, STATUS } from "./fake_node.ts";
import { ManualClock } from "./manual_clock.ts";

async function metricsOf({ ask }: Pick<Subject, "ask">): Promise<ReadonlyMap<string, ParsedMetric>> {
  return parseMetrics(await (await ask("GET", "/metrics")).text());
}

/** The values of a metric, by their labels. */
function valuesOf(metrics: ReadonlyMap<string, ParsedMetric>, name: string): Record<string, number> {
  const samples = metrics.get(name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(" "), value]));
}

serverTest("/metrics says what /status says", async ({ ask, node }) => {
  const metrics = await metricsOf({ ask });
  const all: Record<string, Record<string, number>> = {
    raftfold_info: { "00112233aabbccdd 1 0123456789abcdef": 1 },
    raftfold_running: { "": 1 },
    raftfold_role: { follower: 0, preCandidate: 0, candidate: 0, leader: 1 },
    raftfold_leader_id: { "": 1 },
    raftfold_term: { "": 7 },
    raftfold_log_first_index: { "": 3 },
    raftfold_log_last_index: { "": 12 },
    raftfold_log_stable_index: { "": 11 },
    raftfold_commit_index: { "": 10 },
    raftfold_applied_index: { "": 9 },
    raftfold_snapshot_index: { "": 2 },
    raftfold_members: { voter: 2, learner: 1, outgoing: 0 },
    raftfold_member_connected: { 1: 0, 2: 1, 3: 0 },
    raftfold_member_match_index: { 1: 12, 2: 10 },
    raftfold_requests_waiting: { "": 4 },
    raftfold_syncs_total: { "": 21 },
    raftfold_slow_syncs_total: { "": 1 },
    raftfold_applied_entries_total: { "": 9 },
    raftfold_something_else_total: { "": 5 },
    raftfold_http_requests_waiting: { "": 0 },
    raftfold_http_buffered_bytes: { "": 0 },
    raftfold_http_requests_total: {},
    raftfold_http_request_duration_seconds: {},
  };
  assertEquals(Object.fromEntries([...metrics.keys()].map((name) => [name, valuesOf(metrics, name)])), all);
  assertEquals(metrics.get("raftfold_something_else_total")?.help, "What the node counts as somethingElse.");
  node.current = { ...STATUS, role: "follower", lead: O.none };
  node.stop({ type: "Closed" });
  const later = await metricsOf({ ask });
  assertEquals(valuesOf(later, "raftfold_role"), { follower: 1, preCandidate: 0, candidate: 0, leader: 0 });
  assertEquals([valuesOf(later, "raftfold_leader_id"), valuesOf(later, "raftfold_running")], [{ "": 0 }, { "": 0 }]);
});

serverTest("requests are counted by method, route and status, whatever clients ask for", async (subject) => {
  const { ask } = subject;
  for (const key of ["a", "b", "c"]) await ask("PUT", `/raw/default/${key}`, { body: "1" });
  for (const path of ["/raw/default/a", "/raw/default/x", "/x", "/y"]) await (await ask("GET", path)).body?.cancel();
  for (const method of ["MADEUP", "INVENTED"]) await (await ask(method, "/raw/default/a")).body?.cancel();
  const metrics = await metricsOf(subject);
  assertEquals(valuesOf(metrics, "raftfold_http_requests_total"), {
    "PUT /raw/{cf}/{key} 204": 3,
    "GET /raw/{cf}/{key} 200": 1,
    "GET /raw/{cf}/{key} 404": 1,
    "GET other 404": 2,
    "OTHER /raw/{cf}/{key} 405": 2,
  });
});

/** A clock on which each look takes a quarter of a second. */
const ticking: Clock = Object.assign(new ManualClock(), {
  now: (() => {
    let now = 0;
    return () => now += 250;
  })(),
});

serverTest("durations are counted in seconds", async (subject) => {
  for (const path of ["/leader", "/leader"]) await (await subject.ask("GET", path)).body?.cancel();
  const samples = (await metricsOf(subject)).get("raftfold_http_request_duration_seconds")?.samples ?? [];
  const value = (name: string, le?: string) => samples.find((s) => s.name.endsWith(name) && s.labels.le === le)?.value;
  assertEquals([value("_count"), value("_sum"), value("_bucket", "0.1"), value("_bucket", "0.25")], [2, 0.5, 0, 2]);
}, { clock: ticking });

const extra = new Histogram();
extra.observe(0.002);

serverTest("a program may add metrics of its own", async (subject) => {
  const metrics = await metricsOf(subject);
  assertEquals(valuesOf(metrics, "myapp_queue_length"), { "": 3 });
  assertEquals(metrics.get("myapp_sync_seconds")?.type, "histogram");
}, {
  metrics: () => [
    { name: "myapp_queue_length", type: "gauge", help: "Its length.", samples: [{ value: 3 }] },
    { name: "myapp_sync_seconds", type: "histogram", help: "How long.", distributions: [{ histogram: extra }] },
  ],
});

Deno.test({
  name: "the table in metrics.ts names every metric, with its type, its labels and its meaning",
  ignore: !isGranted("read", "net"),
  fn: async () => {
    const source = await Deno.readTextFile(new URL("../../effects/http/metrics.ts", import.meta.url));
    const rows = source.matchAll(/^ \* \| `(\w+)` +\| (\w+) +\| (.*?) *\| (.*?) *\|$/gm);
    const documented = [...rows].map(([, name, type, labels, help]) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      help,
    }));
    const node = new FakeNode();
    // The names of the counters, back from the names of the metrics.
    const names = documented.flatMap(({ name }) => /^raftfold_((?!http_)\w+)_total$/.exec(name)?.[1] ?? []);
    const counters = names.map((name) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), 1]);
    node.current = { ...STATUS, counters: Object.fromEntries(counters) };
    await withServer({ node }, async (subject) => {
      await (await subject.ask("GET", "/leader")).body?.cancel();
      const metrics = await metricsOf(subject);
      const exported = [...metrics].map(([name, { type, help, samples }]) => {
        const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
        labels.delete("le");
        return { name, type, labels: [...labels], help };
      });
      assertEquals(documented, exported);
      assert(documented.every(({ help }) => !help.startsWith("What the node counts as")));
    });
  },
});
