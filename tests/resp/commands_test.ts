/**
 * Commands that differ from Redis', or that Redis does not have.
 *
 * @module
 */
import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import * as O from "fp-ts/Option";
import type { KvCommand, KvReply } from "../../effects/kv/command.ts";
import type { KvAnswer, KvQuery } from "../../effects/kv/query.ts";
import { allCommands } from "../../effects/resp/table.ts";
import { FakeNode } from "./fake_node.ts";
import { bytes, request, Talk } from "./talk.ts";

/** A list of texts, as it is written. */
function texts(...items: readonly string[]): string {
  return `*${items.length}\r\n${items.map((item) => `$${item.length}\r\n${item}\r\n`).join("")}`;
}

Deno.test("values may hold any bytes, in requests and replies", async () => {
  const talk = new Talk();
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  talk.say(request("SET", all, `${all}\r\n${all}`) + request("GET", all));
  assertEquals(await talk.hear(), `+OK\r\n$514\r\n${all}\r\n${all}\r\n`);
});

Deno.test("SET refuses to let a key expire, and does not set it", async () => {
  const refusal = "-ERR keys do not expire here: SET takes no EX, PX, EXAT, PXAT and KEEPTTL\r\n";
  const talk = new Talk();
  for (const expiry of ["EX 10", "px 10", "EXAT 10", "PXAT 10", "KEEPTTL", "NX EX 10"]) {
    assertEquals(await talk.ask(`SET k v ${expiry}`), refusal);
  }
  assertEquals(await talk.ask("EXISTS k"), ":0\r\n");
});

Deno.test("CAS stores a value if the present one is as expected", async () => {
  const talk = new Talk();
  assertEquals(await talk.ask("CAS k v w"), ":0\r\n");
  await talk.ask("SET k v");
  assertEquals(await talk.ask("CAS k x w"), ":0\r\n");
  assertEquals(await talk.ask("GET k"), "$1\r\nv\r\n");
  assertEquals(await talk.ask("cas k v w"), ":1\r\n");
  assertEquals(await talk.ask("GET k"), "$1\r\nw\r\n");
  assertEquals(await talk.ask("CAS k w"), "-ERR wrong number of arguments for 'cas' command\r\n");
  assertEquals(await talk.ask("CAS k w x y"), "-ERR wrong number of arguments for 'cas' command\r\n");
});

Deno.test("APPEND tells when a value would be too long", async () => {
  class Full extends FakeNode {
    override propose(command: KvCommand): ReturnType<FakeNode["propose"]> {
      const reply: KvReply = { type: "Failed", reason: "TooLong" };
      this.asked.push(command);
      return Promise.resolve({ _tag: "Right", right: reply });
    }
  }
  const talk = new Talk({ node: new Full() });
  const tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
  for (const line of ["APPEND k v", "SETNX k v", "SET k v NX", "SET k v GET", "MSET k v", "CAS k v w"]) {
    assertEquals(await talk.ask(line), tooLong, line);
  }
});

Deno.test("commands say that they do not know what has happened when the state machine answers in another type", async () => {
  class Odd extends FakeNode {
    override propose(command: KvCommand): ReturnType<FakeNode["propose"]> {
      const reply: KvReply = command.type === "Set" || command.type === "CompareAndSet"
        ? { type: "Count", count: 1 }
        : { type: "Written", written: true, old: O.none };
      return Promise.resolve({ _tag: "Right", right: reply });
    }
    override read(query: KvQuery): ReturnType<FakeNode["read"]> {
      const answer: KvAnswer = query.type === "Get" ? { type: "Size", count: 1 } : { type: "Values", values: [] };
      return Promise.resolve({ _tag: "Right", right: answer });
    }
  }
  const talk = new Talk({ node: new Odd() });
  for (const line of ["SETNX k v", "SET k v XX", "SET k v GET", "CAS k v w", "INCR k", "DEL k", "APPEND k v"]) {
    assert((await talk.ask(line)).startsWith("-UNKNOWN perhaps executed"), line);
  }
  assertEquals(await talk.ask("GET k"), "-ERR an internal error\r\n");
  for (const line of ["DBSIZE", "SCAN 0", "KEYS *"]) assertMatch(await talk.ask(line), /^-(ERR|UNKNOWN) /);
});

