/**
 * TinyKV's cluster tests of part 2C, on simulated time: logs are cut, and snapshots take their place.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Client } from "./harness/client.ts";
import { testGeneric } from "./harness/generic_tests.ts";
import { ELECTION_MS } from "./harness/numbers.ts";
import { seeds } from "./harness/seeds.ts";
import { World } from "./harness/world.ts";

Deno.test("TestOneSnapshot2C: a node that was cut off gets a snapshot, which replaces what it had", async () => {
  const cf = "lock";
  for (const seed of seeds(3)) {
    for (const durable of [false, true]) {
      const wishes = { compaction: { entries: 10, keep: 1 } };
      await World.run({ size: 3, seed, durable, wishes }, async (world) => {
        const client = new Client(world);
        await world.sleep(2 * ELECTION_MS);
        await client.put("k1", "v1", cf);
        await client.put("k2", "v2", cf);
        await client.mustHave(1, "k1", "v1", cf);
        await client.mustHave(1, "k2", "v2", cf);
        // TinyKV's logs begin behind index 5 of term 5, ours behind 0 of term 0: nothing was cut too early.
        for (const node of world.running) {
          const { first, snapshot } = node.status();
          assertEquals({ first, snapshot }, { first: 1, snapshot: 0 }, `node ${node.id}`);
        }

        world.network.partition([[1], [2, 3]]);
        for (let i = 100; i < 115; i++) await client.put(`k${i}`, `v${i}`, cf);
        await client.delete("k2", cf);
        await world.sleep(500);
        await client.mustHave(1, "k100", null, cf);
        const { last } = world.host(1).node.status();
        for (const id of [2, 3]) {
          const { first } = world.host(id).node.status();
          assert(first > last + 1, `node 1 ends at ${last}, node ${id} begins with ${first}: no snapshot is needed`);
        }
        world.network.healAll();

        await client.mustHave(1, "k1", "v1", cf);
        await client.mustHave(1, "k100", "v100", cf);
        await client.mustHave(1, "k2", null, cf);
        assert(world.witness.counted.snapshotsRestored > 0, "it was a snapshot that came, not entries");

        await world.crash([1]);
        await world.start([1]);
        await client.mustHave(1, "k1", "v1", cf);
        for (const node of world.running) {
          const { id, applied, first } = node.status();
          assert(applied - (first - 1) <= 20, `node ${id} has applied ${applied}, its log begins with ${first}`);
        }
      });
    }
  }
});

testGeneric(
  "TestSnapshotRecover2C: one client, short logs, and crashes of all machines",
  { clients: 1, crash: true, maxLog: 100 },
);

testGeneric(
  "TestSnapshotRecoverManyClients2C: twenty clients, short logs, and crashes of all machines",
  { clients: 20, crash: true, maxLog: 100 },
);

testGeneric(
  "TestSnapshotUnreliable2C: five clients, short logs, and lost messages",
  { clients: 5, unreliable: true, maxLog: 100 },
);

testGeneric(
  "TestSnapshotUnreliableRecover2C: five clients, short logs, lost messages, and crashes of all machines",
  { clients: 5, unreliable: true, crash: true, maxLog: 100 },
);

testGeneric(
  "TestSnapshotUnreliableRecoverConcurrentPartition2C: all of that, and a cluster that is cut in two again and again",
  { clients: 5, unreliable: true, crash: true, partitions: true, maxLog: 100 },
  { leaders: 12, snapshotsRestored: 6 },
);
