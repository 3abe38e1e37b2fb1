/**
 * A program that writes once, over HTTP, with a tracer for whatever provider its process has.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { systemClock } from "../../effects/clock/clock.ts";
import { httpServer } from "../../effects/http/mod.ts";
import { openTelemetryTracer } from "../../effects/telemetry/open_telemetry.ts";
import { exchange } from "../http/client.ts";
import { FakeNode } from "../http/fake_node.ts";

const [header] = Deno.args;
const tracer = openTelemetryTracer({ node: 1 });
const node = new FakeNode();
node.proposing = () => {
  const proposal = tracer.proposal();
  proposal?.appended(1, 1);
  proposal?.committed();
  proposal?.applied();
};
const server = httpServer({ listen: "127.0.0.1:0", node, clock: systemClock, tracer });
if (E.isLeft(server)) throw new Error(server.left.message);
const head = `PUT /raw/default/a HTTP/1.1\r\nHost: x\r\n${header}\r\nContent-Length: 1\r\n\r\n1`;
console.log(await exchange(server.right, head));
await server.right.close();
