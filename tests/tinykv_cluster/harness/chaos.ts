/**
 * What happens to a cluster while clients work: what TinyKV's tests do to the network, and everything at any time.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { LOSS } from "./numbers.ts";
import type { World } from "./world.ts";

/** What happens to the network. */
export interface Chaos {
  /** Whether messages get lost; here they are doubled and overtaken, too. */
  readonly unreliable: boolean;
  /** Whether the cluster is cut in two, at random. */
  readonly partitions: boolean;
}

const CALM = { loss: 0, duplication: 0, reordering: 0, snapshotBreaks: 0 };

/**
 * Changes the network every 500 to 699 ms until `over`, and heals it. As in TinyKV, where there are no partitions, the
 * losses add up: at the end of a round more than half of all messages are lost.
 */
export async function confuse(world: World, { unreliable, partitions }: Chaos, over: () => boolean): Promise<void> {
  const { network, random } = world;
  for (let time = 1; !over(); time++) {
    if (partitions) partition(world);
    if (unreliable) {
      const loss = 1 - (1 - LOSS) ** (partitions ? 1 : time);
      network.set({ loss, duplication: 0.05, reordering: 0.05, lateMs: 100, snapshotBreaks: LOSS });
    }
    await world.sleep(500 + Math.floor(random.next() * 200));
  }
  network.healAll();
  network.set(CALM);
}

/** Cuts, losses, crashes at any time, transfers and snapshots until `over`; then everything runs and is heard. */
export async function makeTrouble(world: World, over: () => boolean): Promise<void> {
  const { network, random } = world;
  while (!over()) {
    await makeSomeTrouble(world, random.next());
    if (random.next() < 0.5) await startAll(world);
    await world.sleep(200 + random.next() * 1_300);
  }
  network.healAll();
  network.set(CALM);
  await startAll(world);
}

async function makeSomeTrouble(world: World, what: number): Promise<void> {
  const { network, random, running } = world;
  const any = running[Math.floor(random.next() * running.length)];
  if (what < 0.15) partition(world);
  else if (what < 0.3) cutOffLeader(world);
  else if (what < 0.4) network.healAll();
  else if (what < 0.5) {
    network.set({ loss: LOSS, duplication: 0.1, reordering: 0.1, lateMs: 500, snapshotBreaks: LOSS });
  } else if (what < 0.6) network.set(CALM);
  else if (what < 0.75) await crashSome(world);
  else if (what < 0.85) void any?.transferLeadership(undefined, { timeoutMs: 500 });
  else if (what < 0.9) void any?.compact();
}

/** Each node is on one side or the other; all may be on one. */
function partition({ network, random, ids }: World): void {
  const left = ids.filter(() => random.next() < 0.5);
  network.partition([left, ids.filter((id) => !left.includes(id))]);
}

/** The leader is on its own, or with another node. */
function cutOffLeader({ network, random, ids, leader }: World): void {
  const first = O.isSome(leader) ? leader.value : 1;
  const left = [first, ...ids.filter((id) => id !== first && random.next() < 0.2).slice(0, 1)];
  network.partition([left, ids.filter((id) => !left.includes(id))]);
}

/** Some of those that run, or all of them. */
async function crashSome(world: World): Promise<void> {
  const { random, running } = world;
  const share = random.next() < 0.2 ? 1 : 0.3;
  await world.crash(running.map(({ id }) => id).filter(() => random.next() < share));
}

async function startAll(world: World): Promise<void> {
  await world.start(world.hosts.filter(({ running }) => O.isNone(running)).map(({ id }) => id));
}
