/**
 * What TinyKV's cluster tests leave out: clients that share keys, crashes in the middle of everything, doubled and late
 * messages, leases, sessions, transfers.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { Client } from "./harness/client.ts";
import type { KvNode } from "./harness/host.ts";
import { ELECTION_MS } from "./harness/numbers.ts";
import { seeds } from "./harness/seeds.ts";
import { sharedKeysTest } from "./harness/shared_keys.ts";
import { World } from "./harness/world.ts";

Deno.test("clients that share keys have a linearizable history, whatever happens to the cluster", async () => {
  let [operations, leaders, snapshots] = [0, 0, 0];
  for (const seed of seeds(24)) {
    const wishes = { compaction: { entries: 20, keep: seed % 3 }, leaseReads: seed % 2 === 0 };
    await World.run({ size: 3 + seed % 3, seed, durable: seed % 4 < 2, wishes }, async (world) => {
      operations += await sharedKeysTest(world, { clients: 9, ms: 15_000 });
      leaders += world.witness.leaders.size;
      snapshots += world.witness.counted.snapshotsRestored;
    });
  }
  assert(operations > 5_000 && leaders > 70 && snapshots > 50, `${operations}, ${leaders}, ${snapshots}`);
});

Deno.test("a leader that was cut off answers no read that misses what was written after it, with a lease and without", async () => {
  for (const seed of seeds(16)) {
    for (const leaseReads of [false, true]) {
      await World.run({ size: 5, seed, wishes: { leaseReads } }, async (world) => {
        const client = new Client(world);
        await world.sleep(2 * ELECTION_MS);
        await client.put("k", "old");
        const old = O.getOrElse(() => 1)(world.leader);
        await world.host(old).node.read({ type: "CountKeys", cf: "default" }); // from here on it has a lease
        world.network.partition([[old], world.ids.filter((id) => id !== old)]);
        let written = false;
        const reads = world.watched(readUntil(world, world.host(old).node, () => written));
        await writeOn(world.running.filter(({ id }) => id !== old));
        written = true;
        await world.sleep(2 * ELECTION_MS);
        await reads;
      });
    }
  }
});

/** Writes the key on one of `nodes`, as soon as one of them leads. */
async function writeOn(nodes: readonly KvNode[]): Promise<void> {
  const [key, value] = [new TextEncoder().encode("k"), new TextEncoder().encode("new")];
  const command = { type: "Set", cf: "default", key, value, condition: "always", returnOld: false } as const;
  for (;;) {
    const results = await Promise.all(nodes.map((node) => node.propose(command, { timeoutMs: 150 })));
    if (results.some(E.isRight)) return;
  }
}

/** Reads without a pause for a while after the key was written, and wants none of those that begin then to find the old value. */
async function readUntil(world: World, node: KvNode, written: () => boolean): Promise<void> {
  const keys = [new TextEncoder().encode("k")];
  for (let left = 100; left > 0;) {
    const late = written();
    if (late) left--;
    const answer = await node.read({ type: "Get", cf: "default", keys }, { timeoutMs: 10 });
    assert(!late || E.isLeft(answer), `node ${node.id} answers a stale read at ${world.clock.now()} ms`);
    await world.sleep(5);
  }
}
