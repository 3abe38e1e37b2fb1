/**
 * TinyKV's GenericTest: clients that each know what they have written, rounds of confusion, and the truth afterwards.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../../effects/random/random.ts";
import { confuse } from "./chaos.ts";
import { Client } from "./client.ts";
import type { Wishes } from "./host.ts";
import { ELECTION_MS, GC_LIMIT, ROUND_MS, ROUNDS } from "./numbers.ts";
import { World } from "./world.ts";

/** What a test is. */
export interface Scenario {
  /** How many clients. */
  readonly clients: number;
  /** Whether the network loses messages. */
  readonly unreliable?: boolean;
  /** Whether the power goes off after every round. */
  readonly crash?: boolean;
  /** Whether the network is cut in two. */
  readonly partitions?: boolean;
  /** The log is cut with so many entries, and never twice as long in the end; 0 if that is not looked at. */
  readonly maxLog?: number;
  /** Whether stores survive a crash. */
  readonly durable?: boolean;
  /** Settings of every node. */
  readonly wishes?: Wishes;
}

/** What happened in a run, so that a test can see that it has tested something. */
export interface Happened {
  /** Commands that were applied. */
  readonly commands: number;
  /** Terms with a leader. */
  readonly leaders: number;
  /** Snapshots that replaced a state machine's state. */
  readonly snapshotsRestored: number;
}

/** Runs the scenario once. */
export async function genericTest(scenario: Scenario, seed: number): Promise<Happened> {
  const { clients, maxLog = 0, durable, wishes } = scenario;
  const compaction = maxLog > 0 ? { entries: maxLog, keep: 1 } : { entries: GC_LIMIT };
  let happened: Happened | null = null;
  await World.run({ size: 5, seed, durable, wishes: { compaction, ...wishes } }, async (world) => {
    await world.sleep(2 * ELECTION_MS);
    for (let round = 0; round < ROUNDS; round++) {
      const written = await workedRound(world, scenario);
      if (scenario.crash === true) {
        await world.crash(world.ids);
        await world.sleep(500);
        await world.start(world.ids);
      }
      for (let client = 0; client < clients; client++) await checkWritten(world, client, written[client]);
      if (maxLog > 0) await checkLogs(world, maxLog);
    }
    const { witness } = world;
    const { commands, snapshotsRestored } = witness.counted;
    happened = { commands, snapshotsRestored, leaders: witness.leaders.size };
  });
  assert(happened !== null);
  return happened;
}

/** A round of clients in which the network does what the scenario wants; resolves with how many puts of each had an answer. */
async function workedRound(
  world: World,
  { clients, unreliable = false, partitions = false }: Scenario,
): Promise<readonly number[]> {
  let over = false;
  const isOver = (): boolean => over;
  const work = world.watched(
    Promise.all(Array.from({ length: clients }, (_, client) => workOf(world, client, isOver))),
  );
  const began = world.clock.now();
  let chaos = Promise.resolve();
  if (unreliable || partitions) {
    await world.sleep(300);
    chaos = world.watched(confuse(world, { unreliable, partitions }, isOver));
  }
  await world.sleep(began + ROUND_MS - world.clock.now());
  over = true;
  await chaos;
  await world.sleep(ELECTION_MS);
  return await work;
}

/** A client: it puts and scans its own keys, and knows what it must find. */
async function workOf(world: World, client: number, over: () => boolean): Promise<number> {
  const random = seededRandom(Math.floor(world.random.next() * 2 ** 32));
  const store = new Client(world, random);
  let [count, expected] = [0, ""];
  while (!over()) {
    if (random.next() < 0.5) {
      await store.put(keyOf(client, count), valueOf(client, count));
      expected += valueOf(client, count++);
    } else {
      assertEquals(await store.scan(`${client} `, count), expected, `client ${client} at ${world.clock.now()} ms`);
    }
  }
  return count;
}

/** Everything that was acknowledged is there, exactly once and in order; then it is removed. */
async function checkWritten(world: World, client: number, count: number): Promise<void> {
  const store = new Client(world);
  const expected = Array.from({ length: count }, (_, i) => valueOf(client, i)).join("");
  assertEquals(await store.scan(`${client} `, Infinity), expected, `client ${client} at ${world.clock.now()} ms`);
  await Promise.all(Array.from({ length: count }, (_, i) => store.delete(keyOf(client, i))));
}

/** The log of every node has been cut. */
async function checkLogs(world: World, maxLog: number): Promise<void> {
  await world.sleep(1_000);
  for (const node of world.running) {
    const { id, applied, first } = node.status();
    const truncated = first - 1;
    assert(applied - truncated <= 2 * maxLog, `node ${id} has applied ${applied}, its log begins behind ${truncated}`);
  }
}

function keyOf(client: number, count: number): string {
  return `${client} ${String(count).padStart(8, "0")}`;
}

function valueOf(client: number, count: number): string {
  return `x ${client} ${count} y`;
}
