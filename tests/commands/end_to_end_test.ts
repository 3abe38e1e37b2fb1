/** Backup, restore, recovery and restarts of real nodes. */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { backup } from "../../effects/commands/backup.ts";
import { recover } from "../../effects/commands/recover.ts";
import { restore } from "../../effects/commands/restore.ts";
import { systemClock } from "../../effects/clock/clock.ts";
import { RespClient } from "../../effects/processes/resp_client.ts";
import { freeAddresses } from "../../effects/processes/ports.ts";
import type { KvServer } from "../../effects/serve/kv_node.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { httpOf, leaderOf, read, right, test, values, type World, write } from "./world.ts";

const IDS = ["1", "2", "3"];

async function startAll(world: World, cluster: string, name = ""): Promise<readonly KvServer[]> {
  return await Promise.all(IDS.map((id) => world.start({ id, cluster, data: world.path(`${name}${id}`) })));
}

test("three nodes are backed up, and a new cluster of three begins with all that was acknowledged", async (world) => {
  const old = await startAll(world, world.cluster(3));
  const leader = await leaderOf(old);
  await write(leader, 0, 100);
  const output = new CapturedOutput();
  const follower = old.find((server) => server !== leader) ?? leader;
  assertEquals(await backup(world.path("backup"), { http: httpOf(follower) }, output), 0, output.errors.join());
  await write(leader, 100, 110);
  for (const server of old) await world.stop(server);
  const cluster = world.cluster(3);
  for (const id of IDS) {
    const flags = { newCluster: true, id, cluster, data: world.path(`new-${id}`) };
    assertEquals(await restore(world.path("backup"), flags, output), 0, output.errors.join());
  }
  const restored = await startAll(world, cluster, "new-");
  const first = await leaderOf(restored);
  for (const server of restored) assertEquals(await read(server, 101), [...values(100), "nothing"]);
  await write(first, 100, 110);
  for (const server of restored) assertEquals(await read(server, 110), values(110));
});

test("from one survivor of three a cluster begins that has what the survivor had, and others join it", async (world) => {
  const cluster = world.cluster(3);
  const servers = await startAll(world, cluster);
  const leader = await leaderOf(servers);
  await write(leader, 0, 50);
  const { id } = leader.node;
  for (const server of servers) await world.stop(server);
  const output = new CapturedOutput();
  const flags = { forceNewCluster: true, id: `${id}`, data: world.path(`${id}`), yes: true };
  assertEquals(await recover(flags, output), 0, output.errors.join());
  const survivor = await world.start({ id: `${id}`, cluster });
  await leaderOf([survivor]);
  assertEquals(await read(survivor, 50), values(50));
  await write(survivor, 50, 60);
  assertEquals(survivor.node.status().configuration.voters, [id]);
  const joined = await world.start({ id: "4", cluster, join: true, listen: freeAddresses(1)[0] });
  right(await survivor.node.changeMembers({ add: new Map([[4, joined.node.status().address]]) }));
  assertEquals(await read(joined, 60), values(60));
  assertEquals(O.isSome(joined.node.status().lead), true);
});

test("all nodes are restarted one after the other, and no write fails", async (world) => {
  const cluster = world.cluster(3);
  const servers = await startAll(world, cluster);
  await leaderOf(servers);
  const writer = new Writer();
  for (const server of servers) await writer.use(server);
  const writing = writer.run();
  const restarted: KvServer[] = [];
  for (const [i, id] of IDS.entries()) {
    const before = writer.written;
    await writer.leave(Number(id));
    await world.stop(servers[i]);
    restarted.push(await world.start({ id, cluster }));
    await leaderOf([...restarted, ...servers.slice(i + 1)]);
    await writer.use(restarted[i]);
    assert(writer.written > before, "writing goes on meanwhile");
  }
  writer.stop();
  await writing;
  assertEquals(writer.failures, []);
  assertEquals(await read(restarted[2], writer.written), values(writer.written));
});

/** A client that writes one value after the other, to one node after the other, and never tries again. */
class Writer {
  readonly failures: string[] = [];
  written = 0;
  readonly #clients = new Map<number, RespClient>();
  #current: Promise<unknown> = Promise.resolve();
  #isOver = false;

  async use({ node, resp }: KvServer): Promise<void> {
    assert(O.isSome(resp));
    this.#clients.set(node.id, right(await RespClient.connect(resp.value, systemClock)));
  }

  /** Asks the node for nothing more, and resolves when it has answered everything. */
  async leave(id: number): Promise<void> {
    const client = this.#clients.get(id);
    this.#clients.delete(id);
    await this.#current;
    await client?.close();
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      const clients = [...this.#clients.values()];
      const asked = clients[this.written % clients.length].ask(
        ["SET", `key-${this.written}`, `value-${this.written}`],
        5_000,
      );
      this.#current = asked;
      const outcome = await asked;
      if (outcome.type !== "Reply" || outcome.reply !== "OK") this.failures.push(JSON.stringify(outcome));
      this.written++;
    }
    for (const client of this.#clients.values()) await client.close();
  }

  stop(): void {
    this.#isOver = true;
  }
}
