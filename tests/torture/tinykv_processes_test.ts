/**
 * The two scripted cluster tests of TinyKV, on real processes with proxies between them, with TinyKV's timeouts: an
 * election timeout of 500 ms, a heartbeat every 100 ms.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { ProcessCluster } from "../../effects/processes/cluster.ts";
import type { ProxiedNetwork } from "../../effects/processes/proxy.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";
import { type Name, TinyKvClient } from "./tinykv_client.ts";

const test = testsThatNeed("read", "write", "run", "net", "env");

test("TestOnePartition2B: a minority neither writes nor reads, and catches up when the partition heals", () =>
  withCluster(5, [], async ({ client, network, ids }) => {
    const [k1, k2] = [inDefault("k1"), inDefault("k2")];
    const leader = await client.leader();
    const others = ids.filter((id) => id !== leader);
    const [majority, minority] = [[leader, ...others.slice(0, 2)], others.slice(2)];

    network.partition(majority, minority);
    await client.mustPut(k1, "v1");
    await client.mustGet(k1, "v1");
    for (const id of minority) await client.mustLack(id, k1);
    for (const id of majority) await client.mustHave(id, k1, "v1");
    network.heal();

    // The leader may have changed in the meantime: whoever leads now loses its majority.
    const old = await client.leader();
    const companion = majority.find((id) => id !== old) ?? leader;
    const rest = ids.filter((id) => id !== old && id !== companion);
    await client.mustHave(old, k1, "v1");
    network.partition([old, companion], rest);
    await client.mustGet(k1, "v1");
    await client.mustPut(k1, "changed");
    for (const id of [old, companion]) assertEquals(await client.local(id, k1), "v1");
    network.heal();

    await client.mustPut(k2, "v2");
    await client.mustHave(old, k2, "v2");
    await client.mustHave(old, k1, "changed");
  }));

test("TestOneSnapshot2C: a node that was cut off gets a snapshot, which replaces what it had", () =>
  withCluster(3, ["--compact-entries", "10", "--keep-entries", "1"], async ({ client, network, cluster, ids }) => {
    const [k1, k2, k100] = [inLock("k1"), inLock("k2"), inLock("k100")];
    await client.mustPut(k1, "v1");
    await client.mustPut(k2, "v2");
    await client.mustHave(1, k1, "v1");
    await client.mustHave(1, k2, "v2");
    for (const id of ids) assertEquals((await client.status(id)).first, 1, "nothing was forgotten too early");

    network.partition([1], [2, 3]);
    for (let i = 100; i < 115; i++) await client.mustPut(inLock(`k${i}`), `v${i}`);
    await client.mustDelete(k2);
    const { applied } = await client.status(1);
    for (const id of [2, 3]) {
      await client.until(`node ${id} cuts its log`, async () => (await client.status(id)).first > applied + 1);
    }
    assertEquals(await client.local(1, k100), null);
    network.heal();

    await client.mustHave(1, k100, "v100");
    assertEquals(await client.local(1, k1), "v1");
    assertEquals(await client.local(1, k2), null, "the snapshot replaces, it does not merge");
    assert((await client.status(1)).first > applied + 1, "it was a snapshot that came, not entries");

    await cluster.stop(1);
    assert(E.isRight(await cluster.start(1)));
    await client.mustHave(1, k1, "v1");
    for (const id of ids) {
      await client.until(`node ${id} has cut its log`, async () => {
        const { first, applied } = await client.status(id);
        return applied - (first - 1) <= 20;
      });
    }
  }));

interface Setting {
  readonly cluster: ProcessCluster;
  readonly client: TinyKvClient;
  readonly network: ProxiedNetwork;
  readonly ids: readonly number[];
}

function inDefault(key: string): Name {
  return { cf: "default", key };
}

function inLock(key: string): Name {
  return { cf: "lock", key };
}

async function withCluster(
  nodes: number,
  flags: readonly string[],
  work: (setting: Setting) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const cluster = new ProcessCluster({ nodes, folder, electionMs: 500, heartbeatMs: 100, proxied: true, flags });
    try {
      assert(O.isSome(cluster.network));
      assertEquals(await cluster.startAll(), E.right(undefined));
      await work({ cluster, client: new TinyKvClient(cluster), network: cluster.network.value, ids: cluster.ids });
    } finally {
      await cluster.close();
    }
  });
}
