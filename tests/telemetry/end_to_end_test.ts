/** One trace shows a write from the client to the state machine: a real node behind its HTTP server. */
import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { BasicTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { systemClock } from "../../effects/clock/clock.ts";
import { httpServer } from "../../effects/http/mod.ts";
import { kvStateMachine, memoryStore } from "../../effects/kv/mod.ts";
import { startNode } from "../../effects/node/start_node.ts";
import { systemRandom } from "../../effects/random/random.ts";
import { memoryStorage } from "../../effects/storage/memory_storage.ts";
import { openTelemetryTracer } from "../../effects/telemetry/open_telemetry.ts";
import { memoryNetwork } from "../../effects/transport/memory_network.ts";
import { testsThatNeed } from "../permissions.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

testsThatNeed("env", "net")("one trace shows a write from the client to the state machine", async () => {
  const spans: ReadableSpan[] = [];
  const processor = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => void spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const tracer = openTelemetryTracer({ node: 1, provider: new BasicTracerProvider({ spanProcessors: [processor] }) });
  const node = await startNode({
    id: 1,
    cluster: { 1: "one" },
    storage: memoryStorage(),
    transport: memoryNetwork(systemClock, systemRandom).transport("one"),
    stateMachine: kvStateMachine(memoryStore()),
    tracer,
    electionMs: 40,
    heartbeatMs: 10,
  });
  const server = httpServer({ listen: "127.0.0.1:0", node, clock: systemClock, tracer });
  if (E.isLeft(server)) throw new Error(server.left.message);
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
  const url = `http://${server.right.address}/raw/default/key`;
  const response = await fetch(url, { method: "PUT", body: "value", headers });
  await response.body?.cancel();
  await server.right.close();
  await node.close();
  assertEquals(response.status, 204);
  assertEquals(spans.filter((span) => span.spanContext().traceId === TRACE).map(({ name }) => name), [
    "raft.append",
    "raft.commit",
    "raft.apply",
    "raft.propose",
    "PUT /raw/{cf}/{key}",
  ]);
});
