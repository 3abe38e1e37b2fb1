/**
 * What TinyKV's tests do to the network while clients work.
 *
 * @module
 */
import { LOSS } from "./numbers.ts";
import type { World } from "./world.ts";

/** What happens to the network. */
export interface Chaos {
  /** Whether messages get lost; here they are doubled and overtaken, too. */
  readonly unreliable: boolean;
  /** Whether the cluster is cut in two, at random. */
  readonly partitions: boolean;
}

/** Changes the network every 500 to 699 ms until `over`, and heals it. */
export async function confuse(world: World, { unreliable, partitions }: Chaos, over: () => boolean): Promise<void> {
  const { network, random } = world;
  while (!over()) {
    if (partitions) {
      const sides = world.ids.map((id) => [id, random.next() < 0.5] as const);
      const side = (left: boolean): readonly number[] => sides.filter(([, is]) => is === left).map(([id]) => id);
      network.partition([side(true), side(false)]);
    }
    if (unreliable) {
      network.set({ loss: LOSS, duplication: 0.05, reordering: 0.05, lateMs: 100, snapshotBreaks: LOSS });
    }
    await world.sleep(500 + Math.floor(random.next() * 200));
  }
  network.healAll();
  network.set({ loss: 0, duplication: 0, reordering: 0, snapshotBreaks: 0 });
}
