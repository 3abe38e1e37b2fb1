/**
 * Clients that people use: redis-cli, redis-benchmark, and npm's ioredis and redis.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { splitAddress } from "../../effects/resp/address.ts";
import { respServer } from "../../effects/resp/mod.ts";
import { testsThatNeed } from "../permissions.ts";
import { FakeNode, rejection } from "./fake_node.ts";
import { isInstalled, type Outcome, run } from "./real_clients.ts";

const test = testsThatNeed("read", "write", "run", "env", "net");
const PASSWORD = "sesame";

/** Runs `body` with a server that wants a password. */
async function withServer(body: (port: number, node: FakeNode) => Promise<void>): Promise<void> {
  const node = new FakeNode();
  const server = respServer({ listen: "127.0.0.1:0", node, password: () => O.some(PASSWORD) });
  if (E.isLeft(server)) throw new Error(server.left.message);
  const at = splitAddress(server.right.address);
  try {
    await body(O.isSome(at) ? at.value.port : 0, node);
  } finally {
    await server.right.close();
  }
}

/** A test with a program that may not be there. */
function testWith(program: string, name: string, body: (port: number, node: FakeNode) => Promise<void>): void {
  test(`${program} ${name}`, async () => {
    if (await isInstalled(program)) await withServer(body);
    else console.warn(`${program} is not installed (Debian package redis-tools): it is not tried`);
  });
}

function cli(port: number, args: readonly string[], input = ""): Promise<Outcome> {
  return run("redis-cli", ["-p", String(port), "-a", PASSWORD, "--no-auth-warning", ...args], input);
}

testWith("redis-cli", "carries out commands", async (port) => {
  const expected: readonly (readonly [args: readonly string[], out: string])[] = [
    [["SET", "k", "v"], "OK"],
    [["GET", "k"], "v"],
    [["--no-raw", "GET", "nothing"], "(nil)"],
    [["--no-raw", "INCR", "n"], "(integer) 1"],
    [["--no-raw", "MGET", "k", "n"], '1) "v"\n2) "1"'],
    [["CAS", "k", "v", "w"], "1"],
    [["--no-raw", "FOO"], "(error) ERR unknown command 'FOO', with args beginning with:"],
    [["--scan", "--pattern", "k*"], "k"],
    [["--no-raw", "RAFT", "TRANSFER", "3"], "(integer) 3"],
    [["-n", "0", "PING"], "PONG"],
  ];
  for (const [args, out] of expected) {
    const { out: said } = await cli(port, args);
    assertEquals(said.trimEnd(), out, args.join(" "));
  }
  assertMatch((await cli(port, ["INFO", "raft"])).out, /^# Raft\r\ncluster:/);
});

testWith("redis-cli", "goes on line by line, and knows the commands", async (port) => {
  const { out } = await cli(port, [], 'SET "a b" "c\\x00d"\nGET "a b"\nQUIT\n');
  assertEquals(out, "OK\nc\0d\n");
  assertMatch(
    (await cli(port, ["--no-raw", "COMMAND", "DOCS", "cas"])).out,
    /Stores a value if the present one is as expected/,
  );
});

testWith("redis-cli", "does not get in without the password", async (port) => {
  const { out } = await run("redis-cli", ["-p", String(port), "--no-raw", "GET", "k"]);
  assertEquals(out.trimEnd(), "(error) NOAUTH Authentication required.");
});

testWith("redis-cli", "inserts a mass of keys through a pipe, and finds them", async (port) => {
  const lines = Array.from({ length: 3_000 }, (_, i) => `SET key:${i} ${i}\r\n`).join("");
  assertMatch((await cli(port, ["--pipe"], lines)).out, /errors: 0, replies: 3000/);
  assertEquals((await cli(port, ["DBSIZE"])).out, "3000\n");
  const { out } = await cli(port, ["--scan"]);
  assertEquals(new Set(out.trim().split("\n")).size, 3_000);
  assertMatch((await cli(port, ["--bigkeys"])).out, /Sampled 3000 keys/);
});

for (const [depth, clients] of [[1, 20], [16, 20]]) {
  testWith("redis-benchmark", `runs, ${depth} requests at a time`, async (port) => {
    const args = [
      "-p",
      String(port),
      "-a",
      PASSWORD,
      "-P",
      String(depth),
      "-c",
      String(clients),
      "-n",
      "4000",
      "--csv",
    ];
    const { code, out } = await run("redis-benchmark", [...args, "-r", "100", "-t", "ping,set,get,incr,mset"]);
    assertEquals(code, 0, out);
    for (const name of ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)"]) {
      assert(out.includes(`"${name}","`), `${name}: ${out}`);
    }
    assert(!/error|warning/i.test(out), out);
  });
}

