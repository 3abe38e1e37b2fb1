import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { systemClock } from "../../effects/clock/clock.ts";
import { httpServer } from "../../effects/http/mod.ts";
import type { LogFields, Logger } from "../../effects/logging/mod.ts";
import type { Tracer } from "../../effects/telemetry/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { makeAuthority, makeCertificate } from "../transport/certificates.ts";
import { assertProblem, connect, exchange, serverTest, withServer } from "./client.ts";
import { FakeNode } from "./fake_node.ts";
import { ManualClock } from "./manual_clock.ts";

const test = testsThatNeed("net");

/** Keeps what is logged. */
class Kept implements Logger {
  readonly events: [level: string, message: string, fields: LogFields | undefined][] = [];

  log(level: string, message: string, fields?: LogFields): void {
    this.events.push([level, message, fields]);
  }
}

serverTest("a path that does not exist is a 404 in JSON", async ({ ask }) => {
  for (const path of ["/", "/nowhere", "/raw", "/kv", "/status/", "/members/2/x", "//status", "/RAW/default/a"]) {
    const [status, type] = path.startsWith("/members")
      ? [405, "MethodNotAllowed"] as const
      : [404, "UnknownPath"] as const;
    await assertProblem(await ask("GET", path), status, type);
  }
});

serverTest("a method that a path does not have is a 405 with those that it has", async ({ ask, node }) => {
  const wrong: readonly [method: string, path: string, allow: string][] = [
    ["POST", "/raw/default/a", "DELETE, GET, HEAD, PUT"],
    ["PUT", "/raw/default", "GET, HEAD"],
    ["PATCH", "/kv/a", "DELETE, GET, HEAD, PUT"],
    ["POST", "/status", "GET, HEAD"],
    ["PUT", "/health", "GET, HEAD"],
    ["DELETE", "/leader", "GET, HEAD"],
    ["PUT", "/members", "GET, HEAD, POST"],
    ["GET", "/members/2", "DELETE"],
    ["GET", "/transfer", "POST"],
    ["OPTIONS", "/metrics", "GET, HEAD"],
    ["MADEUP", "/metrics", "GET, HEAD"],
  ];
  for (const [method, path, allow] of wrong) {
    const response = await ask(method, path);
    assertEquals(response.headers.get("allow"), allow);
    await assertProblem(response, 405, "MethodNotAllowed");
  }
  assertEquals(node.asked, []);
});

serverTest("HEAD is GET without a body", async ({ ask }) => {
  await ask("PUT", "/raw/default/a", { body: "12345" });
  for (
    const [path, status] of [["/raw/default/a", 200], ["/raw/default/b", 404], ["/raw/default", 200], [
      "/leader",
      200,
    ]] as const
  ) {
    const head = await ask("HEAD", path);
    assertEquals([head.status, await head.text()], [status, ""]);
  }
  assertEquals((await ask("HEAD", "/raw/default/a")).headers.get("content-length"), "5");
});

