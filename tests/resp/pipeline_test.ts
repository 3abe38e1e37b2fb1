/**
 * The order of the requests of one connection, and how much of them may be under way.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { KvCommand } from "../../effects/kv/command.ts";
import type { KvQuery } from "../../effects/kv/query.ts";
import { Pipeline } from "../../effects/resp/pipeline.ts";
import { rejection } from "./fake_node.ts";
import { bytes, characters, Journal, request, Talk, turn } from "./talk.ts";

/** What the node was asked, in short. */
function asked(talk: Talk): string {
  return talk.node.asked.map(short).join(" ");
}

function short(one: KvCommand | KvQuery): string {
  switch (one.type) {
    case "Get":
      return `Get(${one.keys.map(characters)})`;
    case "SetMany":
      return `SetMany(${one.pairs.map(({ key }) => characters(key))})`;
    case "Set":
    case "Increment":
      return `${one.type}(${characters(one.key)})`;
    default:
      return one.type;
  }
}

function lines(...commands: readonly string[]): string {
  return commands.map((command) => `${command}\r\n`).join("");
}

Deno.test("Pipeline makes one proposal of neighbouring SETs, in their order", async () => {
  const talk = new Talk();
  talk.say(lines("SET a 1", "SET b 2", "SET a 3"));
  assertEquals(await talk.hear(), "+OK\r\n+OK\r\n+OK\r\n");
  assertEquals(asked(talk), "SetMany(a,b,a)");
  assertEquals(await talk.ask("MGET a b"), "*2\r\n$1\r\n3\r\n$1\r\n2\r\n");
});

Deno.test("Pipeline makes one read of neighbouring reads of keys", async () => {
  const talk = new Talk();
  await talk.ask("MSET a 1 b 22");
  talk.say(lines("GET a", "MGET b x", "EXISTS a b x", "STRLEN b", "TYPE x", "TTL a", "GET x"));
  assertEquals(await talk.hear(), "$1\r\n1\r\n*2\r\n$2\r\n22\r\n$-1\r\n:2\r\n:2\r\n+none\r\n:-1\r\n$-1\r\n");
  assertEquals(asked(talk), "SetMany(a,b) Get(a,b,x,a,b,x,b,x,a,x)");
});

Deno.test("Pipeline proposes other writes one by one, in order, without waiting", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("INCR n", "SET a 1", "SET b 1", "INCR a", "DEL a", "SET c 1"));
  assertEquals(asked(talk), "Increment(n) SetMany(a,b) Increment(a) Delete Set(c)");
  talk.node.release();
  assertEquals(await talk.hear(), ":1\r\n+OK\r\n+OK\r\n:2\r\n:1\r\n+OK\r\n");
});

Deno.test("Pipeline lets a read wait for the writes before it", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("SET a 1", "INCR n", "GET a", "GET n"));
  assertEquals(asked(talk), "Set(a) Increment(n)");
  talk.node.releaseLast();
  await turn();
  assertEquals(asked(talk), "Set(a) Increment(n)");
  talk.node.held = false;
  talk.node.release();
  assertEquals(await talk.hear(), "+OK\r\n:1\r\n$1\r\n1\r\n$1\r\n1\r\n");
  assertEquals(asked(talk), "Set(a) Increment(n) Get(a,n)");
});

Deno.test("Pipeline lets a write wait for the reads before it, which must not see it", async () => {
  const talk = new Talk();
  await talk.ask("SET a 1");
  talk.node.held = true;
  talk.say(lines("GET a", "DBSIZE", "SET a 2"));
  assertEquals(asked(talk), "Set(a) CountKeys Get(a)");
  talk.node.held = false;
  talk.node.release();
  assertEquals(await talk.hear(), "$1\r\n1\r\n:1\r\n+OK\r\n");
});

Deno.test("Pipeline keeps the order also between pieces that arrive later", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("SET a 1"));
  await turn();
  talk.say(lines("GET a"));
  assertEquals(asked(talk), "Set(a)");
  talk.node.held = false;
  talk.node.release();
  assertEquals(await talk.hear(), "+OK\r\n$1\r\n1\r\n");
});