async function scanAll(talk: Talk, options: string): Promise<readonly string[][]> {
  const pages: string[][] = [];
  let cursor = "0";
  do {
    const reply = await talk.ask(`SCAN ${cursor} ${options}`);
    const [, next, rest] = /^\*2\r\n\$\d+\r\n(\d+)\r\n\*\d+\r\n((?:.|\r\n)*)$/.exec(reply) ?? [];
    cursor = next;
    pages.push(rest.split("\r\n").filter((_, i) => i % 2 === 1));
  } while (cursor !== "0");
  return pages;
}

Deno.test("SCAN goes through the keys in their order, and through each of them once", async () => {
  const talk = new Talk();
  const keys = Array.from({ length: 25 }, (_, i) => `key:${String(i).padStart(2, "0")}`);
  await talk.ask(`MSET ${keys.map((key) => `${key} v`).join(" ")}`);
  const pages = await scanAll(talk, "");
  assertEquals(pages.map((page) => page.length), [10, 10, 5]);
  assertEquals(pages.flat(), keys);
  assertEquals((await scanAll(talk, "COUNT 100")).length, 1);
  assertEquals((await scanAll(talk, "COUNT 3")).flat(), keys);
});

Deno.test("SCAN returns what was there from the beginning to the end, whatever comes and goes meanwhile", async () => {
  const talk = new Talk();
  await talk.ask("MSET a 1 b 1 c 1 d 1 e 1");
  const first = await talk.ask("SCAN 0 COUNT 2");
  const cursor = /^\*2\r\n\$\d+\r\n(\d+)/.exec(first)?.[1] ?? "";
  await talk.ask("DEL c");
  await talk.ask("MSET aa 1 ca 1");
  const second = await talk.ask(`SCAN ${cursor} COUNT 100`);
  assertEquals(second, `*2\r\n$1\r\n0\r\n${texts("ca", "d", "e")}`);
  assertEquals(await talk.ask(`SCAN ${cursor} COUNT 100`), second); // a lost reply can be asked for again
});

Deno.test("SCAN MATCH looks only at keys that begin as all matches do", async () => {
  const talk = new Talk();
  await talk.ask("MSET a 1 user:1 1 user:2 1 user:22 1 z 1");
  assertEquals(await talk.ask("SCAN 0 MATCH user:2* COUNT 2"), `*2\r\n$1\r\n0\r\n${texts("user:2", "user:22")}`);
  const [, asked] = talk.node.asked;
  assertEquals(asked.type === "Scan" && asked.start, bytes("user:2"));
  assertEquals((await scanAll(talk, "MATCH *:? COUNT 1")).flat(), ["user:1", "user:2"]);
});

Deno.test("SCAN goes no further with a cursor that this node has not given or has forgotten", async () => {
  const unknown = "-ERR unknown cursor: go on at the node that gave it, or begin again with 0\r\n";
  const talk = new Talk({ limits: { maxCursors: 2 } });
  await talk.ask("MSET a 1 b 1 c 1 d 1");
  const cursors: string[] = [];
  for (let i = 0; i < 3; i++) {
    cursors.push(/^\*2\r\n\$\d+\r\n(\d+)/.exec(await talk.ask(`SCAN 0 COUNT ${i + 1}`))?.[1] ?? "");
  }
  assertEquals(await talk.ask(`SCAN ${cursors[0]}`), unknown);
  assertEquals(await talk.ask(`SCAN ${cursors[1]}`), `*2\r\n$1\r\n0\r\n${texts("c", "d")}`);
  assertEquals(await talk.ask("SCAN 12345"), unknown);
  assertEquals(await talk.ask("SCAN 9223372036854775807"), unknown);
  assertEquals(await talk.ask("SCAN -1"), "-ERR invalid cursor\r\n");
});

Deno.test("SCAN looks at a bounded number of keys, whatever COUNT says", async () => {
  const talk = new Talk({ limits: { maxScanCount: 2 } });
  await talk.ask("MSET a 1 b 1 c 1");
  assertEquals((await scanAll(talk, "COUNT 1000")).map((page) => page.length), [2, 1]);
});

Deno.test("SCAN TYPE knows strings only", async () => {
  const talk = new Talk();
  await talk.ask("SET a 1");
  assertEquals(await talk.ask("SCAN 0 TYPE zset"), "*2\r\n$1\r\n0\r\n*0\r\n");
});

