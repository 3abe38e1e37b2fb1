/**
 * Node processes are started, stopped, paused and killed, and say who leads.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { systemClock } from "../../effects/clock/clock.ts";
import { ProcessCluster, type ProcessClusterOptions } from "../../effects/processes/cluster.ts";
import { NodeProcess } from "../../effects/processes/node_process.ts";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { RespClient } from "../../effects/processes/resp_client.ts";
import { testsThatNeed } from "../permissions.ts";
import { fakeCluster, inFolder } from "./fake.ts";

const test = testsThatNeed("read", "write", "run", "net", "env");
const LONG = 60_000;

test("a cluster is started, asked who leads, and closed", () =>
  withCluster({}, async (cluster) => {
    assertEquals(cluster.running(), []);
    assertEquals(await cluster.leader({ timeoutMs: 0 }), O.none);
    assertEquals(await cluster.startAll(), E.right(undefined));
    assertEquals(cluster.running(), [1, 2, 3]);
    const leader = await cluster.leader({ timeoutMs: LONG });
    assert(O.isSome(leader));
    const others = cluster.ids.filter((id) => id !== leader.value);
    assertEquals(await cluster.leader({ timeoutMs: 0, among: others }), O.none);
    const [ready, again] = [await cluster.start(1), await cluster.start(1)];
    assertEquals(E.isRight(ready) && ready.right.resp, cluster.place(1).resp);
    assertEquals(again, ready, "a node that runs is not started twice");
  }));

test("when the leader is killed, another node leads, and the killed one comes back with its data", () =>
  withCluster({}, async (cluster, folder) => {
    await cluster.startAll();
    const first = await cluster.leader({ timeoutMs: LONG });
    assert(O.isSome(first));
    assertEquals(await ask(cluster, first.value, "SET", "k", "v"), "OK");
    await cluster.kill(first.value);
    assertEquals(cluster.running().length, 2);
    assertEquals(cluster.process(first.value), O.none);
    const second = await cluster.leader({ timeoutMs: LONG });
    assert(O.isSome(second) && second.value !== first.value);
    assert(E.isRight(await cluster.start(first.value)));
    assertEquals(await ask(cluster, first.value, "GET", "k"), "v");
    const log = await Deno.readTextFile(`${folder}/node-${first.value}.log`);
    assertEquals(log.match(/"ready":true/g)?.length, 2, "the log has the output of both runs");
  }));

test("a paused process answers when it goes on", () =>
  withCluster({ nodes: 1 }, async (cluster) => {
    await cluster.startAll();
    await cluster.leader({ timeoutMs: LONG });
    cluster.pause(1);
    assertEquals(cluster.paused(), [1]);
    assertEquals(await cluster.leader({ timeoutMs: 0 }), O.none);
    const asked = ask(cluster, 1, "PING");
    cluster.resume(1);
    assertEquals(await asked, "PONG");
    assertEquals(cluster.paused(), []);
  }));

test("a process that is told to stop ends by itself, also if it was paused", () =>
  withCluster({ nodes: 2 }, async (cluster, folder) => {
    await cluster.startAll();
    const process = cluster.process(1);
    cluster.pause(1);
    await cluster.stop(1, 2);
    assertEquals(cluster.running(), []);
    assertEquals(O.isSome(process) && await process.value.exited, { code: 0, signal: null });
    assertStringIncludes(await Deno.readTextFile(`${folder}/node-2.log`), "stopped");
  }));

test("signals to a process that has ended do nothing", () =>
  withCluster({ nodes: 1 }, async (cluster) => {
    await cluster.startAll();
    const process = cluster.process(1);
    assert(O.isSome(process));
    assertEquals(await process.value.kill(), { code: 137, signal: "SIGKILL" });
    process.value.pause();
    process.value.resume();
    assertEquals((await process.value.stop()).signal, "SIGKILL");
    cluster.pause(1);
    cluster.resume(1);
  }));

test("a node that cannot start says where to look", () =>
  withCluster({ nodes: 1, flags: ["--fails", "always"] }, async (cluster) => {
    const started = await cluster.startAll();
    assert(E.isLeft(started));
    assertEquals(started.left, `Cannot start a node: it ended with code 3. Its output is in ${cluster.place(1).log}.`);
    assertStringIncludes(await Deno.readTextFile(cluster.place(1).log), "it was told to fail");
  }));

test("a process whose output only looks like the line that says it is ready is not ready", () =>
  inFolder(async (folder) => {
    const says = (text: string) => [Deno.execPath(), "eval", `console.log(${JSON.stringify(text)})`];
    for (const text of ['{"ready":false}', "{ready", '{"ready":1}']) {
      const process = new NodeProcess({ command: says(text), log: `${folder}/log` });
      assert(E.isLeft(await process.ready));
    }
  }));

test("a cluster does not know other nodes than its own", () =>
  withCluster({ nodes: 2 }, (cluster) => {
    let message = "";
    try {
      cluster.place(3);
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
    assertEquals(message, "Cannot find node 3: the cluster has 2 nodes.");
    return Promise.resolve();
  }));

test("in front of every node of a proxied cluster is a proxy, whose address the others know", () =>
  withCluster({ nodes: 3, proxied: true }, async (cluster, folder) => {
    await cluster.startAll();
    assert(O.isSome(cluster.network));
    const { network: { value: network } } = cluster;
    assertEquals(new Set(cluster.ids.flatMap((id) => [network.addressOf(id), cluster.place(id).peer])).size, 6);
    const args = await Deno.readTextFile(`${folder}/node-2.log`);
    assertStringIncludes(args, `"peer":"${cluster.place(2).peer}"`);
  }));

test("free addresses are all different, and none that a system gives to a connection while a process is down", () => {
  const addresses = freeAddresses(20);
  assertEquals(new Set(addresses).size, 20);
  const ports = addresses.map((address) => Number(address.split(":")[1]));
  assert(ports.every((port) => port >= 10_000 && port < 30_000), ports.join(", "));
});

async function withCluster(
  options: Partial<ProcessClusterOptions>,
  work: (cluster: ProcessCluster, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const cluster = new ProcessCluster({ ...fakeCluster(folder), ...options });
    try {
      await work(cluster, folder);
    } finally {
      await cluster.close();
    }
  });
}

async function ask(cluster: ProcessCluster, id: number, ...words: readonly string[]): Promise<unknown> {
  const client = await RespClient.connect(cluster.place(id).resp, systemClock);
  assert(E.isRight(client));
  const outcome = await client.right.ask(words, LONG);
  await client.right.close();
  return outcome.type === "Reply" ? outcome.reply : outcome;
}
