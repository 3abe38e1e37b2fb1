/**
 * Whether the cluster recovers: when nothing is broken any more, every node has to serve every kind of client before long.
 *
 * @module
 */
import { Client, type Surroundings } from "./client.ts";
import { MANNERS } from "./ledger.ts";

/** Election timeouts after which a cluster that nothing disturbs serves everybody at the latest. */
const RECOVERY_TIMEOUTS = 30;

/** Has every node serve a client of each manner; resolves when they have, or when it has taken too long. */
export async function judgeRecovery<C, R, Q, A>(around: Surroundings<C, R, Q, A>): Promise<void> {
  const { object, world } = around;
  const began = world.clock.now();
  const limitMs = RECOVERY_TIMEOUTS * world.plan.electionMs;
  const numberOf = (id: number, manner: number): number => world.plan.clients + 1 + manner + MANNERS.length * id;
  const [first, last] = [numberOf(1, 0), numberOf(world.hosts.length, MANNERS.length - 1)];
  world.tell(`Every node is asked to write and to read, by clients ${first} to ${last}.`);
  await Promise.all(world.hosts.map(async ({ id }) => {
    for (const [i, manner] of MANNERS.entries()) {
      // A number that no client of the run has.
      const client = new Client(numberOf(id, i), manner, around);
      for (const [what, ask] of [["write", client.write], ["read", client.read]] as const) {
        if (!await served(id, (node) => ask.call(client, node))) {
          const ms = Math.round(world.clock.now() - began);
          object("Recovery", `node ${id} has not answered a ${what} for ${ms} ms, although nothing is broken any more`);
          return;
        }
      }
    }
  }));

  type Ask = (node: NonNullable<(typeof world.hosts)[number]["raft"]>) => Promise<boolean>;

  async function served(id: number, ask: Ask): Promise<boolean> {
    for (;;) {
      const host = world.hosts.find((host) => host.id === id);
      if (host === undefined || host.gone || world.failed) return true;
      if (host.raft !== null && await ask(host.raft)) return true;
      if (world.clock.now() > began + limitMs) return false;
      await world.sleep(world.plan.heartbeatMs);
    }
  }
}
