/**
 * TinyKV's cluster tests of part 2B, on simulated time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { Client } from "./harness/client.ts";
import { testGeneric } from "./harness/generic_tests.ts";
import { ELECTION_MS } from "./harness/numbers.ts";
import { seeds } from "./harness/seeds.ts";
import { World } from "./harness/world.ts";

testGeneric("TestBasic2B: one client reads what it has written", { clients: 1 });

testGeneric("TestConcurrent2B: five clients read what they have written", { clients: 5 });

testGeneric("TestUnreliable2B: so they do where messages get lost", { clients: 5, unreliable: true });

Deno.test("TestOnePartition2B: a minority neither writes nor reads, and catches up when the partition heals", async () => {
  for (const seed of seeds(3)) {
    await World.run({ size: 5, seed }, async (world) => {
      const client = new Client(world);
      await world.sleep(2 * ELECTION_MS);
      const leader = O.getOrElse(() => 0)(world.leader);
      const others = world.ids.filter((id) => id !== leader);

      const minority = others.slice(2);
      world.network.partition([[leader, ...others.slice(0, 2)], minority]);
      await client.put("k1", "v1");
      assertEquals(await client.get("k1"), O.some("v1"));
      for (const id of minority) await client.mustHave(id, "k1", null);
      world.network.healAll();

      // The old leader takes one of those with it that were on its side.
      const companion = others[0];
      world.network.partition([[leader, companion], others.slice(1)]);
      assertEquals(await client.get("k1"), O.some("v1"));
      await client.put("k1", "changed");
      for (const id of [leader, companion]) await client.mustHave(id, "k1", "v1");
      world.network.healAll();

      await client.put("k2", "v2");
      await client.mustHave(leader, "k2", "v2");
      await client.mustHave(leader, "k1", "changed");
    });
  }
});

testGeneric(
  "TestManyPartitionsOneClient2B: one client, and a cluster that is cut in two again and again",
  { clients: 1, partitions: true },
  { leaders: 6 },
);

testGeneric(
  "TestManyPartitionsManyClients2B: five clients, and a cluster that is cut in two again and again",
  { clients: 5, partitions: true },
  { leaders: 6 },
);

testGeneric(
  "TestPersistOneClient2B: what one client has written is there when all machines have crashed",
  { clients: 1, crash: true },
);

testGeneric(
  "TestPersistConcurrent2B: what five clients have written is there when all machines have crashed",
  { clients: 5, crash: true },
);

testGeneric(
  "TestPersistConcurrentUnreliable2B: so it is where messages get lost",
  { clients: 5, unreliable: true, crash: true },
);

testGeneric(
  "TestPersistPartition2B: so it is where the cluster is cut in two again and again",
  { clients: 5, crash: true, partitions: true },
  { leaders: 12 },
);

testGeneric(
  "TestPersistPartitionUnreliable2B: so it is with all of that together",
  { clients: 5, unreliable: true, crash: true, partitions: true },
  { leaders: 12 },
);