Deno.test("Pipeline writes replies in the order of the requests, in whatever order they are known", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("INCR a", "PING 1", "INCRBY a 10", "FOO", "INCRBY a 100", "PING 2"));
  talk.node.releaseLast();
  assertEquals(await talk.hear(), "");
  talk.node.releaseLast();
  assertEquals(await talk.hear(), "");
  talk.node.release();
  assertEquals(
    await talk.hear(),
    ":111\r\n$1\r\n1\r\n:110\r\n-ERR unknown command 'FOO', with args beginning with: \r\n:100\r\n$1\r\n2\r\n",
  );
});

Deno.test("Pipeline answers at once what needs nobody, if nothing waits", async () => {
  const talk = new Talk();
  talk.node.held = true;
  assertEquals(await talk.ask("PING"), "+PONG\r\n");
});

Deno.test("Pipeline runs nothing beside a command that changes the cluster, and looks at nothing before it is done", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("SET a 1", "RAFT TRANSFER 2", "ROLE", "GET a"));
  assertEquals(talk.node.transfers, []);
  talk.node.release();
  assertEquals(await talk.hear(), "+OK\r\n");
  assertEquals(talk.node.transfers, [2]);
  talk.node.about = { role: "follower", lead: O.some(2), applied: 9 };
  talk.node.held = false;
  talk.node.release();
  assertEquals(
    await talk.hear(),
    ":2\r\n*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:7002\r\n$9\r\nconnected\r\n:9\r\n$1\r\n1\r\n",
  );
});

Deno.test("Pipeline does not mix stale reads with linearizable ones", async () => {
  const talk = new Talk();
  talk.say(lines("GET a", "READONLY", "GET b", "GET c", "DBSIZE", "READWRITE", "GET d"));
  await talk.hear();
  assertEquals(asked(talk), "Get(a) CountKeys Get(b,c) Get(d)");
  assertEquals(talk.node.consistencies, ["linearizable", "stale", "stale", "linearizable"]);
});

Deno.test("Pipeline makes no proposal of more than 256 pairs, and no read of more than 256 keys", async () => {
  const talk = new Talk();
  talk.say(lines(...Array.from({ length: 400 }, () => "SET k v")));
  assertEquals(await talk.hear(), "+OK\r\n".repeat(400));
  assertEquals(talk.node.asked.map((one) => one.type === "SetMany" ? one.pairs.length : 0), [256, 144]);
  const reader = new Talk();
  reader.say(lines(...Array.from({ length: 400 }, () => "GET k")));
  assertEquals(await reader.hear(), "$-1\r\n".repeat(400));
  assertEquals(reader.node.asked.map((one) => one.type === "Get" ? one.keys.length : 0), [256, 144]);
});

Deno.test("Pipeline makes no proposal of more than 64 KiB, but for a single larger pair", async () => {
  const talk = new Talk();
  const pipeline = new Pipeline(talk.server, talk.conversation.writer, () => {});
  for (const size of [40_000, 25_000, 2_000, 70_000, 10, 65_525]) {
    pipeline.start({ type: "Put", pair: { key: bytes("k"), value: new Uint8Array(size) } }, size);
  }
  pipeline.commit();
  assertEquals(await talk.hear(), "+OK\r\n".repeat(6));
  assertEquals(
    talk.node.asked.map((one) => one.type === "SetMany" ? one.pairs.map(({ value }) => value.length) : one.type),
    [[40_000, 25_000], "Set", "Set", "Set", "Set"],
  );
});

Deno.test("Conversation starts no more requests than may be unanswered", async () => {
  const talk = new Talk({ limits: { maxUnanswered: 3 } });
  talk.node.held = true;
  talk.say(lines("INCR a", "INCR b", "INCR c", "INCR d", "INCR e"));
  assertEquals([asked(talk), talk.wants], ["Increment(a) Increment(b) Increment(c)", "progress"]);
  talk.node.release(1);
  await turn();
  assertEquals([asked(talk), talk.wants], ["Increment(a) Increment(b) Increment(c) Increment(d)", "progress"]);
  talk.node.held = false;
  talk.node.release();
  assertEquals(await talk.hear(), ":1\r\n:1\r\n:1\r\n:1\r\n:1\r\n");
  assertEquals(talk.wants, "bytes");
});

