/**
 * Clients that share keys, while everything happens to their cluster at any time: their history has to be linearizable.
 *
 * TinyKV's clients never share a key, its nodes all crash together, at a quiet time, and its network only loses messages.
 *
 * @module
 */
import { assert } from "@std/assert";
import { checkLinearizable, HistoryRecorder } from "../../../effects/history/mod.ts";
import { makeTrouble } from "./chaos.ts";
import { KEYS } from "./operations.ts";
import { type Manner, SharedClient } from "./shared_client.ts";
import type { World } from "./world.ts";

/** What a test is. */
export interface SharedScenario {
  /** How many clients. */
  readonly clients: number;
  /** Milliseconds in which they work and things happen. */
  readonly ms: number;
}

/** Milliseconds after which a cluster in which everybody hears everybody answers at the latest. */
const CALM_MS = 5_000;

const MANNERS: readonly Manner[] = ["once", "key", "session"];

/** Lets clients work, and checks what they were told; resolves with how many operations were carried out. */
export async function sharedKeysTest(world: World, { clients, ms }: SharedScenario): Promise<number> {
  const history = new HistoryRecorder(world.clock);
  let over = false;
  const isOver = (): boolean => over;
  await world.sleep(1_000);
  const work = Array.from({ length: clients }, (_, id) => {
    return world.watched(new SharedClient(world, history, id, MANNERS[id % MANNERS.length]).work(isOver));
  });
  const trouble = world.watched(makeTrouble(world, isOver));
  await world.sleep(ms);
  over = true;
  await trouble;
  await Promise.all(work);
  await everybodyAnswers(world, new SharedClient(world, history, clients, "once"));
  const operations = history.operations();
  const verdict = checkLinearizable(operations);
  const story = verdict.type === "NotLinearizable" ? verdict.counterexample.story.join("\n") : "";
  assert(verdict.type === "Linearizable", `${verdict.type} after ${verdict.steps} steps:\n${story}`);
  return operations.filter(({ ok }) => ok === true).length;
}

/** A node that everybody hears knows everything before long, and has its own commands carried out. */
async function everybodyAnswers(world: World, client: SharedClient): Promise<void> {
  for (const node of world.running) {
    for (const key of KEYS) assert(await client.read(node, key, CALM_MS), `node ${node.id} does not answer a read`);
    const add = { op: "incr", key: "n", value: "1", expect: null } as const;
    assert(await client.writeOnce(node, add, CALM_MS), `node ${node.id} does not answer a write`);
  }
}
