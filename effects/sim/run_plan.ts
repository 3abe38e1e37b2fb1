/**
 * Runs a plan: the cluster is started, clients work while everything goes wrong, and in the end everything has to be good.
 *
 * @module
 */
import type { App } from "./app.ts";
import { clientWorkload } from "./clients/workload.ts";
import { Nemesis } from "./nemesis.ts";
import type { Outcome } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import { watchQueues } from "./queues.ts";
import type { RunHooks } from "./workload.ts";
import { World } from "./world.ts";

/** So many election timeouts are enough for a leader, once everybody hears everybody. */
const ELECTIONS = 10;

/** So many are enough for everything else that has to be done then, each: changes of the membership, answers, equality. */
const PATIENCE = 60;

/** Milliseconds besides. */
const SLACK_MS = 2_000;

/** Runs `plan`. What goes wrong is the outcome's `failure`; nothing is thrown. One run at a time in a process. */
export async function runPlan<Command, Reply, Query = never, Answer = never>(
  app: App<Command, Reply, Query, Answer>,
  plan: Plan,
  hooks: RunHooks<Command, Reply, Query, Answer> = {},
): Promise<Outcome> {
  const world = new World(app, plan, hooks);
  const unhandled = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    world.object(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", unhandled);
  try {
    await live(world, hooks);
    await end(world);
  } finally {
    globalThis.removeEventListener("unhandledrejection", unhandled);
  }
  return outcomeOf(world);
}

async function live<Command, Reply, Query, Answer>(
  world: World<Command, Reply, Query, Answer>,
  hooks: RunHooks<Command, Reply, Query, Answer>,
): Promise<void> {
  const { clock, plan } = world;
  let over = false;
  world.watch(life(world, hooks).then(() => over = true));
  await clock.runUntil(() => over || world.failed, plan.ms + 10 * PATIENCE * plan.electionMs + 10 * SLACK_MS);
  if (!over) world.fail("The run ends", "it does not");
}

async function life<Command, Reply, Query, Answer>(
  world: World<Command, Reply, Query, Answer>,
  hooks: RunHooks<Command, Reply, Query, Answer>,
): Promise<void> {
  const workload = (hooks.workload ?? clientWorkload)(world);
  world.workload = workload;
  const nemesis = new Nemesis(world);
  nemesis.start();
  await Promise.all(world.hosts.map((host) => host.start()));
  world.watch(watchQueues(world));
  workload.start(world);
  await world.sleep(world.plan.ms - world.clock.now());
  world.tell("The faults are over.");
  nemesis.heal();
  await recovered(world, nemesis);
  await limited(world, "every request is answered", workload.settle());
  await until(world, "all nodes have applied the same", PATIENCE, () => allEqual(world));
  await workload.conclude();
}

async function recovered<Command, Reply, Query, Answer>(
  world: World<Command, Reply, Query, Answer>,
  nemesis: Nemesis,
): Promise<void> {
  await until(world, "there is a leader", ELECTIONS, () => world.leader !== null);
  await until(world, "the membership is as the operator wants it", PATIENCE, () => nemesis.idle);
  await until(world, "every member runs", PATIENCE, () => everyMember(world).length > 0);
}

async function until<Command, Reply, Query, Answer>(
  world: World<Command, Reply, Query, Answer>,
  what: string,
  elections: number,
  condition: () => boolean,
): Promise<void> {
  const { electionMs } = world.plan;
  const deadline = world.clock.now() + elections * electionMs + SLACK_MS;
  while (!condition()) {
    if (world.clock.now() > deadline) return neverSo(world, what);
    await world.sleep(electionMs / 10);
  }
}

async function limited<Command, Reply, Query, Answer>(
  world: World<Command, Reply, Query, Answer>,
  what: string,
  work: Promise<void>,
): Promise<void> {
  const cancel = world.clock.after(PATIENCE * world.plan.electionMs + SLACK_MS, () => neverSo(world, what));
  await work;
  cancel();
}

function neverSo<Command, Reply, Query, Answer>(world: World<Command, Reply, Query, Answer>, what: string): void {
  const nodes = world.up.map(({ id, node }) =>
    `${id} (${node?.role}, term ${node?.term}, last ${node?.log.last.index}, commit ${node?.commit}, applied ${node?.applied})`
  );
  const voters = world.configuration?.voters.join(", ") ?? "unknown";
  world.fail("The cluster recovers", `it is not so that ${what}; the voters are ${voters}; up are ${nodes.join(", ")}`);
}

/** The members of the leader's configuration, if all of them run. */
function everyMember<Command, Reply, Query, Answer>(
  { hosts, leader }: World<Command, Reply, Query, Answer>,
): World<Command, Reply, Query, Answer>["hosts"] {
  const members = leader?.node?.configuration.members ?? [];
  const present = hosts.filter(({ id, node }) => node !== null && members.includes(id));
  return present.length === members.length ? present : [];
}

function allEqual<Command, Reply, Query, Answer>(world: World<Command, Reply, Query, Answer>): boolean {
  const members = everyMember(world);
  const last = world.leader?.log().last.index;
  return members.length > 0 && members.every(({ node }) => node?.applied === last);
}

/** Nothing of a run is left, whatever came of it. */
async function end<Command, Reply, Query, Answer>(world: World<Command, Reply, Query, Answer>): Promise<void> {
  let closed = false;
  const close = async (): Promise<void> => {
    await Promise.all(world.hosts.map((host) => host.close()));
    closed = true;
  };
  world.watch(close());
  await world.clock.runUntil(() => closed, PATIENCE * world.plan.electionMs);
  if (!closed) world.fail("Every node can be closed", "one of them cannot");
}

function outcomeOf<Command, Reply, Query, Answer>(world: World<Command, Reply, Query, Answer>): Outcome {
  const { chronicle, clock, failure, network, plan, witness, workload } = world;
  const { lost, doubled, overtaken } = network.mishaps;
  const { commits, elections, faults, snapshotsRestored, steps } = witness.counted;
  return {
    plan,
    failure,
    hash: chronicle.hash,
    tally: {
      runs: 1,
      simulatedMs: clock.now(),
      steps,
      elections,
      commits,
      snapshotsRestored,
      requests: workload?.told?.() ?? { answered: 0, rejected: 0, unknown: 0 },
      faults: { ...faults, loss: lost, duplication: doubled, reordering: overtaken },
      coverage: witness.coverage,
    },
  };
}
