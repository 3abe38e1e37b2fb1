/**
 * Goals: what should be possible, and not only harmless.
 *
 * @module
 */
import type { Limits } from "./bounds.ts";
import { canonical } from "./canonical.ts";
import type { CommittedEntry } from "./ghost.ts";
import { firstConfiguration } from "./host.ts";
import type { WorldView } from "./view.ts";

/** A kind of state that should be reachable. */
export interface Goal {
  /** Its name. */
  readonly name: string;
  /** Whether a state is one. */
  readonly holds: (world: WorldView) => boolean;
}

/** The goals of every exploration. */
export function builtInGoals({ nodes, terms, proposals, snapshots, changes, reads }: Limits): readonly Goal[] {
  const goals: Goal[] = Array.from({ length: terms }, (_, i) => ({
    name: `a leader is elected in term ${i + 1}`,
    holds: ({ past }) => (past.elected[i + 1] ?? 0) > 0,
  }));
  if (proposals > 0) {
    goals.push({ name: "every proposal is committed", holds: (world) => commands(world) >= proposals });
    goals.push({
      name: "every proposal is applied by all nodes",
      holds: (world) =>
        commands(world) >= proposals &&
        world.hosts.every(({ machine }) => machine.index >= world.past.committed.length),
    });
  }
  if (changes > 0) {
    const first = canonical(firstConfiguration(nodes));
    goals.push({
      name: "a configuration change is applied",
      holds: ({ hosts }) => hosts.some(({ machine }) => canonical(machine.configuration) !== first),
    });
  }
  if (reads > 0) {
    goals.push({
      name: "a read is answered",
      holds: ({ past, left }) => left.reads < reads && past.reads.includes(-1),
    });
  }
  if (snapshots > 0 && nodes > 2) { // otherwise nobody can be behind what is committed
    goals.push({
      name: "a node has taken over the snapshot of another",
      holds: ({ hosts }) =>
        hosts.some(({ node, disk }) => disk.snapshot !== null && node.log.snapshot.index === disk.snapshot.index) &&
        hosts.filter(({ disk }) => disk.snapshot !== null).length > snapshots,
    });
  }
  return goals;
}

function commands({ past }: WorldView): number {
  const isCommand = ({ entry }: CommittedEntry): boolean =>
    "data" in entry && entry.type === "normal" && entry.data.length > 0;
  return past.committed.filter(isCommand).length;
}