Deno.test("KEYS returns all that match, over many pages, and refuses to return too many", async () => {
  const talk = new Talk({ limits: { maxKeys: 1_500 } });
  const keys = Array.from({ length: 1_600 }, (_, i) => `k${String(i).padStart(4, "0")}`);
  await talk.ask(`MSET ${keys.map((key) => `${key} v`).join(" ")} z 1`);
  assertEquals(await talk.ask("KEYS k0*"), texts(...keys.slice(0, 1_000)));
  assertEquals(await talk.ask("KEYS k?5?[01]"), texts(...keys.filter((key) => /^k.5.[01]$/.test(key))));
  assertEquals(await talk.ask("KEYS *"), "-ERR more than 1500 keys match: use SCAN\r\n");
  assertEquals(await talk.ask("KEYS z"), texts("z"));
});

Deno.test("READONLY lets every read be answered by this node at once, READWRITE and RESET end it", async () => {
  const talk = new Talk();
  const consistencies = async (): Promise<readonly string[]> => {
    talk.node.consistencies.length = 0;
    for (const line of ["GET a", "MGET a", "EXISTS a", "STRLEN a", "TYPE a", "TTL a", "DBSIZE", "SCAN 0", "KEYS a"]) {
      await talk.ask(line);
    }
    return [...new Set(talk.node.consistencies)];
  };
  assertEquals(await consistencies(), ["linearizable"]);
  assertEquals(await talk.ask("READONLY"), "+OK\r\n");
  assertEquals(await consistencies(), ["stale"]);
  assertEquals(await talk.ask("READWRITE"), "+OK\r\n");
  assertEquals(await consistencies(), ["linearizable"]);
  await talk.ask("READONLY");
  assertEquals(await talk.ask("RESET"), "+RESET\r\n");
  assertEquals(await consistencies(), ["linearizable"]);
});

Deno.test("connections can begin in READONLY mode", async () => {
  const talk = new Talk({ readOnlyDefault: true });
  await talk.ask("GET a");
  await talk.ask("READWRITE");
  await talk.ask("GET a");
  await talk.ask("RESET");
  await talk.ask("GET a");
  assertEquals(talk.node.consistencies, ["stale", "linearizable", "stale"]);
});

Deno.test("HELLO describes the server, and knows RESP2 only", async () => {
  const talk = new Talk();
  const fields =
    "$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:7\r\n" +
    "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
  assertEquals(await talk.ask("HELLO"), `*14\r\n${fields}`);
  assertEquals(await talk.ask("HELLO 2 SETNAME me"), `*14\r\n${fields}`);
  assertEquals(await talk.ask("CLIENT GETNAME"), "$2\r\nme\r\n");
  assertEquals(await talk.ask("HELLO 3"), "-NOPROTO unsupported protocol version\r\n");
  talk.node.about = { role: "follower" };
  assertStringIncludes(await talk.ask("HELLO 2 AUTH default whatever"), "replica");
});

const SECRET = { password: () => O.some("sesame") };
const NO_AUTH = "-NOAUTH Authentication required.\r\n";
const WRONG = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

