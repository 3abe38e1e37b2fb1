/**
 * The RESP client reads every kind of reply, however it is cut, and tells apart what can become of a request.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import { type Cancel, type Clock, systemClock } from "../../effects/clock/clock.ts";
import { RespClient } from "../../effects/processes/resp_client.ts";
import { type Reply, ReplyError, ReplyReader } from "../../effects/processes/resp_reply.ts";
import { testsThatNeed } from "../permissions.ts";

const test = testsThatNeed("net");
const LONG = 60_000;

const REPLIES: readonly (readonly [text: string, reply: Reply])[] = [
  ["+OK\r\n", "OK"],
  [":-42\r\n", -42],
  ["$5\r\na\r\nbc\r\n", "a\r\nbc"],
  ["$0\r\n\r\n", ""],
  ["$-1\r\n", null],
  ["*-1\r\n", null],
  ["*0\r\n", []],
  ["*3\r\n$6\r\nmaster\r\n:7\r\n*1\r\n$-1\r\n", ["master", 7, [null]]],
  ["-ERR no such thing\r\n", new ReplyError("ERR no such thing")],
  ["$7\r\né€ x\r\n", "é€ x"],
];

Deno.test("replies are read wherever the stream is cut", () => {
  const stream = new TextEncoder().encode(REPLIES.map(([text]) => text).join(""));
  const expected = REPLIES.map(([, reply]) => reply);
  for (const size of [1, 2, 3, 7, 1000]) {
    const reader = new ReplyReader();
    const found: Reply[] = [];
    for (let at = 0; at < stream.length; at += size) found.push(...reader.push(stream.slice(at, at + size)));
    assertEquals(found, expected, `in pieces of ${size}`);
  }
});

Deno.test("an error has a kind, its first word", () => {
  assertEquals(new ReplyError("NOTLEADER 2 host:port").kind, "NOTLEADER");
  assertEquals(new ReplyError("OOPS").kind, "OOPS");
});

Deno.test("what is no reply is not read as one", () => {
  assertThrows(
    () => new ReplyReader().push(new TextEncoder().encode("HTTP/1.1 400\r\n")),
    Error,
    "it begins with HTTP",
  );
});

test("requests that follow each other without waiting get their replies in order", () =>
  withServer(async (socket, requests) => {
    while (requests.value.length < 3) await requests.more();
    await socket.write(new TextEncoder().encode("+1\r\n+2\r\n+3\r\n"));
  }, async (client) => {
    const outcomes = await Promise.all(["a", "b", "c"].map((word) => client.ask([word], LONG)));
    assertEquals(outcomes, ["1", "2", "3"].map((reply) => ({ type: "Reply", reply })));
  }));

test("a request is an array of words, whose lengths are counted in bytes", () =>
  withServer(async (socket, requests) => {
    await requests.more();
    await socket.write(new TextEncoder().encode(`+${JSON.stringify(requests.value[0])}\r\n`));
  }, async (client) => {
    const outcome = await client.ask(["SET", "ké", ""], LONG);
    assertEquals(outcome, { type: "Reply", reply: JSON.stringify("*3\r\n$3\r\nSET\r\n$3\r\nké\r\n$0\r\n\r\n") });
  }));

test("a request without a reply ends when its time is over, and the connection with it", () => {
  const time = new StoppedClock();
  return withServer(() => Promise.resolve(), async (client) => {
    const [first, second] = [client.ask(["A"], 10), client.ask(["B"], 20)];
    time.fire();
    assertEquals(await first, { type: "Timeout" });
    assertEquals(await second, { type: "Closed", sent: true });
    assert(client.isClosed);
    assertEquals(await client.ask(["C"], 10), { type: "Closed", sent: false });
  }, time);
});

test("a request is told when the server closes the connection", () =>
  withServer(async (socket, requests) => {
    await requests.more();
    socket.close();
  }, async (client) => {
    assertEquals(await client.ask(["A"], LONG), { type: "Closed", sent: true });
  }));

test("a server that speaks another language ends the connection", () =>
  withServer(async (socket) => void await socket.write(new TextEncoder().encode("220 mail\r\n")), async (client) => {
    assertEquals(await client.ask(["A"], LONG), { type: "Closed", sent: true });
  }));

test("nobody listens: there is no client, and a sentence why", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  const client = await RespClient.connect(address, systemClock);
  assert(E.isLeft(client));
  assertStringIncludes(client.left, `Cannot connect to ${address}`);
});

/** What a server has received, a chunk for each request, and a way to wait for more. */
interface Requests {
  readonly value: readonly string[];
  readonly more: () => Promise<void>;
}

async function withServer(
  serve: (socket: Deno.TcpConn, requests: Requests) => Promise<void>,
  work: (client: RespClient) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connected = RespClient.connect(`127.0.0.1:${listener.addr.port}`, clock);
  const socket = await listener.accept();
  const client = await connected;
  assert(E.isRight(client));
  const served = serve(socket, requestsOf(socket));
  try {
    await work(client.right);
    await served;
  } finally {
    await client.right.close();
    try {
      socket.close();
    } catch {
      // The test has closed it.
    }
    listener.close();
  }
}

function requestsOf(socket: Deno.TcpConn): Requests {
  const value: string[] = [];
  const buffer = new Uint8Array(1024);
  return {
    value,
    async more(): Promise<void> {
      const count = await socket.read(buffer);
      const text = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
      value.push(...text.split(/(?=\*\d)/));
    },
  };
}

/** A clock on which nothing is due until somebody says so. */
class StoppedClock implements Clock {
  readonly #due: { readonly at: number; readonly callback: () => void }[] = [];
  readonly now = (): number => 0;
  readonly soon = systemClock.soon;
  readonly after = (ms: number, callback: () => void): Cancel => {
    const timer = { at: ms, callback };
    this.#due.push(timer);
    return () => void this.#due.splice(this.#due.indexOf(timer) >>> 0, 1);
  };

  /** Calls what is due first. */
  fire(): void {
    this.#due.sort((a, b) => a.at - b.at)[0]?.callback();
  }
}
