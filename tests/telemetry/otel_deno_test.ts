import { assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";

interface Exported {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

/** Runs the program with Deno's own exporter and a request with `header`, and returns what it exports. */
async function exported(header: string): Promise<readonly Exported[]> {
  const bodies: string[] = [];
  const collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (new URL(request.url).pathname === "/v1/traces") bodies.push(await request.text());
    return Response.json({});
  });
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL("traced_write.ts", import.meta.url).pathname, header],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    },
  }).output();
  await collector.shutdown();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  assertStringIncludes(new TextDecoder().decode(stdout), "HTTP/1.1 204 ");
  return bodies.flatMap((body) => JSON.parse(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
}

const test = testsThatNeed("net", "run", "env", "read");

/** Our own spans with the names of their parents, and their traces. */
function ours(spans: readonly Exported[]): { readonly names: string[][]; readonly traces: string[] } {
  const nameOf = (id?: string): string => spans.find(({ spanId }) => spanId === id)?.name ?? String(id);
  const own = spans.filter(({ attributes, name }) =>
    name.startsWith("raft.") || attributes.some(({ key }) => key === "raft.node")
  );
  return {
    names: own.map(({ name, parentSpanId }) => [name, nameOf(parentSpanId)]).sort(),
    traces: [...new Set(own.map(({ traceId }) => traceId))],
  };
}

const INSIDE = [
  ["raft.append", "raft.propose"],
  ["raft.apply", "raft.propose"],
  ["raft.commit", "raft.propose"],
  ["raft.propose", "PUT /raw/{cf}/{key}"],
];

test("with OTEL_DENO=true alone, Deno exports the spans of a write, and one of its own around them", async () => {
  const spans = await exported(`traceparent: 00-${TRACE}-${SPAN}-01`);
  assertEquals(ours(spans), { names: [["PUT /raw/{cf}/{key}", "PUT"], ...INSIDE], traces: [TRACE] });
  assertEquals(spans.find(({ name }) => name === "PUT")?.parentSpanId, SPAN);
});

test("a write belongs to the trace of its client also where Deno itself overlooks the header", async () => {
  const spans = await exported(`Traceparent: 00-${TRACE}-${SPAN}-01`);
  assertEquals(ours(spans), { names: [["PUT /raw/{cf}/{key}", SPAN], ...INSIDE], traces: [TRACE] });
});
