/**
 * Servers for tests, and clients that ask them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { systemClock } from "../../effects/clock/clock.ts";
import { type HttpServer, httpServer, type HttpServerOptions, type ProblemDetail } from "../../effects/http/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { FakeNode } from "./fake_node.ts";

/** A server under test. */
export interface Subject {
  /** The node behind it. */
  readonly node: FakeNode;
  /** The server. */
  readonly server: HttpServer;
  /** Its URL, without a slash at the end. */
  readonly url: string;
  /** Asks it. */
  ask(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/** Registers a test with a server on a free port. */
export function serverTest(
  name: string,
  fn: (subject: Subject) => Promise<void>,
  options: Partial<HttpServerOptions> = {},
): void {
  testsThatNeed("net")(name, () => withServer(options, fn));
}

/** Runs `fn` with a server on a free port. */
export async function withServer(
  options: Partial<HttpServerOptions>,
  fn: (subject: Subject) => Promise<void>,
): Promise<void> {
  const node = new FakeNode();
  const listen = "127.0.0.1:0";
  const started = httpServer({ listen, node, clock: systemClock, ...options });
  assert(E.isRight(started), "the server has not started");
  const server = started.right;
  const url = `http://${server.address}`;
  try {
    await fn({ node, server, url, ask: (method, path, init) => fetch(`${url}${path}`, { method, ...init }) });
  } finally {
    await server.close();
  }
}

/** Checks that an answer is the JSON error `type` with `status`, and returns it. */
export async function assertProblem(
  response: Response,
  status: number,
  type: ProblemDetail["type"],
): Promise<ProblemDetail> {
  const text = await response.text();
  assertEquals([response.status, response.headers.get("content-type")], [status, "application/json"], text);
  const body: { readonly error: ProblemDetail } = JSON.parse(text);
  assertEquals(Object.keys(body), ["error"]);
  assertEquals(body.error.type, type, text);
  assert(/^Cannot .*\.$/s.test(body.error.message), body.error.message);
  assert(!/\bat \S+:\d+:\d+/.test(text), "an answer shows a stack trace");
  return body.error;
}

/** A connection to the server. */
export async function connect(server: HttpServer): Promise<Deno.TcpConn> {
  const [hostname, port] = server.address.split(":");
  return await Deno.connect({ hostname, port: Number(port) });
}

/** Writes `request` as it is to the server, and returns its answer. */
export async function exchange(server: HttpServer, request: string): Promise<string> {
  const connection = await connect(server);
  await connection.write(new TextEncoder().encode(request));
  const answer = await readAnswer(connection);
  connection.close();
  return answer;
}

/** Reads one answer. The server may keep the connection open where it has not read all of the request. */
export async function readAnswer(connection: Deno.TcpConn): Promise<string> {
  const bytes = new Uint8Array(4_096);
  let text = "";
  for (let n = await connection.read(bytes); n !== null; n = await connection.read(bytes)) {
    text += new TextDecoder().decode(bytes.subarray(0, n));
    const [head, body] = text.split("\r\n\r\n");
    const length = /content-length: (\d+)/.exec(head)?.[1] ?? "0";
    if (body !== undefined && body.length >= Number(length)) break;
  }
  return text;
}
