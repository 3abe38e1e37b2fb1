import { seeds } from "./harness/seeds.ts";
import { sharedKeysTest } from "./harness/shared_keys.ts";
import { World } from "./harness/world.ts";

Deno.test("clients that share keys have a linearizable history, whatever happens to the cluster", async () => {
  for (const seed of seeds(20)) {
    const wishes = { compaction: { entries: 20, keep: seed % 3 }, leaseReads: seed % 2 === 0 };
    await World.run({ size: 5, seed, durable: seed % 4 < 2, wishes }, async (world) => {
      await sharedKeysTest(world, { clients: 9, ms: 15_000 });
    });
  }
});