serverTest("a request in absolute form is understood", async ({ server }) => {
  const answer = await exchange(server, "GET http://elsewhere/leader HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assertStringIncludes(answer, '{"id":1,"term":7}');
});

test("a defect is a 500 without details, and the log has them", async () => {
  const logger = new Kept();
  await withServer({ logger }, async ({ ask, node }) => {
    node.defect = () => {
      throw new Error("the inner workings");
    };
    for (const [method, path] of [["GET", "/raw/default/a"], ["PUT", "/raw/default/a"], ["GET", "/raw/default"]]) {
      const error = await assertProblem(await ask(method, path), 500, "Internal");
      assertEquals(error, {
        type: "Internal",
        message: "Cannot answer because of a defect; the node's log says more.",
        executed: "perhaps",
      });
    }
    node.defect = undefined;
    assertEquals((await ask("PUT", "/raw/default/a")).status, 204);
  });
  const errors = logger.events.filter(([level]) => level === "error");
  assertEquals(errors.map(([, message]) => message), Array(3).fill("A request failed because of a defect."));
  assertEquals(errors[1][2]?.route, "/raw/{cf}/{key}");
  assertStringIncludes(String(errors[1][2]?.error), "the inner workings");
});

test("what a program hands in may throw; it is a defect all the same", async () => {
  const logger = new Kept();
  const tracer: Tracer = {
    request: () => {
      throw new Error("the inner workings");
    },
    within: (_span, work) => work(),
  };
  await withServer({ logger, tracer }, async ({ ask }) => {
    assertEquals((await assertProblem(await ask("PUT", "/raw/default/a"), 500, "Internal")).executed, "perhaps");
  });
  assertEquals(logger.events, [
    ["error", "A request failed outside of its handler.", { error: "Error: the inner workings" }],
  ]);
});

serverTest("a reply of another kind than the command has is a defect", async ({ ask, node }) => {
  node.propose = () => Promise.resolve(E.right({ type: "Failed", reason: "TooLong" }));
  node.read = () => Promise.resolve(E.right({ type: "Size", count: 1 }));
  for (
    const [method, path] of [["GET", "/raw/default/a"], ["PUT", "/raw/default/a"], ["DELETE", "/raw/default/a"], [
      "GET",
      "/raw/default",
    ]]
  ) {
    await assertProblem(await ask(method, path), 500, "Internal");
  }
});

test("what is logged has neither token, nor key, nor value", async () => {
  const logger = new Kept();
  await withServer({ logger, token: () => O.some("the-token") }, async ({ ask }) => {
    for (const authorization of ["Bearer the-token", "Bearer a-wrong-one"]) {
      const headers = { authorization, "idempotency-key": "the-idempotency" };
      await (await ask("PUT", "/raw/default/the-key?timeoutMs=77", { body: "the-value", headers })).body?.cancel();
      await (await ask("GET", "/raw/default/the-key", { headers })).body?.cancel();
    }
  });
  assertEquals(logger.events.map(([level, message, fields]) => [level, message, fields?.status]), [
    ["debug", "A request was answered.", 204],
    ["debug", "A request was answered.", 200],
    ["warn", "A request without the right token was refused.", undefined],
    ["debug", "A request was answered.", 401],
    ["debug", "A request was answered.", 401], // the warning is not repeated within ten seconds
  ]);
  assert(
    !/the-token|a-wrong-one|the-key|the-value|the-idempotency|77/.test(
      JSON.stringify(logger.events.map(([, m, f]) => [m, { ...f, ms: 0 }])),
    ),
  );
});

test("an address in use is an error that names it", async () => {
  await withServer({}, ({ server }) => {
    const second = httpServer({ listen: server.address, node: new FakeNode(), clock: systemClock });
    assert(E.isLeft(second));
    assertEquals(second.left.type, "HttpServerError");
    assertStringIncludes(second.left.message, `Cannot listen on ${server.address}: `);
    return Promise.resolve();
  });
});

Deno.test("an address that is none is an error", () => {
  for (const listen of ["", "localhost", "localhost:x", "localhost:65536"]) {
    const started = httpServer({ listen, node: new FakeNode(), clock: systemClock });
    assert(E.isLeft(started));
    assert(started.left.message.startsWith(`Cannot listen on ${listen}: "`), started.left.message);
  }
});

test("HTTPS is spoken where there is a certificate", async () => {
  const authority = makeAuthority("test authority");
  const { cert, key } = makeCertificate(authority, ["localhost"]);
  await withServer({ tls: { certificate: cert, key } }, async ({ server }) => {
    using client = Deno.createHttpClient({ caCerts: [authority.pem] });
    const url = `https://localhost:${server.address.split(":")[1]}/raw/default/a`;
    for (const body of ["x", ReadableStream.from([new Uint8Array([120])])]) {
      assertEquals((await fetch(url, { client, method: "PUT", body })).status, 204);
      assertEquals(await (await fetch(url, { client })).text(), "x");
    }
    const plain = await fetch(`http://${server.address}/health`).then(() => "answered", () => "refused");
    assertEquals(plain, "refused");
  });
});

test("a certificate that is none is an error", () => {
  const tls = { certificate: "none", key: "none" };
  const started = httpServer({ listen: "127.0.0.1:0", node: new FakeNode(), clock: systemClock, tls });
  assert(E.isLeft(started));
});

test("the address of a server says its real port, also in IPv6", async () => {
  const started = httpServer({ listen: "[::1]:0", node: new FakeNode(), clock: systemClock });
  if (E.isLeft(started)) return; // no IPv6 here
  assert(/^\[::1\]:[1-9]\d*$/.test(started.right.address), started.right.address);
  const response = await fetch(`http://${started.right.address}/leader`);
  assertEquals((await response.json()).id, 1);
  await started.right.close();
});

test("close() waits for the requests under way, and takes no more", async () => {
  const node = new FakeNode();
  const started = httpServer({ listen: "127.0.0.1:0", node, clock: systemClock });
  assert(E.isRight(started));
  const { promise, resolve } = Promise.withResolvers<void>();
  node.gate = promise;
  const arrived = new Promise<void>((resolve) => node.proposing = resolve);
  const answer = fetch(`http://${started.right.address}/raw/default/a`, { method: "PUT", body: "1" });
  await arrived;
  let closed = false;
  const closing = started.right.close().then(() => closed = true);
  const refused = await fetch(`http://${started.right.address}/health`).then(() => false, () => true);
  assertEquals([refused, closed], [true, false]);
  resolve();
  assertEquals((await answer).status, 204);
  await closing;
});

test("close() does not wait for connections that are idle", async () => {
  await withServer({}, async ({ server }) => {
    const silent = await connect(server);
    const idle = await connect(server);
    await idle.write(new TextEncoder().encode("GET /leader HTTP/1.1\r\nHost: x\r\n\r\n"));
    await idle.read(new Uint8Array(1_000));
    await server.close();
    silent.close();
    idle.close();
  });
});

test("close() does not wait for ever; what is left is answered later", async () => {
  const clock = new ManualClock();
  const node = new FakeNode();
  const started = httpServer({ listen: "127.0.0.1:0", node, clock });
  assert(E.isRight(started));
  const { promise, resolve } = Promise.withResolvers<void>();
  node.gate = promise;
  const arrived = new Promise<void>((resolve) => node.proposing = resolve);
  const answer = fetch(`http://${started.right.address}/raw/default/a`, { method: "PUT", body: "1" });
  await arrived;
  const closing = started.right.close({ graceMs: 100 });
  clock.advance(100);
  await closing;
  resolve();
  assertEquals((await answer).status, 204);
  await started.right.close();
  assertEquals(clock.timers, 0);
});

test("close() may be called twice", async () => {
  await withServer({}, async ({ server }) => {
    await Promise.all([server.close(), server.close()]);
  });
});
