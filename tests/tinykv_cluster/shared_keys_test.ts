/**
 * What TinyKV's cluster tests leave out: clients that share keys, crashes in the middle of everything, doubled and late
 * messages, leases, sessions, transfers.
 *
 * @module
 */
import { assert } from "@std/assert";
import { seeds } from "./harness/seeds.ts";
import { sharedKeysTest } from "./harness/shared_keys.ts";
import { World } from "./harness/world.ts";

Deno.test("clients that share keys have a linearizable history, whatever happens to the cluster", async () => {
  let [operations, leaders, snapshots] = [0, 0, 0];
  for (const seed of seeds(20)) {
    const wishes = { compaction: { entries: 20, keep: seed % 3 }, leaseReads: seed % 2 === 0 };
    await World.run({ size: 3 + seed % 3, seed, durable: seed % 4 < 2, wishes }, async (world) => {
      operations += await sharedKeysTest(world, { clients: 9, ms: 15_000 });
      leaders += world.witness.leaders.size;
      snapshots += world.witness.counted.snapshotsRestored;
    });
  }
  assert(operations > 5_000 && leaders > 60 && snapshots > 40, `${operations}, ${leaders}, ${snapshots}`);
});
