/**
 * Nodes in every role, from runs that are always the same.
 *
 * @module
 */
import fc from "fast-check";
import type { Node, RoleName } from "../../core/mod.ts";
import { anySchedule } from "./schedule.ts";
import { setups } from "./setups.ts";
import { World } from "./world.ts";

/** The roles. */
export const ROLES: readonly RoleName[] = ["follower", "preCandidate", "candidate", "leader"];

/** So many nodes of each role, in all kinds of circumstances. */
export function nodesOfEachRole(count: number): readonly Node[] {
  const pools = new Map<RoleName, Node[]>(ROLES.map((role) => [role, []]));
  let steps = 0;
  const collect = {
    name: "pool",
    stepped({ after }: { after: Node }) {
      // Every seventh node, so that they differ in more than the last message.
      if (++steps % 7 === 0) pools.get(after.role)?.push(after);
    },
  };
  for (const [setup, actions] of fc.sample(fc.tuple(setups, anySchedule(60)), { seed: 1, numRuns: 150 })) {
    const world = new World(setup, [collect]);
    for (const action of actions) world.act(action);
  }
  return ROLES.flatMap((role) => spread(pools.get(role) ?? [], count));
}

// `count` of the nodes, from all runs.
function spread(nodes: readonly Node[], count: number): readonly Node[] {
  return Array.from({ length: count }, (_, i) => nodes[Math.floor((i * nodes.length) / count)]);
}