Deno.test("Conversation starts no request while too many bytes of requests are unanswered", () => {
  const talk = new Talk({ limits: { maxUnansweredBytes: 100 } });
  talk.node.held = true;
  talk.say(request("INCRBY", "a".repeat(200), "1") + request("INCR", "b"));
  assertEquals([talk.node.asked.length, talk.wants], [1, "progress"]); // the large one was taken alone
});

Deno.test("Conversation starts no request while too many bytes of replies are not written", async () => {
  const talk = new Talk({ limits: { maxUnwrittenBytes: 100 } });
  talk.say(`${lines(`PING ${"x".repeat(200)}`)}${lines("INCR a")}`);
  await turn();
  assertEquals([talk.node.asked.length, talk.wants], [0, "progress"]);
  assertEquals((await talk.hear()).length, 200 + "$200\r\n\r\n".length + ":1\r\n".length); // it was written, and went on
});

Deno.test("Conversation holds no more slots than there are requests, however long it lasts", async () => {
  const talk = new Talk();
  talk.node.held = true;
  let heard = "";
  talk.say(lines("INCR n"));
  for (let i = 0; i < 3_000; i++) {
    talk.say(lines("INCR n"));
    talk.node.release(1);
    if (i % 100 === 0) heard += await talk.hear();
  }
  talk.node.release();
  heard += await talk.hear();
  assertEquals(heard, Array.from({ length: 3_001 }, (_, i) => `:${i + 1}\r\n`).join(""));
  assertEquals(talk.conversation.unanswered, 0);
});

Deno.test("Conversation ends with QUIT, behind the earlier replies, and hears nothing more", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(lines("INCR a", "QUIT", "INCR a"));
  assertEquals(talk.wants, "nothing");
  talk.node.release();
  assertEquals(await talk.hear(), ":1\r\n+OK\r\n");
  assertEquals(talk.node.asked.length, 1);
});

Deno.test("Conversation ends with a protocol error, behind the earlier replies", async () => {
  const talk = new Talk();
  talk.node.held = true;
  talk.say(`${lines("INCR a")}*x\r\nPING\r\n`);
  assertEquals(talk.wants, "nothing");
  talk.node.release();
  assertEquals(await talk.hear(), ":1\r\n-ERR Protocol error: invalid multibulk length\r\n");
  assertEquals(talk.server.counters.protocolErrors, 1);
});

for (const name of ["POST", "Host:"]) {
  Deno.test(`Conversation hangs up on a browser that says ${name}`, async () => {
    const talk = new Talk();
    talk.say(`PING\r\n${name} / HTTP/1.1\r\nSET a b\r\n`);
    assertEquals([await talk.hear(), talk.wants], ["+PONG\r\n", "nothing"]);
    assertEquals(talk.node.asked, []);
  });
}

Deno.test("Pipeline tells a failure to each request of a group", async () => {
  const talk = new Talk();
  talk.node.failure = O.some(rejection("Overloaded"));
  talk.say(lines("SET a 1", "SET b 2", "INCR c", "GET a", "GET b", "DBSIZE"));
  assertEquals(await talk.hear(), "-OVERLOADED not executed: too many requests wait already\r\n".repeat(6));
  assertEquals(talk.server.counters.errorReplies, 6);
});

Deno.test("Pipeline survives a node that throws, and says what may have happened", async () => {
  const journal = new Journal();
  const talk = new Talk({ logger: journal });
  talk.node.broken = true;
  const write = "-UNKNOWN perhaps executed: an internal error\r\n";
  const read = "-ERR an internal error\r\n";
  talk.say(lines("SET a 1", "SET b 2", "INCR c", "GET a", "GET b", "DBSIZE", "RAFT SNAPSHOT", "PING"));
  assertEquals(await talk.hear(), `${write.repeat(3)}${read.repeat(3)}${write}+PONG\r\n`);
  assertEquals(journal.lines, Array.from({ length: 5 }, () => "error: A request could not be carried out."));
});
