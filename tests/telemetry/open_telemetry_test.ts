import { assert, assertEquals } from "@std/assert";
import { context, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { openTelemetryTracer } from "../../effects/telemetry/open_telemetry.ts";
import { type NodeTracer, noTracer, type Tracer } from "../../effects/telemetry/mod.ts";
import { withServer } from "../http/client.ts";
import { testsThatNeed } from "../permissions.ts";

interface Recorder {
  readonly tracer: Tracer & NodeTracer;
  readonly provider: BasicTracerProvider;
  /** The spans that have ended, by the order of their ends. */
  spans(): readonly ReadableSpan[];
}

function recorder(node = 1, sampler?: Sampler): Recorder {
  const ended: ReadableSpan[] = [];
  // The package's own exporter in memory leaves timers behind.
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => void ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = new BasicTracerProvider({ sampler, spanProcessors: [processor] });
  return { tracer: openTelemetryTracer({ node, provider }), provider, spans: () => ended };
}

/** Spans as a tree: each with those that name it as their parent. */
function tree(spans: readonly ReadableSpan[], parent?: string): unknown[] {
  const known = new Set(spans.map((span) => span.spanContext().spanId));
  return spans
    .filter(({ parentSpanContext }) =>
      parent === undefined ? !known.has(parentSpanContext?.spanId ?? "") : parentSpanContext?.spanId === parent
    )
    .map((span) => {
      const inside = tree(spans, span.spanContext().spanId);
      return inside.length === 0 ? span.name : [span.name, ...inside];
    });
}

function find(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.find((span) => span.name === name);
  assert(found !== undefined, `there is no span ${name}`);
  return found;
}

/** OpenTelemetry's provider asks the environment how it is to be set up. */
const test = testsThatNeed("env");
const netTest = testsThatNeed("env", "net");

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

test("a proposal is a span with the parts append, commit and apply, one after the other", () => {
  const { tracer, spans } = recorder();
  const proposal = tracer.proposal();
  proposal?.appended(12, 7);
  proposal?.committed();
  proposal?.applied();
  assertEquals(tree(spans()), [["raft.propose", "raft.append", "raft.commit", "raft.apply"]]);
  assertEquals(find(spans(), "raft.propose").attributes, { "raft.node": 1, "raft.index": 12, "raft.term": 7 });
  assertEquals(new Set(spans().map((span) => span.status.code)), new Set([0]));
});

test("a proposal that fails ends where it was, with the reason", () => {
  const { tracer, spans } = recorder();
  tracer.proposal()?.failed("NoLeader");
  const second = tracer.proposal();
  second?.appended(1, 1);
  second?.failed("Timeout");
  assertEquals(tree(spans()), [["raft.propose", "raft.append"], ["raft.propose", "raft.append", "raft.commit"]]);
  assertEquals(
    spans().map(({ name, status }) => [name, status.code, status.message]),
    [
      ["raft.append", 2, "NoLeader"],
      ["raft.propose", 2, "NoLeader"],
      ["raft.append", 0, undefined],
      ["raft.commit", 2, "Timeout"],
      ["raft.propose", 2, "Timeout"],
    ],
  );
});

test("what is called after the end does nothing", () => {
  const { tracer, spans } = recorder();
  for (const end of ["applied", "failed"] as const) {
    const proposal = tracer.proposal();
    proposal?.[end]("x");
    const count = spans().length;
    proposal?.forwarded(2);
    proposal?.appended(1, 1);
    proposal?.committed();
    proposal?.applied();
    proposal?.failed("late");
    assertEquals(spans().length, count);
  }
});

test("a proposal that goes to another node says so", () => {
  const { tracer, spans } = recorder();
  const proposal = tracer.proposal();
  proposal?.forwarded(2);
  proposal?.appended(5, 3);
  proposal?.applied(); // the entry was applied before it was known where it had landed
  assertEquals(tree(spans()), [["raft.propose", "raft.forward", "raft.commit"]]);
  assertEquals(find(spans(), "raft.forward").attributes, { "raft.to": 2 });
});

test("a proposal within a request is a part of it, and one beside it is not", () => {
  const { tracer, spans } = recorder();
  const request = tracer.request("PUT /a", PARENT);
  assert(request !== undefined);
  tracer.within(request, () => tracer.proposal())?.applied();
  tracer.proposal()?.applied();
  request.end();
  assertEquals(tree(spans()), [["raft.propose", "raft.append"], ["PUT /a", ["raft.propose", "raft.append"]]]);
  assertEquals(find(spans(), "PUT /a").spanContext().traceId, TRACE);
});

test("within() ends with its work, also where that throws", () => {
  const { tracer, spans } = recorder();
  const request = tracer.request("PUT /a");
  assert(request !== undefined);
  try {
    tracer.within(request, () => {
      throw new Error("x");
    });
  } catch {
    tracer.proposal()?.applied();
  }
  request.end();
  assertEquals(tree(spans()), [["raft.propose", "raft.append"], "PUT /a"]);
});

test("a header that is no traceparent begins a new trace", () => {
  const { tracer, spans } = recorder();
  for (const header of [undefined, "", "x", PARENT.replace(/b7ad.{12}/, "0".repeat(16))]) {
    tracer.request("GET /a", header)?.end();
  }
  for (const span of spans()) {
    assertEquals(span.parentSpanContext, undefined);
    assert(span.spanContext().traceId !== TRACE);
  }
  assertEquals(spans().length, 4);
});

test("what nobody records is undefined, for requests and proposals", () => {
  const { tracer, spans } = recorder(1, new AlwaysOffSampler());
  assertEquals([tracer.request("GET /a"), tracer.proposal()], [undefined, undefined]);
  const parentBased = recorder(1, new ParentBasedSampler({ root: new AlwaysOffSampler() })).tracer;
  const unsampled = PARENT.replace(/01$/, "00");
  assertEquals([parentBased.request("GET /a", unsampled), parentBased.request("GET /a", PARENT) === undefined], [
    undefined,
    false,
  ]);
  assertEquals(spans(), []);
});

Deno.test("without a provider nothing is recorded", () => {
  const tracer = openTelemetryTracer({ node: 1 });
  assertEquals([tracer.request("GET /a"), tracer.proposal()], [undefined, undefined]);
});

test("a span of another tracer, and no tracer at all, are run through", () => {
  const { tracer, spans } = recorder();
  const foreign = { set: () => {}, fail: () => {}, end: () => {} };
  assertEquals(tracer.within(foreign, () => 5), 5);
  assertEquals([noTracer.request("GET /a"), noTracer.within(foreign, () => 6)], [undefined, 6]);
  assertEquals(spans(), []);
});

test("a span that the program itself has made active is the parent", () => {
  const { tracer, provider, spans } = recorder();
  // As small as a context manager can be: it knows no waiting.
  let active = context.active();
  context.setGlobalContextManager({
    active: () => active,
    with(inner, work, self, ...args) {
      const before = active;
      active = inner;
      try {
        return work.call(self, ...args);
      } finally {
        active = before;
      }
    },
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  try {
    const outer = provider.getTracer("program").startSpan("job");
    context.with(trace.setSpan(context.active(), outer), () => {
      tracer.proposal()?.applied();
      tracer.request("GET /a")?.end();
      tracer.request("GET /b", `00-${outer.spanContext().traceId}-b7ad6b7169203331-01`)?.end();
      tracer.request("GET /c", PARENT)?.end(); // the client is in another trace: its word counts
    });
    outer.end();
    assertEquals(tree(spans()), ["GET /c", ["job", ["raft.propose", "raft.append"], "GET /a", "GET /b"]]);
  } finally {
    context.disable();
  }
  assertEquals(find(spans(), "GET /c").spanContext().traceId, TRACE);
});

netTest("one trace shows a write from the client to the state machine", async () => {
  const { tracer, spans } = recorder();
  await withServer({ tracer }, async ({ ask, node }) => {
    node.proposing = () => {
      const proposal = tracer.proposal(); // as the node does it, before it first waits
      node.gate = Promise.resolve().then(() => {
        proposal?.appended(9, 2);
        proposal?.committed();
        proposal?.applied();
      });
    };
    const response = await ask("PUT", "/raw/default/a", { body: "1", headers: { traceparent: PARENT } });
    assertEquals(response.status, 204);
  });
  assertEquals(tree(spans()), [["PUT /raw/{cf}/{key}", ["raft.propose", "raft.append", "raft.commit", "raft.apply"]]]);
  const request = find(spans(), "PUT /raw/{cf}/{key}");
  assertEquals(request.parentSpanContext?.spanId, "b7ad6b7169203331");
  assertEquals(new Set(spans().map((span) => span.spanContext().traceId)), new Set([TRACE]));
  assertEquals(request.attributes, {
    "raft.node": 1,
    "http.request.method": "PUT",
    "http.route": "/raw/{cf}/{key}",
    "http.response.status_code": 204,
  });
});

netTest("the span of a request names its error, and is failed where the server is to blame", async () => {
  const { tracer, spans } = recorder();
  await withServer({ tracer }, async ({ ask, node }) => {
    node.defect = () => {
      throw new Error("the inner workings");
    };
    for (const path of ["/raw/other/the-key", "/raw/default/the-key"]) await (await ask("GET", path)).body?.cancel();
  });
  const [first, second] = spans();
  assertEquals([first.attributes["error.type"], first.status.code], ["UnknownFamily", 0]);
  assertEquals([second.attributes["error.type"], second.status.code], ["Internal", 2]);
  const told = JSON.stringify(spans().map(({ name, attributes, status }) => [name, attributes, status]));
  assert(!/the-key|inner/.test(told), told);
});