test("npm's ioredis connects and carries out commands", () =>
  withServer(async (port, node) => {
    const { Redis } = await import("ioredis");
    const client = new Redis({ port, password: PASSWORD, connectionName: "me", db: 0, maxRetriesPerRequest: 0 });
    assertEquals(await client.set("k", "v"), "OK");
    assertEquals(await client.get("k"), "v");
    assertEquals(await client.set("k", "w", "NX"), null);
    assertEquals(await client.mget("k", "nothing"), ["v", null]);
    assertEquals(await client.incrby("n", 5), 5);
    assertEquals(await client.call("CAS", "k", "v", "w"), 1);
    assertEquals(await client.client("GETNAME"), "me");
    assertEquals(await client.pipeline().set("a", 1).incr("a").get("a").exec(), [[null, "OK"], [null, 2], [null, "2"]]);
    assertEquals(await Promise.all([client.set("b", "1"), client.get("b"), client.del("b"), client.get("b")]), [
      ...["OK", "1", 1, null],
    ]);
    const keys: string[] = [];
    for await (const some of client.scanStream({ match: "?", count: 1 })) keys.push(...some);
    assertEquals(keys, ["a", "k", "n"]);
    await assertRejects(() => client.set("k", "v", "EX", 10), Error, "ERR keys do not expire here");
    node.failure = O.some(rejection("ForwardingDisabled", O.some({ id: 2, address: O.some("10.0.0.2:7000") })));
    await assertRejects(() => client.set("k", "v"), Error, "NOTLEADER 2 10.0.0.2:7000");
    assertEquals(await client.quit(), "OK");
  }));

test("npm's ioredis learns that the password is wrong", () =>
  withServer(async (port) => {
    const { Redis } = await import("ioredis");
    const client = new Redis({
      port,
      password: "x",
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    const errors: string[] = [];
    client.on("error", (error: Error) => errors.push(error.message));
    const ended = new Promise((resolve) => client.once("end", resolve));
    await client.connect().catch(() => {});
    await assertRejects(() => client.get("k"));
    await ended;
    assert(errors.some((message) => message.startsWith("WRONGPASS")), errors.join());
  }));

test("npm's redis connects and carries out commands", () =>
  withServer(async (port, node) => {
    const { createClient } = await import("redis");
    const client = createClient({ socket: { port, host: "127.0.0.1" }, password: PASSWORD, name: "me", RESP: 2 });
    const errors: unknown[] = [];
    client.on("error", (error: unknown) => errors.push(error));
    await client.connect();
    assertEquals(await client.set("k", "v"), "OK");
    assertEquals(await client.get("k"), "v");
    assertEquals(await client.set("k", "w", { GET: true }), "v");
    assertEquals(await client.mGet(["k", "nothing"]), ["w", null]);
    assertEquals(await client.incrBy("n", 5), 5);
    assertEquals(String(await client.sendCommand(["CAS", "k", "w", "x"])), "1");
    assertEquals(await client.clientGetName(), "me");
    assertEquals(await Promise.all([client.set("b", "1"), client.get("b"), client.del("b"), client.get("b")]), [
      ...["OK", "1", 1, null],
    ]);
    const keys: string[] = [];
    for await (const some of client.scanIterator({ MATCH: "?", COUNT: 1 })) keys.push(...some);
    assertEquals(keys, ["k", "n"]);
    const info = await client.clientInfo();
    assertEquals([info.name, info.libName, info.cmd], ["me", "node-redis", "client|info"]);
    assertEquals((await client.role())?.role, "master");
    node.failure = O.some({ type: "Timeout" });
    await assertRejects(() => client.set("k", "v"), Error, "TIMEOUT perhaps executed");
    await client.close();
    assertEquals(errors, []);
  }));