Deno.test("with a password, every command but a few wants it first", async () => {
  const free = ["auth", "hello", "quit", "reset"];
  for (const { name, arity, subcommands } of allCommands().all) {
    if (free.includes(name)) continue;
    const talk = new Talk(SECRET);
    const sub = subcommands?.[0];
    const words = sub === undefined ? [name] : [name, sub.name];
    while (words.length < Math.abs(sub?.arity ?? arity)) words.push("x");
    assertEquals(await talk.ask(words.join(" ")), NO_AUTH, name);
    assertEquals(talk.node.asked.length, 0);
  }
  const talk = new Talk(SECRET);
  assertEquals(await talk.ask("FOO"), "-ERR unknown command 'FOO', with args beginning with: \r\n");
  assertEquals(await talk.ask("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
  assertMatch(await talk.ask("HELLO"), /^-NOAUTH HELLO must be called with the client already authenticated, /);
  assertMatch(await talk.ask("HELLO 2 SETNAME me"), /^-NOAUTH HELLO /);
  assertEquals(talk.client.name, "");
  assertEquals(await talk.ask("RESET"), "+RESET\r\n");
  assertEquals(await talk.ask("QUIT"), "+OK\r\n");
});

Deno.test("AUTH takes the password, alone or of the user default", async () => {
  for (const line of ["AUTH sesame", "AUTH default sesame", "HELLO 2 AUTH default sesame SETNAME me"]) {
    const talk = new Talk(SECRET);
    assertFalse((await talk.ask(line)).startsWith("-"), line);
    assertEquals(await talk.ask("PING"), "+PONG\r\n");
    assertEquals(await talk.ask("RESET"), "+RESET\r\n");
    assertEquals(await talk.ask("PING"), NO_AUTH);
  }
});

Deno.test("AUTH refuses everything else, counts it, and leaves the client as it was", async () => {
  const talk = new Talk(SECRET);
  const lines = ["AUTH Sesame", 'AUTH ""', "AUTH other sesame", "AUTH default x", "HELLO 2 AUTH default x"];
  for (const line of lines) assertEquals(await talk.ask(line), WRONG, line);
  assertEquals(talk.server.counters.authenticationFailures, lines.length);
  assertEquals(await talk.ask("PING"), NO_AUTH);
  await talk.ask("AUTH sesame");
  assertEquals(await talk.ask("AUTH x"), WRONG);
  assertEquals(await talk.ask("PING"), "+PONG\r\n"); // as in Redis: a failed attempt takes nothing away
});

Deno.test("AUTH within a pipeline holds for the requests behind it", async () => {
  const talk = new Talk(SECRET);
  talk.say("PING\r\nAUTH sesame\r\nPING\r\n" + request("SET", "k", "x".repeat(20_000)));
  assertEquals(await talk.hear(), `${NO_AUTH}+OK\r\n+PONG\r\n+OK\r\n`);
});

Deno.test("strangers are kept short until they have given the password", async () => {
  const talk = new Talk(SECRET);
  talk.say(request("SET", "k", "x".repeat(20_000)));
  assertEquals(await talk.hear(), "-ERR Protocol error: unauthenticated bulk length\r\n");
});

Deno.test("the password may change while the server runs; who has given the old one stays", async () => {
  let password = O.some("old");
  const talk = new Talk({ password: () => password });
  await talk.ask("AUTH old");
  password = O.some("new");
  assertEquals(await talk.ask("PING"), "+PONG\r\n");
  assertEquals(await talk.ask("AUTH old"), WRONG);
  assertEquals(await talk.ask("AUTH new"), "+OK\r\n");
});

Deno.test("CLIENT describes this connection and all of them", async () => {
  const talk = new Talk();
  talk.clock.time = 12_345;
  assertEquals(await talk.ask("CLIENT ID"), ":7\r\n");
  assertEquals(await talk.ask("CLIENT SETINFO LIB-NAME lib"), "+OK\r\n");
  assertEquals(await talk.ask("CLIENT SETINFO lib-ver 1.2"), "+OK\r\n");
  assertEquals(
    await talk.ask('CLIENT SETINFO lib-ver "a b"'),
    "-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n",
  );
  assertEquals(await talk.ask("CLIENT SETINFO foo bar"), "-ERR Unrecognized option 'foo'\r\n");
  await talk.ask("CLIENT SETNAME me");
  const line = "id=7 addr=127.0.0.1:9999 name=me age=12 flags=N db=0 cmd=client|info user=default lib-name=lib " +
    "lib-ver=1.2 resp=2\n";
  assertEquals(await talk.ask("CLIENT INFO"), `$${line.length}\r\n${line}\r\n`);
  await talk.ask("READONLY");
  const listed = line.replace("client|info", "client|list").replace("flags=N", "flags=r");
  assertEquals(await talk.ask("CLIENT LIST"), `$${listed.length}\r\n${listed}\r\n`);
  assertEquals(await talk.ask("CLIENT LIST x"), "-ERR syntax error\r\n");
  assertEquals(await talk.ask("CLIENT NO-TOUCH ON"), "+OK\r\n");
});

Deno.test("CONFIG GET knows what clients ask for, under Redis' names", async () => {
  const talk = new Talk();
  assertEquals(await talk.ask("CONFIG GET databases"), texts("databases", "1"));
  assertEquals(
    await talk.ask("CONFIG GET SAVE append*"),
    texts("appendonly", "yes", "appendfsync", "always", "save", ""),
  );
  assertEquals(await talk.ask("CONFIG GET proto-max-bulk-len"), texts("proto-max-bulk-len", "67108864"));
  assertFalse((await talk.ask("CONFIG GET *")).includes("pass"));
  assertEquals(await talk.ask("CONFIG SET save x"), "-ERR unknown subcommand 'SET'. Try CONFIG HELP.\r\n");
});

Deno.test("COMMAND describes every command", async () => {
  const talk = new Talk();
  const { all } = allCommands();
  assertEquals(await talk.ask("COMMAND COUNT"), `:${all.length}\r\n`);
  assertEquals(await talk.ask("COMMAND LIST"), texts(...all.map(({ name }) => name)));
  const everything = await talk.ask("COMMAND");
  assert(everything.startsWith(`*${all.length}\r\n*10\r\n$${all[0].name.length}\r\n${all[0].name}\r\n:`));
  assertEquals(await talk.ask("COMMAND INFO"), everything);
  assertEquals(
    await talk.ask("COMMAND INFO GET nothing client|id"),
    "*3\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n" +
      "*3\r\n+@read\r\n+@fast\r\n+@string\r\n*0\r\n*0\r\n*0\r\n$-1\r\n" +
      "*10\r\n$9\r\nclient|id\r\n:2\r\n*3\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:0\r\n:0\r\n" +
      "*2\r\n+@connection\r\n+@slow\r\n*0\r\n*0\r\n*0\r\n",
  );
});

Deno.test("COMMAND DOCS describes commands to people", async () => {
  const talk = new Talk();
  assertEquals(
    await talk.ask("COMMAND DOCS get nothing"),
    "*2\r\n$3\r\nget\r\n*10\r\n$7\r\nsummary\r\n$26\r\nReturns the value of a key\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n" +
      "$5\r\ngroup\r\n$6\r\nstring\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n" +
      "*6\r\n$4\r\nname\r\n$3\r\nkey\r\n$4\r\ntype\r\n$3\r\nkey\r\n$14\r\nkey_spec_index\r\n:0\r\n",
  );
  const { all } = allCommands();
  assert((await talk.ask("COMMAND DOCS")).startsWith(`*${2 * all.length}\r\n`));
  assertStringIncludes(await talk.ask("COMMAND DOCS raft"), "raft|member");
});

Deno.test("COMMAND GETKEYS wants a request with a right number of words", async () => {
  assertEquals(
    await new Talk().ask("COMMAND GETKEYS CAS k v"),
    "-ERR Invalid number of arguments specified for command\r\n",
  );
});

Deno.test("every command is described: its arity fits its arguments, its name is in lower case and its own", () => {
  const { all } = allCommands();
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  for (const spec of all.flatMap((one) => one.subcommands ?? [one])) {
    const args = spec.arguments ?? [];
    assertEquals(spec.name, spec.name.toLowerCase());
    assert(spec.summary !== "" && !spec.summary.endsWith("."), spec.name);
    const isOpen = args.some(({ optional, multiple, token, type }) =>
      optional || multiple || token || type === "oneof"
    );
    if (spec.arity > 0 && !isOpen) assert([1, 2].includes(spec.arity - args.length), spec.name);
  }
});

for (const name of ["client", "config", "command", "raft"]) {
  Deno.test(`${name} HELP lists the subcommands`, async () => {
    const talk = new Talk();
    const help = await talk.ask(`${name} HELP`);
    const { subcommands = [] } = allCommands().all.find((spec) => spec.name === name) ?? {};
    for (const sub of subcommands) assertStringIncludes(help, `\r\n+${sub.name.toUpperCase()}`);
    assertEquals(await talk.ask(`${name} HELP x`), `-ERR wrong number of arguments for '${name}|help' command\r\n`);
  });
}

Deno.test("ROLE of a leader names the replicas and how far they are", async () => {
  const talk = new Talk({ clientAddress: (id) => id === 3 ? O.some("[::1]:6379") : O.none });
  assertEquals(
    await talk.ask("ROLE"),
    `*3\r\n$6\r\nmaster\r\n:11\r\n*2\r\n${texts("127.0.0.1", "7002", "10")}${texts("::1", "6379", "9")}`,
  );
});

Deno.test("ROLE of another node names the leader, as far as it is known", async () => {
  const talk = new Talk();
  talk.node.about = { role: "follower", lead: O.some(3) };
  assertEquals(
    await talk.ask("ROLE"),
    "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:7003\r\n$9\r\nconnected\r\n:10\r\n",
  );
  talk.node.about = { role: "candidate", lead: O.none };
  assertEquals(await talk.ask("ROLE"), "*5\r\n$5\r\nslave\r\n$0\r\n\r\n:0\r\n$7\r\nconnect\r\n:10\r\n");
  talk.node.about = { role: "follower", lead: O.some(9) }; // a leader of which only the number is known
  assertEquals(await talk.ask("ROLE"), "*5\r\n$5\r\nslave\r\n$0\r\n\r\n:0\r\n$9\r\nconnected\r\n:10\r\n");
});

/** The lines of an `INFO`. */
async function info(talk: Talk, sections = ""): Promise<readonly string[]> {
  const lines = (await talk.ask(`INFO ${sections}`)).split("\r\n");
  assertEquals(lines[0], `$${lines.slice(1).join("\r\n").length - 2}`);
  return lines.slice(1);
}

Deno.test("INFO describes the server in sections", async () => {
  const talk = new Talk({ info: () => ({ storage: { segments: 3, note: "two\r\nlines" } }) });
  await talk.ask("MSET a 1 b 1");
  talk.clock.time = 90_061_000;
  const all = await info(talk);
  const headings = all.filter((line) => line.startsWith("# "));
  assertEquals(headings, [
    ..."Server Clients Persistence Stats Replication Raft Storage Keyspace".split(" ").map((name) => `# ${name}`),
  ]);
  for (
    const line of [
      "redis_version:7.0.15",
      "uptime_in_seconds:90061",
      "uptime_in_days:1",
      "tcp_port:6379",
      "connected_clients:1",
      "loading:0",
      "total_commands_processed:2",
      "role:master",
      "connected_slaves:1",
      "slave0:ip=127.0.0.1,port=7002,state=online,offset=10,id=2",
      "slave1:ip=127.0.0.1,port=7003,state=offline,offset=9,id=3",
      "term:3",
      "leader:1",
      "commit:11",
      "voters:1,2,3",
      "elections:1",
      "segments:3",
      "note:two lines",
      "db0:keys=2,expires=0,avg_ttl=0",
    ]
  ) assert(all.includes(line), line);
  assertEquals(talk.node.consistencies, ["stale"]); // it has to answer without a leader, too
  for (const word of ["all", "default", "everything"]) {
    assertEquals(headings.length, countHeadings(await info(talk, word)));
  }
});

function countHeadings(lines: readonly string[]): number {
  return lines.filter((line) => line.startsWith("# ")).length;
}

Deno.test("INFO returns the sections that are named, without asking the node for others", async () => {
  const talk = new Talk();
  assertEquals((await info(talk, "RAFT clients")).filter((line) => line.startsWith("#")), ["# Clients", "# Raft"]);
  assertEquals(await info(talk, "nothing"), ["", ""]);
  assertEquals(await info(talk, "keyspace"), ["# Keyspace", "", ""]);
  assertEquals(talk.node.asked.length, 1);
});

Deno.test("INFO of another node names the leader", async () => {
  const talk = new Talk();
  talk.node.about = { role: "follower", lead: O.some(3) };
  const known = await info(talk, "replication");
  for (const line of ["role:slave", "master_host:127.0.0.1", "master_port:7003", "master_link_status:up"]) {
    assert(known.includes(line), line);
  }
  talk.node.about = { role: "follower", lead: O.none, vote: O.none };
  talk.node.failure = O.some({ type: "Timeout" });
  const unknown = await info(talk);
  for (const line of ["master_host:", "master_port:0", "master_link_status:down", "leader:none", "vote:none"]) {
    assert(unknown.includes(line), line);
  }
});

Deno.test("RAFT STATUS returns names and values", async () => {
  const talk = new Talk();
  const reply = await talk.ask("RAFT STATUS");
  assert(reply.startsWith("*38\r\n$7\r\ncluster\r\n$16\r\n0123456789abcdef\r\n$2\r\nid\r\n:1\r\n"));
  assertStringIncludes(reply, "$4\r\nterm\r\n:3\r\n$6\r\nleader\r\n:1\r\n$4\r\nvote\r\n:1\r\n");
  assertStringIncludes(reply, "$6\r\nvoters\r\n*3\r\n:1\r\n:2\r\n:3\r\n");
  assertStringIncludes(
    reply,
    "*10\r\n$2\r\nid\r\n:3\r\n$7\r\naddress\r\n$14\r\n127.0.0.1:7003\r\n$4\r\npart\r\n$5\r\nvoter\r\n" +
      "$5\r\nmatch\r\n:9\r\n$9\r\nconnected\r\n:0\r\n",
  );
  talk.node.about = {
    lead: O.none,
    vote: O.none,
    members: [{ id: 4, address: O.none, part: "learner", match: O.none, connected: false }],
  };
  const bare = await talk.ask("RAFT STATUS");
  assertStringIncludes(bare, "$6\r\nleader\r\n$-1\r\n$4\r\nvote\r\n$-1\r\n");
  assertStringIncludes(bare, "$7\r\naddress\r\n$-1\r\n$4\r\npart\r\n$7\r\nlearner\r\n$5\r\nmatch\r\n$-1\r\n");
});

Deno.test("RAFT TRANSFER hands the leadership over, to a node or to the one that is furthest", async () => {
  const talk = new Talk();
  assertEquals(await talk.ask("RAFT TRANSFER"), ":2\r\n");
  assertEquals(await talk.ask("RAFT TRANSFER 3"), ":3\r\n");
  assertEquals(talk.node.transfers, [undefined, 3]);
  assertEquals(await talk.ask("RAFT TRANSFER x"), "-ERR a node is named by a whole number from 1 on\r\n");
  assertEquals(await talk.ask("RAFT TRANSFER 2 3"), "-ERR wrong number of arguments for 'raft|transfer' command\r\n");
});

Deno.test("RAFT MEMBER changes the membership and returns it", async () => {
  const talk = new Talk();
  const members = "*4\r\n$6\r\nvoters\r\n*3\r\n:1\r\n:2\r\n:3\r\n$8\r\nlearners\r\n*0\r\n";
  for (const line of ["ADD 4 h:1", "LEARNER 5 [::1]:2", "promote 5", "REMOVE 3"]) {
    assertEquals(await talk.ask(`RAFT MEMBER ${line}`), members, line);
  }
  assertEquals(talk.node.changes, [
    { add: new Map([[4, "h:1"]]) },
    { learners: new Map([[5, "[::1]:2"]]) },
    { promote: [5] },
    { remove: [3] },
  ]);
});

Deno.test("RAFT MEMBER refuses what names no node, no address or no change", async () => {
  const talk = new Talk();
  const arity = "-ERR wrong number of arguments for 'raft|member' command\r\n";
  const node = "-ERR a node is named by a whole number from 1 on\r\n";
  const address = "-ERR an address has the form host:port\r\n";
  const expected = {
    "": arity,
    "ADD": arity,
    "ADD 4": arity,
    "ADD 4 h:1 x": arity,
    "REMOVE 4 h:1": arity,
    "ADD x h:1": node,
    "ADD 0 h:1": node,
    "PROMOTE -1": node,
    "ADD 4 h": address,
    "ADD 4 h:0": address,
    "ADD 4 h:x": address,
    "LEARNER 4 :1": address,
    "FOO 4": "-ERR unknown subcommand 'FOO'. Try RAFT HELP.\r\n",
  };
  for (const [line, reply] of Object.entries(expected)) {
    assertEquals(await talk.ask(`RAFT MEMBER ${line}`), reply, line);
  }
  assertEquals(talk.node.changes, []);
});

Deno.test("RAFT SNAPSHOT makes a snapshot and returns its index", async () => {
  assertEquals(await new Talk().ask("RAFT SNAPSHOT"), ":10\r\n");
});

Deno.test("RAFT without a subcommand, or with another one, is answered as Redis would", async () => {
  const talk = new Talk();
  assertEquals(await talk.ask("RAFT"), "-ERR wrong number of arguments for 'raft' command\r\n");
  assertEquals(await talk.ask("RAFT FOO"), "-ERR unknown subcommand 'FOO'. Try RAFT HELP.\r\n");
});
