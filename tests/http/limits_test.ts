import { assertEquals, assertStringIncludes } from "@std/assert";
import { METRICS_CONTENT_TYPE } from "../../effects/telemetry/mod.ts";
import { assertProblem, connect, exchange, readAnswer, serverTest } from "./client.ts";
import { ManualClock } from "./manual_clock.ts";

/** A body in chunks, without a length. */
function chunks(...sizes: readonly number[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(sizes.map((size) => new Uint8Array(size)));
}

async function buffered(ask: (method: string, path: string) => Promise<Response>): Promise<string | undefined> {
  const text = await (await ask("GET", "/metrics")).text();
  return /^raftfold_http_buffered_bytes (\d+)$/m.exec(text)?.[1];
}

serverTest("a body that announces too many bytes is refused before it is read", async ({ ask, server, node }) => {
  assertEquals((await ask("PUT", "/raw/default/a", { body: new Uint8Array(10) })).status, 204);
  const error = await assertProblem(
    await ask("PUT", "/raw/default/a", { body: new Uint8Array(11) }),
    413,
    "BodyTooLarge",
  );
  assertEquals(error.message, "Cannot take a body of more than 10 bytes.");
  // Nothing of the body is ever sent here.
  const head = "PUT /raw/default/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n";
  assertStringIncludes(await exchange(server, head), "HTTP/1.1 413 ");
  assertEquals(node.asked.length, 1);
}, { limits: { maxBodySize: 10 } });

serverTest("a body in chunks is put together, and refused as soon as it is too large", async ({ ask, node }) => {
  assertEquals((await ask("PUT", "/raw/default/a", { body: chunks(3, 0, 7) })).status, 204);
  assertEquals((await (await ask("GET", "/raw/default/a")).bytes()).length, 10);
  await assertProblem(await ask("PUT", "/raw/default/a", { body: chunks(6, 5, 1) }), 413, "BodyTooLarge");
  assertEquals(node.asked.length, 2);
}, { limits: { maxBodySize: 10 } });

serverTest("a body of a known length and one in chunks arrive byte for byte", async ({ ask }) => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);
  for (const body of [bytes, ReadableStream.from([bytes.slice(0, 70_000), bytes.slice(70_000)])]) {
    assertEquals((await ask("PUT", "/raw/default/a", { body })).status, 204);
    assertEquals(await (await ask("GET", "/raw/default/a")).bytes(), bytes);
  }
});

serverTest("all bodies together have a limit, which they leave again", async ({ ask, node }) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const arrived = new Promise<void>((resolve) => node.proposing = resolve);
  node.gate = promise;
  const first = ask("PUT", "/raw/default/a", { body: new Uint8Array(60) });
  await arrived;
  assertEquals(await buffered(ask), "60");
  const refused = await ask("PUT", "/raw/default/b", { body: new Uint8Array(41) });
  assertEquals(refused.headers.get("retry-after"), "1");
  await assertProblem(refused, 429, "Overloaded");
  const second = ask("PUT", "/raw/default/c", { body: new Uint8Array(40) });
  resolve();
  assertEquals([(await first).status, (await second).status], [204, 204]);
  assertEquals(await buffered(ask), "0");
}, { limits: { maxBodySize: 60, maxBufferedSize: 100 } });

serverTest("a body in chunks counts as the largest that it may become", async ({ ask, node }) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const arrived = new Promise<void>((resolve) => node.proposing = resolve);
  node.gate = promise;
  const first = ask("PUT", "/raw/default/a", { body: chunks(1) });
  await arrived;
  await assertProblem(await ask("PUT", "/raw/default/b", { body: new Uint8Array(41) }), 429, "Overloaded");
  resolve();
  assertEquals((await first).status, 204);
}, { limits: { maxBodySize: 60, maxBufferedSize: 100 } });

serverTest("no more than so many requests wait; what the node knows is told all the same", async ({ ask, node }) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  node.gate = promise;
  const arrived = new Promise<void>((resolve) => node.proposing = resolve);
  const first = ask("PUT", "/raw/default/a", { body: "1" });
  await arrived;
  for (
    const [method, path] of [["GET", "/raw/default/a"], ["PUT", "/kv/a"], ["GET", "/raw/default"], [
      "DELETE",
      "/members/2",
    ]]
  ) {
    await assertProblem(await ask(method, path, method === "PUT" ? { body: '{"value":""}' } : {}), 429, "Overloaded");
  }
  for (const path of ["/status", "/health", "/leader", "/members", "/metrics"]) {
    const response = await ask("GET", path);
    assertEquals(response.status, 200);
    const text = await response.text();
    if (path === "/metrics") assertStringIncludes(text, "raftfold_http_requests_waiting 1\n");
  }
  resolve();
  assertEquals((await first).status, 204);
  assertEquals((await ask("PUT", "/raw/default/a", { body: "2" })).status, 204);
}, { limits: { maxRequests: 1 } });

serverTest("a URL that is too long is refused", async ({ ask }) => {
  const path = "/raw/default/";
  assertEquals((await ask("PUT", path + "x".repeat(50 - path.length), { body: "" })).status, 204);
  await assertProblem(await ask("PUT", path + "x".repeat(51 - path.length)), 414, "UrlTooLong");
  await assertProblem(await ask("GET", `${path}?${"x".repeat(40)}`), 414, "UrlTooLong");
}, { limits: { maxUrlLength: 50 } });

serverTest("headers that are too large or too many are refused by the server below", async ({ server }) => {
  const head = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  assertStringIncludes(
    await exchange(server, `${head}X: ${"x".repeat(1_000_000)}\r\n\r\n`).catch(() => " 400 "),
    " 400 ",
  );
  assertStringIncludes(await exchange(server, `${head}${"X: 1\r\n".repeat(200)}\r\n`), "HTTP/1.1 400 ");
});

const clock = new ManualClock();

serverTest("a body that does not come in time is a 408, in one piece and in chunks", async ({ server, ask, node }) => {
  for (const framing of ["Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]) {
    const connection = await connect(server);
    await connection.write(new TextEncoder().encode(`PUT /raw/default/a HTTP/1.1\r\nHost: x\r\n${framing}`));
    while (await buffered(ask) === "0") await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_999);
    clock.advance(1);
    const text = await readAnswer(connection);
    assertStringIncludes(text, "HTTP/1.1 408 ");
    assertStringIncludes(text, '"type":"BodyTimeout"');
    assertEquals(await buffered(ask), "0");
    connection.close();
  }
  assertEquals(node.asked, []);
}, { limits: { bodyTimeoutMs: 2_000 }, clock });

serverTest("a body that breaks off leaves nothing behind", async ({ server, ask, node }) => {
  for (const framing of ["Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]) {
    const connection = await connect(server);
    await connection.write(new TextEncoder().encode(`PUT /raw/default/a HTTP/1.1\r\nHost: x\r\n${framing}`));
    while (await buffered(ask) === "0") await new Promise((resolve) => setImmediate(resolve));
    connection.close();
    while (await buffered(ask) !== "0") await new Promise((resolve) => setImmediate(resolve));
  }
  assertEquals(node.asked, []);
});

serverTest("chunks that are none end the connection", async ({ server, node }) => {
  const head =
    "PUT /raw/default/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n";
  assertEquals(await exchange(server, head), "");
  assertEquals(node.asked, []);
});

serverTest("/metrics has the content type that Prometheus asks for", async ({ ask }) => {
  const response = await ask("GET", "/metrics?x=1");
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("content-type")], [200, METRICS_CONTENT_TYPE]);
});
